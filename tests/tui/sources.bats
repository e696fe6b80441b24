# The citations of an answer, beside or below the conversation.
load helpers

asked() {
  samples
  screen "$1"
  type "what did SALT WREN turn to?"
  see "3 exact"
  press C-x s
  see "sources of messag"
}

@test "a drawer at 80x24: level, document, quote in its context" {
  asked 80x24
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
-- sources of message 2 ──────────────────────────────── 1/3  Tab next  Esc back
  1 exact       SALT WREN turns from banki SALT WREN began as a crew that spread
  2 exact       SALT WREN turns from banki During the summer of 2020 it moved to
  3 exact       SALT WREN turns from banki In September 2020 the group used Coba
    ...Coastline Incident Response, 9 November 2020 >>SALT WREN began as a crew
    that spread banking trojans.<< During the summer of 2020 it moved to
    ransomware and bought its first access from brokers instead of sending mail
    of its own. In September 2020 the group used Cobalt Strike to move through a
    hospital network and encrypted 140 servers within 50 minutes. In a second
>
LST  extractive  what did SALT ~  Enter page  o file  y copy  V verify  ! report
SCREEN
  press Tab
  see "2/3"
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
-- sources of message 2 ──────────────────────────────── 2/3  Tab next  Esc back
  1 exact       SALT WREN turns from banki SALT WREN began as a crew that spread
  2 exact       SALT WREN turns from banki During the summer of 2020 it moved to
  3 exact       SALT WREN turns from banki In September 2020 the group used Coba
    ...Coastline Incident Response, 9 November 2020 SALT WREN began as a crew
    that spread banking trojans. >>During the summer of 2020 it moved to
    ransomware and bought its first access from brokers instead of sending mail
    of its own.<< In September 2020 the group used Cobalt Strike to move through
    a hospital network and encrypted 140 servers within 50 minutes. In a second
>
LST  extractive  what did SALT ~  Enter page  o file  y copy  V verify  ! report
SCREEN
  press Enter
  see "SALT WREN turns from banking"
  looks_like << 'SCREEN'
[2] SALT WREN turns from banking trojans to ransomware, Coastline Incident Respo
Coastline Incident Response, 9 November 2020

SALT WREN began as a crew that spread banking trojans. During the summer of 2020
it moved to ransomware and bought its first access from brokers instead of
sending mail of its own.

In September 2020 the group used Cobalt Strike to move through a hospital
network and encrypted 140 servers within 50 minutes. In a second case, in
October 2020, it used Cobalt Strike together with PsExec. The ransom asked for
was 1.2 million US dollars; the hospital did not pay and restored from tape in 6
days.

Defenders had 31 hours between the first beacon and the encryption. The beacon
was seen by the endpoint agent, but the alert was rated "low" and nobody read
it.

What helped: offline backups, an allow list for PsExec, and a call to the
network provider within an hour.



>
LST  extractive  what did SALT WREN turn to?   o open file  Space page  Esc back
SCREEN
  press Escape
  see "2/3"
  press Escape
  see "BRW"
}

@test "the drawer opens at the citation that is selected" {
  samples
  screen 80x24
  type "what did SALT WREN turn to?"
  see "3 exact"
  press Escape
  see "BRW"
  press Tab Tab
  press s
  see "sources of message 2"
  see "2/3"
}

@test "Escape leaves the drawer, a second one closes it, a third one leads to the prompt" {
  asked 80x24
  press Escape
  see "BRW"
  see "sources of message 2"
  press Escape
  gone "sources of message 2"
  see "BRW"
  press Escape
  see "INS"
}

@test "/ in the passage searches the passage" {
  asked 80x24
  press Enter
  see "Defenders had 31 hours"
  press /
  keys "beacon"
  press Enter
  see "LST"
  looks_like << 'SCREEN'
[1] SALT WREN turns from banking trojans to ransomware, Coastline Incident Respo
Coastline Incident Response, 9 November 2020

SALT WREN began as a crew that spread banking trojans. During the summer of 2020
it moved to ransomware and bought its first access from brokers instead of
sending mail of its own.

In September 2020 the group used Cobalt Strike to move through a hospital
network and encrypted 140 servers within 50 minutes. In a second case, in
October 2020, it used Cobalt Strike together with PsExec. The ransom asked for
was 1.2 million US dollars; the hospital did not pay and restored from tape in 6
days.

Defenders had 31 hours between the first beacon and the encryption. The beacon
was seen by the endpoint agent, but the alert was rated "low" and nobody read
it.

What helped: offline backups, an allow list for PsExec, and a call to the
network provider within an hour.



>
LST  extractive  what did SALT WREN turn to?   o open file  Space page  Esc back
SCREEN
  press n
  press /
  keys "nothing like it"
  press Enter
  see "'nothing like it'"
  press Escape
  see "sources of message 2"
  see "LST"
}

@test "a pane at the side at 250x70" {
  asked 250x70
  looks_like << 'SCREEN'
                                you                                                                                            hh:mm                                  │-- sources of message 2 ─────────────────────────────────── 1/3  Tab next  Esc back
                                what did SALT WREN turn to?                                                                                                           │  1 exact       SALT WREN turns from bankin SALT WREN began as a crew that spread b
                                                                                                                                                                      │  2 exact       SALT WREN turns from bankin During the summer of 2020 it moved to r
                                ibid  extractive                                                                            1 source                                  │  3 exact       SALT WREN turns from bankin In September 2020 the group used Cobalt
                                "SALT WREN began as a crew that spread banking trojans." [1]                                                                          │    ...Coastline Incident Response, 9 November 2020 >>SALT WREN began as a crew
                                                                                                                                                                      │    that spread banking trojans.<< During the summer of 2020 it moved to ransomware
                                "During the summer of 2020 it moved to ransomware and bought its first access from brokers instead                                    │    and bought its first access from brokers instead of sending mail of its own. In
                                of sending mail of its own." [2]                                                                                                      │    September 2020 the group used Cobalt Strike to move through a hospital network
                                                                                                                                                                      │    and encrypted 140 servers within 50 minutes. In a second case, in October 2020,
                                "In September 2020 the group used Cobalt Strike to move through a hospital network and encrypted 140                                  │    it used Cobalt Strike together with PsExec. The ransom asked for was 1.2
                                servers within 50 minutes." [3]                                                                                                       │    million US dollars; the hospital did
                                                                                                                                                                      │
                                3 claims: 3 exact                                                                                                                     │
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
LST  extractive  what did SALT WREN turn to?                                                                                                                                                                Enter page  o file  y copy  V verify  ! report
SCREEN
}

@test "all of a small screen at 40x10" {
  asked 40x10
  looks_like << 'SCREEN'
-- sources of message 2 ────────────────
  1 exact       SALT WREN turns from ban
  2 exact       SALT WREN turns from ban
  3 exact       SALT WREN turns from ban
    ... 9 November 2020 >>SALT WREN
    began as a crew that spread banking
    trojans.<< During the summer of 2020
    it moved to ransomware and bought
>
LST  extractive  what did SALT WREN tur~
SCREEN
}

@test "20x5 shows what it can" {
  asked 20x5
  looks_like << 'SCREEN'
-- sources of messag
  1 exact       SALT
    ...>>SALT WREN
    began as a crew
>
SCREEN
}

@test "v checks again: a source that changed says so" {
  cp "$REPO/tests/samples/salt-wren.txt" .
  ibid -q ingest salt-wren.txt
  screen 80x24
  type "what did SALT WREN turn to?"
  see "3 exact"
  sed -i 's/moved to ransomware/moved to fishing/' salt-wren.txt
  ibid -q ingest salt-wren.txt
  press C-x s
  see "sources of message"
  press v
  see "checked again"
  looks_like << 'SCREEN'
what did SALT WREN turn to?

ibid  extractive                                                        1 source
"SALT WREN began as a crew that spread banking trojans." [1]

"During the summer of 2020 it moved to ransomware and bought its first access
from brokers instead of sending mail of its own." [2~]

"In September 2020 the group used Cobalt Strike to move through a hospital
network and encrypted 140 servers within 50 minutes." [3]

3 claims: 2 exact, 1 fuzzy
-- sources of message 2 ──────────────────────────────── 1/3  Tab next  Esc back
  1 exact       SALT WREN turns from banki SALT WREN began as a crew that spread
  2 fuzzy       SALT WREN turns from banki During the summer of 2020 it moved to
  3 exact       SALT WREN turns from banki In September 2020 the group used Coba
    ...Coastline Incident Response, 9 November 2020 >>SALT WREN began as a crew
    that spread banking trojans.<< During the summer of 2020 it moved to fishing
    and bought its first access from brokers instead of sending mail of its own.
    In September 2020 the group used Cobalt Strike to move through a hospital
    network and encrypted 140 servers within 50 minutes. In a second case, in
checked again: 3 claims: 2 exact, 1 fuzzy
>
LST  extractive  what did SALT ~  Enter page  o file  y copy  V verify  ! report
SCREEN
}

@test "o opens the file with the user's opener" {
  mkdir bin
  printf '#!/bin/sh\nprintf "%%s\\n" "$@" > "%s/opened"\n' "$PWD" > bin/xdg-open
  chmod +x bin/xdg-open
  PATH=$PWD/bin:$PATH
  asked 80x24
  press o
  until_true [ -s opened ]
  holds "$(cat opened)" "salt-wren.txt"
  see "sources of message 2"
}

@test "an answer without citations says so" {
  answers "Nothing is cited here."
  screen 80x24 -m fake
  press C-x s
  see "no answer yet, so no sources"
  type "hello"
  see "Nothing is cited"
  press C-x s
  see "This message cites nothing."
}
