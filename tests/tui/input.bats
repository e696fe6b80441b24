# The prompt: what is typed, pasted, completed, brought back.
load helpers

# What the provider was asked last, without evidence.
asked() {
  tail -n 1 "$LOG" | jq -r '.body | fromjson? // . | .messages[-1].content'
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
