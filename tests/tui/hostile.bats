# Text from outside may say what it likes, but it never commands the terminal.
load helpers

# Escape sequences for colours, title, clipboard and a report; the same in C1; overrides of direction; tags.
EVIL=$'before\e[31;45mred\e]0;owned\a\e]52;c;b3duZWQ=\a\e[6n\u009b31;45m\u009d0;owned\u009c \u202eright\u2066left\u200f\ufeff\U000e0041 \x08\x7fafter'

# No sequence but those that a screen is drawn with, no control characters, nothing that turns the text around.
is_harmless() {
  python3 - "$1" << 'PY'
import re, sys
data = open(sys.argv[1], "rb").read()
assert len(data) > 300, "nothing was drawn"
for bad in (b"owned", b"31;45m", b"b3duZWQ", b"\x1b[6n"):
    # "owned" may stand as text, never behind the head of a sequence
    if bad != b"owned" and b"\x1b[" + bad in data or b"\x1b]0;" + bad in data or b"\x1b]52;c;" + bad in data:
        sys.exit("passed: %r" % bad)
rest = re.sub(rb"\x1b\[[?>=]?[0-9;:]*[A-Za-z@`]|\x1b[()][0AB]|\x1b[=>78MDc]|\x1b\[[0-9;]*[$ ][a-z]|\x1b\[!p|[\r\n\x08\x0e\x0f\t]", b"", data)
found = re.search(rb"[\x00-\x1f\x7f]", rest)
if found:
    sys.exit("a control character passed: %r" % rest[max(0, found.start() - 30):found.end() + 30])
text = rest.decode("utf-8")
found = re.search("[\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]", text)
if found:
    sys.exit("passed: %r" % text[max(0, found.start() - 30):found.end() + 30])
PY
}

# Run the steps on standard input over `ibid chat ...`, all that the terminal got in `raw`.
drawn() {
  run -0 env TERM=xterm-256color IBID_NO_PROBE=1 "$IBID_TOOLS/pty_run" -r 24 -c 80 -t 30 -o raw - "$IBID" chat "$@"
  holds "$output" "termios same"
}

@test "an answer" {
  answers "$EVIL"
  screen 80x24 -m fake
  type "go"
  see "after"
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                               n.n s
before␛[31;45mred␛]0;owned␇␛]52;c;b3duZWQ=␇␛[6n<U+009B>31;45m<U+009D>0;owned<U+0
09C> <U+202E>right<U+2066>left<U+200F><U+FEFF><U+E0041> ␈␡after
















>
INS  fake/m  go                           ^X s sources  ^X b sessions  ^X h keys
SCREEN
  [ "$(tmux_here display-message -p '#{pane_title}')" != "owned" ]
  press C-d
  see "left with 0"
  drawn -m fake << 'STEPS'
wait INS
send go\r
wait after
send \x04
STEPS
  is_harmless raw
}

@test "reasoning, code, a table, a link" {
  {
    echo "|data: $(jq -nc --arg t "$EVIL" '{choices: [{index: 0, delta: {reasoning_content: $t}}]}')"
    echo "|"
    say '```sh'$'\n'"$EVIL"$'\n```\n\n' "| a | b |"$'\n'"|---|---|"$'\n'"| ${EVIL//$'\n'/} | 2 |"$'\n\n' "[$EVIL](http://example.org/$EVIL) end."
    said
  } | answers_by
  drawn -m fake << 'STEPS'
wait INS
send go\r
wait end.
send \e
wait BRW
send \r
sleep-until-quiet 200
send Q
STEPS
  is_harmless raw
}

@test "a server's error" {
  cat > script.wire <<- END
	expect POST /v1/chat/completions
	status 400
	header content-type: application/json
	|$(jq -nc --arg t "$EVIL" '{error: {message: $t}}')
	END
  PROTOCOL=openai-chat serve script.wire --repeat
  drawn -m fake << 'STEPS'
wait INS
send go\r
wait after
send \x03\x03\x03
STEPS
  is_harmless raw
}

@test "titles of documents, in answers, sources, lists and completions" {
  printf 'title: %s\n\nThe heron of Ekvik eats fish in winter.\n' "$EVIL" > evil.txt
  ibid -q ingest evil.txt
  drawn << 'STEPS'
wait INS
send what does the heron of Ekvik eat?\r
wait 1 exact
send \x18s
wait sources of
send \r
wait Esc back
send \e
wait sources of
send \e
wait BRW
send D
wait documents
send \e
wait BRW
send i
wait INS
send /doc list\r
wait title
send tell @\t
wait d1
send \x15\x04
STEPS
  is_harmless raw
}

@test "names of conversations" {
  answers "ok."
  drawn -m fake << STEPS
wait INS
send go\\r
wait ok.
send \\x04
STEPS
  ibid -q session rename @ "$EVIL"
  screen 80x24 -m fake -c
  see "ok."
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                               n.n s
ok.

















>
INS  fake/m  before␛[31;45mred␛]0;owned~  ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-d
  ends_with 0
  drawn -m fake -c << 'STEPS'
wait INS
send \x18b
wait conversations
send \e
wait INS
send \x04
STEPS
  is_harmless raw
}

@test "a paste" {
  answers "ok."
  screen 80x24 -m fake
  paste_here "$EVIL"
  see "after"
  looks_like << 'SCREEN'

















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.

> before␛[31;45mred␛]0;owned␇␛]52;c;b3duZWQ=␇␛[6n<U+009B>31;45m<U+009D>0;owned<U
  +009C> <U+202E>right<U+2066>left<U+200F><U+FEFF><U+E0041> ␈␡after
INS  fake/m  new                          ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press Enter
  see "ok."
}

@test "very long words and lines are cut or broken, never spilled" {
  answers "$(printf 'w%.0s' $(seq 300)) end." $'\n\n```\n'"$(printf 'c%.0s' $(seq 300))"$'\n```\n'
  screen 40x10 -m fake
  type "$(printf 'n%.0s' $(seq 200))"
  see "cccc"
  looks_like << 'SCREEN'
wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww
wwwwwwwwwwwwwwwwwwww end.

ccccccccccccccccccccccccccccccccccccccc>
>
INS  m  nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn~
SCREEN
}

@test "late and split answers of the terminal are never typed into the prompt" {
  run -0 env TERM=xterm-256color "$IBID_TOOLS/pty_run" -r 24 -c 80 -t 30 - "$IBID" chat << 'STEPS'
wait INS
sleep-until-quiet 700
send one 
send \e]11;rgb:ff
sleep-until-quiet 20
send ff/ffff/f
sleep-until-quiet 20
send fff\e\\
send \e[?64;1;
sleep-until-quiet 20
send 22c
send \e[?0u\e[?2026;2$y
send two
wait two
sleep-until-quiet 1100
signal 15
STEPS
  holds "$output" "termios same"
  [ "$(draft)" = "one two" ]
}

draft() {
  python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("SELECT text FROM draft").fetchone()[0])' \
    "$XDG_DATA_HOME/ibid/library.db"
}
