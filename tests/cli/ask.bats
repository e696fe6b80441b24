load helpers
load provider

@test "an answer streams to a pipe as it is" {
  answering "Hello, " "**world**."
  PROTOCOL=openai-chat serve script.wire
  run -0 ibid ask -m fake "say hello"
  [ "$output" = "Hello, **world**." ]
}

@test "an empty answer is told of" {
  answering
  PROTOCOL=openai-chat serve script.wire
  run -0 --separate-stderr ibid ask -m fake "say nothing"
  [ -z "$output" ]
  [ "$stderr" = "ibid ask: warning: the model gave an empty answer" ]
}

@test "what is piped in is attached; alone it is the prompt" {
  answering ok
  PROTOCOL=openai-chat serve script.wire --repeat
  echo "diff --git a b" | ibid ask -m fake "review this" > /dev/null
  run -0 jq -r '.body | fromjson? // . | .messages[-1].content' "$LOG"
  holds "$output" "diff --git a b"
  holds "$output" "review this"
  : > "$LOG"
  echo "only this" | ibid ask -m fake > /dev/null
  run -0 jq -r '.body | fromjson? // . | .messages[-1].content' "$LOG"
  holds "$output" "only this"
}

@test "what is no text is not sent" {
  answering ok
  PROTOCOL=openai-chat serve script.wire --repeat
  cp "$REPO/tests/samples/harbour-report.pdf" a.pdf
  run -65 ibid ask -m fake "sum up" < a.pdf
  [ "$output" = "ibid ask: 'standard input' is no text; give a document by its name: -f FILE" ]
  printf 'caf\xe9 au lait' | ibid ask -m fake > /dev/null
  [ "$(wc -l < "$LOG")" -eq 1 ]
  ibid ask -m fake -f a.pdf "sum up" > /dev/null
  holds "$(tail -n 1 "$LOG")" "Harbour of Ekvik"
}

@test "a conversation goes on with its history" {
  answering "The first answer."
  PROTOCOL=openai-chat serve script.wire --repeat
  ibid ask -q -m fake first > /dev/null
  ibid ask -q -c -m fake second > /dev/null
  run -0 jq -r '.body | fromjson? // . | .messages | map(.role) | join(" ")' "$LOG"
  [ "${lines[1]}" = "system user assistant user" ]
  run -0 ibid session list --plain
  [ "${#lines[@]}" -eq 1 ]
}

@test "JSON holds answer, tokens and times" {
  answering "All at once."
  PROTOCOL=openai-chat serve script.wire
  run -0 ibid ask --json -m fake hello
  [ "$(json .schema)" = ibid.answer/1 ]
  [ "$(json .text)" = "All at once." ]
  [ "$(json .usage.in)" = 7 ]
  [ "$(json .usage.out)" = 3 ]
  [ "$(json .finish)" = stop ]
}

@test "JSON lines begin with start and end with one result that agrees with the status" {
  answering "All " "at once."
  PROTOCOL=openai-chat serve script.wire
  run -0 --separate-stderr ibid ask --jsonl -m fake hello
  [ "$(jq -r .type <<< "$output" | uniq | paste -sd ' ')" = "start delta usage result" ]
  [ "$(tail -n 1 <<< "$output" | jq .ok)" = true ]
}

@test "several models answer one prompt in one conversation" {
  answering "All at once."
  PROTOCOL=openai-chat serve script.wire --repeat
  run -0 ibid ask -m fake -m fake/other hello
  [ "$(grep -c 'All at once.' <<< "$output")" -eq 2 ]
  holds "$output" "## fake/other"
  run -0 ibid session list --plain
  [ "${#lines[@]}" -eq 1 ]
}

@test "the first code block alone" {
  answering $'Here:\n```c\nint a;\n```\nand\n```sh\nls\n```\n'
  PROTOCOL=openai-chat serve script.wire --repeat
  run -0 ibid ask -x -m fake code
  [ "$output" = "int a;" ]
  run -0 ibid ask --extract=sh -m fake code
  [ "$output" = "ls" ]
}

@test "a stream that is cut keeps its part and says so" {
  serve openai-chat/open-end.wire
  run -75 --separate-stderr ibid ask -m fake hello
  [ "$output" = "Is this all?" ]
  holds "$stderr" "without a stop reason"
  run -0 ibid session show @
  holds "$output" "Is this all?"
  holds "$output" "(cut)"
}

@test "a provider that is down: 75, and the prompt is kept" {
  configure <<- 'END'
	[provider "fake"]
	protocol = openai-chat
	base_url = http://127.0.0.1:9
	model = m
	retries = 0
	END
  run -75 ibid ask -m fake "a question worth keeping"
  holds "$output" "cannot connect"
  run -0 ibid session show @
  holds "$output" "a question worth keeping"
}

@test "no key: which variable, file or command to set; 78" {
  run -78 ibid ask -m claude hello
  holds "$output" ANTHROPIC_API_KEY
  holds "$output" key_file
  holds "$output" key_cmd
}

@test "a refused key is 77" {
  serve anthropic/error-401.wire
  IBID_KEY_FAKE=sk-canary run -77 --separate-stderr ibid ask -m fake hello
  holds "$stderr" "refused the key"
  lacks "$stderr$output" sk-canary
}

@test "no model: says what to do; --offline asks nobody" {
  run -78 ibid ask hello
  holds "$output" "-m"
  answering ok
  PROTOCOL=openai-chat serve script.wire
  run -77 ibid ask --offline -m fake hello
  [ ! -s "$LOG" ]
  run -78 ibid ask -m nosuch hello
}

@test "control bytes of an answer are shown, never obeyed; --raw is asked for by name" {
  answering $'a\033[2Jb'
  PROTOCOL=openai-chat serve script.wire --repeat
  run -0 ibid ask -m fake hello
  lacks "$output" $'\033'
  holds "$output" "␛[2J"
  run -0 ibid ask --raw -m fake hello
  holds "$output" $'\033'
}

@test "Ctrl-C keeps the part and leaves with 130" {
  {
    echo "expect POST /v1/chat/completions"
    echo "header content-type: text/event-stream"
    echo '|data: {"choices":[{"index":0,"delta":{"content":"The beginning"}}]}'
    echo "|"
    echo "flush"
    echo "delay 20000"
  } > script.wire
  PROTOCOL=openai-chat serve script.wire
  # A shell without job control starts what runs beside it with SIGINT ignored.
  env --default-signal=INT "$IBID" ask -m fake hello > out 2> err 3>&- &
  pid=$!
  until_true grep -q beginning out
  kill -INT $pid
  status=0
  wait $pid || status=$?
  [ "$status" -eq 130 ]
  run -0 ibid session show @
  holds "$output" "The beginning"
  holds "$output" "(stopped)"
}

@test "a file is read once and not stored" {
  answering ok
  PROTOCOL=openai-chat serve script.wire
  run -0 ibid ask -m fake -f "$REPO/tests/samples/quiet-loom.html" "what is SHUTTLE?"
  run -0 jq -r '.body | fromjson? // . | .messages[-1].content' "$LOG"
  holds "$output" "48 KB of C"
  run -0 ibid doc list --plain
  [ -z "$output" ]
  run -66 ibid ask -m fake -f nosuch.pdf "what?"
}

@test "--no-save prints the same, as text and as JSON, also when the stream is cut" {
  answering "All " "at once."
  PROTOCOL=openai-chat serve script.wire --repeat
  run -0 ibid ask --no-save -m fake hello
  [ "$output" = "All at once." ]
  [ "$(ibid ask --no-save -m fake hello | wc -l)" -eq 1 ]
  run -0 ibid ask --no-save --json -m fake hello
  [ "$(json .text)" = "All at once." ]
  run -0 ibid ask --no-save -m fake -m fake/other hello
  [ "$(grep -c 'All at once.' <<< "$output")" -eq 2 ]
  kill "$PROVIDER_PID"
  serve openai-chat/open-end.wire
  run -75 --separate-stderr ibid ask --no-save -m fake hello
  [ "$output" = "Is this all?" ]
}

@test "--no-save leaves no trace" {
  answering ok
  PROTOCOL=openai-chat serve script.wire
  run -0 ibid ask --no-save -m fake hello
  [ ! -e "$XDG_DATA_HOME/ibid/library.db" ] || [ -z "$(ibid session list --plain)" ]
}

# A script of $1 pieces of 128 KiB that does not end: after the last one the server is silent.
endless() {
  local piece
  piece=$(head -c 131072 /dev/zero | tr '\0' x)
  {
    echo "header content-type: text/event-stream"
    for _ in $(seq "$1"); do
      printf '|data: {"choices":[{"index":0,"delta":{"content":"%s"}}]}\n|\n' "$piece"
    done
    echo "flush"
    echo "silence"
  } > script.wire
}

@test "an answer without an end is stopped at 16 MiB, and the part is kept as cut" {
  endless 129
  PROTOCOL=openai-chat serve script.wire --repeat
  ibid ask -q -m fake hello > out 2> err || status=$?
  [ "$status" = 65 ]
  [ "$(tr -d '\n' < out | wc -c)" -eq $((16 << 20)) ]
  [ "$(cat err)" = "ibid ask: the answer of provider 'fake' is longer than 16 MiB and was stopped there" ]
  ibid session show @ --json > kept.json
  [ "$(jq -r '.messages[-1].state' kept.json)" = cut ]
  [ "$(jq -r '.messages[-1].text | length' kept.json)" -eq $((16 << 20)) ]
  [ "$(wc -l < "$LOG")" -eq 1 ]
  run -65 ibid ask -q --json --no-save -m fake hello
  [ "$(printf %s "$output" | head -n 1 | jq -r .finish)" = truncated ]
}

@test "an answer without an end that nothing keeps goes on as long as its reader likes" {
  endless 129
  sed -i 's/^silence$/cut fin/' script.wire
  PROTOCOL=openai-chat serve script.wire
  ibid ask -q --no-save -m fake hello 2> err > out || status=$?
  [ "$status" = 75 ]
  [ "$(wc -c < out)" -ge $((129 << 17)) ]
}
