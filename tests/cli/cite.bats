load helpers

setup_file() {
  export SAMPLES_DB=$BATS_FILE_TMPDIR/library.db
}

# The samples and one answer from them.
asked() {
  mkdir -p "$XDG_DATA_HOME/ibid"
  if [ ! -e "$SAMPLES_DB" ]; then
    ibid ingest -q "$REPO/tests/samples"
    ibid query -q "which groups used Cobalt Strike in 2020?" > /dev/null
    cp "$XDG_DATA_HOME/ibid/library.db" "$SAMPLES_DB.$$" && mv "$SAMPLES_DB.$$" "$SAMPLES_DB"
  else
    cp "$SAMPLES_DB" "$XDG_DATA_HOME/ibid/library.db"
  fi
}

@test "citations are listed by session, by answer and by document" {
  asked
  run -0 ibid cite list --plain --fields level
  [ "$(sort -u <<< "$output")" = exact ]
  run -0 ibid cite list @#2 --json
  [ "$(json '.items | length')" -ge 2 ]
  doc=$(json '.items[0].doc')
  run -0 ibid cite list "$doc" --json
  [ "$(json '.items | length')" -ge 1 ]
  run -66 ibid cite list nosuch
}

@test "show marks the passage in its surroundings" {
  asked
  run -0 ibid cite show '@[1]'
  holds "$output" ">>>"
  holds "$output" "exact: quoted, found"
  run -0 ibid cite show '@#2[1]' --json
  [ "$(json .n)" = 1 ]
  run -66 ibid cite show '@[99]'
  run -66 ibid cite show '@#9[1]'
  run -2 ibid cite show @
  run -2 ibid cite show '@[x]'
}

@test "verify of an old answer: all as it was" {
  asked
  run -0 ibid cite verify @
  holds "$output" "exact"
}

@test "verify after the source changed: moved is found, gone is stale" {
  printf '# Pumps\n\nThe pump of hall 3 failed twice in March 2019. Nobody was hurt by it.\n' > a.md
  ibid ingest -q a.md
  run -0 ibid query "how often did the pump of hall 3 fail?"
  printf '# Pumps\n\nA new first paragraph stands here.\n\nThe pump of hall 3 failed twice in March 2019. Nobody was hurt by it.\n' > a.md
  ibid ingest -q a.md
  run -0 ibid cite verify @
  holds "$output" "re-anchored"
  printf '# Gardens\n\nRoses want sun and water, and a gardener who has time for them.\n' > a.md
  ibid ingest -q a.md
  run -1 ibid cite verify @
  holds "$output" stale
}

@test "verify of a draft: what is quoted rightly, wrongly and not at all" {
  asked
  cat > draft.md <<'END'
# Draft

The report says that "in 2020 the group used Cobalt Strike in every intrusion that we were called to".
It adds that "the median time from first access to domain administrator was 91 hours".
The moon, however, is made of green cheese and has been since the year 1200.
END
  run -1 ibid cite verify draft.md
  holds "$output" "exact"
  holds "$output" "conflict"
  run -1 ibid cite verify --json - < draft.md
  run -66 ibid cite verify nosuch.md
  printf 'The report says that "we handled 11 incidents, 9 of them in northern Europe".\n' > good.md
  run -0 ibid cite verify --strict good.md
}

@test "verify of a draft: what cites a key is looked for in that document alone" {
  asked
  printf 'The sluice of Ekvik was rebuilt in 1987 by the harbour board.\n' > sluice.txt
  printf 'Harbour seals rest on the sluice of Ekvik every winter morning.\n' > seals.txt
  ibid ingest -q sluice.txt seals.txt
  sluice=$(ibid doc list --jsonl | jq -r 'select(.title == "sluice") | .citekey')
  seals=$(ibid doc list --jsonl | jq -r 'select(.title == "seals") | .citekey')
  echo "They say: \"The sluice of Ekvik was rebuilt in 1987 by the harbour board\" [@$sluice]." > draft.md
  run -0 ibid cite verify --json draft.md
  [ "$(json '.items[0].level')" = exact ]
  echo "They say: \"The sluice of Ekvik was rebuilt in 1987 by the harbour board\" [@$seals, p. 3]." > draft.md
  run -1 ibid cite verify --json draft.md
  output=$(head -n 1 <<< "$output")
  [ "$(json '.items[0].level')" = unsupported ]
  holds "$(json '.items[0].note')" "not in @$seals"
  holds "$(json '.items[0].source')" "$sluice"
  echo "The sluice of Ekvik was rebuilt in 1987 by the harbour board [@$seals]." > draft.md
  run -1 ibid cite verify draft.md
  lacks "$output" exact
  echo "The sluice of Ekvik was rebuilt in 1987 by the harbour board [@nobody1999]." > draft.md
  run -1 ibid cite verify draft.md
  holds "$output" bad-id
  holds "$output" "there is no source 'nobody1999'"
}

@test "every format is exported, and other programs read it" {
  asked
  for format in bibtex biblatex csl-json ris; do
    run -0 ibid cite export @ --format $format -o out.$format
    [ -s out.$format ]
  done
  pandoc -f bibtex -t csljson out.bibtex > /dev/null
  pandoc -f biblatex -t csljson out.biblatex > /dev/null
  pandoc -f csljson -t csljson out.csl-json > /dev/null
  ris2xml out.ris > /dev/null
  run -0 ibid cite export @ --format markdown
  holds "$output" "[@halvorsenGREYHERONTwo2021"
  run -2 ibid cite export @ --format docx
}

@test "an export is never written over another file unasked" {
  asked
  echo mine > refs.bib
  run -73 ibid cite export @ -o refs.bib
  [ "$(cat refs.bib)" = mine ]
  run -0 ibid cite export @ -o refs.bib -y
  holds "$(cat refs.bib)" "@"
}

@test "nothing proved, nothing exported: 1" {
  ibid ingest -q "$REPO/tests/samples/grey-heron.md"
  run -1 ibid query "how do I bake sourdough bread at home?"
  run -1 ibid cite export @
}

@test "a citation is reported, shown with its level, and the report withdrawn" {
  asked
  run -0 ibid cite report '@[1]' "that was another group"
  [[ "$output" =~ ^reported\ \ [0-9a-z]{8}#2\[1\]$ ]]
  run -0 ibid cite show '@[1]'
  holds "$output" "exact: quoted, found"
  holds "$output" "reported: that was another group"
  run -0 ibid session show @
  holds "$output" "reported: that was another group"
  run -0 ibid cite verify @
  run -0 ibid cite show '@[1]' --json
  [ "$(json .report)" = "that was another group" ]
  run -0 ibid cite list --json
  [ "$(json '[.items[] | select(.n == 1) | .report] | unique | .[]')" = "that was another group" ]
  ibid session export @ --format json > one.json
  ibid session import one.json > /dev/null
  ibid session export @ --format json > two.json
  strip='del(.id, .created, .updated)'
  [ "$(jq -S "$strip" one.json)" = "$(jq -S "$strip" two.json)" ]
  run -0 ibid cite report '@[1]' --withdraw
  run -0 ibid cite show '@[1]'
  lacks "$output" reported
  run -2 ibid cite report '@[1]'
  run -2 ibid cite report '@[1]' ' '
  run -2 ibid cite report '@[1]' --withdraw why
  run -2 ibid cite report @ why
  run -66 ibid cite report '@[99]' why
}
