load helpers

setup_file() {
  export SAMPLES_DB=$BATS_FILE_TMPDIR/library.db
}

library() {
  mkdir -p "$XDG_DATA_HOME/ibid"
  if [ ! -e "$SAMPLES_DB" ]; then
    ibid ingest -q "$REPO/tests/samples"
    cp "$XDG_DATA_HOME/ibid/library.db" "$SAMPLES_DB.$$" && mv "$SAMPLES_DB.$$" "$SAMPLES_DB"
  else
    cp "$SAMPLES_DB" "$XDG_DATA_HOME/ibid/library.db"
  fi
}

@test "hits come as document, page and passage; nothing is 1" {
  library
  run -0 ibid search gate controllers
  holds "${lines[0]}" "gate"
  [[ ${lines[0]} == d*:*:* ]]
  run -1 ibid search xylophone
  run -2 ibid search "  "
}

@test "an identifier is found letter by letter" {
  library
  run -0 ibid search --json CVE-2019-11510
  [ "$(json '.items[0].citekey')" = halvorsenGREYHERONTwo2021 ]
}

@test "offsets count from the beginning of the document's text" {
  library
  run -0 ibid search --json -n 3 Cobalt Strike
  doc=$(json '.items[0].doc') start=$(json '.items[0].start') end=$(json '.items[0].end')
  [ "$(ibid doc text "$doc" | head -c "$end" | tail -c +$((start + 1)))" = "$(json '.items[0].text')" ]
}

@test "--files gives each document once, -n bounds, -d narrows" {
  library
  run -0 ibid search --files Cobalt Strike
  [ "$(sort -u <<< "$output" | wc -l)" = "$(wc -l <<< "$output")" ]
  run -0 ibid search -n 1 Cobalt
  [ "$(grep -c '^d' <<< "$output")" -eq 1 ]
  run -0 --separate-stderr ibid search -d type:txt --json Cobalt
  [ "$(json '[.items[].doc] | unique | length')" = 1 ]
}

@test "--explain shows the parts of a score" {
  library
  run -0 ibid search --explain -n 1 Cobalt Strike
  holds "$output" "score"
  holds "$output" "rank 1"
}

@test "past conversations are searched as well" {
  library
  ibid query -q "what did the outage cost the port?" > /dev/null
  run -0 ibid search --in sessions outage
  [[ $output == *"#"* ]]
  run -0 ibid search --in sessions --json kroner
  [ "$(json '.items | length')" -ge 1 ]
  run -1 ibid search --in sessions xylophone
}

@test "no word a person can type breaks the search" {
  library
  for word in '"' "'" '*' 'AND' 'NEAR(' 'a"b' 'title:x' '^' '-x' $'\x01' '{}' 'OR OR' 'ä ö' '%' 'NOT'; do
    run ibid search -- "$word"
    [ "$status" -le 2 ] || fail "'$word'"
  done
}
