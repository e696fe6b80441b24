load helpers

# A library with one document.
library() {
  ibid help ingest > /dev/null 2>&1 || skip "no ingest"
  printf 'The pump failed in May.\n\nCavitation was the cause.\n' > note.txt
  ibid -q ingest note.txt
  LIBRARY=$XDG_DATA_HOME/ibid/library.db
}

@test "path names the library, there or not" {
  run -0 ibid db path
  [ "$output" = "$XDG_DATA_HOME/ibid/library.db" ]
  run -0 ibid -L work db path
  [ "$output" = "$XDG_DATA_HOME/ibid/work.db" ]
  run -0 ibid -L ./x.db db path
  [ "$output" = ./x.db ]
  run -0 ibid -L '~/x.db' db path --json
  [ "$(json .path)" = "$HOME/x.db" ]
  [ "$(json .exists)" = false ]
}

@test "verbs that read need a library and make none" {
  local verb
  for verb in stats check vacuum purge "backup x"; do
    # shellcheck disable=SC2086
    run --separate-stderr -66 ibid db $verb --yes
    holds "$stderr" library.db
  done
  [ ! -e "$XDG_DATA_HOME" ]
}

@test "a new library is sound" {
  library
  run -0 ibid db check
  holds "$output" "nothing wrong"
  run -0 ibid db stats --json
  [ "$(json '.items[] | select(.name == "documents") | .value')" = 1 ]
  run -0 ibid db check --jsonl
  [ "$output" = '{"type":"result","ok":true,"exit":0}' ]
}

@test "a backup is a library, and replaces no file" {
  library
  run -0 ibid db backup copy.db
  [ "$(stat -c %a copy.db)" = 600 ]
  run -0 ibid -L ./copy.db db check
  run --separate-stderr -73 ibid db backup copy.db
  holds "$stderr" copy.db
  run -0 ibid db backup other.db --dry-run
  [ ! -e other.db ]
}

@test "restore asks, puts the backup in place and keeps the old library" {
  library
  ibid -q db backup copy.db
  printf 'Another.\n' > more.txt
  ibid -q ingest more.txt
  run --separate-stderr -77 ibid db restore copy.db < /dev/null
  holds "$stderr" "--yes"
  run -0 ibid db restore copy.db --yes
  run -0 ibid db stats --plain
  holds "$output" $'documents\t1'
  run -0 ibid -L "$LIBRARY.before-restore" db stats --plain
  holds "$output" $'documents\t2'
}

@test "a question is asked on a terminal, and no is no" {
  library
  ibid -q db backup copy.db
  printf 'n\n' > no
  INPUT=no run -1 on_tty ibid db restore copy.db
  holds "$output" "[y/N]"
  holds "$output" "not confirmed; nothing was changed"
  [ ! -e "$LIBRARY.before-restore" ]
  printf 'y\n' > yes
  INPUT=yes run -0 on_tty ibid db restore copy.db
  [ -e "$LIBRARY.before-restore" ]
  INPUT=yes run -77 on_tty ibid db restore copy.db --no-input
}

@test "restore refuses what is no library" {
  library
  echo "not a library at all, whatever it says" > junk
  run -65 ibid db restore junk --yes
  run -0 ibid db check
}

@test "vacuum and purge leave a sound library" {
  library
  run -0 ibid db vacuum
  run -0 ibid db purge --dry-run
  holds "$output" "would have purged 0"
  run -77 ibid db purge < /dev/null
  run -0 ibid db purge --yes --json
  [ "$(json .purged)" = 0 ]
  run -0 ibid db check
}

@test "a damaged library is told from a sound one" {
  library
  head -c 40000 /dev/zero | tr '\0' x | dd of="$LIBRARY" bs=1 seek=8192 conv=notrunc status=none
  rm -f "$LIBRARY-wal" "$LIBRARY-shm"
  run --separate-stderr ibid db check
  [ "$status" = 1 ] || [ "$status" = 65 ]
}
