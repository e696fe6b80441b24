# Sizes that change while an answer arrives, and providers that are no help.
load helpers

# A hundred pieces, a few milliseconds apart; the words end in "the end."
trickle() {
  local i
  for i in $(seq 100); do
    say "word$i "
    echo "delay 5"
  done
  say "the end."
  said
}

counts_seconds() {
  tmux_here capture-pane -p | grep -q "waiting [1-9][0-9]* s  Ctrl-C stop"
}

@test "a store that is full: the answer stays on the screen, NOT SAVED is said, and it is saved when there is room" {
  { say "The first words"; echo "await go"; say " and the last ones."; said; } | answers_by --repeat
  screen 80x24 -m fake
  type "go"
  see "The first words"
  prlimit --pid "$(cat pid)" --fsize=4096:
  touch go
  see "and the last ones."
  see "NOT SAVED"
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                           not saved
The first words and the last ones.

not saved yet; it is tried again and again














NOT SAVED: free some space, then try again: the disk is full; nothing was change
>
INS  fake/m  go  $0.00+ today             ^X s sources  ^X b sessions  ^X h keys
SCREEN
  keys "still typing"
  see "> still typing"
  prlimit --pid "$(cat pid)" --fsize=unlimited:
  gone "NOT SAVED"
  press C-c
  press C-d
  ends_with 0
  run -0 ibid session show @ --plain
  holds "$output" "and the last ones."
}
