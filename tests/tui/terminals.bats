# What the terminal is, says it is, or can show.
load helpers

# The screen of one proved answer, whatever the terminal is called. Its lines are UTF-8 unless $1 is ascii.
answer_is_shown() {
  type "what did SALT WREN turn to?"
  see "3 exact"
  press C-x s
  see "sources of message 2"
  if [ "${1:-}" = ascii ]; then
    looks_like << 'SCREEN'
you                                                                        hh:mm
what did SALT WREN turn to?

ibid  extractive                                                        1 source
"SALT WREN began as a crew that spread banking trojans." [1]

"During the summer of 2020 it moved to ransomware and bought its first access
from brokers instead of sending mail of its own." [2]

"In September 2020 the group used Cobalt Strike to move through a hospital
network and encrypted 140 servers within 50 minutes." [3]

3 claims: 3 exact
-- sources of message 2 -------------------------------- 1/3  Tab next  Esc back
  1 exact       SALT WREN turns from banki SALT WREN began as a crew that spread
  2 exact       SALT WREN turns from banki During the summer of 2020 it moved to
  3 exact       SALT WREN turns from banki In September 2020 the group used Coba
    ...Coastline Incident Response, 9 November 2020 >>SALT WREN began as a crew
    that spread banking trojans.<< During the summer of 2020 it moved to
    ransomware and bought its first access from brokers instead of sending mail
    of its own. In September 2020 the group used Cobalt Strike to move through a
    hospital network and encrypted 140 servers within 50 minutes. In a second
>
LST  extractive  what did SALT ~  Enter page  o file  y copy  V verify  ! report
SCREEN
    [ -z "$(tmux_here capture-pane -p | LC_ALL=C tr -d '\n -~')" ] || fail "not ASCII"
  else
    looks_like << 'SCREEN'
you                                                                        hh:mm
what did SALT WREN turn to?

ibid  extractive                                                        1 source
"SALT WREN began as a crew that spread banking trojans." [1]

"During the summer of 2020 it moved to ransomware and bought its first access
from brokers instead of sending mail of its own." [2]

"In September 2020 the group used Cobalt Strike to move through a hospital
network and encrypted 140 servers within 50 minutes." [3]

3 claims: 3 exact
-- sources of message 2 ──────────────────────────────── 1/3  Tab next  Esc back
  1 exact       SALT WREN turns from banki SALT WREN began as a crew that spread
  2 exact       SALT WREN turns from banki During the summer of 2020 it moved to
  3 exact       SALT WREN turns from banki In September 2020 the group used Coba
    ...Coastline Incident Response, 9 November 2020 >>SALT WREN began as a crew
    that spread banking trojans.<< During the summer of 2020 it moved to
    ransomware and bought its first access from brokers instead of sending mail
    of its own. In September 2020 the group used Cobalt Strike to move through a
    hospital network and encrypted 140 servers within 50 minutes. In a second
>
LST  extractive  what did SALT ~  Enter page  o file  y copy  V verify  ! report
SCREEN
  fi
  press i
  see "INS"
  press C-d
  ends_with 0
  is_sane
}

@test "TERM=xterm-256color" {
  samples
  TERM_INSIDE=xterm-256color screen 80x24
  answer_is_shown
}

@test "TERM=screen-256color" {
  samples
  TERM_INSIDE=screen-256color screen 80x24
  answer_is_shown
}

@test "TERM=tmux-256color" {
  samples
  screen 80x24
  answer_is_shown
}

@test "TERM=linux" {
  samples
  TERM_INSIDE=linux screen 80x24
  answer_is_shown
}

@test "TERM=vt100" {
  samples
  TERM_INSIDE=vt100 screen 80x24
  answer_is_shown
}

@test "a terminal without OSC gets none: what is copied goes to a file" {
  samples
  TERM_INSIDE=vt100 screen 80x24
  type "what did SALT WREN turn to?"
  see "3 exact"
  press Escape
  see "BRW"
  press y
  see "copy: y message"
  press y
  see "message: written to"
}

@test "keys of another terminal's description: arrows, Home and End, Delete, PgUp" {
  local term
  for term in xterm-256color linux screen-256color; do
    TERM_INSIDE=$term screen 80x24
    press C-u
    keys "bcd"
    press Home
    keys "a"
    press Right Right DC
    press End
    keys "!"
    see "> abc!"
    end_screens
  done
}

@test "an unknown terminal is taken for a usual one, and that is said" {
  samples
  TERM_INSIDE=nosuch-terminal screen 80x24
  see "nosuch-terminal"
  looks_like << 'SCREEN'
















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
Answers are exact quotes, without network or key; /model chooses a model.

the terminal 'nosuch-terminal' is not known here; 'xterm-256color' is used
>
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "TERM=dumb and no TERM are the conversation line by line" {
  TERM_INSIDE=dumb screen 80x24
  see "You:"
  [ "$(tmux_here display-message -p '#{alternate_on}')" = 0 ]
  TERM_INSIDE="''" screen 80x24
  see "You:"
}

@test "a terminal that prints on paper is refused with a sentence" {
  printf 'paper|prints on paper,\n\tam, hc, os,\n\tcols#80,\n\tbel=^G, cr=\\r, cud1=\\n, ind=\\n,\n' > paper.ti
  tic -o "$HOME/.terminfo" paper.ti
  TERM_INSIDE=paper screen 80x24
  ends_with 2
  see "the terminal 'paper' cannot move its cursor: use --inline or 'ibid as"
}

@test "LC_ALL=C shows UTF-8 all the same" {
  samples
  LC_ALL=C screen 80x24
  answer_is_shown
  answers "漢字 é ∑ …"
  LC_ALL=C screen 80x24 -m fake
  type "/ground off"
  see "the model's own"
  type "gehen wir über"
  see "漢字 é ∑ …"
  see "gehen wir über"
}

@test "IBID_ASCII=1 draws lines and marks in ASCII" {
  samples
  IBID_ASCII=1 screen 80x24
  answer_is_shown ascii
}

colours_of() {
  tmux_here capture-pane -p -e | grep -oE $'\e\\[[0-9;]*m' | grep -E '\[([0-9;]*;)?(3[0-7]|38|4[0-7]|48|9[0-7]|10[0-7])(;|m)' | sort -u | tr -d '\e\n'
}

# An answer with one mark of each state.
marked_answer() {
  samples
  {
    say "SALT WREN began as a crew that spread banking trojans [d2.s2]. " "It encrypted 99 servers [d2.s5]. "
    say "It did not buy its first access from brokers but built a moon rocket of cheese [d2.s9]."
    said
  } | answers_by
  screen 80x24 -m fake
  type "what did SALT WREN do first?"
  see "claims"
}

@test "colours are the terminal's own sixteen" {
  marked_answer
  run -0 colours_of
  [ -n "$output" ]
  lacks "$output" "38;5"
  lacks "$output" "48;"
}

@test "NO_COLOR: no colour at all, and each state has its mark" {
  export NO_COLOR=1
  marked_answer
  [ -z "$(colours_of)" ]
  looks_like << 'SCREEN'
you                                                                        hh:mm
what did SALT WREN do first?

ibid  fake/m                                                     1 source  n.n s
SALT WREN began as a crew that spread banking trojans [1]. It encrypted 99
servers [2?]. It did not buy its first access from brokers but built a moon
rocket of cheese [3!].

3 claims: 1 exact, 1 weak, 1 unsupported













>
INS  fake/m  what did SALT WREN do firs~  ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "the themes: light and dark of 256 colours, mono of none, auto again; the text is the same" {
  local before
  marked_answer
  before=$(shown)
  type "/theme light"
  poll has_colour "38;5;" || fail "no colours of light"
  type "/theme mono"
  poll has_no_colour || fail "colours in mono"
  [ "$(shown)" = "$before" ] || fail "another text" "$(shown)"
  type "/theme dark"
  poll has_colour "38;5;114" || fail "no colours of dark"
  type "/theme auto"
  poll has_colour "[32m" || fail "no colours of auto"
  type "/theme pink"
  see "/theme auto, light, dark or mono; now it is auto"
}

has_colour() {
  [[ $(colours_of) == *"$1"* ]]
}

has_no_colour() {
  [ -z "$(colours_of)" ]
}

@test "the theme of the configuration" {
  configure <<- END
	[chat]
	theme = mono
	END
  screen 80x24
  type "/help"
  see "/verify"
  [ -z "$(colours_of)" ]
}

@test "too small is no error: one row, one column, and back" {
  answers "The answer."
  screen 80x24 -m fake
  type "go"
  see "The answer."
  resize 1x1
  resize 2x2
  resize 80x1
  poll top_is_now ">" || fail "no prompt" "$SHOWN"
  resize 1x24
  resize 10x3
  keys "abc"
  see "abc"
  resize 80x24
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                               n.n s
The answer.

















> abc
INS  fake/m  go                           ^X s sources  ^X b sessions  ^X h keys
SCREEN
}
