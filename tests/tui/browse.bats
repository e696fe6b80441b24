# The conversation as something to walk in: Escape from the prompt, then single keys.
load helpers

asked_salt_wren() {
  samples
  screen "${1:-80x24}"
  type "what did SALT WREN turn to?"
  see "3 exact"
}

# Two prompts and their answers.
two_turns() {
  answers "The answer with a needle in it."
  screen 80x24 -m fake
  type "first prompt"
  see_times "needle" 1
  type "second prompt"
  see_times "needle" 2
  press Escape
  see "BRW"
}

# The citation is drawn in reverse, and nothing after it.
reversed_is() {
  local text
  text=$(tmux_here capture-pane -p -e)
  [[ $text == *$'\e[7m'*"$1"* ]] || return 1
  text=${text##*$'\e[7m'}
  [[ ${text%%"$1"*} =~ ^($'\e'\[[0-9;]*m)*$ ]]
}

# tmux keeps what OSC 52 brought as a buffer of its own.
copied() {
  tmux_here show-buffer 2> /dev/null | grep -qF 'SALT WREN began as a crew that spread banking trojans." [1]'
}

@test "the bare view: plain lines to select, Enter returns" {
  asked_salt_wren
  press Escape
  see "BRW"
  press L
  see "-- Enter goes back to ibid --"
  looks_like << 'SCREEN'
moved to ransomware and bought its first access from brokers instead of sending
mail
of its own." [2]

"In September 2020 the group used Cobalt Strike to move through a hospital netwo
rk
and encrypted 140 servers within 50 minutes." [3]

[1] SALT WREN turns from banking trojans to ransomware, Coastline Incident Respo
nse, 9 November 2020: "SALT WREN began as a crew that spread banking trojans."
[2] SALT WREN turns from banking trojans to ransomware, Coastline Incident Respo
nse, 9 November 2020: "During the summer of 2020 it
moved to ransomware and bought its first access from brokers instead of sending
mail
of its own."
[3] SALT WREN turns from banking trojans to ransomware, Coastline Incident Respo
nse, 9 November 2020: "In September 2020 the group used Cobalt Strike to move th
rough a hospital network
and encrypted 140 servers within 50 minutes."



-- Enter goes back to ibid --
SCREEN
  press Enter
  see "BRW"
}
