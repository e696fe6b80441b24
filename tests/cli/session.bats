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
