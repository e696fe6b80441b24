# Past conversations: the list, the search over all of them, and one that is open twice.
load helpers

# Three conversations, made as a person makes them.
three() {
  local prompt
  answers "An answer about $1."
  for prompt in "pumps and pipes" "gardens in spring" "the ports of Norway"; do
    ibid -q ask -m fake --save "$prompt" > /dev/null 2>&1 || ibid -q ask -m fake "$prompt" > /dev/null
  done
}

@test "one that is open in another ibid is read only here until /take, and then it is there" {
  answers "An answer."
  screen 80x24 -m fake
  type "who writes?"
  see "An answer."
  screen 80x24 -m fake -c
  see "read only: open in"
  looks_like << 'SCREEN'
you                                                                        hh:mm
who writes?

ibid  fake/m                                                               n.n s
An answer.
















read only: open in process N since hh:mm; '/take' takes it over
>
INS  fake/m  who writes? (read only)      ^X s sources  ^X b sessions  ^X h keys
SCREEN
  type "me too"
  see "read only here; '/take' takes it over"
  press C-c
  gone "> me too"
  type "/take"
  see "this conversation is written here now"
  type "me now"
  see_times "An answer." 2
  use 1
  type "and me?"
  see "read only"
}
