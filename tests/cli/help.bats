load helpers

@test "help on request goes to standard output with status 0" {
  local words
  for words in help -h --help "help config" "config -h" "config set --help" "-h config" "help config set" "help exit"; do
    # shellcheck disable=SC2086
    run --separate-stderr -0 ibid $words
    [ -n "$output" ]
    [ -z "$stderr" ]
  done
}

@test "help on error goes to standard error with status 2" {
  local words
  for words in "" config "config nosuch" nosuch --nosuch "config --nosuch" "config get" "config get a b" "help nosuch"; do
    # shellcheck disable=SC2086
    run --separate-stderr -2 ibid $words < /dev/null
    [ -z "$output" ]
    holds "$stderr" "ibid help"
  done
}

@test "words of an option are listed once" {
  run -0 ibid help query
  holds "$output" "--policy HOW        for unproved sentences: warn, strip or strict"
  [ "$(grep -c 'warn, strip' <<< "$output")" -eq 1 ]
  run -0 ibid help session export
  holds "$output" "md, json, jsonl, org or html"
}

@test "every help fits 80 columns" {
  local name
  for name in "" settings environment json exit $(ibid __complete -- help "" | cut -f1); do
    run -0 ibid help $name
    [ "$(awk 'length > 80' <<< "$output")" = "" ] || fail "too wide: help $name"
  done
}

@test "a mistyped command or option is named, never guessed" {
  run --separate-stderr -2 ibid confg list
  holds "$stderr" "no command 'confg'; did you mean 'config'?"
  run --separate-stderr -2 ibid config lsit
  holds "$stderr" "no verb 'lsit'; did you mean 'list'?"
  run --separate-stderr -2 ibid config list --orign
  holds "$stderr" "unknown option '--orign'; did you mean '--origin'?"
  holds "$stderr" "see 'ibid help config list'"
}

@test "bare words are no prompt" {
  run --separate-stderr -2 ibid why is the sky blue
  holds "$stderr" "no command 'why'; to ask something: ibid ask 'why'"
}

@test "long options are not abbreviated" {
  run -2 ibid config list --orig
  run -2 ibid --vers
}

@test "global options stand before and after the command" {
  run -0 ibid --json config get core.model
  local before=$output
  run -0 ibid config --json get core.model
  [ "$output" = "$before" ]
  run -0 ibid config get core.model --json
  [ "$output" = "$before" ]
}

@test "the version" {
  run -0 ibid --version
  [[ $output =~ ^ibid\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
  run -0 ibid -V
  run -0 ibid --version --json
  [ "$(json .schema)" = ibid.version/1 ]
}

@test "version and help read no configuration" {
  echo nonsense | configure
  run -0 ibid --version
  run -0 ibid help
  run -0 ibid config --help
}

@test "an output version that is not supported is a usage error" {
  run --separate-stderr -2 ibid config list --json=2
  [ "$(json .code <(printf %s "$stderr"))" = usage ]
  holds "$stderr" "there are 1 to 1"
  run -0 ibid config list --json=1
  run -2 ibid config list --json --jsonl
}

@test "an error is one JSON line on standard error with --json, also for a bad option" {
  run --separate-stderr -2 ibid config list --nosuch --json
  [ -z "$output" ]
  [ "$(json .exit <(printf %s "$stderr"))" = 2 ]
  run --separate-stderr -2 ibid --jsonl config list --nosuch
  [ "$output" = '{"type":"result","ok":false,"exit":2}' ]
}

@test "the result line of --jsonl agrees with the exit status" {
  local words
  for words in "config list" "config get core.model" "config get provider.a.model" "config get nosuch" "config set core.color x"; do
    # shellcheck disable=SC2086
    run --separate-stderr ibid $words --jsonl
    [ "$(tail -n 1 <<< "$output" | jq -r .type)" = result ]
    [ "$(tail -n 1 <<< "$output" | jq -r .exit)" = "$status" ]
    [ "$(tail -n 1 <<< "$output" | jq -r .ok)" = "$([ "$status" = 0 ] && echo true || echo false)" ]
    [ "$(jq -r 'select(.type == "result") | 1' <<< "$output" | wc -l)" = 1 ]
  done
}

@test "a reader that has gone ends the program quietly" {
  run bash -c "'$IBID' help 2> err | true; echo \${PIPESTATUS[0]} \$(cat err)"
  [ "$output" = 141 ] || [ "$output" = 0 ]
  run bash -c "exec 4> >(:); wait \$!; '$IBID' help >&4 2> err"
  [ "$status" = 141 ]
  [ ! -s err ]
}

@test "a full disk is an error" {
  run --separate-stderr bash -c "'$IBID' help > /dev/full"
  [ "$status" = 74 ]
  holds "$stderr" "standard output"
}

@test "an answer that is no and cannot be written is an error, not a no" {
  run --separate-stderr bash -c "'$IBID' query 'who?' > /dev/full"
  [ "$status" = 74 ]
  holds "$stderr" "standard output"
}

@test "a closed standard output is an error, not a crash" {
  run bash -c "'$IBID' config list >&-"
  [ "$status" = 74 ]
}

@test "long help is paged on a terminal, with LESS and LESSSECURE set and its reader free to leave" {
  printf '#!/bin/sh\necho "LESS=$LESS LESSSECURE=$LESSSECURE" > vars; cat > paged\n' > pg
  chmod +x pg
  PAGER=./pg on_tty ibid help
  [ "$(cat vars)" = "LESS=FRX LESSSECURE=1" ]
  holds "$(cat paged)" "usage: ibid"
  ! grep -q $'\033' paged
  rm paged
  PAGER=./pg LESS=R on_tty ibid help
  [ "$(cat vars)" = "LESS=R LESSSECURE=1" ]
  rm paged
  PAGER=./pg on_tty ibid help --no-pager
  [ ! -e paged ]
  PAGER=true on_tty ibid help
  PAGER=./pg run -0 ibid help
  [ ! -e paged ]
}

@test "colour: the option, then IBID_COLOR, then NO_COLOR, then the terminal" {
  run -0 ibid help
  lacks "$output" $'\033'
  run -0 ibid --color=always help
  holds "$output" $'\033[0;1m'
  NO_COLOR=1 IBID_COLOR=always run -0 ibid help
  holds "$output" $'\033'
  IBID_COLOR=always run -0 ibid help --color never
  lacks "$output" $'\033'
  run -2 ibid --color=pink help
}

@test "no core is left and the umask is closed" {
  umask 0
  run -0 ibid config set core.model x
  [ -z "$(find "$HOME" -type f -perm /077)" ]
}
