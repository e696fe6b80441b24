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

@test "a storm of sizes while an answer streams ends in the same screen" {
  local size
  trickle | answers_by
  screen 80x24 -m fake
  type "go"
  see "word1 "
  for size in 1x1 300x100 20x5 2x100 300x2 40x10 250x70 7x7 80x1 1x50 100x30 33x11 299x99 80x24; do
    resize "$size"
  done
  see "the end."
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                               n.n s
word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12
word13 word14 word15 word16 word17 word18 word19 word20 word21 word22 word23
word24 word25 word26 word27 word28 word29 word30 word31 word32 word33 word34
word35 word36 word37 word38 word39 word40 word41 word42 word43 word44 word45
word46 word47 word48 word49 word50 word51 word52 word53 word54 word55 word56
word57 word58 word59 word60 word61 word62 word63 word64 word65 word66 word67
word68 word69 word70 word71 word72 word73 word74 word75 word76 word77 word78
word79 word80 word81 word82 word83 word84 word85 word86 word87 word88 word89
word90 word91 word92 word93 word94 word95 word96 word97 word98 word99 word100
the end.








>
INS  fake/m  go                           ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-d
  ends_with 0
  is_sane
}

@test "two hundred sizes, as fast as they come" {
  local i
  trickle | answers_by
  {
    echo "wait INS"
    echo 'send go\r'
    echo "wait word1"
    for i in $(seq 200); do echo "resize $((i * 37 % 100 + 1)) $((i * 91 % 300 + 1))"; done
    echo "resize 24 80"
    echo "sleep-until-quiet 500"
    echo 'send \x0c'
    echo "wait the end."
    echo 'send \x04'
  } > steps
  run -0 env TERM=xterm-256color "$IBID_TOOLS/pty_run" -r 24 -c 80 -t 30 steps "$IBID" chat -m fake
  holds "$output" "termios same"
  holds "$output" "exit 0"
}

@test "a provider that stalls: the seconds are counted, Ctrl-C ends it" {
  { echo flush; echo silence; } | answers_by
  screen 80x24 -m fake
  type "go"
  poll counts_seconds || fail "no seconds"
  press C-c
  see "your prompt is back below"
}

counts_seconds() {
  tmux_here capture-pane -p | grep -q "waiting [1-9][0-9]* s  Ctrl-C stop"
}

@test "a provider that is not there: a card with the reason, the prompt is back" {
  configure <<- END
	[provider "fake"]
	protocol = openai-chat
	base_url = http://127.0.0.1:1
	model = m
	END
  screen 80x24 -m fake
  type "is anybody there?"
  see "failed:"
  see "> is anybody there?"
  see "r again"
}

@test "a provider that cuts at once, within a line, within a character" {
  local how
  for how in 'cut fin' $'"data: {\\"cho"\ncut rst' $'"data: {\\"choices\\":[{\\"delta\\":{\\"content\\":\\"\\xe6\\xbc"\ncut fin'; do
    printf '%s\n' "$how" | answers_by
    screen 80x24 -m fake
    type "go"
    see "failed:"
    see "> go"
    press C-c
    end_screens
    end_providers
  done
}

@test "a provider that answers garbage says what came" {
  cat > script.wire <<- 'END'
	expect POST /v1/chat/completions
	header content-type: text/html
	|<html><body>Nothing here \x1b[31m</body></html>
	END
  PROTOCOL=openai-chat serve script.wire --repeat
  screen 80x24 -m fake
  type "go"
  see "failed:"
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                               n.n s
failed: provider 'fake' refused the request: a web page instead of data
Esc, then: r again   M other model   i back to the prompt















your prompt is back below
> go
INS  fake/m  go                           ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "a provider that floods: keys are echoed meanwhile, Ctrl-C stops it" {
  "$IBID_TOOLS/fake_provider" --flood 50000000 --port-file port --seconds 60 > /dev/null 2>&1 < /dev/null 3>&- &
  PROVIDER_PID=$!
  until_true [ -s port ]
  configure <<- END
	[provider "fake"]
	protocol = openai-chat
	base_url = http://127.0.0.1:$(cat port)
	model = m
	END
  screen 80x24 -m fake
  type "go"
  see "water water"
  keys "typed meanwhile"
  see "> typed meanwhile"
  press C-c
  see "stopped   c goes on"
  see "> typed meanwhile"
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

@test "a store that is full before the prompt is sent: the prompt stays in the line" {
  answers "An answer."
  screen 80x24 -m fake
  prlimit --pid "$(cat pid)" --fsize=4096:
  type "keep me"
  see "error  not sent"
  see "the disk is full"
  see "> keep me"
  prlimit --pid "$(cat pid)" --fsize=unlimited:
  press Enter
  see "An answer."
}

@test "a store that another process holds: the screen goes on when it is let go" {
  answers "An answer."
  screen 80x24 -m fake
  type "one"
  see "An answer."
  python3 -c 'import sqlite3, sys, os, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
open("held", "w").close()
while not os.path.exists("let-go"): time.sleep(0.01)' "$XDG_DATA_HOME/ibid/library.db" 3>&- &
  HOLDER=$!
  until_true [ -e held ]
  type "two"
  touch let-go
  wait "$HOLDER"
  see_times "An answer." 2
}
