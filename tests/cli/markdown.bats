load helpers

@test "no Markdown takes longer than a second a megabyte" {
  [ -x "${IBID_TOOLS-}/md2tty" ] || skip "no tools: make cli"
  run -0 "$REPO/tests/lib/pathological-markdown" "$IBID_TOOLS/md2tty" "${IBID_TEST_SLOWER:-1}"
}

@test "no Markdown takes longer as rows, laid out again every 10,000 bytes" {
  [ -x "${IBID_TOOLS-}/md2rows" ] || skip "no tools: make cli"
  printf '#!/bin/sh\nexec "%s" 80 10000 1\n' "$IBID_TOOLS/md2rows" >"$BATS_TEST_TMPDIR/stream"
  chmod +x "$BATS_TEST_TMPDIR/stream"
  run -0 "$REPO/tests/lib/pathological-markdown" "$BATS_TEST_TMPDIR/stream" "${IBID_TEST_SLOWER:-1}"
}
