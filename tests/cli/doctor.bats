load helpers

state_of() {
  jq -r --arg name "$1" '.items[] | select(.name == $name) | .state' <<< "$output" | sort -u | paste -sd ' '
}

@test "a fresh home is in order" {
  run -0 ibid doctor
  lacks "$output" fail
  run -0 ibid doctor --json
  [ "$(json '.items | map(.name) | unique | join(" ")')" = "clock config extract keys library locale modes system terminal" ]
  [ "$(state_of library)" = ok ]
  [ ! -e "$XDG_DATA_HOME" ]
}

@test "a broken configuration fails, and does not keep the other checks from running" {
  echo nonsense | configure
  run -1 ibid doctor --json
  [ "$(printf %s "$output" | head -n 1 | jq -r '.items[] | select(.name == "config") | .state')" = fail ]
  run -1 ibid doctor
  holds "$output" "$CONFIG:1: neither a [section]"
  holds "$output" "-> ibid config edit"
  holds "$output" "clock"
}

@test "an unknown setting is a warning" {
  printf '[core]\nmodell = x\n' | configure
  run -0 ibid doctor --json
  [ "$(state_of config)" = warn ]
  [ "$(json '.items | map(select(.name == "config")) | length')" = 1 ]
}

@test "loose modes are named with the command that mends them" {
  mkdir -p "$XDG_DATA_HOME/ibid"
  chmod 755 "$XDG_DATA_HOME/ibid"
  run -0 ibid doctor
  holds "$output" "warn  modes"
  holds "$output" "-> chmod 700 '$XDG_DATA_HOME/ibid'"
}

# Root may write anywhere; without its capabilities it is like others.
without_power() {
  if [ "$(id -u)" -eq 0 ]; then setpriv --inh-caps=-all --bounding-set=-all "$@"; else "$@"; fi
}

@test "a home that cannot be written to is told before a library is made there" {
  mkdir -m 500 closed
  run -1 without_power env -u XDG_DATA_HOME HOME="$PWD/closed" "$IBID" doctor
  holds "$output" "fail  library   $PWD/closed/.local/share/ibid/library.db cannot be made: '$PWD/closed': Permission denied"
  holds "$output" "-> make the directory writable, or name a library elsewhere: -L FILE"
}

@test "without a home the advice is to set one" {
  run -1 env -u HOME -u XDG_CONFIG_HOME -u XDG_DATA_HOME "$IBID" doctor
  holds "$output" "fail  config    neither 'XDG_CONFIG_HOME' nor 'HOME' is set to an absolute path"
  holds "$output" "-> set HOME to your home directory"
  lacks "$output" "ibid config"
}

@test "what is no library fails" {
  mkdir -p -m 700 "$XDG_DATA_HOME/ibid"
  echo "no database, but long enough to be looked at" > "$XDG_DATA_HOME/ibid/library.db"
  chmod 600 "$XDG_DATA_HOME/ibid/library.db"
  run --separate-stderr -1 ibid doctor --json
  [ "$(state_of library)" = fail ]
}

@test "keys are found and never shown" {
  printf 'canary-file\n' > key
  chmod 600 key
  configure << END
[provider "a"]
  base_url = https://a.test/v1
  key_env = MY_KEY
[provider "b"]
  base_url = https://b.test/v1
  key_file = $PWD/key
[provider "c"]
  base_url = https://c.test/v1
  key_cmd = touch ran; echo canary
[provider "d"]
  base_url = https://d.test/v1
  key_env = NOT_SET
END
  MY_KEY=canary IBID_KEY_D='' run -0 ibid doctor -vv
  holds "$output" "a: key present, in the environment (MY_KEY)"
  holds "$output" "b: key present, in a file"
  holds "$output" "c: key present, from a command (not run here)"
  holds "$output" "d: no key where NOT_SET"
  lacks "$output" canary
  [ ! -e ran ]
}

@test "a report leaves out who wrote it" {
  USER=alicia run -0 ibid doctor --report -L "/srv/alicia/x.db"
  lacks "$output" "$HOME"
  lacks "$output" alicia
  holds "$output" "~/.config/ibid/config"
}

@test "a locale without UTF-8 is a warning" {
  LC_ALL=C run -0 ibid doctor --json
  [ "$(state_of locale)" = warn ]
}

@test "a missing reader of documents fails" {
  cp "$IBID" alone
  run --separate-stderr ./alone doctor --json
  [ "$(state_of extract)" = fail ] || [ -x /usr/local/libexec/ibid/ibid-extract ]
}
