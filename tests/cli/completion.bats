load helpers

words() {
  ibid __complete -- "$@" | cut -f1 | paste -sd ' '
}

@test "commands, verbs, options and values are offered where they may stand" {
  [ "$(words conf)" = config ]
  [ "$(words config "")" = "get set unset list edit path" ]
  [ "$(words --json config l)" = list ]
  [ "$(words config list --ori)" = --origin ]
  [ "$(words --color "")" = "auto always never" ]
  [ "$(words --color=a)" = "--color=auto --color=always" ]
  [ "$(words completion "")" = "bash zsh fish" ]
  [ "$(words completion bash "")" = "" ]
  [ "$(words config get query.t)" = query.top ]
  [ "$(words config list -- --o)" = "" ]
}

@test "descriptions follow a tab" {
  run -0 ibid __complete -- confi
  [ "$output" = $'config\tshow and change settings' ]
}

@test "files are left to the shell" {
  [ "$(words --config "")" = :file ]
}

@test "providers of the configuration are offered, of the one that --config names too" {
  printf '[provider "box"]\nmodel = qwen\n' > here
  [ "$(words --config here config set provider.box.mo)" = provider.box.model ]
  [ "$(words --config=here config set provider.box.mo)" = provider.box.model ]
}

@test "nothing is written, created or said, whatever is broken" {
  echo nonsense | configure
  run --separate-stderr -0 ibid __complete -- -L "" 
  [ -z "$stderr" ]
  [ ! -e "$XDG_DATA_HOME" ]
  mkdir -p "$XDG_DATA_HOME/ibid"
  echo "no database" > "$XDG_DATA_HOME/ibid/library.db"
  run --separate-stderr -0 ibid __complete -- -L lib
  [ "$output" = $'library\tlibrary' ]
  run --separate-stderr -0 ibid __complete
  run --separate-stderr -0 ibid __complete -- chat -s ""
  run --separate-stderr -0 ibid __complete -- doc show ""
  run --separate-stderr -0 ibid __complete -- config set ""
  holds "$output" core.model
  rm "$CONFIG"
  run --separate-stderr -0 ibid __complete -- session show ""
  [ -z "$stderr" ]
  run --separate-stderr -0 ibid __complete -- nosuch --nosuch x
  [ -z "$stderr$output" ]
}

@test "bash completes by the script" {
  run -0 bash -c '
    PATH='"$(dirname "$IBID")"':$PATH
    compopt() { echo "compopt $*"; }
    eval "$(ibid completion bash)"
    try() {
      COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9; shift
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _ibid; echo "${COMPREPLY[*]}"
    }
    try "ibid conf" ibid conf
    try "ibid config list --or" ibid config list --or
    try "ibid --color=al" ibid --color = al
    try "ibid --color=" ibid --color =
    try "ibid --config " ibid --config ""
    COMP_TYPE=63; COMP_LINE="ibid config " COMP_POINT=12 COMP_WORDS=(ibid config "") COMP_CWORD=2; _ibid; echo "${COMPREPLY[0]}"'
  [ "${lines[0]}" = config ]
  [ "${lines[1]}" = --origin ]
  [ "${lines[2]}" = always ]
  [ "${lines[3]}" = "auto always never" ]
  [ "${lines[4]}" = "compopt -o default" ]
  [ "${lines[5]}" = "get  (print one value)" ]
}

@test "zsh and fish read their scripts without complaint" {
  local shell
  for shell in zsh fish; do
    command -v $shell > /dev/null || skip "no $shell"
    ibid completion $shell > script
    run -0 $shell -n script
    [ -z "$output" ]
  done
}

@test "fish completes by the script" {
  command -v fish > /dev/null || skip "no fish"
  ibid completion fish > script
  run -0 env PATH="$(dirname "$IBID"):$PATH" fish -c 'source script; complete -C "ibid config se"'
  [ "$output" = $'set\twrite one value to your file' ]
}

@test "zsh completes by the script" {
  command -v zsh > /dev/null || skip "no zsh"
  ibid completion zsh > _ibid
  run -0 env PATH="$(dirname "$IBID"):$PATH" zsh -fc '
    compdef() { :; }
    _describe() { print -rl -- "${values[@]}"; }
    source ./_ibid
    words=(ibid config se) CURRENT=3
    _ibid'
  [ "$output" = "set:write one value to your file" ]
}

@test "the synopsis and options of every command are clean mdoc" {
  command -v mandoc > /dev/null || skip "no mandoc"
  local name
  for name in "" $(ibid __complete -- "" | cut -f1); do
    # shellcheck disable=SC2086
    { printf '.Dd $Mdocdate$\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n.Sh DESCRIPTION\n'; ibid __man $name; } > page
    run mandoc -Tlint -Wwarning page
    lacks "$output" ERROR
    lacks "$output" "WARNING: skipping"
  done
}

@test "models: the built-in one, those configured, and presets whose key is set" {
  printf '[provider "box"]\nprotocol = openai-chat\nbase_url = http://127.0.0.1:9/v1\nmodel = qwen\n' | configure
  holds " $(words model use "") " " extractive "
  holds " $(words model use "") " " box box/qwen "
  [ "$(words model use box/)" = box/qwen ]
  [ "$(words model list --provider bo)" = box ]
}

@test "the files of completions/ are what the program prints" {
  diff "$REPO/completions/ibid.bash" <(ibid completion bash)
  diff "$REPO/completions/_ibid" <(ibid completion zsh)
  diff "$REPO/completions/ibid.fish" <(ibid completion fish)
}
