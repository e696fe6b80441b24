load helpers

@test "a directory of every kind goes in, and a second run finds nothing new" {
  run -0 ibid ingest "$REPO/tests/samples"
  [ "$(grep -c '^added' <<< "$output")" -eq 5 ]
  holds "$output" "GREY HERON: two years of intrusions at port operators"
  run -0 ibid ingest "$REPO/tests/samples"
  [ "$(grep -c '^unchanged' <<< "$output")" -eq 5 ]
}

@test "what .ibidignore, --include and --exclude leave out stays out" {
  mkdir -p in/sub
  echo "One sentence here." > in/a.md
  echo "Another one here." > in/b.txt
  echo "A third one here." > in/sub/c.md
  echo "sub/" > in/.ibidignore
  run -0 ibid ingest --include '*.md' in
  [ "${#lines[@]}" -eq 1 ]
  rm in/.ibidignore
  run -0 ibid ingest --exclude '*.txt' in
  [ "$(grep -c '^added' <<< "$output")" -eq 1 ]
}

@test "a changed file becomes a new version, and the old text stays" {
  echo "The pump failed twice." > a.md
  ibid ingest a.md
  echo "The pump failed three times." > a.md
  run -0 ibid ingest a.md
  holds "$output" "updated    d1"
  run -0 ibid doc text d1
  holds "$output" "three times"
  run -0 ibid doc text d1@1
  holds "$output" "twice"
}

@test "the same bytes under two names are one document" {
  echo "Only once, please." > a.md
  cp a.md b.md
  run -0 ibid ingest -j 4 a.md b.md
  holds "$output" "added      d1"
  holds "$output" "unchanged  d1"
}

@test "one bad file never stops the rest: 81, with a reason each" {
  echo "Good text here." > good.md
  : > empty.md
  mkfifo pipe.md
  printf '%%PDF-1.7 is not enough' > bad.pdf
  run -81 ibid ingest good.md empty.md pipe.md bad.pdf nosuch.md
  holds "$output" "added"
  holds "$output" "'$PWD/empty.md' is empty"
  holds "$output" "'pipe.md' is a FIFO"
  holds "$output" "bad.pdf"
  holds "$output" "'nosuch.md' does not exist"
}

@test "the only source that fails fails as itself" {
  run --separate-stderr -66 ibid ingest nosuch.md
  [ -z "$output" ]
  holds "$stderr" "'nosuch.md' does not exist"
  : > empty.md
  run -65 ibid ingest empty.md
  head -c 4096 /dev/urandom > noise.bin
  run -65 ibid ingest noise.bin
  holds "$output" "looks like binary data"
}

@test "in a directory, what is no document is passed over" {
  mkdir in
  head -c 4096 /dev/urandom > in/noise.bin
  echo "A document." > in/a.md
  run -0 ibid ingest in
  holds "$output" "skipped"
  holds "$output" "added"
}

@test "a loop of links and what cannot be opened are named, with the reason" {
  mkdir -p in/sub
  ln -s .. in/sub/up
  ln -s nosuch in/gone.md
  echo "Text of a." > in/a.md
  run -81 ibid ingest in
  holds "$output" "symbolic link back to a directory above it"
  holds "$output" "'in/gone.md' does not exist"
  ln -s b a && ln -s a b
  run -74 ibid ingest a
  holds "$output" "'a' is a loop of symbolic links"
  long=$(printf '%0300d' 0)
  run -74 ibid ingest "$long"
  [ "$output" = "ibid ingest: cannot open '$long': File name too long" ]
}

@test "standard input needs a type" {
  run -2 ibid ingest - <<< "text"
  holds "$output" "--type"
  lacks "$output" "no files to ingest"
  run -0 ibid ingest --type md --title "From a pipe" - <<< "Text of the pipe."
  holds "$output" "From a pipe"
}

@test "names come from a list, ended by NUL if asked" {
  printf 'One.\n' > 'a b.md'
  printf 'Two.\n' > $'new\nline.md'
  printf 'a b.md\0new\nline.md\0' > list
  run -0 ibid ingest --files-from list -0
  [ "$(grep -c '^added' <<< "$output")" -eq 2 ]
  run -0 ibid ingest --files-from - <<< "a b.md"
  holds "$output" "unchanged"
}

@test "--dry-run writes nothing" {
  echo "Text of a." > a.md
  run -0 ibid ingest --dry-run a.md
  holds "$output" "added"
  run -0 ibid doc list --plain
  [ -z "$output" ]
}

@test "each source is an object in JSON, and the last line agrees with the status" {
  echo "Text of a." > a.md
  run -0 ibid ingest --json a.md
  [ "$(json '.items[0].status')" = added ]
  [ "$(json '.items[0].sha256 | length')" = 64 ]
  run --separate-stderr -81 ibid ingest --jsonl a.md nosuch.md
  [ "$(tail -n 1 <<< "$output" | jq -r '.type + " " + (.ok | tostring)')" = "result false" ]
}

@test "tags, collection and fields are set on the way in" {
  echo "Text of a." > a.md
  ibid ingest --tag 2026 --tag pumps --coll work --meta "author=Ines Halvorsen" --meta issued=2021-02 a.md
  run -0 ibid doc list --json
  [ "$(json '.items[0].tags | join(",")')" = "2026,pumps" ]
  [ "$(json '.items[0].collection')" = work ]
  [ "$(json '.items[0].date')" = 2021-02 ]
  [ "$(json '.items[0].authors')" = Halvorsen ]
  run -2 ibid ingest --meta colour=red a.md
  holds "$output" "'colour' is no field"
}

@test "control bytes in names and titles are shown, never obeyed" {
  printf -- '---\ntitle: "a\033[31mred"\n---\n\nText of it.\n' > $'x\033[2Jy.md'
  run -0 ibid ingest $'x\033[2Jy.md'
  lacks "$output" $'\033'
}

@test "every line of the facts about the shared documents holds" {
  test_data
  [ -f "$DATA/reports/facts.tsv" ] || skip "no facts"
  python3 - "$IBID" "$DATA/reports" <<'PY'
import re, subprocess, sys, os
ibid, root = sys.argv[1:]
subprocess.run([ibid, "ingest", "-q", root], capture_output=True)
squeeze = lambda s: re.sub(r"\s+", " ", s)
texts, held, failed = {}, 0, []
for line in open(os.path.join(root, "facts.tsv"), encoding="utf-8").read().splitlines()[1:]:
    name, page, sign, phrase = line.split("\t")
    path = os.path.join(root, name)
    if sign == "!":
        done = subprocess.run([ibid, "ingest", path], capture_output=True, text=True)
        ok = done.returncode == 65 and "password" in done.stderr
    else:
        key = os.path.realpath(path) + ("" if page == "-" else ":p" + page)
        if key not in texts:
            texts[key] = squeeze(subprocess.run([ibid, "doc", "text", key], capture_output=True, text=True).stdout)
        ok = (squeeze(phrase) in texts[key]) == (sign == "+")
    held += ok
    if not ok:
        failed.append(line)
print(f"{held} of {held + len(failed)} facts hold", *failed, sep="\n")
sys.exit(bool(failed))
PY
}
