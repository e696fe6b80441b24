load helpers

@test "a setting that was set is read back" {
  run -0 ibid config set core.model claude
  [ "$output" = "set core.model in $CONFIG" ]
  run -0 ibid config get core.model
  [ "$output" = claude ]
  [ "$(stat -c %a "$CONFIG")" = 600 ]
  [ "$(stat -c %a "$(dirname "$CONFIG")")" = 700 ]
}

@test "setting a value leaves comments, order and blank lines alone" {
  configure << 'END'
# mine
[core]
  ; the model
  model =   old

[query]
	top = 5
# the end
END
  run -0 ibid config set core.model new
  run -0 ibid config set core.advice no
  run -0 ibid config set provider.box.base_url http://127.0.0.1:8080/v1
  diff "$CONFIG" - << 'END'
# mine
[core]
  ; the model
  model = new
	advice = no

[query]
	top = 5
# the end

[provider "box"]
	base_url = http://127.0.0.1:8080/v1
END
}

@test "a bad value is refused with what is accepted, and nothing is written" {
  run --separate-stderr -78 ibid config set query.top 0
  holds "$stderr" "query.top: '0' is not accepted; it takes 1 to 100"
  run --separate-stderr -78 ibid config set core.color pink
  holds "$stderr" "auto, always or never"
  [ ! -e "$CONFIG" ]
}

@test "an unknown setting names a likely one" {
  run --separate-stderr -78 ibid config set core.modle x
  holds "$stderr" "did you mean 'core.model'?"
  run --separate-stderr -2 ibid config get core.modle
  holds "$stderr" "did you mean 'core.model'?"
}

@test "a key is refused as a setting" {
  run --separate-stderr -78 ibid config set provider.x.api_key canary
  holds "$stderr" "key_env, key_file or key_cmd"
  [ ! -e "$CONFIG" ]
}

@test "a value keeps its semicolons, hashes, quotes and blanks" {
  local v
  for v in 'sh -c "a; b" # c' ' padded ' '"quoted"' 'a = b : c' 'ünïcode' '[x]' '"' ''; do
    run -0 ibid config set provider.x.key_cmd "$v"
    run -0 ibid config get provider.x.key_cmd --json
    [ "$(json .value)" = "$v" ] || fail "lost: $v"
  done
}

@test "a value over two lines is refused" {
  run -78 ibid config set provider.x.key_cmd $'a\nb'
}

@test "precedence: option, environment, project, user, default" {
  run -0 ibid config list --origin --plain
  holds "$output" $'core.library\tlibrary\tdefault'
  printf '[core]\n\tlibrary = mine\n' | configure
  run -0 ibid config list --origin --plain
  holds "$output" $'core.library\tmine\tuser\t'"$CONFIG"$'\t2'
  printf '[core]\nlibrary = theirs\n' > .ibid
  mkdir -p deep/er
  cd deep/er
  run -0 ibid config list --origin --plain
  holds "$output" $'core.library\ttheirs\tproject\t'"$BATS_TEST_TMPDIR/work/.ibid"$'\t2'
  IBID_LIBRARY=hers run -0 ibid config list --origin --plain
  holds "$output" $'core.library\thers\tenvironment\tIBID_LIBRARY'
  IBID_LIBRARY=hers run -0 ibid -L flag config list --origin --plain
  holds "$output" $'core.library\tflag\toption\t--library'
}

@test "a project's file sets no commands, keys or addresses" {
  cat > .ibid << 'END'
[core]
	model = theirs
	pager = touch pwned
	editor = touch pwned
[provider "x"]
	base_url = http://evil.test
	key_cmd = touch pwned
END
  run --separate-stderr -0 ibid config list --plain
  holds "$output" $'core.model\ttheirs'
  lacks "$output" evil
  lacks "$output" pwned
  holds "$stderr" "$PWD/.ibid:3: a project's file may not set core.pager; ignored"
  holds "$stderr" ".ibid:6: a project's file may not set provider.x.base_url; ignored"
  run --separate-stderr -0 ibid -q config list
  [ -z "$stderr" ]
}

@test "a project's library is a name or below the project" {
  local v
  for v in /tmp/x.db ../x.db a/../../x.db '~/x.db'; do
    printf '[core]\nlibrary = %s\n' "$v" > .ibid
    run --separate-stderr -0 ibid config get core.library
    [ "$output" = library ] || fail "taken: $v"
    holds "$stderr" "may not set core.library to this"
  done
  printf '[core]\nlibrary = notes/x.db\n' > .ibid
  mkdir sub
  cd sub
  run -0 ibid config get core.library
  [ "$output" = "$BATS_TEST_TMPDIR/work/notes/x.db" ]
}

@test "a broken line in the user's file is an error with its line, in a project's file a warning" {
  printf '[core]\nmodel = x\nnonsense\n' | configure
  run --separate-stderr -78 ibid config list
  holds "$stderr" "$CONFIG:3: neither a [section]"
  rm "$CONFIG"
  printf 'nonsense\n' > .ibid
  run --separate-stderr -0 ibid config get core.model
  [ "$output" = extractive ]
  holds "$stderr" ".ibid:1: neither"
}

@test "a bad value in the user's file names file, line and range" {
  printf '# x\n[query]\n\ttop = many\n' | configure
  run --separate-stderr -78 ibid config list
  holds "$stderr" "$CONFIG:3: query.top: 'many' is not accepted; it takes 1 to 100"
}

@test "an unknown setting in the file is a warning with its line" {
  printf '[core]\n\tmodell = x\n' | configure
  run --separate-stderr -0 ibid config get core.model
  holds "$stderr" "$CONFIG:2: unknown setting 'core.modell'; did you mean 'core.model'?"
}

@test "a broken file can be mended by set and unset" {
  printf '[query]\n\ttop = many\n' | configure
  run -0 ibid config set query.top 9
  run -0 ibid config get query.top
  [ "$output" = 9 ]
  printf '[query]\n\ttop = many\n' | configure
  run -0 ibid config unset query.top
  run -0 ibid config get query.top
  [ "$output" = 8 ]
}

@test "a link to the file stays a link" {
  mkdir -p "$(dirname "$CONFIG")" dotfiles
  touch dotfiles/ibid
  ln -s "$PWD/dotfiles/ibid" "$CONFIG"
  run -0 ibid config set core.model x
  [ -L "$CONFIG" ]
  holds "$(cat dotfiles/ibid)" "model = x"
}

@test "--config names another file, which must exist" {
  printf '[core]\nmodel = other\n' > here
  run -0 ibid --config here config get core.model
  [ "$output" = other ]
  run -66 ibid --config nowhere config get core.model
}

@test "--dry-run writes nothing" {
  run -0 ibid config set core.model x --dry-run
  [ ! -e "$CONFIG" ]
}

@test "edit opens the file in the editor, with the defaults commented out, and checks it afterwards" {
  printf '#!/bin/sh\necho "$1" > edited; grep -c "^\t;" "$1" > lines\n' > ed
  chmod +x ed
  VISUAL=./ed on_tty ibid config edit
  [ "$(cat edited)" = "$CONFIG" ]
  [ "$(cat lines)" -gt 10 ]
  run -0 ibid config list
  VISUAL='echo nonsense >>' on_tty ibid config edit || status=$?
  [ "$status" = 78 ]
}

@test "keys have any name: set, get, list, unset" {
  run -0 ibid config set 'keys.input.ctrl-x e' '/cite export @ --format bibtex'
  run -0 ibid config set keys.browse.equals sources
  diff "$CONFIG" - << 'END'
[keys "input"]
	ctrl-x e = /cite export @ --format bibtex

[keys "browse"]
	equals = sources
END
  run -0 ibid config get 'keys.input.ctrl-x e'
  [ "$output" = '/cite export @ --format bibtex' ]
  run -0 ibid config list --origin --plain
  holds "$output" $'keys.input.ctrl-x e\t/cite export @ --format bibtex\tuser\t'"$CONFIG"$'\t2'
  run -0 ibid config unset keys.browse.equals
  run -1 ibid config get keys.browse.equals
}

@test "a key that cannot be is refused before anything is written" {
  local name what says
  while IFS='|' read -r name what says; do
    run --separate-stderr -78 ibid config set "$name" "$what"
    holds "$stderr" "$says"
  done << 'END'
keys.input.ctrl-i|help|'ctrl-i': terminals send tab for it; bind that
keys.input.f77|help|'f77' is no key
keys.input.f5|sorces|no action 'sorces'
keys.inptu.f5|help|not in 'inptu'
keys.input.ctrl-x|help|cannot both be bound
keys.input.a|help|types a character
keys.browse.=|help|keys.browse.=: '=' cannot stand before an equals sign; ibid-keys(7) has a word for it
END
  [ ! -e "$CONFIG" ]
}

@test "a key is judged beside the other keys of the file" {
  printf '[keys "input"]\nctrl-l = none\n' | configure
  run -0 ibid config set 'keys.input.ctrl-l r' redraw
  run --separate-stderr -78 ibid config set keys.input.ctrl-l redraw
  holds "$stderr" "'ctrl-l' and 'ctrl-l r' cannot both be bound; free the other one first: ctrl-l r = none"
}

@test "a project's file sets no keys" {
  printf '[keys "input"]\nenter = /evil\n' > .ibid
  run --separate-stderr -0 ibid config list --plain
  lacks "$output" evil
  holds "$stderr" ".ibid:2: a project's file may not set keys.input.enter; ignored"
}

@test "edit and doctor tell which lines of keys are refused" {
  printf '[keys "input"]\nctrl-i = help\nf5 = again\n' | configure
  VISUAL=true run on_tty ibid config edit
  holds "$output" "$CONFIG:2: 'ctrl-i': terminals send tab for it"
  run ibid doctor --plain
  holds "$output" "$CONFIG:2: 'ctrl-i': terminals send tab for it"
}

@test "edit off a terminal is refused" {
  run --separate-stderr -77 ibid config edit < /dev/null
  holds "$stderr" "there is no terminal"
}

@test "an editor gets no variable that holds a key" {
  printf '[provider "x"]\nkey_env = MY_SECRET_NAME\n' | configure
  printf '#!/bin/sh\nenv > env.txt\n' > ed
  chmod +x ed
  EDITOR=./ed ANTHROPIC_API_KEY=canary IBID_KEY_X=canary MY_SECRET_NAME=canary on_tty ibid config edit
  [ -s env.txt ]
  ! grep canary env.txt
}

@test "the forms of --json and --jsonl" {
  run -0 ibid config list --json
  [ "$(json .schema)" = ibid.list/1 ]
  [ "$(json .kind)" = setting ]
  [ "$(json '.items[] | select(.name == "query.top") | .value')" = 8 ]
  run -0 ibid config list --jsonl --fields name -n 1
  [ "${lines[0]}" = '{"type":"setting","name":"core.library"}' ]
  [ "${lines[1]}" = '{"type":"result","ok":true,"exit":0}' ]
  run --separate-stderr -1 ibid config get provider.x.model --jsonl
  [ "$output" = '{"type":"result","ok":false,"exit":1}' ]
  [ "$(json .code <(printf %s "$stderr"))" = no ]
}
