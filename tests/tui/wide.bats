# Characters that are not one byte, not one column, not left to right.
load helpers

@test "CJK, emoji, combining marks, right-to-left in an answer" {
  answers $'漢字仮名交じり文は二桁ずつの幅を持つ文字で書かれているので折り返しが難しいことがある。終わり\n\n' \
    $'Emoji 👩‍💻 👍🏽 ❤️ 🇳🇴 and e\u0301 a\u0308 n\u0303, שלום עולם, مرحبا بالعالم.\n\n' \
    $'| 名前 | value |\n|---|---:|\n| 東京 | 1 |\n| e\u0301te\u0301 | 22 |\n\nend.'
  screen 80x24 -m fake
  type "go"
  see "end."
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                               n.n s
漢字仮名交じり文は二桁ずつの幅を持つ文字で書かれているので折り返しが難しいことが
ある。終わり

Emoji 👩 👍 ❤ 🇳🇴 and é ä ñ, שלום עולם, مرحبا بالعالم.

| 名前 | value |
|------|-------|
| 東京 |     1 |
| été  |    22 |

end.







>
INS  fake/m  go                           ^X s sources  ^X b sessions  ^X h keys
SCREEN
  resize 40x16
  looks_like << 'SCREEN'
ibid  fake/m                       n.n s
漢字仮名交じり文は二桁ずつの幅を持つ文字
で書かれているので折り返しが難しいことが
ある。終わり

Emoji 👩 👍 ❤ 🇳🇴 and é ä ñ, שלום עולם,
مرحبا بالعالم.

| 名前 | value |
|------|-------|
| 東京 |     1 |
| été  |    22 |

end.
>
INS  m  go
SCREEN
}

@test "the prompt: wide characters wrap whole, the cursor is behind them, Backspace takes a character with its marks" {
  screen 40x10
  keys "漢字仮名交じり文は二桁ずつの幅を持つ文字で書かれている"
  see "いる"
  looks_like << 'SCREEN'
ibid 0.1.0
Ask. Answers from your library prove
their sources: [1] [1?] weak [1!]
failed.
/help: what can be typed. F1: keys.
/ingest FILE: more sources. Ctrl-D:
leave.
> 漢字仮名交じり文は二桁ずつの幅を持つ文
  字で書かれている
INS  extractive  new
SCREEN
  [ "$(tmux_here display-message -p '#{cursor_x} #{cursor_y}')" = "18 8" ]
  press C-u
  keys $'e\u0301👍🏽x'
  see "x"
  press BSpace BSpace BSpace
  gone "👍"
  press BSpace
  keys "ok"
  see "> ok"
}

@test "widths at the edge: a wide character that does not fit goes to the next row" {
  answers "aaaaaaaaaaaaaaaaaaa漢字"
  screen 20x10 -m fake
  type "go"
  see "漢"
  looks_like << 'SCREEN'
you            hh:mm
go

ibid  fake/m   n.n s
aaaaaaaaaaaaaaaaaaa
漢字


>
INS  m  go
SCREEN
}

@test "names of conversations with wide characters are cut at a whole one" {
  answers "ok."
  screen 60x12 -m fake
  type "漢字仮名交じり文は二桁ずつの幅を持つ文字で書かれている"
  see "ok."
  looks_like << 'SCREEN'
you                                                    hh:mm
漢字仮名交じり文は二桁ずつの幅を持つ文字で書かれている

ibid  fake/m                                           n.n s
ok.





>
INS  fake/m  漢字仮~  ^X s sources  ^X b sessions  ^X h keys
SCREEN
}

@test "math is readable Unicode, /raw shows it as it was written" {
  answers 'Energy is $E = mc^2$ and $\sum_{i=1}^n i$ and $\frac{a}{b}$.'
  screen 80x24 -m fake
  type "go"
  see "Energy is"
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                               n.n s
Energy is E = mc² and ∑ᵢ₌₁ⁿ i and a/b.

















>
INS  fake/m  go                           ^X s sources  ^X b sessions  ^X h keys
SCREEN
  type "/raw"
  see "math as it was written"
  looks_like << 'SCREEN'
you                                                                        hh:mm
go

ibid  fake/m                                                               n.n s
Energy is $E = mc^2$ and $\sum_{i=1}^n i$ and $\frac{a}{b}$.
















math as it was written
>
INS  fake/m  go                           ^X s sources  ^X b sessions  ^X h keys
SCREEN
}
