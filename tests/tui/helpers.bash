# The full screen in a terminal of a known size: keys in, whole screens out. `load helpers` in every file of tests/tui.
#
#	screen 80x24 -m fake		start `ibid chat -m fake` in a terminal of 80 columns and 24 rows
#	type "hello"			type it and press Enter; `keys` without Enter; `press C-c` for keys by tmux's names
#	see "All at once."		until it is on the screen; `gone` until it is not
#	looks_like << END		until the whole screen is this
#	ends_with 0			until the program has ended, with this status
#
# Tests wait for text, never for time. What depends on the clock is masked in both: a time of day is hh:mm, seconds with a
# part are n.n s, a running count "N s  N tok/s" (its dashes squeezed). The terminal is tmux, a server of its own for each.
bats_require_minimum_version 1.5.0

load ../cli/helpers
load ../cli/provider
: "${IBID_TOOLS:=$REPO/build/debug/tests/tools}"

# What is drawn is there at once; this bounds a test that fails.
WAIT_S=${IBID_TEST_TIMEOUT:-30}
[ "$WAIT_S" -le 15 ] || WAIT_S=15

teardown() {
  end_screens
  end_providers
}

end_providers() {
  local pid
  # Those at the end of a pipe are known by their file only.
  for pid in ${PROVIDER_PID:-} $(cat "$BATS_TEST_TMPDIR/providers" 2> /dev/null); do
    kill "$pid" 2> /dev/null || true
  done
  rm -f "$BATS_TEST_TMPDIR/providers"
}

# --- the library: read in once for a file, copied for each test

setup_file() {
  local BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR/made
  mkdir -p "$BATS_TEST_TMPDIR"
  (
    setup
    ibid -q ingest "$REPO/tests/samples/grey-heron.md" "$REPO/tests/samples/salt-wren.txt" \
      "$REPO/tests/samples/quiet-loom.html"
  ) 3>&-
}

# The three samples are in this test's library.
samples() {
  mkdir -p "$HOME/.local"
  cp -r "$BATS_FILE_TMPDIR/made/home/.local/share" "$HOME/.local/"
}

# A conversation with the scripted provider that gives these pieces, again and again: `answers "Hello"; screen 80x24 -m fake`.
answers() {
  answering "$@"
  PROTOCOL=openai-chat serve script.wire --repeat
}

# The same, from lines of a script after its head: |data lines, delay, flush, silence, cut.
answers_by() {
  {
    echo "expect POST /v1/chat/completions"
    echo "header content-type: text/event-stream"
    cat
  } > script.wire
  PROTOCOL=openai-chat serve script.wire "$@"
  echo "$PROVIDER_PID" >> "$BATS_TEST_TMPDIR/providers"
}

# Lines of a script: one piece of an answer each, sent at once; the end.
say() {
  local piece
  for piece in "$@"; do
    echo "|data: $(jq -nc --arg t "$piece" '{choices: [{index: 0, delta: {content: $t}}]}')"
    echo "|"
    echo "flush"
  done
}

said() {
  echo '|data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}'
  echo "|"
  echo "|data: [DONE]"
  echo "|"
}

# --- terminals

tmux_here() {
  tmux -u -S "$TMUX_SOCKET" "$@"
}

# An empty terminal of COLSxROWS that runs a command of the shell; it stays when that has ended.
terminal() {
  TERMINALS=$((${TERMINALS:-0} + 1))
  TMUX_SOCKET=$BATS_TEST_TMPDIR/tmux.$TERMINALS
  cat > "$BATS_TEST_TMPDIR/tmux.conf" <<- END
	set -g status off
	set -g default-terminal "${TERMINAL:-tmux-256color}"
	set -g escape-time 0
	set -g set-clipboard on
	END
  tmux -u -S "$TMUX_SOCKET" -f "$BATS_TEST_TMPDIR/tmux.conf" \
    new-session -d -x "${1%x*}" -y "${1#*x}" "$2; exec sleep 60" 3>&-
}

# $TERM_INSIDE: what the program is told that its terminal is. Its process is in the file `pid`, its terminal's state
# before and after it in `stty.before` and `stty.after`.
screen() {
  local size=$1 line
  shift
  line=$(printf '%q ' "$IBID" chat "$@")
  terminal "$size" "stty -a > stty.before; sh -c 'echo \$\$ > pid; ${TERM_INSIDE:+TERM=$TERM_INSIDE} exec \"\$@\"' sh $line; \
    echo \"left with \$?\"; stty -a > stty.after; echo > ended"
  poll began || fail "nothing was drawn"
}

# What is typed before the terminal is the program's is another test's matter.
began() {
  local text
  text=$(tmux_here capture-pane -p)
  [[ $text == *"> "* || $text == *">"$'\n'* || $text == *">" || $text == *"left with"* || $text == *"You:"* ]]
}

# Another terminal gets the keys: `use 1` is the first one that was started.
use() {
  TMUX_SOCKET=$BATS_TEST_TMPDIR/tmux.$1
}

end_screens() {
  local n
  for n in $(seq "${TERMINALS:-0}"); do
    use "$n"
    tmux_here kill-server 2> /dev/null || true
  done
}

# --- keys

keys() {
  tmux_here send-keys -l -- "$1"
}

type() {
  keys "$1"
  tmux_here send-keys Enter
}

press() {
  tmux_here send-keys -- "$@"
}

# As a terminal pastes it, between the marks of a paste when the program asked for them.
paste_here() {
  printf '%s' "$1" | tmux_here load-buffer -
  tmux_here paste-buffer -p
}

resize() {
  tmux_here resize-window -x "${1%x*}" -y "${1#*x}"
}

# --- what is seen

masked() {
  sed -E 's/\b[0-9]{2}:[0-9]{2}\b/hh:mm/; s/\b[0-9]+\.[0-9] s\b/n.n s/g; s/127\.0\.0\.1:[0-9]+/127.0.0.1:NNNNN/
    s/done [0-9]+\.[0-9]/done n.n/g; s/process [0-9]+ since/process N since/
    s/(nothing was changed in).*/\1 .../
    /tok\/s|waiting [0-9]+ s/ { s/[0-9]+ s  [0-9]+ tok/N s  N tok/; s/waiting [0-9]+ s/waiting N s/; s/-{3,}/---/; s/─{3,}/───/ }'
}

shown() {
  tmux_here capture-pane -p | masked
}

# Poll until a command says yes.
poll() {
  local end=$((SECONDS + WAIT_S))
  until "$@"; do
    [ $SECONDS -le $end ] || return 1
    sleep 0.02
  done
}

holds_now() {
  SHOWN=$(shown)
  [[ $SHOWN == *"$1"* ]]
}

lacks_now() {
  SHOWN=$(shown)
  [[ $SHOWN != *"$1"* ]]
}

# $1 is there $2 times.
counts_now() {
  SHOWN=$(shown)
  [ "$(grep -oF -- "$1" <<< "$SHOWN" | wc -l)" -eq "$2" ]
}

is_now() {
  SHOWN=$(shown)
  [ "$SHOWN" = "$WANTED" ]
}

see() {
  poll holds_now "$1" || fail "never seen: $1" "$SHOWN"
}

gone() {
  poll lacks_now "$1" || fail "still there: $1" "$SHOWN"
}

see_times() {
  poll counts_now "$1" "$2" || fail "not there $2 times: $1" "$SHOWN"
}

# The first row is this.
top_is() {
  poll top_is_now "$1" || fail "another first row than: $1" "$SHOWN"
}

top_is_now() {
  SHOWN=$(shown)
  [ "${SHOWN%%$'\n'*}" = "$1" ]
}

looks_like() {
  WANTED=$(cat)
  poll is_now || fail "another screen:" "$(diff <(echo "$WANTED") <(echo "$SHOWN"))" "$SHOWN"
}

ends_with() {
  see "left with $1"
  until_true [ -s ended ]
}

# The terminal is as it was: its settings, the main screen, the cursor.
is_sane() {
  diff stty.before stty.after || fail "the terminal's settings have changed"
  [ "$(tmux_here display-message -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}')" = "0 1 0 0" ] ||
    fail "the terminal is left in another mode"
}
