# However it ends: the terminal as it was, and what was said is kept.
load helpers

# An answer that has begun and does not end.
half_said() {
  { say "The first words" " of an answer"; echo silence; } | answers_by
  screen 80x24 -m fake
  type "go"
  see "of an answer"
}

part_is_kept() {
  run -0 ibid session show @ --plain
  holds "$output" "The first words of an answer"
}

store_has_part() {
  ibid session show @ --plain | grep -q "The first words of an answer"
}

@test "Ctrl-D leaves the last exchange on the main screen, with the command that goes on" {
  answers "The answer."
  screen 80x24 -m fake
  type "one"
  see_times "The answer." 1
  type "two"
  see_times "The answer." 2
  press C-d
  ends_with 0
  is_sane
  see "ibid chat -s"
  gone "one"
  sid=$(shown | sed -n 's/^ibid chat -s //p')
  looks_like << SCREEN
you
two

ibid
The answer.

ibid chat -s $sid
left with 0
SCREEN
}

@test "left without a word nothing stays behind" {
  screen 80x24
  press C-d
  ends_with 0
  is_sane
  looks_like << 'SCREEN'
left with 0
SCREEN
}

@test "SIGTERM in the middle of an answer" {
  half_said
  kill -TERM "$(cat pid)"
  ends_with 143
  is_sane
  see "terminated; the conversation is kept"
  part_is_kept
}

@test "SIGHUP in the middle of an answer" {
  half_said
  kill -HUP "$(cat pid)"
  ends_with 143
  is_sane
  part_is_kept
}

@test "SIGINT in the middle of an answer" {
  half_said
  kill -INT "$(cat pid)"
  ends_with 130
  is_sane
  part_is_kept
}

@test "a crash puts the terminal back" {
  half_said
  until_true store_has_part
  kill -SEGV "$(cat pid)"
  see "left with 139"
  until_true [ -s ended ]
  is_sane
  part_is_kept
}

@test "an abort puts the terminal back" {
  half_said
  kill -ABRT "$(cat pid)"
  see "left with 134"
  until_true [ -s ended ]
  is_sane
}

@test "the terminal is closed: the program ends, the part is kept" {
  local pid
  half_said
  pid=$(cat pid)
  tmux_here kill-server
  until_true is_over "$pid"
  part_is_kept
}

is_over() {
  ! kill -0 "$1" 2> /dev/null
}

@test "Ctrl-C twice leaves, after the part of the answer is kept" {
  half_said
  press C-c
  see "stopped   c goes on"
  press C-c
  see "Ctrl-C again or Ctrl-D leaves"
  press C-c
  ends_with 0
  is_sane
  part_is_kept
}

@test "Ctrl-Z gives the terminal back as it was, and fg goes on" {
  samples
  terminal 80x24 "exec env PS1='shell: ' bash --norc --noprofile -i"
  see "shell:"
  type "stty -a > stty.before; clear; $IBID chat"
  see "INS"
  keys "half a prompt"
  see "> half a prompt"
  press C-z
  see "Stopped"
  type "stty -a > stty.after; clear; echo back"
  see "back"
  until_true [ -s stty.after ]
  diff <(grep -v columns stty.before) <(grep -v columns stty.after)
  [ "$(tmux_here display-message -p '#{alternate_on} #{cursor_flag}')" = "0 1" ]
  type "fg"
  see "> half a prompt"
  keys "!"
  see "> half a prompt!"
  press C-u
  type "what did SALT WREN turn to?"
  see "3 exact"
  press C-d
  see "ibid chat -s"
}

@test "a stop from outside is as good as Ctrl-Z" {
  terminal 80x24 "exec env PS1='shell: ' bash --norc --noprofile -i"
  see "shell:"
  type "sh -c 'echo \$\$ > pid; exec $IBID chat'"
  see "INS"
  kill -TSTP "$(cat pid)"
  see "Stopped"
  [ "$(tmux_here display-message -p '#{alternate_on} #{cursor_flag}')" = "0 1" ]
  type "clear; fg"
  see "INS"
}
