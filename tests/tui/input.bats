# The prompt: what is typed, pasted, completed, brought back.
load helpers

# What the provider was asked last, without evidence.
asked() {
  tail -n 1 "$LOG" | jq -r '.body | fromjson? // . | .messages[-1].content'
}

@test "Alt-Enter and Ctrl-J begin a new line, Enter sends all of them" {
  answers "ok."
  screen 80x24 -m fake
  keys "one"
  press M-Enter
  keys "two"
  press C-j
  keys "three"
  looks_like << 'SCREEN'
















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.

> one
  two
  three
INS  fake/m  new                          ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press Enter
  see "ok."
  looks_like << 'SCREEN'
you                                                                        hh:mm
one
two
three

ibid  fake/m                                                               n.n s
ok.















>
INS  fake/m  one                          ^X s sources  ^X b sessions  ^X h keys
SCREEN
  run -0 asked
  holds "$output" $'one\ntwo\nthree'
}

@test "a long prompt takes a third of the rows and no more; the row of the cursor is seen" {
  screen 40x10
  keys "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
  see "twenty"
  looks_like << 'SCREEN'
ibid 0.1.0
Ask. Answers from your library prove
their sources: [1] [1?] weak [1!]
failed.
/help: what can be typed. F1: keys.
/ingest FILE: more sources. Ctrl-D:
> t nine ten eleven twelve thirteen four
  teen fifteen sixteen seventeen eightee
  n nineteen twenty
INS  extractive  new
SCREEN
  press C-a
  see "one two"
  looks_like << 'SCREEN'
ibid 0.1.0
Ask. Answers from your library prove
their sources: [1] [1?] weak [1!]
failed.
/help: what can be typed. F1: keys.
/ingest FILE: more sources. Ctrl-D:
> one two three four five six seven eigh
  t nine ten eleven twelve thirteen four
  teen fifteen sixteen seventeen eightee
INS  extractive  new
SCREEN
}

@test "a paste of many lines is one chip, and is sent as it was" {
  local i text
  answers "read."
  screen 80x24 -m fake
  text=$(for i in $(seq 30); do echo "pasted line $i"; done)
  keys "look: "
  paste_here "$text"
  see "[pasted"
  looks_like << 'SCREEN'


















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.

> look: [pasted 30 lines]
INS  fake/m  new                          ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press Enter
  see "read."
  run -0 asked
  holds "$output" "look: $text"
}

@test "a small paste with newlines does not send, and Ctrl-Underscore takes it back whole" {
  screen 80x24
  keys "a "
  paste_here $'first\nsecond'
  see "second"
  looks_like << 'SCREEN'
















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
Answers are exact quotes, without network or key; /model chooses a model.

> a first
  second
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-_
  gone "second"
  see "> a"
}

@test "Ctrl-R searches the prompts of all conversations; Enter takes what was found, a second one sends it" {
  answers "ok."
  screen 80x24 -m fake
  type "the first über-question"
  see "ok."
  type "the second question"
  see_times "ok." 2
  press C-r
  keys "über"
  looks_like << 'SCREEN'
you                                                                        hh:mm
the first über-question

ibid  fake/m                                                               n.n s
ok.

you                                                                        hh:mm
the second question

ibid  fake/m                                                               n.n s
ok.











(reverse-i-search)`über': the first über-question
INS  fake/m  the first über-question      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press Enter
  see "> the first über-question"
  press C-e
  keys "?"
  press Enter
  see_times "ok." 3
  run -0 asked
  holds "$output" "the first über-question?"
}

@test "Enter ends a search of vi mode, and does not send" {
  echo 'set editing-mode vi' > "$HOME/.inputrc"
  answers "ok."
  screen 80x24 -m fake
  type "the first question"
  see "ok."
  press Escape
  see "NOR"
  keys "/first"
  see "/first"
  press Enter
  see "> the first question"
  looks_like << 'SCREEN'
you                                                                        hh:mm
the first question

ibid  fake/m                                                               n.n s
ok.

















> the first question
NOR  fake/m  the first question           ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "Up and Down walk the prompts that begin like what is typed; the draft is the newest" {
  answers "ok."
  screen 80x24 -m fake
  type "alpha one"
  see_times "ok." 1
  type "beta two"
  see_times "ok." 2
  type "alpha three"
  see_times "ok." 3
  keys "alpha"
  press Up
  see "> alpha three"
  press Up
  see "> alpha one"
  press Down
  see "> alpha three"
  press Down
  see "> alpha"
  gone "> alpha "
}

@test "what is typed survives a kill" {
  screen 80x24
  keys "half a thought, "
  press M-Enter
  keys "and its second line"
  until_true draft_is $'half a thought, \nand its second line'
  kill -KILL "$(cat pid)"
  see "left with 137"
  screen 80x24
  see "second line"
  looks_like << 'SCREEN'
















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
Answers are exact quotes, without network or key; /model chooses a model.

> half a thought,
  and its second line
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

draft_is() {
  [ "$(sqlite_text "SELECT text FROM draft")" = "$1" ]
}

sqlite_text() {
  python3 -c 'import sqlite3, sys; print("\n".join(str(r[0]) for r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])))' \
    "$XDG_DATA_HOME/ibid/library.db" "$1" 2> /dev/null
}

@test "what is typed survives a signal, and is there when the conversation goes on" {
  answers "ok."
  screen 80x24 -m fake
  type "begin"
  see "ok."
  keys "kept for later"
  kill -TERM "$(cat pid)"
  see "left with"
  screen 80x24 -m fake -c
  see "> kept for later"
}

@test "Ctrl-C clears, Up brings it back, Ctrl-C twice leaves" {
  screen 80x24
  keys "not this"
  press C-c
  looks_like << 'SCREEN'
















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
Answers are exact quotes, without network or key; /model chooses a model.

cleared; Up brings it back
>
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press Up
  see "> not this"
  press C-c
  gone "> not this"
  press C-c
  see "Ctrl-C again or Ctrl-D leaves"
  press C-c
  ends_with 0
}

@test "vi mode of the user's inputrc" {
  echo 'set editing-mode vi' > "$HOME/.inputrc"
  screen 80x24
  keys "one two three"
  press Escape
  see "NOR"
  keys "bdwi"
  see "INS"
  keys " 2"
  see "> one two 2"
  press Escape
  see "NOR"
  press Escape
  looks_like << 'SCREEN'

















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
Answers are exact quotes, without network or key; /model chooses a model.

> one two 2
BRW  extractive  new                      i type  / search  Tab citation  ? keys
SCREEN
}

@test "bindings of the user's inputrc, for ibid alone" {
  printf '%s\n' '$if ibid' '"\C-xw": "typed by a macro"' '$endif' > "$HOME/.inputrc"
  screen 80x24
  press C-x w
  see "> typed by a macro"
}

@test "Tab completes words after a slash, one at once, several as a list" {
  screen 80x24
  keys "/so"
  press Tab
  looks_like << 'SCREEN'

















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
  sources  what the last answer (or message N) rests on
  source  citation K of the last answer, in its context
> /source
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-u
  keys "/ing"
  press Tab
  see "> /ingest"
}

@test "Tab completes verbs and documents of ibid's commands" {
  samples
  screen 80x24
  keys "/doc l"
  press Tab
  see "> /doc list"
  press C-u
  keys "tell me of @"
  press Tab
  looks_like << 'SCREEN'














  d3  QUIET LOOM and its home-made implant
  wieczorekQUIETLOOMIts2020  QUIET LOOM and its home-made implant
  type:html
  coll:default
  d2  SALT WREN turns from banking trojans to ransomware
  SALTWRENTurns  SALT WREN turns from banking trojans to ransomware
  type:txt
  d1  GREY HERON: two years of intrusions at port operators         2 more
> tell me of @
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "the external editor gets the prompt and gives it back" {
  cat > edit << 'SH'
#!/bin/sh
cp "$1" got
printf 'changed\nby the editor\n' > "$1"
SH
  chmod +x edit
  EDITOR=$PWD/edit screen 80x24
  keys "before"
  press C-x C-e
  see "by the editor"
  looks_like << 'SCREEN'
















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
Answers are exact quotes, without network or key; /model chooses a model.

> changed
  by the editor
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  [ "$(cat got)" = "before" ]
}

@test "an answer goes on arriving while the editor runs" {
  { say "begun"; echo "delay 300"; say " and ended"; said; } | answers_by
  cat > edit << 'SH'
#!/bin/sh
for i in $(seq 200); do
  if "$IBID" session show @ | grep -q "begun and ended"; then
    echo "it came" > "$1"
    exit
  fi
  sleep 0.05
done
SH
  chmod +x edit
  EDITOR=$PWD/edit IBID=$IBID screen 80x24 -m fake
  type "one"
  see "begun"
  press C-x C-e
  see "> it came"
}

@test "an editor that fails leaves the prompt as it was" {
  EDITOR=false screen 80x24
  keys "before"
  press C-x C-e
  see "false"
  see "> before"
}

@test "the first stroke of two shows what may follow" {
  screen 80x24
  press C-x
  see "sources"
  looks_like << 'SCREEN'
















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
Answers are exact quotes, without network or key; /model chooses a model.

ctrl-e edit-outside   s sources   ctrl-n next-citation   ctrl-p previous-citatio
>
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-g
  gone "rebind"
}

@test "kill, yank, words and case are readline's" {
  screen 80x24
  keys "one two three"
  press C-w
  press C-a
  press C-y
  keys " "
  press M-u
  see "> three ONE two"
}
