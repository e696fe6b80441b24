# The conversation as something to walk in: Escape from the prompt, then single keys.
load helpers

asked_salt_wren() {
  samples
  screen "${1:-80x24}"
  type "what did SALT WREN turn to?"
  see "3 exact"
}

# Two prompts and their answers.
two_turns() {
  answers "The answer with a needle in it."
  screen 80x24 -m fake
  type "first prompt"
  see_times "needle" 1
  type "second prompt"
  see_times "needle" 2
  press Escape
  see "BRW"
}

@test "Escape leads into the conversation, i a q and Escape back to the prompt" {
  local key
  asked_salt_wren
  keys "draft"
  for key in i a q Escape; do
    press Escape
    see "BRW"
    press "$key"
    see "INS"
    see "> draft"
  done
  press Escape
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









> draft
BRW  extractive  what did SALT WREN tur~  i type  / search  Tab citation  ? keys
SCREEN
}

@test "J and K walk the messages, j and k the rows" {
  asked_salt_wren 80x12
  press Escape
  see "BRW"
  press k
  looks_like << 'SCREEN'

ibid  extractive                                                        1 source
"SALT WREN began as a crew that spread banking trojans." [1]

"During the summer of 2020 it moved to ransomware and bought its first access
from brokers instead of sending mail of its own." [2]

"In September 2020 the group used Cobalt Strike to move through a hospital
network and encrypted 140 servers within 50 minutes." [3]
───────────────────────────────────────────────────────────────────────────── 0%
>
BRW  extractive  what did SALT WREN tur~  i type  / search  Tab citation  ? keys
SCREEN
  press K
  press g
  looks_like << 'SCREEN'
you                                                                        hh:mm
what did SALT WREN turn to?

ibid  extractive                                                        1 source
"SALT WREN began as a crew that spread banking trojans." [1]

"During the summer of 2020 it moved to ransomware and bought its first access
from brokers instead of sending mail of its own." [2]

───────────────────────────────────────────────────────────────────────────── 0%
>
BRW  extractive  what did SALT WREN tur~  i type  / search  Tab citation  ? keys
SCREEN
  press G
  see "3 claims"
}

@test "Tab walks the citations, Enter shows the passage with the quote marked, Backspace returns" {
  asked_salt_wren
  press Escape
  see "BRW"
  press Tab
  press Tab
  poll reversed_is "[2]" || fail "not marked" "$(tmux_here capture-pane -p -e)"
  press Enter
  see "bought its first access"
  looks_like << 'SCREEN'
[2] SALT WREN turns from banking trojans to ransomware, Coastline Incident Respo
Coastline Incident Response, 9 November 2020

SALT WREN began as a crew that spread banking trojans. During the summer of 2020
it moved to ransomware and bought its first access from brokers instead of
sending mail of its own.

In September 2020 the group used Cobalt Strike to move through a hospital
network and encrypted 140 servers within 50 minutes. In a second case, in
October 2020, it used Cobalt Strike together with PsExec. The ransom asked for
was 1.2 million US dollars; the hospital did not pay and restored from tape in 6
days.

Defenders had 31 hours between the first beacon and the encryption. The beacon
was seen by the endpoint agent, but the alert was rated "low" and nobody read
it.

What helped: offline backups, an allow list for PsExec, and a call to the
network provider within an hour.



>
LST  extractive  what did SALT WREN turn to?   o open file  Space page  Esc back
SCREEN
  press BSpace
  see "3 claims: 3 exact"
  press BTab
  poll reversed_is "[1]" || fail "not marked" "$(tmux_here capture-pane -p -e)"
  press 3
  poll reversed_is "[3]" || fail "not marked" "$(tmux_here capture-pane -p -e)"
}

# The citation is drawn in reverse, and nothing after it.
reversed_is() {
  local text
  text=$(tmux_here capture-pane -p -e)
  [[ $text == *$'\e[7m'*"$1"* ]] || return 1
  text=${text##*$'\e[7m'}
  [[ ${text%%"$1"*} =~ ^($'\e'\[[0-9;]*m)*$ ]]
}

@test "the passage on a phone" {
  asked_salt_wren 40x10
  press Escape
  see "BRW"
  press Tab
  press Enter
  see "turns from banking"
  looks_like << 'SCREEN'
[1] SALT WREN turns from banking trojans
2020

SALT WREN began as a crew that spread
banking trojans. During the summer of
2020 it moved to ransomware and bought
its first access from brokers instead of
sending mail of its own.
>
LST  extractive  what did SALT WREN tur~
SCREEN
}

@test "/ finds, n and N go on, Escape ends it" {
  two_turns
  press /
  keys "NEEDLE"
  press Enter
  see "'NEEDLE'"
  see "not in this conversation"
  press /
  keys "needle"
  press Enter
  see "'needle' in 2 messages"
  looks_like << 'SCREEN'
you                                                                        hh:mm
first prompt

ibid  fake/m                                                               n.n s
The answer with a needle in it.

you                                                                        hh:mm
second prompt

ibid  fake/m                                                               n.n s
The answer with a needle in it.










'needle' in 2 messages
>
BRW  fake/m  first prompt                 i type  / search  Tab citation  ? keys
SCREEN
  press n
  press n
  see "went on at the other end"
  press N
  see "'needle' in 2 messages"
  press Escape
  press Escape
  see "INS"
}

@test "e changes a prompt on a new branch; [ and ] walk the branches" {
  two_turns
  press K
  press e
  see "> second prompt"
  looks_like << 'SCREEN'
you                                                                        hh:mm
first prompt

ibid  fake/m                                                               n.n s
The answer with a needle in it.

you                                                                        hh:mm
second prompt

ibid  fake/m                                                               n.n s
The answer with a needle in it.










changing prompt 3: Enter asks it on a new branch, Ctrl-C leaves it as it was
> second prompt
INS  fake/m  first prompt                 ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-u
  type "another second prompt"
  see "branch 2/2"
  looks_like << 'SCREEN'
you                                                                        hh:mm
first prompt

ibid  fake/m                                                               n.n s
The answer with a needle in it.

you                                                            branch 2/2  hh:mm
another second prompt

ibid  fake/m                                                               n.n s
The answer with a needle in it.











>
INS  fake/m  first prompt                 ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press Escape
  see "BRW"
  press K
  press [
  see "branch 1/2"
  looks_like << 'SCREEN'
you                                                                        hh:mm
first prompt

ibid  fake/m                                                               n.n s
The answer with a needle in it.

you                                                            branch 1/2  hh:mm
second prompt

ibid  fake/m                                                               n.n s
The answer with a needle in it.











>
BRW  fake/m  first prompt                 i type  / search  Tab citation  ? keys
SCREEN
  press ]
  see "another second prompt"
  press ]
  see "this is the last of 2 branches"
}

@test "r asks again, b goes on from an earlier message, t shows the tree" {
  two_turns
  press r
  see "branch 2/2"
  press K
  press K
  press K
  press b
  see "the next prompt goes on from message"
  type "a third way"
  see "a third way"
  see_times "needle" 2
  press Escape
  see "BRW"
  press t
  see "branches"
  looks_like << 'SCREEN'
the branches of this conversation  7
  1 you  first prompt
  2 ibid  The answer with a needle in it.
    3 you  second prompt
      4 ibid  The answer with a needle in it.
      5 ibid  The answer with a needle in it.
    6 you  a third way
>   7 ibid  The answer with a needle in it.














>
LST  fake/m  first prompt            Enter go there  Alt-b branch here  Esc back
SCREEN
}

@test "+ and - rate, ! reports a citation, V checks again" {
  asked_salt_wren
  press Escape
  see "BRW"
  press +
  see "is rated good"
  press -
  see "is rated bad"
  press !
  see "Tab selects a citation"
  press Tab
  press !
  see "what is wrong with it?"
  type "it says September"
  see "[1] is marked as wrong"
  press V
  see "checked again: 3 claims: 3 exact"
}

@test "y y copies the message, and says by which way" {
  asked_salt_wren
  press Escape
  see "BRW"
  press y
  see "copy: y message"
  press y
  see "OSC 52"
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








message: sent to the terminal (OSC 52)
>
BRW  extractive  what did SALT WREN tur~  i type  / search  Tab citation  ? keys
SCREEN
  poll copied || fail "not in the terminal's clipboard"
}

# tmux keeps what OSC 52 brought as a buffer of its own.
copied() {
  tmux_here show-buffer 2> /dev/null | grep -qF 'SALT WREN began as a crew that spread banking trojans." [1]'
}

@test "? lists the keys, which can be searched" {
  screen 80x24
  press Escape
  see "BRW"
  press ?
  see "keys (type to find one;"
  see "send the prompt"
  keys "citation"
  looks_like << 'SCREEN'
keys (type to find one; [keys "input"] in the configuration changes them)  citat
  input    ctrl-x ctrl-n    next citation
  input    ctrl-x ctrl-p    previous citation
  input    ctrl-x y         copy: y message, t citation, T message without marks
  browse   tab              next citation
  browse   shift-tab        previous citation
  browse   y                copy: y message, t citation, T message without marks
  browse   V                check the citations again
  browse   !                mark this citation as wrong
  sources  tab              next citation
  sources  shift-tab        previous citation
  sources  y                copy: y message, t citation, T message without marks
  sources  v                check the citations again
  sources  V                check the citations again
  sources  !                mark this citation as wrong
  pager    y                copy: y message, t citation, T message without marks






>
LST  extractive  new                                type to find a key  Esc back
SCREEN
  press Escape
  see "send the prompt"
  press Escape
  see "INS"
}

@test "v reads the message in the user's pager, and the screen is back afterwards" {
  cat > pager << 'SH'
#!/bin/sh
cat "$@"
printf 'end of the pager: press a key'
dd bs=1 count=1 2> /dev/null
SH
  chmod +x pager
  answers "Words for the pager."
  PAGER=$PWD/pager screen 80x24 -m fake
  type "hello"
  see "Words for the pager."
  press Escape
  see "BRW"
  press v
  see "end of the pager"
  press Enter
  see "BRW"
  looks_like << 'SCREEN'
you                                                                        hh:mm
hello

ibid  fake/m                                                               n.n s
Words for the pager.

















>
BRW  fake/m  hello                        i type  / search  Tab citation  ? keys
SCREEN
}

@test "the bare view: plain lines to select, Enter returns" {
  asked_salt_wren
  press Escape
  see "BRW"
  press L
  see "-- Enter goes back to ibid --"
  looks_like << 'SCREEN'
moved to ransomware and bought its first access from brokers instead of sending
mail
of its own." [2]

"In September 2020 the group used Cobalt Strike to move through a hospital netwo
rk
and encrypted 140 servers within 50 minutes." [3]

[1] SALT WREN turns from banking trojans to ransomware, Coastline Incident Respo
nse, 9 November 2020: "SALT WREN began as a crew that spread banking trojans."
[2] SALT WREN turns from banking trojans to ransomware, Coastline Incident Respo
nse, 9 November 2020: "During the summer of 2020 it
moved to ransomware and bought its first access from brokers instead of sending
mail
of its own."
[3] SALT WREN turns from banking trojans to ransomware, Coastline Incident Respo
nse, 9 November 2020: "In September 2020 the group used Cobalt Strike to move th
rough a hospital network
and encrypted 140 servers within 50 minutes."



-- Enter goes back to ibid --
SCREEN
  press Enter
  see "BRW"
}

@test "the dump stays in the scrollback of the main screen" {
  asked_salt_wren
  press Escape
  see "BRW"
  press P
  see "the conversation is in the terminal's scrollback"
  press Q
  ends_with 0
  run -0 tmux_here capture-pane -p -S -
  holds "$output" "SALT WREN began as a crew"
}

@test "the mouse, once it is asked for: a click on a mark opens its passage, the wheel scrolls what is under it" {
  samples
  screen 80x12
  type "what did SALT WREN turn to?"
  see "3 exact"
  press C-x t
  see "clicks and wheel are ibid's"
  # SGR reports (1006): button 0 is the left one; 64 and 65 are the wheel.
  keys $'\e[<64;10;3M'
  keys $'\e[<64;10;3M'
  see "SALT WREN began as a crew"
  local line before row
  line=$(shown | grep -n 'crew that spread banking trojans." \[1\]')
  before=${line%"[1]"*}
  row=${line%%:*}
  keys $'\e[<0;'"$((${#before} - ${#row} + 1));${row}M"
  see "[1] SALT WREN turns from banking trojans"
  press Escape
  gone "[1] SALT WREN turns from banking trojans"
}
