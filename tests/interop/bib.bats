#!/usr/bin/env bats
# What ibid writes as a bibliography is read by pandoc and bibutils as it was meant.

setup() {
  here=$BATS_TEST_DIRNAME
  conv=${IBID_TOOLS:-$here/../../build/debug/tests/tools}/bibconv
  cd "$BATS_TEST_TMPDIR" || return 1
  "$conv" csl csl <"$here/refs.json" >ours.json
}

need() {
  command -v "$1" >/dev/null || skip "$1 is not here"
}

@test "pandoc reads BibTeX, BibLaTeX and CSL-JSON alike" {
  need pandoc
  for format in bibtex biblatex csl-json; do
    "$conv" csl "$format" <ours.json >refs
    pandoc -f "${format/-/}" -t csljson refs >theirs.json
    "$here/bib.py" same ours.json theirs.json
  done
}

@test "hostile titles stay titles to pandoc" {
  need pandoc
  "$here/bib.py" items "$here/naughty.json" | "$conv" csl csl >naughty.json
  for format in bibtex biblatex csl-json; do
    "$conv" csl "$format" <naughty.json >refs
    pandoc -f "${format/-/}" -t csljson refs >theirs.json
    "$here/bib.py" fields naughty.json theirs.json
  done
}

@test "bibutils reads as many references as there are" {
  need bib2xml
  "$conv" csl bibtex <ours.json >refs.bib
  "$conv" csl ris <ours.json >refs.ris
  want=$(jq length ours.json)
  [ "$(bib2xml refs.bib 2>/dev/null | grep -c '<mods ')" -eq "$want" ]
  [ "$(ris2xml refs.ris 2>/dev/null | grep -c '<mods ')" -eq "$want" ]
}

@test "hostile titles add no reference to bibutils" {
  need bib2xml
  "$here/bib.py" items "$here/naughty.json" | "$conv" csl csl >naughty.json
  want=$(jq length naughty.json)
  for format in bibtex ris; do
    "$conv" csl "$format" <naughty.json >refs
    run bash -c "$([ $format = ris ] && echo ris2xml || echo bib2xml) refs 2>/dev/null"
    [ "$(grep -c '<mods ' <<<"$output")" -eq "$want" ]
    [ "$(grep -c '<namePart type="family">Doe' <<<"$output")" -eq "$want" ]
  done
}

@test "what bibutils writes is read back" {
  need bib2xml
  "$conv" csl bibtex <ours.json >refs.bib
  bib2xml refs.bib 2>/dev/null >refs.xml
  xml2bib refs.xml 2>/dev/null >theirs.bib
  "$conv" bibtex csl <theirs.bib >theirs.json
  [ "$(jq -S '[.[].id]' theirs.json)" = "$(jq -S '[.[].id]' ours.json)" ]
  xml2ris refs.xml 2>/dev/null >theirs.ris
  "$conv" ris csl <theirs.ris >theirs.json
  [ "$(jq -c '[.[].issued["date-parts"][0][0]]' theirs.json)" = "$(jq -c '[.[].issued["date-parts"][0][0]]' ours.json)" ]
}

@test "Markdown and CSL-JSON meet in their keys" {
  need pandoc
  "$conv" csl markdown <ours.json >refs.md
  printf 'Seen [@adams2021, p. 33; @{heron-blog}].\n' >>refs.md
  run pandoc --citeproc --bibliography ours.json -t plain refs.md
  [ "$status" -eq 0 ]
  [[ $output == *"2021, 33; O’Brien 2020)"* ]]
}
