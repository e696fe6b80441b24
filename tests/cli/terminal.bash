# A terminal of 80 columns for programs that talk: keys in, text out. Tests wait for text, never for time.
#
#	chat --inline -m fake		start `ibid chat ...`
#	type "hello"			type it and press Enter; `press C-c` for keys by tmux's names
#	see "All at once."		until it is on the screen or above it, after what was seen last
#	kill "$(cat pid)"		the program's process
#	ends_with 0			until the program has ended, with this status

tmux_here() {
  tmux -S "$TMUX_SOCKET" -f /dev/null "$@"
}

# A server of its own for each terminal: one that ends may still hold its socket.
start_terminal() {
  SEEN=0
  TERMINALS=$((${TERMINALS:-0} + 1))
  TMUX_SOCKET=$BATS_TEST_TMPDIR/tmux.$TERMINALS
}

# $TERM_INSIDE: what the program is told that its terminal is.
chat() {
  local line
  line=$(printf '%q ' "$IBID" chat "$@")
  start_terminal
  tmux_here new-session -d -x "${COLS:-80}" -y 60 \
    "sh -c 'echo \$\$ > pid; TERM=${TERM_INSIDE:-screen} exec \"\$@\"' sh $line; echo \"left with \$?\"; exec sleep 60" 3>&-
  tmux_here set-option -g history-limit 5000 > /dev/null
}

type() {
  tmux_here send-keys -l -- "$1"
  tmux_here send-keys Enter
}

press() {
  tmux_here send-keys -- "$@"
}

# All that was written, lines that the terminal broke joined again.
shown() {
  tmux_here capture-pane -p -J -S -
}

# The end of $2 in $1 that lies behind byte $SEEN; from the begin of the line that was seen last, because more may stand there now.
find_new() {
  local all=$1 before=${1:0:SEEN} at rest part
  at=${before%$'\n'*}
  [ "$at" = "$before" ] && at= || at=$at$'\n'
  at=${#at}
  rest=${all:at}
  while [[ $rest == *"$2"* ]]; do
    part=${rest%%"$2"*}
    at=$((at + ${#part} + ${#2}))
    if [ "$at" -gt "$SEEN" ]; then
      SEEN=$at
      return 0
    fi
    rest=${all:at}
  done
  return 1
}

see() {
  local all
  for _ in $(seq 400); do
    all=$(shown)
    ! find_new "$all" "$1" || return 0
    sleep 0.025
  done
  fail "never seen: $1" "$all"
}

ends_with() {
  see "left with $1"
}

end_terminal() {
  [ -z "${TMUX_SOCKET:-}" ] || tmux_here kill-server 2> /dev/null || true
}
