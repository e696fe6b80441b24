load helpers

# Twelve paragraphs: more than a screen of 24 rows.
long_answer() {
  local i
  for i in $(seq 12); do printf 'Paragraph %s of the answer.\n\n' "$i"; done
}

@test "an empty conversation says what to do: 80x24" {
  screen 80x24
  looks_like << 'SCREEN'

















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
Answers are exact quotes, without network or key; /model chooses a model.

>
INS  extractive  new                      ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "an empty conversation says what to do: 40x10" {
  screen 40x10
  looks_like << 'SCREEN'
ibid 0.1.0
Ask. Answers from your library prove
their sources: [1] [1?] weak [1!]
failed.
/help: what can be typed. F1: keys.
/ingest FILE: more sources. Ctrl-D:
leave.
Answers are exact quotes, without
>
INS  extractive  new
SCREEN
}

@test "an empty conversation says what to do: 20x5" {
  screen 20x5
  looks_like << 'SCREEN'
ibid 0.1.0
Ask. Answers from
your library prove
their sources: [1]
>
SCREEN
}

@test "an empty conversation says what to do: 250x70" {
  screen 250x70
  looks_like << 'SCREEN'































































ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.
Answers are exact quotes, without network or key; /model chooses a model.

>
INS  extractive  new                                                                                                                                                                                                ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "a question and its proved answer: 80x24" {
  samples
  screen 80x24
  type "what did SALT WREN turn to?"
  see "3 exact"
  looks_like << 'SCREEN'
you                                                                        hh:mm
what did SALT WREN turn to?

ibid  extractive                                                        1 source
"SALT WREN began as a crew that spread banking trojans." [1]

"During the summer of 2020 it moved to ransomware and bought its first access
from brokers instead of sending mail of its own." [2]

"In September 2020 the group used Cobalt Strike to move through a hospital
network and encrypted 140 servers within 50 minutes." [3]

3 claims: 3 exact









>
INS  extractive  what did SALT WREN tur~  ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "a question and its proved answer: 40x10" {
  samples
  screen 40x10
  type "what did SALT WREN turn to?"
  see "3 exact"
  looks_like << 'SCREEN'
its own." [2]

"In September 2020 the group used Cobalt
Strike to move through a hospital
network and encrypted 140 servers within
50 minutes." [3]

3 claims: 3 exact
>
INS  extractive  what did SALT WREN tur~
SCREEN
}

@test "a question and its proved answer: 20x5" {
  samples
  screen 20x5
  type "what did SALT WREN turn to?"
  see "3 exact"
  looks_like << 'SCREEN'
servers within 50
minutes." [3]

3 claims: 3 exact
>
SCREEN
}

@test "a question and its proved answer: 250x70" {
  samples
  screen 250x70
  type "what did SALT WREN turn to?"
  see "3 exact"
  looks_like << 'SCREEN'
                                                                           you                                                                                            hh:mm
                                                                           what did SALT WREN turn to?

                                                                           ibid  extractive                                                                            1 source
                                                                           "SALT WREN began as a crew that spread banking trojans." [1]

                                                                           "During the summer of 2020 it moved to ransomware and bought its first access from brokers instead
                                                                           of sending mail of its own." [2]

                                                                           "In September 2020 the group used Cobalt Strike to move through a hospital network and encrypted 140
                                                                           servers within 50 minutes." [3]

                                                                           3 claims: 3 exact























































>
INS  extractive  what did SALT WREN turn to?                                                                                                                                                                        ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "an answer streams with marks that are checked at its end: weak and failed ones say so" {
  samples
  {
    say "SALT WREN began as a crew that spread banking trojans [d2.s2]. " "It encrypted 99 servers [d2.s5]. "
    echo "await go"
    say "It bought its first access from brokers [d2.s3]."
    said
  } | answers_by
  screen 80x24 -m fake
  type "what did SALT WREN do first?"
  see "[2.]"
  see "Ctrl-C stop"
  looks_like << 'SCREEN'
you                                                                        hh:mm
what did SALT WREN do first?

ibid  fake/m                                                           streaming
SALT WREN began as a crew that spread banking trojans [1.]. It encrypted 99
servers [2.].















N s  N tok/s  Ctrl-C stop
>
INS  fake/m  what did SALT WREN do firs~  ^X s sources  ^X b sessions  ^X h keys
SCREEN
  touch go
  see "claims"
  looks_like << 'SCREEN'
you                                                                        hh:mm
what did SALT WREN do first?

ibid  fake/m                                                     1 source  n.n s
SALT WREN began as a crew that spread banking trojans [1]. It encrypted 99
servers [2?]. It bought its first access from brokers [3].

3 claims: 1 exact, 1 supported, 1 weak














>
INS  fake/m  what did SALT WREN do firs~  ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "Ctrl-C stops a stream and keeps the part" {
  { say "The first **words**" " of an answer"; echo silence; } | answers_by
  screen 80x24 -m fake
  type "go"
  see "of an answer"
  press C-c
  see "stopped"
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                               n.n s
The first words of an answer

stopped   c goes on   r asks again















>
INS  fake/m  go                           ^X s sources  ^X b sessions  ^X h keys
SCREEN
  run -0 ibid session show @ --plain
  holds "$output" "of an answer"
}

@test "Escape stops a stream as well" {
  { say "The first words"; echo silence; } | answers_by
  screen 80x24 -m fake
  type "go"
  see "first words"
  press Escape
  see "stopped   c goes on"
}

@test "stopped before its first word the prompt is back" {
  { echo flush; echo silence; } | answers_by
  screen 80x24 -m fake
  type "a question with care in it"
  see "waiting"
  see "Ctrl-C stop"
  looks_like << 'SCREEN'
you                                                                        hh:mm
a question with care in it

ibid  fake/m                                                             waiting

















waiting N s  Ctrl-C stop
>
INS  fake/m  a question with care in it   ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-c
  see "your prompt is back below"
  looks_like << 'SCREEN'

















ibid 0.1.0
Ask. Answers from your library prove their sources: [1] [1?] weak [1!] failed.
/help: what can be typed. F1: keys. /ingest FILE: more sources. Ctrl-D: leave.

your prompt is back below
> a question with care in it
INS  fake/m  a question with care in it   ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "an error is a card with its keys, and the prompt is back: r asks again" {
  cat > script.wire <<- END
	expect POST /v1/chat/completions
	status 401
	header content-type: application/json
	|{"error":{"message":"that key opens nothing","type":"invalid_request_error"}}
	next
	expect POST /v1/chat/completions
	header content-type: text/event-stream
	$(say "Now it works.")
	$(said)
	END
  PROTOCOL=openai-chat serve script.wire
  screen 80x24 -m fake
  type "open the door"
  see "r again"
  looks_like << 'SCREEN'
you                                                                        hh:mm
open the door

ibid  fake/m                                                               n.n s
failed: provider 'fake' refused the key (HTTP 401): that key opens nothing;
check the key: the server wants one
Esc, then: r again   M other model   i back to the prompt














your prompt is back below
> open the door
INS  fake/m  open the door                ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press Escape
  see "BRW"
  press r
  see "Now it works."
  looks_like << 'SCREEN'
you                                                                        hh:mm
open the door

ibid  fake/m                                                   branch 2/2  n.n s
Now it works.

















>
BRW  fake/m  open the door                i type  / search  Tab citation  ? keys
SCREEN
}

@test "a stream that breaks keeps its part: c goes on" {
  cat > script.wire <<- END
	expect POST /v1/chat/completions
	header content-type: text/event-stream
	$(say "Half of" " an answer")
	cut rst
	next
	expect POST /v1/chat/completions
	header content-type: text/event-stream
	$(say "and the other half.")
	$(said)
	END
  PROTOCOL=openai-chat serve script.wire
  screen 80x24 -m fake
  type "all of it"
  see "c go on"
  looks_like << 'SCREEN'
you                                                                        hh:mm
all of it

ibid  fake/m                                                               n.n s
Half of an answer

cut off: provider 'fake': the connection to '127.0.0.1:NNNNN' was cut in the
middle of its answer
Esc, then: c go on   r again   M other model













>
INS  fake/m  all of it                    ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press Escape
  see "BRW"
  press c
  see "and the other half."
  looks_like << 'SCREEN'
you                                                                        hh:mm
all of it

ibid  fake/m                                                               n.n s
Half of an answer

cut off: provider 'fake': the connection to '127.0.0.1:NNNNN' was cut in the
middle of its answer
Esc, then: c go on   r again   M other model

you                                                                        hh:mm
Go on exactly where you stopped, without repeating anything.

ibid  fake/m                                                               n.n s
and the other half.







>
BRW  fake/m  all of it                    i type  / search  Tab citation  ? keys
SCREEN
}

@test "a prompt sent during a stream is queued, Alt-Up takes it back, and it is asked in its turn" {
  { say "The first answer"; echo "await go"; said; } | answers_by --repeat
  screen 80x24 -m fake
  type "one"
  see "The first answer"
  type "two"
  see "queued 1"
  type "three"
  see "queued 2"
  press M-Up
  see "> three"
  see "Ctrl-C stop"
  looks_like << 'SCREEN'
you                                                                        hh:mm
one

ibid  fake/m                                                           streaming
The first answer
















N s  N tok/s  Ctrl-C stop   queued 1
> three
INS  fake/m  one                          ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-c
  see "stopped; Enter sends the prompt that waits, Alt-Up takes it back"
  touch go
  looks_like << 'SCREEN'
you                                                                        hh:mm
one

ibid  fake/m                                                               n.n s
The first answer

stopped   c goes on   r asks again














stopped; Enter sends the prompt that waits, Alt-Up takes it back
> three
INS  fake/m  one                          ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-u
  gone "> three"
  press Enter
  see "two"
  see_times "The first answer" 2
}

@test "text that arrives while one reads further up does not move it; End goes back and follows again" {
  { say "$(long_answer)"; echo "await go"; say $'\n\nA new paragraph.\n\nAnd one more.'; echo "await end"; say $'\n\nThe last one.'; said; } | answers_by
  screen 80x24 -m fake
  type "tell"
  see "Paragraph 12"
  press PgUp
  see "Paragraph 1 of"
  touch go
  see "new lines v Ctrl-End"
  see "Ctrl-C stop"
  looks_like << 'SCREEN'
you                                                                        hh:mm
tell

ibid  fake/m                                                           streaming
Paragraph 1 of the answer.

Paragraph 2 of the answer.

Paragraph 3 of the answer.

Paragraph 4 of the answer.

Paragraph 5 of the answer.

Paragraph 6 of the answer.

Paragraph 7 of the answer.

Paragraph 8 of the answer.

Paragraph 9 of the answer.
N s  N tok/s  Ctrl-C stop ─── 4 new lines v Ctrl-End
>
INS  fake/m  tell                         ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press C-End
  see "And one more."
  touch end
  see "The last one."
  looks_like << 'SCREEN'

Paragraph 5 of the answer.

Paragraph 6 of the answer.

Paragraph 7 of the answer.

Paragraph 8 of the answer.

Paragraph 9 of the answer.

Paragraph 10 of the answer.

Paragraph 11 of the answer.

Paragraph 12 of the answer.

A new paragraph.

And one more.

The last one.
>
INS  fake/m  tell                         ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "PgUp and PgDn scroll while a prompt is typed, which stays" {
  answers "$(long_answer)"
  screen 80x24 -m fake
  type "tell"
  see "Paragraph 12"
  keys "half a prom"
  press PgUp
  see "Paragraph 1 of"
  keys "pt"
  see "> half a prompt"
  looks_like << 'SCREEN'
you                                                                        hh:mm
tell

ibid  fake/m                                                               n.n s
Paragraph 1 of the answer.

Paragraph 2 of the answer.

Paragraph 3 of the answer.

Paragraph 4 of the answer.

Paragraph 5 of the answer.

Paragraph 6 of the answer.

Paragraph 7 of the answer.

Paragraph 8 of the answer.

Paragraph 9 of the answer.
───────────────────────────────────────────────────────────────────────────── 0%
> half a prompt
INS  fake/m  tell                         ^X s sources  ^X b sessions  ^X h keys
SCREEN
  press PgDn
  see "Paragraph 12"
}

@test "the words at the top stay there when the size changes" {
  answers "$(long_answer)"
  screen 80x24 -m fake
  type "tell"
  see "Paragraph 12"
  press PgUp
  see "Paragraph 1 of"
  press S-Down S-Down S-Down S-Down
  top_is "Paragraph 1 of the answer."
  resize 40x24
  top_is "Paragraph 1 of the answer."
  resize 100x12
  top_is "Paragraph 1 of the answer."
  resize 80x24
  looks_like << 'SCREEN'
Paragraph 1 of the answer.

Paragraph 2 of the answer.

Paragraph 3 of the answer.

Paragraph 4 of the answer.

Paragraph 5 of the answer.

Paragraph 6 of the answer.

Paragraph 7 of the answer.

Paragraph 8 of the answer.

Paragraph 9 of the answer.

Paragraph 10 of the answer.

Paragraph 11 of the answer.
──────────────────────────────────────────────────────────────────────────── 50%
>
INS  fake/m  tell                         ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "a word of Markdown: headings, lists, quotes, tables, code" {
  answers $'# Head\n\nWords with *emphasis*, **weight** and `code`.\n\n- one\n- two\n  1. inner\n\n> quoted\n\n' \
    $'| Year | Cause |\n|---|---:|\n| 2019 | cavitation |\n| 2023 | wear |\n\n```python\ndef f(x):\n    return x\n```\n\n$x^2 + \\alpha$ and <https://example.org/a>'
  screen 80x24 -m fake
  type "show"
  see "example.org"
  looks_like << 'SCREEN'
show

ibid  fake/m                                                               n.n s
# Head

Words with emphasis, weight and code.

- one
- two
  1. inner

> quoted

| Year |      Cause |
|------|------------|
| 2019 | cavitation |
| 2023 |       wear |

def f(x):
    return x

x² + α and https://example.org/a
>
INS  fake/m  show                         ^X s sources  ^X b sessions  ^X h keys
SCREEN
}
