load helpers

@test "no Markdown takes longer than a second a megabyte" {
  [ -x "${IBID_TOOLS-}/md2tty" ] || skip "no tools: make cli"
  run -0 "$REPO/tests/lib/pathological-markdown" "$IBID_TOOLS/md2tty" "${IBID_TEST_SLOWER:-1}"
}
