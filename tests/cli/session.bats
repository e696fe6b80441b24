load helpers
load provider

# One conversation of two messages, by a provider that says little.
talk() {
  answering "All at once."
  PROTOCOL=openai-chat serve script.wire --repeat
  ibid ask -q -m fake "${1:-hello}" > /dev/null
}

@test "a session is listed, read, renamed, tagged" {
  talk "why is the sky blue?"
  run -0 ibid session list --json
  [ "$(json '.items[0].name')" = "why is the sky blue?" ]
  [ "$(json '.items[0].messages')" = 2 ]
  run -0 ibid session rename @ "Light"
  run -0 ibid session tag @ +physics extra
  run -0 ibid session tag @ -extra
  run -0 ibid session list --plain --fields name,tags
  [ "$output" = $'Light\tphysics' ]
  run -0 ibid session show
  holds "$output" "All at once."
}

@test "a session is found by the beginning of its id, its name, @ and @~1" {
  talk first
  ibid ask -q -m fake second > /dev/null
  id=$(ibid session list --plain --fields id -n 1)
  run -0 ibid session show "${id:0:4}"
  holds "$output" second
  run -0 ibid session show first
  holds "$output" first
  run -0 ibid session show @~1
  holds "$output" first
  run -66 ibid session show @~9
  run -66 ibid session show nosuch
}

@test "what is removed lies in the trash until undo brings it back" {
  talk hello
  run -77 ibid session rm @
  holds "$output" "--yes"
  run -0 ibid session rm @ --dry-run
  holds "$output" "would remove"
  run -0 ibid session rm @ -y
  run -0 ibid session list --plain
  [ -z "$output" ]
  run -0 ibid session undo
  run -0 ibid session list --plain --fields name
  [ "$output" = hello ]
}

@test "undo of a session takes its last exchange back as a branch" {
  talk hello
  ibid ask -q -c -m fake "and then?" > /dev/null
  run -0 ibid session undo @
  run -0 ibid session show @
  lacks "$output" "and then?"
  run -0 ibid session export @ --format json
  [ "$(json '.messages | length')" = 4 ]
  [ "$(json .head)" = 2 ]
  ibid session undo @
  run -1 ibid session undo @
}

@test "JSON goes out, comes in, and goes out the same but for id and times" {
  talk hello
  ibid session export @ --format json > one.json
  run -0 ibid session import one.json
  ibid session export @ --format json > two.json
  strip='del(.id, .created, .updated)'
  [ "$(jq -S "$strip" one.json)" = "$(jq -S "$strip" two.json)" ]
  ibid session export @ --format jsonl > lines.jsonl
  run -0 ibid session import lines.jsonl
  ibid session export @ --format json > three.json
  [ "$(jq -S "$strip" one.json)" = "$(jq -S "$strip" three.json)" ]
}

@test "what is no session is refused, and nothing of it is kept" {
  talk hello
  run -65 ibid session import - <<< '{"a":1}'
  run -65 ibid session import - <<< 'nonsense'
  ibid session export @ --format json | jq '.messages[1].parent = 7' > bad.json
  run -65 ibid session import bad.json
  holds "$output" "parent 7"
  run -0 ibid session list --plain
  [ "${#lines[@]}" -eq 1 ]
}

@test "every format holds the words, and HTML fetches nothing" {
  answering 'See ![x](http://evil.example/p.png) and <img src="http://evil.example/q.png"> **now**.'
  PROTOCOL=openai-chat serve script.wire
  ibid ask -q -m fake hello > /dev/null
  for format in md json jsonl org html; do
    run -0 ibid session export @ --format "$format"
    holds "$output" hello
    holds "$output" now
  done
  run -0 ibid session export @ --format html
  lacks "$output" '<img'
  run -2 ibid session export @ --format docx
}

@test "an export never replaces a file unasked" {
  talk hello
  echo mine > talk.md
  run -73 ibid session export @ -o talk.md
  [ "$(cat talk.md)" = mine ]
  run -0 ibid session export @ -o talk.md -y
  holds "$(cat talk.md)" hello
}

@test "control bytes of an answer are shown in exports, never written" {
  answering $'a\033[2Jb'
  PROTOCOL=openai-chat serve script.wire
  ibid ask -q -m fake hello > /dev/null
  for format in md json jsonl org html; do
    run -0 ibid session export @ --format "$format"
    lacks "$output" $'\033'
  done
}

@test "a branch goes on from an earlier message, and can be taken back" {
  talk hello
  ibid ask -q -c -m fake "and then?" > /dev/null
  run -0 ibid session branch '@#2'
  [[ "$output" =~ ^branched\ \ [0-9a-z]{8}\ \ hello$ ]]
  ibid ask -q -c -m fake "or else?" > /dev/null
  run -0 ibid session show @
  holds "$output" "or else?"
  holds "$output" "branch 2 of 2"
  lacks "$output" "and then?"
  run -0 ibid session show '@#3'
  holds "$output" "and then?"
  holds "$output" "branch 1 of 2"
  run -0 ibid session export @ --format json
  [ "$(json '[.messages[].parent] | map(tostring) | join(" ")')" = "0 1 2 3 2 5" ]
  run -0 ibid session branch '@#4'
  run -0 ibid session show @
  holds "$output" "and then?"
  lacks "$output" "or else?"
  run -66 ibid session branch '@#9'
  run -2 ibid session branch @
  run -2 ibid session branch '@#0'
}

@test "a branch with a name is a session of its own and says of what it is a copy" {
  talk hello
  ibid ask -q -c -m fake "and then?" > /dev/null
  old=$(ibid session list --plain --fields id)
  run -0 ibid session branch '@#2' --name "Other way"
  holds "$output" "Other way"
  ibid ask -q -c -m fake "or else?" > /dev/null
  run -0 ibid session show @
  holds "$output" "a copy of $old up to #2"
  holds "$output" "or else?"
  lacks "$output" "and then?"
  run -0 ibid session show "$old"
  holds "$output" "and then?"
  lacks "$output" "or else?"
  run -0 ibid session list --json
  [ "$(json '.items[0].parent')" = "$old" ]
  [ "$(json '.items[0].branch_point')" = 2 ]
  [ "$(json '.items[1].parent')" = null ]
  run -0 ibid session rm -y "Other way"
  run -0 ibid session list --plain --fields id
  [ "$output" = "$old" ]
  run -2 ibid session branch '@#2' --name " "
}

@test "a tree shows copies below what they are copies of" {
  talk first
  ibid session branch '@#2' --name "first copy" > /dev/null
  ibid session branch '@#2' --name "copy of the copy" > /dev/null
  ibid session branch 'first#1' --name "second copy" > /dev/null
  ibid ask -q -m fake another > /dev/null
  run -0 ibid session list --tree --fields name
  [ "$(tail -n 5 <<< "$output" | sed 's/ *$//')" = "another
first
  second copy
  first copy
    copy of the copy" ]
  run -0 ibid session list --tree --plain --fields name
  [ "${lines[3]}" = "first copy" ]
  ibid session rm -y "first copy" > /dev/null
  run -0 ibid session list --tree --plain --fields name
  [ "${#lines[@]}" -eq 4 ]
  run -2 ibid session list --tree --sort name
}

@test "an answer is rated, shown, and rated anew" {
  talk hello
  run -0 ibid session rate '@#2' down --note "wrong year"
  [[ "$output" =~ ^rated\ down\ \ [0-9a-z]{8}\ \ hello$ ]]
  run -0 ibid session show @
  holds "$output" "rated down: wrong year"
  run -0 ibid session rate '@#2' up
  run -0 ibid session show '@#2' --json
  [ "$(json '.messages[1].rating')" = 1 ]
  [ "$(json '.messages[1].note')" = null ]
  run -0 ibid session rate '@#2' 0
  run -0 ibid session show @
  lacks "$output" "rated"
  run -2 ibid session rate '@#1' up
  holds "$output" "no answer"
  run -2 ibid session rate '@#2' sideways
  run -2 ibid session rate @ up
  run -2 ibid session rate '@#2' 0 --note why
  run -66 ibid session rate '@#7' up
}

@test "branches, ratings and what it is a copy of go out and come in the same" {
  talk hello
  ibid session branch '@#2' --name copy > /dev/null
  ibid session rate '@#2' down --note "wrong \"year\"" > /dev/null
  ibid ask -q -c -m fake "and then?" > /dev/null
  ibid session branch '@#2' > /dev/null
  ibid ask -q -c -m fake "or else?" > /dev/null
  ibid session branch '@#4' > /dev/null
  ibid session export @ --format json > one.json
  [ "$(jq -c '[.head, .branch_point, .messages[1].rating, .messages[1].note]' one.json)" = '[4,2,-1,"wrong \"year\""]' ]
  strip='s/"(id|created|updated|started|checked)":"[^"]*"/"\1":""/g'
  for format in json jsonl; do
    ibid session export copy --format "$format" > out
    XDG_DATA_HOME=$PWD/elsewhere ibid session import out > /dev/null
    XDG_DATA_HOME=$PWD/elsewhere ibid session export @ --format json > two.json
    cmp <(sed -E "$strip" one.json) <(sed -E "$strip" two.json)
  done
  jq '.messages[1].rating = 5' one.json > bad.json
  run -65 ibid session import bad.json
  holds "$output" "rated 5"
  jq '.parent = "../../etc"' one.json > bad.json
  run -65 ibid session import bad.json
}
