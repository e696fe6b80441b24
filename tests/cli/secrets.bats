load helpers
load provider

# A key is a random word. Wherever it turns up but in the place it was given and in its one header, it leaked. The
# provider here tells it back in whatever it says.

CANARY=

canary() {
  CANARY=sk-$(head -c 18 /dev/urandom | base64 | tr -d '+/=')
  printf '%s\n' "$CANARY" > "$BATS_TEST_TMPDIR/needle"
}

# Nothing below these paths holds the key. The needle is read from a file, so that grep's own arguments do not.
clean() {
  ! grep -rlaF -f "$BATS_TEST_TMPDIR/needle" "$@" || fail "the key is in these files"
}

# No process's arguments hold it, and no environment but those of the tests and of the program that was given it.
clean_processes() {
  local dir
  for dir in /proc/[0-9]*; do
    ! tr '\0' '\n' 2> /dev/null < "$dir/cmdline" | grep -qF -f "$BATS_TEST_TMPDIR/needle" || fail "the key is in the arguments of $dir"
  done
}

# What a server says when it tells the key back: $1 is the status, $2 the media type, the rest lines of its body.
telling() {
  {
    printf 'status %s\nheader content-type: %s\nheader request-id: %s\nframing length\n' "$1" "$2" "$CANARY"
    printf '|%s\n' "${@:3}"
  } > script.wire
}

# Ask in every form of output; all that is told is clean, and so is all that is kept.
ask_everywhere() {
  local form
  for form in "" --json --jsonl -v -vv; do
    # shellcheck disable=SC2086 # no form is no argument
    ibid ask $form -m fake hello > "told$form" 2>&1 || true
    [ -s "told$form" ] || fail "nothing was told with '$form'"
  done
  ibid session show @ > told.show 2>&1 || true
  ibid session export @ --format json > told.export 2>&1 || true
  ibid config list --origin > told.config 2>&1 || true
  ibid doctor > told.doctor 2>&1 || true
  ibid doctor --json > told.doctor.json 2>&1 || true
  rm script.wire
  clean . "$HOME"
}

@test "a key that the provider tells back in an error is told to nobody and kept nowhere" {
  canary
  export IBID_KEY_FAKE=$CANARY
  telling 401 application/json "{\"error\":{\"message\":\"Incorrect API key provided: $CANARY.\",\"code\":\"$CANARY\"}}"
  PROTOCOL=openai-chat serve script.wire --repeat
  ask_everywhere
  # It was sent, in its header, or the test would mean nothing.
  [ "$(jq -r '.headers.authorization' "$LOG" | sort -u)" = "Bearer $CANARY" ]
  ! jq -r '.path, .body, (.headers | del(.authorization) | tostring)' "$LOG" | grep -qF "$CANARY"
}

@test "nor in a page instead of an error, an event of a stream, or a bare string" {
  canary
  export IBID_KEY_FAKE=$CANARY
  telling 502 text/html "<html><title>$CANARY</title><body>Bad gateway for $CANARY</body></html>"
  PROTOCOL=anthropic serve script.wire --repeat
  printf 'retries = 0\n' >> "$CONFIG"
  ask_everywhere
  [ "$(jq -r '.headers["x-api-key"]' "$LOG" | sort -u)" = "$CANARY" ]
  kill "$PROVIDER_PID"
  telling 200 text/event-stream "event: error" \
    "data: {\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"bad key $CANARY\"}}" ""
  PROTOCOL=anthropic serve script.wire --repeat
  ask_everywhere
  kill "$PROVIDER_PID"
  telling 200 text/event-stream "data: {\"error\":\"runner of $CANARY has stopped\"}" ""
  PROTOCOL=openai-chat serve script.wire --repeat
  ask_everywhere
}

@test "no process has the key among its arguments while an answer streams, and no helper in its environment" {
  canary
  {
    echo "header content-type: text/event-stream"
    echo '|data: {"choices":[{"index":0,"delta":{"content":"slowly"}}]}'
    echo "|"
    echo "flush"
    echo "delay 20000"
  } > script.wire
  PROTOCOL=openai-chat serve script.wire --repeat
  (umask 077 && printf '%s\n' "$CANARY" > "$HOME/key")
  echo "key_file = $HOME/key" >> "$CONFIG"
  "$IBID" ask -m fake hello > out 2> err 3>&- &
  pid=$!
  until_true grep -q slowly out
  clean_processes
  ! tr '\0' '\n' < /proc/$pid/environ | grep -qF -f "$BATS_TEST_TMPDIR/needle" || fail "in the environment"
  kill $pid
  wait $pid || true
  [ "$(jq -r '.headers.authorization' "$LOG")" = "Bearer $CANARY" ]
  rm "$HOME/key"
  clean . "$HOME"
}

@test "an editor that ibid starts does not inherit a key" {
  canary
  configure <<- 'END'
	[provider "fake"]
	protocol = openai-chat
	base_url = http://127.0.0.1:9
	key_env = MY_OWN_NAME
	END
  printf '#!/bin/sh\nenv > %s\n' "$PWD/environment" > editor
  chmod +x editor
  MY_OWN_NAME=$CANARY IBID_KEY_FAKE=$CANARY OPENAI_API_KEY=$CANARY EDITOR=$PWD/editor on_tty ibid config edit < /dev/null
  [ -s environment ]
  clean environment
}

@test "a key file that others may read is refused, and nothing is asked" {
  canary
  answering ok
  PROTOCOL=openai-chat serve script.wire --repeat
  printf '%s\n' "$CANARY" > "$HOME/key"
  echo "key_file = $HOME/key" >> "$CONFIG"
  local mode
  for mode in 644 640 604 666 660 602; do
    chmod $mode "$HOME/key"
    run -77 --separate-stderr ibid ask -m fake hello
    holds "$stderr" "$HOME/key"
    lacks "$stderr$output" "$CANARY"
  done
  [ ! -s "$LOG" ]
  chmod 600 "$HOME/key"
  run -0 --separate-stderr ibid ask -m fake hello
  [ "$output" = ok ]
}

@test "a redirect takes no key anywhere" {
  canary
  export IBID_KEY_FAKE=$CANARY
  answering stolen
  PROTOCOL=openai-chat serve script.wire --repeat
  local thief=$PROVIDER_PID thief_port=$PORT thief_log=$BATS_TEST_TMPDIR/thief.log code target protocol
  mv "$LOG" "$thief_log" # the server keeps writing to it
  for protocol in openai-chat anthropic; do
    for code in 301 302 303 307 308; do
      for target in "http://127.0.0.1:$thief_port/v1/chat/completions" "http://localhost:$thief_port/x" "//127.0.0.1:$thief_port/"; do
        printf 'status %s\nheader location: %s\nframing length\n|gone\n' $code "$target" > script.wire
        PROTOCOL=$protocol serve script.wire --repeat
        echo "retries = 0" >> "$CONFIG"
        run --separate-stderr ibid ask -m fake hello
        [ "$status" -ne 0 ]
        lacks "$output$stderr" stolen
        lacks "$output$stderr" "$CANARY"
        grep -qF "$CANARY" "$LOG" || fail "the first server was not asked"
        kill "$PROVIDER_PID"
      done
    done
  done
  kill "$thief"
  [ ! -s "$thief_log" ] || fail "the second server was asked: $(cat "$thief_log")"
}
