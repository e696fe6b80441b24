# Loaded by every file of tests/cli: `load helpers`. Each test gets a home, XDG directories and a working
# directory of its own, and none of the caller's settings; $IBID is the program.
#
#	run -0 ibid ask "x"			stdout and stderr together in $output
#	run --separate-stderr -2 ibid --nosuch	apart in $output and $stderr
#	on_tty ibid help			the same with a terminal as stdin, stdout and stderr
bats_require_minimum_version 1.5.0

REPO=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
: "${IBID:=$REPO/build/debug/ibid}"
IBID=$(realpath "$IBID")
# Longest time for one run of the program, in seconds; nothing here may hang.
: "${IBID_TEST_TIMEOUT:=30}"

setup() {
  local name
  for name in $(compgen -e); do
    case $name in
    IBID | IBID_TEST_* | IBID_TOOLS) ;;
    IBID_* | XDG_* | *_API_KEY | *_proxy | *_PROXY | NO_COLOR | CLICOLOR_FORCE | FORCE_COLOR | PAGER | LESS | EDITOR | VISUAL | ACCESSIBLE)
      unset "$name"
      ;;
    esac
  done
  export HOME=$BATS_TEST_TMPDIR/home
  export XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share
  export XDG_STATE_HOME=$HOME/.local/state XDG_CACHE_HOME=$HOME/.cache
  export LC_ALL=C.UTF-8 TZ=UTC TERM=xterm
  mkdir -p "$HOME" "$BATS_TEST_TMPDIR/work"
  cd "$BATS_TEST_TMPDIR/work" || return 1
  CONFIG=$XDG_CONFIG_HOME/ibid/config
}

ibid() {
  timeout "$IBID_TEST_TIMEOUT" "$IBID" "$@"
}

# Write the user's configuration from standard input.
configure() {
  mkdir -p "$(dirname "$CONFIG")"
  cat > "$CONFIG"
}

# Run a command on a terminal of 80 columns; the carriage returns of the terminal are taken off. What stands in the
# file $INPUT is typed. script(1) takes the shell from $SHELL, and not every shell replaces itself by its last command:
# beside one that stays, timeout would move to a group in the background, where reading the terminal stops a process.
on_tty() {
  local line
  line=$(printf '%q ' "$@")
  SHELL=$BASH script -qec "stty cols ${COLS:-80} rows 24
    ${line/#ibid /timeout --foreground $IBID_TEST_TIMEOUT $IBID }" /dev/null < "${INPUT:-/dev/null}" | tr -d '\r'
  return "${PIPESTATUS[0]}"
}

# Wait until a command succeeds, for as long as one run of the program may take: `until_true grep -q word out`.
until_true() {
  local end=$((SECONDS + IBID_TEST_TIMEOUT))
  until "$@"; do
    [ $SECONDS -le $end ] || fail "waited $IBID_TEST_TIMEOUT s for: $*"
    sleep 0.02
  done
}

# The value of a jq expression over $output, or over the file given.
json() {
  if [ $# -gt 1 ]; then jq -r "$1" "$2"; else jq -r "$1" <<< "${output-}"; fi
}

fail() {
  printf '%s\n' "$*" "status: ${status-}" "output: ${output-}" "stderr: ${stderr-}" >&2
  return 1
}

# $1 holds $2.
holds() {
  [[ $1 == *"$2"* ]] || fail "expected to find: $2"
}

lacks() {
  [[ $1 != *"$2"* ]] || fail "expected not to find: $2"
}

# Directory of the shared test documents; skips the test without it.
test_data() {
  DATA=${IBID_TEST_DATA:-$REPO/../shared/data}
  [ -d "$DATA" ] || skip "no test data"
}
