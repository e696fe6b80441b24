load helpers

setup_file() {
  export SAMPLES_DB=$BATS_FILE_TMPDIR/library.db
}

# A library of the samples, made once and copied into each test's home.
library() {
  mkdir -p "$XDG_DATA_HOME/ibid"
  if [ ! -e "$SAMPLES_DB" ]; then
    ibid ingest -q "$REPO/tests/samples"
    cp "$XDG_DATA_HOME/ibid/library.db" "$SAMPLES_DB.$$" && mv "$SAMPLES_DB.$$" "$SAMPLES_DB"
  else
    cp "$SAMPLES_DB" "$XDG_DATA_HOME/ibid/library.db"
  fi
}

@test "documents are listed and filtered by kind, tag and date" {
  library
  run -0 ibid doc list --plain --fields id
  [ "${#lines[@]}" -eq 5 ]
  run -0 ibid doc list type:md --plain --fields citekey
  [ "$output" = halvorsenGREYHERONTwo2021 ]
  run -0 ibid doc list after:2021 --plain --fields date
  [ "$output" = 2021-02-18 ]
  ibid doc tag d1 +ports
  run -0 ibid doc list tag:ports --json
  [ "$(json '.items | length')" = 1 ]
  run -2 ibid doc list after:whenever
}

@test "a document is found by id, key, path, end of path and URL" {
  library
  for word in d1 halvorsenGREYHERONTwo2021 "$REPO/tests/samples/grey-heron.md" samples/grey-heron.md; do
    run -0 ibid doc show "$word" --json
    [ "$(json .citekey)" = halvorsenGREYHERONTwo2021 ]
  done
  run -0 ibid doc show https://notes.example.net/quiet-loom
  holds "$output" "QUIET LOOM"
  run -66 ibid doc show halvorsenGREYHERONTwo2012
  holds "$output" halvorsenGREYHERONTwo2021
}

@test "text is printed whole, by page and by line" {
  library
  pdf=$(ibid doc list type:pdf --plain --fields id)
  run -0 ibid doc text "$pdf:p1"
  holds "$output" "12 May 2020"
  run -66 ibid doc text "$pdf:p9"
  run -0 ibid doc text d1:1-1
  [ "${#lines[@]}" -eq 1 ]
  run -66 ibid doc text d1@7
}

@test "fields show who said what, and the user wins for good" {
  library
  run -0 ibid doc show d1
  holds "$output" "front-matter"
  ibid doc meta d1 title="By hand" issued=2020-01
  run -0 ibid doc list --json
  [ "$(json '.items[] | select(.id == "d1") | .title')" = "By hand" ]
  [ "$(json '.items[] | select(.id == "d1") | .citekey')" = halvorsenGREYHERONTwo2021 ]
  ibid doc meta d1 title=
  run -0 ibid doc show d1 --json
  holds "$(json .title)" "GREY HERON"
  run -2 ibid doc meta d1 colour=red
  run -1 ibid doc meta d1 ISBN
}

@test "a bibliography completes documents by DOI, URL or title" {
  library
  cat > refs.bib <<'END'
@techreport{x, title = {{GREY HERON}: Two Years of Intrusions at Port Operators}, author = {Halvorsen, Ines},
  institution = {Northlight}, year = 2021, doi = {10.5555/heron}}
@misc{y, title = {Something else entirely}, year = 1999}
END
  run -0 ibid doc meta --import refs.bib
  holds "$output" "d1"
  run -0 ibid doc show 10.5555/heron --json
  [ "$(json .id)" = d1 ]
  run -65 ibid doc meta --import "$REPO/tests/samples/salt-wren.txt"
  run -66 ibid doc meta --import nosuch.bib
}

@test "rm says what would be lost, asks, and the trash gives nothing back to search" {
  library
  run -77 ibid doc rm d1
  run -0 ibid doc rm d1 --dry-run
  holds "$output" "would remove"
  run -0 ibid doc rm d1 -y
  run -66 ibid doc show halvorsenGREYHERONTwo2021
  run -1 ibid search TARNISH
}

@test "check names what is gone or changed" {
  echo "Text of a." > a.md
  echo "Text of b." > b.md
  ibid ingest -q a.md b.md
  run -0 ibid doc check
  echo more >> a.md
  rm b.md
  run -1 ibid doc check
  holds "$output" changed
  holds "$output" gone
}

@test "open runs the opener with the file" {
  library
  IBID_OPENER=echo run -0 ibid doc open d1
  holds "$output" grey-heron.md
}

@test "open hands the page on, and finds a viewer that can begin there" {
  library
  pdf=$(ibid doc list type:pdf --plain --fields id)
  IBID_OPENER='echo page "$IBID_PAGE"' run -0 ibid doc open "$pdf:p1"
  holds "$output" "page 1 /"
  run -0 ibid config set core.opener 'echo opener "$IBID_PAGE"'
  run -0 ibid doc open "$pdf"
  holds "$output" "opener 1 /"
  ibid config unset core.opener
  run -66 ibid doc open "$pdf:p9"
  holds "$output" "has 1 pages, no page 9"
  run -66 ibid doc open d1:p2
  holds "$output" "without pages"
  mkdir none
  PATH=$PWD/none run -69 "$IBID" doc open "$pdf"
  holds "$output" "set core.opener"
  mkdir bin
  printf '#!/bin/sh\necho "zathura $*" > seen\n' > bin/zathura
  chmod +x bin/zathura
  PATH=$PWD/bin:$PATH DISPLAY=:9 run -0 ibid doc open "$pdf:p1"
  for _ in {1..50}; do [ -s seen ] && break; sleep 0.1; done
  holds "$(cat seen)" "zathura -P 1 /"
}

@test "tags come from a list of ids" {
  library
  ibid doc list --plain --fields id | IBID_ADVICE=0 ibid doc tag - +all > /dev/null
  run -0 ibid doc list tag:all --plain --fields id
  [ "${#lines[@]}" -eq 5 ]
}
