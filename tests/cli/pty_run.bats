# The tool that runs programs on a pseudo-terminal for other tests and for the bench.
load helpers

pty_run() {
  "${IBID_TOOLS:-$REPO/build/debug/tests/tools}/pty_run" "$@"
}

@test "steps are done in their order, and what came is counted" {
  printf 'send hello\\n\nwait hello\ncount typed\nlap echo_ms\nrss\nsend \\x04\n' > steps
  run -0 pty_run -t 20 steps cat
  [[ ${lines[0]} =~ ^typed\ [0-9]+$ ]]
  [[ ${lines[1]} =~ ^echo_ms\ [0-9.]+$ ]]
  [[ ${lines[2]} =~ ^rss_kib\ [1-9][0-9]*$ ]]
  # Echoed once by the terminal, once by cat, each with CR LF.
  [ "${lines[3]}" = "bytes_total 14" ]
  [ "${lines[-2]}" = "termios same" ]
  [ "${lines[-1]}" = "exit 0" ]
}

@test "text is found between control sequences, frames by their end" {
  cat > program << 'END'
#!/bin/sh
printf '\033[?2026h\033[1;31mre\033[0md\033]0;title\007 and\033[3Cblue\033[?2026l'
END
  chmod +x program
  printf 'wait red and   blue\n' > steps
  run -0 pty_run -t 20 -o raw steps ./program
  [[ $output =~ first_frame_ms\ [0-9] ]]
  grep -q '?2026l' raw
}

@test "what does not come in time is said, and the program is ended" {
  printf 'wait never\n' > steps
  run --separate-stderr -1 pty_run -t 1 steps sh -c 'echo something; sleep 60'
  holds "$stderr" "'wait never' was not done"
  holds "$stderr" "something"
  [ "${lines[-1]}" = "timeout 9" ]
}

@test "a size, a signal and a changed terminal are seen" {
  printf 'resize 7 11\nsend \\n\nwait 7 11\nsignal 15\n' > steps
  run -0 pty_run -t 20 -r 3 -c 40 steps sh -c 'read -r x; stty -echo; stty size; sleep 60'
  [ "${lines[-2]}" = "termios changed" ]
  [ "${lines[-1]}" = "signal 15" ]
}
