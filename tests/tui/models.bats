# Several models at once: columns where they fit, one at a time where they don't.
load helpers

@test "three models stand side by side at 250x70" {
  answers "The answer of a model," " in a few words."
  screen 250x70 -m fake -m fake/second -m fake/third
  type "compare"
  see_times "in a few words." 3
  see_times "done" 3
  looks_like << 'SCREEN'
3 models   Esc, then: w next   p pick   = scroll each alone
1/3 fake/m  done n.n s                                                            │ 2/3 fake/second  done n.n s                                                       │ 3/3 fake/third  done n.n s
The answer of a model, in a few words.                                            │ The answer of a model, in a few words.                                            │ The answer of a model, in a few words.
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
                                                                                  │                                                                                   │
>
INS  fake/m +2  compare                                                                                                                                                                                             ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "one at a time at 80x24; w goes on, p picks, and the conversation goes on from there" {
  answers "The answer of a model."
  screen 80x24 -m fake -m fake/second -m fake/third
  type "compare"
  see "done"
  looks_like << 'SCREEN'
3 models   Esc, then: w next   p pick   = scroll each alone
1/3 fake/m  done n.n s
The answer of a model.



















>
INS  fake/m +2  compare                   ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press Escape
  see "BRW"
  press w
  see "2/3 fake/second"
  looks_like << 'SCREEN'
3 models   w next   p pick   = scroll each alone
2/3 fake/second  done n.n s
The answer of a model.



















>
BRW  fake/m +2  compare                   i type  / search  Tab citation  ? keys
SCREEN
  press p
  see "ibid  fake/second"
  looks_like << 'SCREEN'
you                                                                        hh:mm
compare

ibid  fake/second                                              branch 2/3  n.n s
The answer of a model.

















>
BRW  fake/m +2  compare                   i type  / search  Tab citation  ? keys
SCREEN
}

@test "two at 120x30" {
  answers "The answer of a model."
  screen 120x30 -m fake -m fake/second -m fake/third
  type "compare"
  see_times "done" 2
  looks_like << 'SCREEN'
3 models   Esc, then: w next   p pick   = scroll each alone
1/3 fake/m  done n.n s                                     │ 2/3 fake/second  done n.n s
The answer of a model.                                     │ The answer of a model.
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
                                                           │
>
INS  fake/m +2  compare                                                           ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "one at a time at 40x10 and at 20x5" {
  answers "The answer of a model."
  screen 40x10 -m fake -m fake/second
  type "compare"
  see "done"
  looks_like << 'SCREEN'
2 models   Esc, then: w next   p pick
1/2 fake/m  done n.n s
The answer of a model.





>
INS  m +1  compare
SCREEN
  resize 20x5
  looks_like << 'SCREEN'
2 models   Esc, then
1/2 fake/m  done n.n
The answer of a
model.
>
SCREEN
}

@test "they stream at once; Ctrl-C stops all and keeps the parts" {
  { say "The first words"; echo silence; } | answers_by --repeat
  screen 250x70 -m fake -m fake/second
  type "compare"
  see_times "The first words" 2
  see "2 answers"
  press C-c
  see_times "stopped" 4
  run -0 ibid session show @ --plain
  holds "$output" "The first words"
}

@test "one that fails stands beside those that answer" {
  local bad
  printf '%s\n' "expect POST /v1/chat/completions" "status 401" "header content-type: application/json" \
    '|{"error":{"message":"that key opens nothing"}}' > bad.wire
  PROTOCOL=openai-chat serve "$PWD/bad.wire" --repeat
  bad=$PROVIDER_PID
  sed 's/"fake"/"bad"/' "$CONFIG" > config.bad
  answers "A good answer."
  cat config.bad >> "$CONFIG"
  screen 250x70 -m fake -m bad
  type "compare"
  see "A good answer."
  see "failed"
  looks_like << 'SCREEN'
2 models   Esc, then: w next   p pick   = scroll each alone
1/2 fake/m  done n.n s                                                                                                      │ 2/2 bad/m  failed
           A good answer.                                                                                                   │            failed: provider 'bad' refused the key (HTTP 401): that key opens nothing; check the key: the server
                                                                                                                            │            wants one
                                                                                                                            │            Esc, then: r again   M other model   i back to the prompt
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
                                                                                                                            │
>
INS  fake/m +1  compare                                                                                                                                                                                             ^X s sources  ^X b sessions  ^X h keys
SCREEN
  kill "$bad"
}

@test "the list of models; /model switches and says context and price" {
  answers "ok."
  screen 80x24
  press C-x m
  see "exact quotes from your library"
  looks_like << 'SCREEN'
models  3
> extractive                          exact quotes from your library, no network
  fake/m                                                         on this machine
  local                               whatever model server runs on this machine


















>
LST  extractive  new                   Enter use  Space choose several  Esc back
SCREEN
  press Escape
  see "INS"
  type "/model fake"
  see "fake/m"
  looks_like << 'SCREEN'

















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.

fake/m, free
>
INS  fake/m  new                          ^X s sources  ^X b sessions  ^X h keys
SCREEN
  type "/model nosuch"
  see "nosuch"
  type "hello"
  see "ok."
}
