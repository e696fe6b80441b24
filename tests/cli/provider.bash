# A provider on loopback that follows a script of tests/wire: `serve openai-chat/whole.wire`, then `-m fake`.

: "${IBID_TOOLS:=$REPO/build/debug/tests/tools}"

# Start the scripted provider and configure it as [provider "fake"]; its log is $LOG, one request a line.
serve() {
  local protocol=${1%%/*}
  LOG=$BATS_TEST_TMPDIR/log
  rm -f "$BATS_TEST_TMPDIR/port"
  "$IBID_TOOLS/fake_provider" "$([ -f "$1" ] && echo "$1" || echo "$REPO/tests/wire/$1")" "${@:2}" --log "$LOG" \
    --port-file "$BATS_TEST_TMPDIR/port" --seconds 60 > /dev/null 2>&1 < /dev/null 3>&- &
  PROVIDER_PID=$!
  until_true [ -s "$BATS_TEST_TMPDIR/port" ]
  PORT=$(cat "$BATS_TEST_TMPDIR/port")
  configure <<- END
	[provider "fake"]
	protocol = ${PROTOCOL:-$protocol}
	base_url = http://127.0.0.1:$PORT
	model = m
	END
}

teardown() {
  [ -z "${PROVIDER_PID:-}" ] || kill "$PROVIDER_PID" 2> /dev/null || true
}

# A script that answers once, in Chat Completions, with the text given.
answering() {
  {
    echo "expect POST /v1/chat/completions"
    echo "header content-type: text/event-stream"
    for piece in "$@"; do
      echo "|data: $(jq -nc --arg t "$piece" '{choices: [{index: 0, delta: {content: $t}}]}')"
      echo "|"
    done
    echo '|data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}'
    echo "|"
    echo "|data: [DONE]"
    echo "|"
  } > script.wire
}
