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

@test "each key is timed to its echo, each press to the frame that it makes" {
  printf 'wait ready\ntype AB\nechoes echo\nsend \\n\npress 3 x\\n\nwait done\n' > steps
  printf 'printf "ready"; read -r typed; for i in 1 2 3; do read -r x; printf "\\033[?2026hframe\\033[?2026l"; done; printf done' > program
  run -0 pty_run -t 20 steps sh program
  [[ ${lines[0]} =~ ^echo_p50\ [0-9.]+$ ]]
  [[ ${lines[1]} =~ ^echo_p99\ [0-9.]+$ ]]
  [[ ${lines[2]} =~ ^echo_max\ [0-9.]+$ ]]
  [ "${lines[3]}" = "echo_n 2" ]
  [ "${lines[-1]}" = "exit 0" ]
}

@test "what a program writes and how often it wakes is counted; one that sleeps does neither" {
  printf 'wait ready\nsleep-until-quiet 50\nwritten first\nwakes\ncpu\nsleep-until-quiet 300\nwritten\nwakes\ncpu\nsend x\\n\nwait END\nwritten\nsend \\n\n' > steps
  printf 'printf ready; read -r x; printf END; read -r x' > program
  run -0 pty_run -t 20 steps sh program
  [ "${lines[0]}" = "first 5" ]
  [ "${lines[3]}" = "written 0" ]
  [ "${lines[4]}" = "wakes 0" ]
  [ "${lines[5]}" = "cpu_us 0" ]
  [ "${lines[6]}" = "written 3" ]
}
