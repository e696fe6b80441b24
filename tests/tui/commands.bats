# What is typed behind a slash.
load helpers

@test "a command of ibid writes a card" {
  samples
  screen 80x24
  type "/doc list"
  see "SALT WR"
  looks_like << 'SCREEN'
/doc list
id  citekey                    title     authors   date        kind  pages  tags
d3  wieczorekQUIETLOOMIts2020  QUIET L…  Wieczor…  2020-12-03  html      0
d2  SALTWRENTurns              SALT WR…                        txt       0
d1  halvorsenGREYHERONTwo2021  GREY HE…  Halvors…  2021-02-18  md        0

















>
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "a card on a phone" {
  samples
  screen 40x10
  type "/doc list"
  see "SALT"
  looks_like << 'SCREEN'
id  citekey   title     authors   date
kind  pages  tags
d3  wieczor…  QUIET L…  Wieczor…
2020-12…  html      0
d2  SALTWRE…  SALT WR…
txt       0
d1  halvors…  GREY HE…  Halvors…
2021-02…  md        0
>
INS  extractive  new
SCREEN
}

@test "an unknown command names the nearest" {
  screen 80x24
  type "/docs lits"
  see "list"
  looks_like << 'SCREEN'
/docs lits
ibid doc: no verb 'lits'; did you mean 'list'?
see 'ibid help doc'



















>
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  type "/sesion list"
  see "session"
}

@test "a command that destroys asks; anything but y changes nothing" {
  samples
  screen 80x24
  type "/doc rm d2"
  see "[y/N]"
  looks_like << 'SCREEN'
/doc rm d2
ibid doc rm: move 1 document to the trash (0 citations would lose their
source)?: nobody can be asked; give --yes to go on


















really '/doc rm d2'? [y/N]
>
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press n
  see "nothing was changed"
  run -0 ibid doc list --plain
  holds "$output" "SALT WREN"
  type "/doc rm d2"
  see "[y/N]"
  press y
  gone "[y/N]"
  until_true rm_is_done
}

rm_is_done() {
  ! ibid doc list --plain | grep -q "SALT WREN"
}

@test "two slashes begin a prompt that begins with one" {
  answers "ok."
  screen 80x24 -m fake
  type "//etc/passwd is a file"
  see "ok."
  looks_like << 'SCREEN'
you                                                                        hh:mm
/etc/passwd is a file

ibid  fake/m                                                               n.n s
ok.

















>
INS  fake/m  /etc/passwd is a file        ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "/help lists the words" {
  screen 80x24
  type "/help"
  see "A prompt that begins with a slash is written //"
  looks_like << 'SCREEN'
/edit      [N]                  change your last prompt (or message N): a branch
/branch    N                    go on from message N: a branch
/next                           to the next branch of the last fork
/find      TEXT                 messages of this conversation that hold a text
/stop                           stop the answer and keep its part
/bare                           the last exchange as plain lines, to select and
copy
/dump                           leave the conversation in the terminal's
scrollback
/found     WORDS                messages of all conversations that hold the
words
/keys                           all keys
/mouse                          clicks and wheel, or the wheel only
/raw                            math as it was written, and back
/theme     auto|light|dark|mono colours
/tree                           the branches of this conversation
/verify                         check the citations again

Every command of ibid works too: /doc list, /search WORDS, /cite export @,
/ingest FILE ...
A prompt that begins with a slash is written //. @d3 or @tag:x in a prompt
narrows its sources.
>
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "/ingest reads a file, and the next question rests on it" {
  screen 80x24
  type "/ingest $REPO/tests/samples/salt-wren.txt"
  see "added"
  type "what did SALT WREN turn to?"
  see "3 exact"
}

@test "/scope narrows, and the status row says so; @ narrows one prompt" {
  samples
  screen 80x24
  type "/scope d1"
  see "answers rest on: d1"
  see "scope 1"
  type "what did SALT WREN turn to?"
  see "ibid"
  lacks "$(shown)" "3 exact"
  type "/scope clear"
  see "all documents may be used"
  type "which groups used Cobalt Strike in 2020? @d2"
  see "exact"
  looks_like << 'SCREEN'
you                                                                        hh:mm
what did SALT WREN turn to?

ibid  extractive
The library does not carry an answer to this question. Nothing in it bears on
it.

you                                                                        hh:mm
which groups used Cobalt Strike in 2020? @d2

ibid  extractive                                                        1 source
"In September 2020 the group used Cobalt Strike to move through a hospital
network and encrypted 140 servers within 50 minutes." [1]

"In a second case, in October 2020, it used Cobalt Strike together with PsExec."
[2]

"The ransom asked for was 1.2 million US dollars; the hospital did not pay and
restored from tape in 6 days." [3]

3 claims: 3 exact
only 1 document in scope, with fewer than 5 passages
>
INS  extractive  what did SALT WREN tur~  ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "commands are refused or run beside an answer that streams" {
  samples
  { say "Slow words"; echo silence; } | answers_by
  screen 80x24 -m fake
  type "/ground off"
  see "the model's own"
  type "hello"
  see "Slow words"
  type "/doc list"
  see "SALT WR"
  see "Ctrl-C stop"
  type "/new"
  see "an answer is arriving; wait for it or stop it first"
}

@test "control bytes in a command's output do not reach the terminal" {
  printf 'title: evil \033[31mred\033]0;owned\007\n\nwords\n' > evil.txt
  ibid -q ingest evil.txt
  screen 80x24
  type "/doc list"
  see "evil"
  lacks "$(tmux_here capture-pane -p -e)" $'\e[31m'
  [ "$(tmux_here display-message -p '#{pane_title}')" != "owned" ]
}
