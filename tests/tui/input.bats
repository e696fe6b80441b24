# The prompt: what is typed, pasted, completed, brought back.
load helpers

# What the provider was asked last, without evidence.
asked() {
  tail -n 1 "$LOG" | jq -r '.body | fromjson? // . | .messages[-1].content'
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
