# Past conversations: the list, the search over all of them, and one that is open twice.
load helpers

# Three conversations, made as a person makes them.
three() {
  local prompt
  answers "An answer about $1."
  for prompt in "pumps and pipes" "gardens in spring" "the ports of Norway"; do
    ibid -q ask -m fake --save "$prompt" > /dev/null 2>&1 || ibid -q ask -m fake "$prompt" > /dev/null
  done
}

@test "the list: filter, open, at 80x24" {
  three things
  screen 80x24 -m fake
  press C-x b
  see "gardens in spring"
  looks_like << 'SCREEN'
conversations  3
  the ports of Norway                                    fake/m  2 messages  now
  gardens in spring                                      fake/m  2 messages  now
  pumps and pipes                                        fake/m  2 messages  now


















>
LST  fake/m  new      Enter open  Alt-n new  Alt-r name  Del trash  ^F full text
SCREEN
  keys "gard"
  gone "pumps"
  looks_like << 'SCREEN'
conversations  gard_  1 shown
  gardens in spring                                      fake/m  2 messages  now




















>
LST  fake/m  new      Enter open  Alt-n new  Alt-r name  Del trash  ^F full text
SCREEN
  press Enter
  see "An answer about things."
  looks_like << 'SCREEN'
you                                                                        hh:mm
gardens in spring

ibid  fake/m                                                               n.n s
An answer about things.

















>
INS  fake/m  gardens in spring            ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "the list at 40x10" {
  three things
  screen 40x10 -m fake
  press C-x b
  see "gardens"
  looks_like << 'SCREEN'
conversations  3
  the ports of   fake/m  2 messages  now
  gardens in sp  fake/m  2 messages  now
  pumps and pip  fake/m  2 messages  now




>
LST  m  new
SCREEN
}

@test "the list at 20x5" {
  three things
  screen 20x5 -m fake
  press C-x b
  see "gardens"
  looks_like << 'SCREEN'
conversations  3
  the ports of Norwa
  gardens in spring
  pumps and pipes
>
SCREEN
}

@test "the list at 250x70" {
  three things
  screen 250x70 -m fake
  press C-x b
  see "gardens"
  looks_like << 'SCREEN'
conversations  3
  the ports of Norway                                                                                                                                                                                                              fake/m  2 messages  now
  gardens in spring                                                                                                                                                                                                                fake/m  2 messages  now
  pumps and pipes                                                                                                                                                                                                                  fake/m  2 messages  now
































































>
LST  fake/m  new                                                                                                                                                                                Enter open  Alt-n new  Alt-r name  Del trash  ^F full text
SCREEN
}

@test "rename, tag, delete, undo" {
  three things
  screen 80x24 -m fake
  press C-x b
  see "gardens"
  keys "gard"
  gone "pumps"
  press M-r
  see "name: "
  press C-u
  type "roses"
  press Escape
  see "roses"
  keys "roses"
  gone "pumps"
  press M-t
  see "tags"
  type "+garden"
  see "[garden]"
  press DC
  see "in the trash for 7 days"
  looks_like << 'SCREEN'
conversations  roses_  0 shown
nothing holds what was typed



















in the trash for 7 days; Alt-u takes it back
>
LST  fake/m  new      Enter open  Alt-n new  Alt-r name  Del trash  ^F full text
SCREEN
  run -0 ibid session list --plain
  lacks "$output" "roses"
  press M-u
  see "taken back"
  run -0 ibid session list --plain
  holds "$output" "roses"
}

@test "the text of all conversations is searched, and the message is shown in its own" {
  three things
  screen 80x24 -m fake
  type "/found Norway"
  see "messages of all conversations"
  looks_like << 'SCREEN'
messages of all conversations  1
  the ports of Norway                                the ports of Norway #1  now




















>
LST  fake/m  new                                            Enter open  Esc back
SCREEN
  press Enter
  see "BRW"
  looks_like << 'SCREEN'
you                                                                        hh:mm
the ports of Norway

ibid  fake/m                                                               n.n s
An answer about things.

















>
BRW  fake/m  the ports of Norway          i type  / search  Tab citation  ? keys
SCREEN
}

@test "Ctrl-F in the list searches the text" {
  three things
  screen 80x24 -m fake
  press C-x b
  see "gardens"
  press C-f
  see "search all conversations:"
  type "pumps"
  see "pumps and pipes #1"
}

@test "one that is open in another ibid is read only here until /take, and then it is there" {
  answers "An answer."
  screen 80x24 -m fake
  type "who writes?"
  see "An answer."
  screen 80x24 -m fake -c
  see "read only: open in"
  looks_like << 'SCREEN'
you                                                                        hh:mm
who writes?

ibid  fake/m                                                               n.n s
An answer.
















read only: open in process N since hh:mm; '/take' takes it over
>
INS  fake/m  who writes? (read only)      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  type "me too"
  see "> me too"
  see "read only: open in"
  press C-c
  gone "> me too"
  type "/take"
  see "this conversation is written here now"
  type "me now"
  see_times "An answer." 2
  use 1
  type "and me?"
  see "read only"
}

@test "a session that ended is free again" {
  answers "An answer."
  screen 80x24 -m fake
  type "who writes?"
  see "An answer."
  kill -KILL "$(cat pid)"
  see "left with 137"
  screen 80x24 -m fake -c
  see "An answer."
  type "me"
  see_times "An answer." 2
}

@test "/title names it, /new begins another, /open goes back" {
  answers "An answer."
  screen 80x24 -m fake
  type "first"
  see "An answer."
  type "/title my pumps"
  see "named 'my pumps'"
  type "/new"
  see "INS  fake/m  new"
  type "/open my pumps"
  see "An answer."
  see "INS  fake/m  my pumps"
}
