load helpers
load provider
load terminal

teardown() {
  end_terminal
  [ -z "${PROVIDER_PID:-}" ] || kill "$PROVIDER_PID" 2> /dev/null || true
}

samples() {
  ibid -q ingest "$REPO/tests/samples/grey-heron.md" "$REPO/tests/samples/salt-wren.txt" "$REPO/tests/samples/quiet-loom.html"
}

# A conversation with the scripted provider that gives these pieces, again and again.
talk() {
  answering "$@"
  PROTOCOL=openai-chat serve script.wire --repeat
  chat --inline -m fake
  see "You:"
}

@test "without a terminal there is no conversation: 2, and what to use instead" {
  run --separate-stderr -2 ibid chat hello < /dev/null
  [ -z "$output" ]
  holds "$stderr" "a conversation needs a terminal; for one question use 'ibid ask'"
  run --separate-stderr -2 ibid chat --json
  holds "$stderr" "there is no --json"
  run --separate-stderr -2 ibid < /dev/null
  holds "$stderr" "a command is missing"
}

@test "what cannot be asked is told before anything is drawn" {
  run -78 on_tty ibid chat --inline -m nosuch
  holds "$output" "nosuch"
  run -66 on_tty ibid chat --inline -s nosuch
  run -66 on_tty ibid chat --inline -c
  run -66 on_tty ibid chat --inline -d nosuch
  run -2 on_tty ibid chat --inline --branch @ -c
  holds "$output" "it excludes -s and -c"
  run -2 on_tty ibid chat --inline -m a -m b -m c -m d -m e -m f -m g -m h -m i
  holds "$output" "8 models can be asked at once"
}

@test "without a key and without documents it says what works" {
  chat --inline
  see "the library is empty"
  see "'/ingest FILE'"
  see "You:"
  press C-d
  ends_with 0
}

@test "a documented word for each row, all in 80 columns" {
  chat --inline
  see "You:"
  type /help
  see "/stop"
  see "Every command of ibid works after a slash"
  [ "$(shown | awk 'length > 80')" = "" ]
}

@test "documents read in and asked without any key, with their sources below the answer" {
  chat --inline
  see "You:"
  type "/ingest '$REPO/tests/samples/salt-wren.txt'"
  see "added"
  see "You:"
  type "what did SALT WREN turn to?"
  see "ibid:"
  see "[1] SALT WREN turns from banking trojans to ransomware"
  see "exact"
  see "claim"
  see "You:"
  type "/source 1"
  see "level    exact"
  see ">>>"
  type "/sources"
  see "[1] SALT WREN"
  type "/cite export @ --format bibtex"
  see "@"
  press C-d
  see "To go on: ibid chat -s"
  ends_with 0
}

@test "an answer streams with its role, and the conversation goes on" {
  talk "Hello, " "**world**."
  type "say hello"
  see "ibid:"
  see "Hello, world."
  see "#2, fake/m, 7 tokens in, 3 out"
  see "You:"
  type "once more"
  see "Hello, world."
  see "#4, fake/m"
  see "You:"
  press C-d
  ends_with 0
  run -0 jq -r '.body | fromjson? // . | .messages | map(.role) | join(" ")' "$LOG"
  [ "${lines[1]}" = "system user assistant user" ]
  run -0 ibid session list --plain
  [ "${#lines[@]}" -eq 1 ]
}

@test "the prompt of the command line is asked at once; -c goes on, with the last exchange shown" {
  answering "The first answer."
  PROTOCOL=openai-chat serve script.wire --repeat
  chat --inline -m fake what is first
  see "You: what is first"
  see "The first answer."
  see "You:"
  press C-d
  ends_with 0
  end_terminal
  chat --inline -m fake -c
  see "what is first"
  see "The first answer."
  see "You:"
  press C-d
  ends_with 0
  end_terminal
  chat --inline -m fake --branch '@#1'
  see "what is first"
  see "You:"
  type "another second"
  see "The first answer."
  press C-d
  ends_with 0
}

@test "several models answer one prompt, one below the other" {
  answering "All at once."
  PROTOCOL=openai-chat serve script.wire --repeat
  chat --inline -m fake -m fake/other hello
  see "ibid (fake/m):"
  see "All at once."
  see "ibid (fake/other):"
  see "All at once."
  see "You:"
}

@test "a prompt of several lines: by a backslash at the end, by Ctrl-J, by Alt-Enter" {
  talk "ok"
  type "one\\"
  see "...>"
  type "two"
  see "ok"
  see "You:"
  tmux_here send-keys -l "three"
  press C-j
  type "four"
  see "ok"
  see "You:"
  tmux_here send-keys -l "five"
  press M-Enter
  type "six"
  see "ok"
  run -0 jq -r '.body | fromjson? // . | .messages[-1].content' "$LOG"
  [ "$output" = $'one\ntwo\nthree\nfour\nfive\nsix' ]
}

@test "what was typed before the line was there is not lost" {
  talk "ok"
  type "one"
  type "two"
  see "ok"
  see "ok"
  see "You:"
  run -0 jq -r '.body | fromjson? // . | .messages[-1].content' "$LOG"
  [ "$output" = $'one\ntwo' ]
}

@test "Ctrl-C stops the answer and keeps its part; the second leaves with 130" {
  cat > script.wire << 'END'
expect POST /v1/chat/completions
header content-type: text/event-stream
|data: {"choices":[{"index":0,"delta":{"content":"The beginning.\n\nAnd "}}]}
|
flush
silence
END
  PROTOCOL=openai-chat serve script.wire --repeat
  chat --inline -m fake
  see "You:"
  type "tell me"
  see "The beginning."
  press C-c
  see "And"
  see "stopped; the part above is kept"
  see "You:"
  press C-c
  ends_with 130
  run -0 ibid session export @ --format json
  holds "$output" "The beginning."
  holds "$output" stopped
}

@test "Ctrl-C before the first word gives the prompt back" {
  cat > script.wire << 'END'
expect POST /v1/chat/completions
header content-type: text/event-stream
flush
silence
END
  PROTOCOL=openai-chat serve script.wire --repeat
  chat --inline -m fake
  see "You:"
  type "tell me"
  for _ in $(seq 200); do [ ! -s "$LOG" ] || break; sleep 0.02; done
  press C-c
  see "your prompt stands in the line again"
  see "You: tell me"
}

@test "Ctrl-C clears the line, which the history keeps; twice on an empty one leaves" {
  talk "ok"
  tmux_here send-keys -l "half a thought"
  see "half a thought"
  press C-c
  see "You:"
  press Up
  see "You: half a thought"
  press C-c
  see "You:"
  press C-c
  see "once more leaves"
  press C-c
  ends_with 130
}

@test "SIGTERM ends it in order: 143, and the terminal is as it was" {
  talk "ok"
  press x
  kill -TERM "$(cat pid)"
  ends_with 143
  run -0 tmux_here list-panes -F '#{pane_tty}'
  holds "$(stty -a -F "$output")" " icanon"
  holds "$(stty -a -F "$output")" " echo "
}

@test "earlier prompts come back with the arrow, from other conversations too" {
  talk "ok"
  type "remember me"
  see "ok"
  press C-d
  ends_with 0
  end_terminal
  chat --inline -m fake
  see "You:"
  press Up
  see "You: remember me"
}

@test "a failed prompt stands in the line again, with the reason and the next step" {
  printf 'expect POST /v1/chat/completions\nstatus 401\nframing length\n|{"error":{"message":"bad key"}}\n' > script.wire
  PROTOCOL=openai-chat serve script.wire --repeat
  chat --inline -m fake
  see "You:"
  type "hello there"
  see "error: "
  see "/model chooses another model"
  see "You: hello there"
}

@test "a model that cannot be asked is told, and another one chosen from the list" {
  answering "ok"
  PROTOCOL=openai-chat serve script.wire --repeat
  chat --inline
  see "You:"
  type "/model nosuch"
  see "error: "
  type "/model"
  see "1. extractive"
  see "fake/m"
  see "Number (Enter: none):"
  type 2
  see "From here on fake/m answers."
  type "hello"
  see "ok"
  type "/model list"
  see "extractive"
}

@test "a slash command is the command; a mistyped one is named, two slashes send one" {
  samples
  talk "ok"
  type "/doc list --sort title --fields title"
  see "GREY HERON"
  type "/sesion list"
  see "did you mean '/session'?"
  type "/chat"
  see "/new begins another conversation"
  type "/__complete x"
  see "no command '/__complete'"
  type "/doc 'list"
  see "the quote ' is not closed"
  type "/session show @"
  see "in which nothing was said yet"
  type "/ground off"
  see "from the model alone"
  type "//doc is text"
  see "ok"
  run -0 jq -r '.body | fromjson? // . | .messages[-1].content' "$LOG"
  holds "$output" "/doc is text"
}

@test "@ means the conversation that is shown, not the newest one" {
  talk "ok"
  type "the one that is shown"
  see "ok"
  see "You:"
  ibid ask -q -m fake "the newer one" > /dev/null
  type "/session show @"
  see "the one that is shown"
  type "/title a name of its own"
  see "is called 'a name of its own'"
  type "/sessions"
  see "1. "
  see "a name of its own"
  see "Number"
  press Enter
  see "You:"
}

@test "conversations: new, open by name and from the list" {
  talk "ok"
  type "about apples"
  see "ok"
  type "/new"
  see "A new conversation."
  type "about pears"
  see "ok"
  type "/open about apples"
  see "about apples"
  see "ok"
  type "/sessions"
  see "1. "
  see "Number"
  type "9"
  see "There is no number '9'"
}

@test "a conversation that a command removes is left" {
  talk "ok"
  type "about apples"
  see "ok"
  type "/session rm @ --yes"
  see "trashed"
  see "That conversation was removed; a new one begins here."
  type "about pears"
  see "#2, fake/m"
  press C-d
  ends_with 0
  run -0 ibid session list --plain --fields name
  [ "$output" = "about pears" ]
}

@test "branches: edit, again, next, branch, find" {
  talk "ok"
  type "first try"
  see "#2, fake/m"
  type "/edit"
  see "You: first try"
  type " of two"
  see "#4, fake/m"
  type "/again"
  see "#5, fake/m"
  type "/next"
  see "Branch 1 of 2."
  type "/next"
  see "Branch 2 of 2."
  type "/branch 1"
  see "the conversation goes on"
  see "first try"
  type "/find FIRST"
  see "No message here holds 'FIRST'"
  type "/find first"
  see "#1 You: first try"
  press C-d
  ends_with 0
  run -0 jq -r '.body | fromjson? // . | .messages[-1].content' "$LOG"
  [ "${lines[1]}" = "first try of two" ]
}

@test "the scope narrows what is used, and is cleared" {
  samples
  chat --inline
  see "exact quotes from your documents"
  type "/scope type:txt"
  see "Only these documents are used: type:txt"
  type "what did GREY HERON intrude into?"
  see "ibid:"
  see "You:"
  lacks "$(shown)" "GREY HERON: two years"
  type "/scope nosuch"
  see "error: "
  type "/scope"
  see "type:txt"
  type "/scope clear"
  see "All documents may be used."
  type "/ground require"
  see "or there is none"
  type "/ground perhaps"
  see "none of auto, off, require"
}

@test "a file goes along with one prompt and is not stored" {
  echo "The secret word is heliotrope." > "a note.txt"
  talk "ok"
  type "/attach a\\ note.txt"
  see "With the next prompt: a note.txt, 30 bytes of text"
  type "what is the word?"
  see "ok"
  see "You:"
  type "and now?"
  see "ok"
  see "You:"
  run -0 jq -r '.body | fromjson? // . | .messages[-1].content' "$LOG"
  holds "${lines[*]}" heliotrope
  run -0 jq -rs '.[1].body | fromjson? // . | .messages[-1].content' "$LOG"
  [ "$output" = "and now?" ]
  run -0 ibid doc list --plain
  [ -z "$output" ]
}

@test "Tab completes words, commands, verbs, sessions, models and files" {
  echo x > "plain file.txt"
  talk "ok"
  tmux_here send-keys -l "/att"
  press Tab
  see "You: /attach"
  tmux_here send-keys -l "pla"
  press Tab
  see 'You: /attach plain\ file.txt'
  press C-c
  tmux_here send-keys -l "/ses"
  press Tab
  tmux_here send-keys -l " li"
  press Tab
  see "You: /session"
  press C-c
  tmux_here send-keys -l "/doc li"
  press Tab
  see "You: /doc list"
  press C-c
  tmux_here send-keys -l "/model fake/"
  press Tab
  see "You: /model fake/m"
  press C-c
  tmux_here send-keys -l "/ground re"
  press Tab
  see "You: /ground require"
}

@test "a command that takes long is ended by Ctrl-C, and the conversation goes on" {
  mkfifo pipe
  talk "ok"
  type "/ask -f '$PWD/pipe' -m fake x"
  see "not a regular file"
  cat > script.wire << 'END'
expect POST /v1/chat/completions
header content-type: text/event-stream
|data: {"choices":[{"index":0,"delta":{"content":"Slow.\n\nAnd "}}]}
|
flush
silence
END
  kill "$PROVIDER_PID"
  PROTOCOL=openai-chat serve script.wire --repeat
  type "/ask -m fake x"
  for _ in $(seq 200); do [ ! -s "$LOG" ] || break; sleep 0.02; done
  press C-c
  see "You:"
  type "/help"
  see "Every command of ibid"
}

@test "a conversation that is open elsewhere is shown, not written, until it is taken" {
  talk "ok"
  type "mine"
  see "ok"
  see "You:"
  tmux_here new-window "$IBID chat --inline -m fake -c; exec sleep 60"
  SEEN=0
  see "This conversation is open elsewhere"
  type "yours"
  see "/take writes it here"
  type "/take"
  see "is written here now"
  type "yours"
  see "ok"
}

@test "TERM=dumb and ACCESSIBLE=1 choose the lines by themselves" {
  TERM_INSIDE=dumb chat
  see "You:"
  press C-d
  ends_with 0
  lacks "$(shown)" $'\033'
  end_terminal
  export ACCESSIBLE=1
  chat
  see "ibid "
  see "You:"
  press C-d
  ends_with 0
}

@test "ACCESSIBLE=0 is as good as none: the screen" {
  export ACCESSIBLE=0
  chat
  for _ in $(seq 200); do
    [ "$(tmux_here display-message -p '#{alternate_on}')" = 0 ] || break
    sleep 0.025
  done
  [ "$(tmux_here display-message -p '#{alternate_on}')" = 1 ]
  press C-d
  ends_with 0
  [ "$(tmux_here display-message -p '#{alternate_on}')" = 0 ]
}

@test "ibid alone on a terminal is ibid chat" {
  export ACCESSIBLE=1
  start_terminal
  tmux_here new-session -d -x 80 -y 24 "$IBID; echo \"left with \$?\"; exec sleep 60" 3>&-
  see "You:"
  press C-d
  ends_with 0
}

@test "nothing moves: no escape sequence but colours and the line's own" {
  answering "Hello, **world**."
  PROTOCOL=openai-chat serve script.wire --repeat
  INPUT=<(printf '/help\nhello\n\004'; sleep 20) NO_COLOR=1 TERM=dumb on_tty ibid chat --inline -m fake > seen
  grep -q "Hello, " seen
  grep -q "To go on: ibid chat -s" seen
  ! grep -q $'\033' seen
}

@test "hostile words of a model and of a file name do not reach the terminal as they are" {
  talk $'before \033]0;pwned\a after \xe2\x80\xae reversed'
  type hello
  see "␛"
  see "You:"
  touch $'bad\033name'
  tmux_here send-keys -l "/attach ba"
  press Tab
  lacks "$(shown)" $'bad\033'
}

@test "idle, it neither wakes up nor writes" {
  command -v strace > /dev/null || skip "no strace"
  talk "ok"
  type hello
  see "ok"
  see "You:"
  strace -f -o calls -p "$(cat pid)" 2> attached &
  local tracer=$!
  for _ in $(seq 100); do grep -q attached attached && break; sleep 0.02; done
  grep -q attached attached || skip "strace may not attach"
  sleep 1
  kill "$tracer"
  wait "$tracer" || true
  [ "$(grep -c -E ' (write|poll|read)\(' calls)" -le 1 ] || fail "$(cat calls)"
}
