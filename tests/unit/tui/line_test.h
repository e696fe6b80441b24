/* What the tests of tui/line share: one program for each inputrc, because readline reads it once a process. */
#ifndef IBID_TEST_LINE_H
#define IBID_TEST_LINE_H
#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/utf8.h"
#include "ibid/tui/line.h"

/* readline loses what it holds for a search or a quoted-insert that is broken off, and little of its undo lists. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libreadline\n";
}

#define KEYS_MAX 16

/* An item that begins with ESC is one key; of others each character is. */
struct line_case {
	const char *keys[KEYS_MAX];
	const char *expected;	/* the text with | at the cursor */
};

static inline void press(struct line *l, const char *item)
{
	struct str s = str_c(item);
	uint32_t cp;

	if (s.len && s.p[0] == '\033') {
		line_key(l, s);
		return;
	}
	for (size_t at = 0, n; (n = utf8_decode(s, at, &cp)); at += n)
		line_key(l, str_sub(s, at, at + n));
}

static inline void expect(struct line *l, const char *expected)
{
	SCOPED(buf) shown = BUF_INIT;

	buf_str(&shown, line_text(l));
	buf_splice(&shown, line_cursor(l), line_cursor(l), STR("|"));
	assert_string_equal(buf_cstr(&shown), expected);
	assert_int_equal(line_underflows(l), 0);
}

static inline void run_cases(struct line *l, const struct line_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		line_set(l, STR_EMPTY);
		for (size_t k = 0; k < KEYS_MAX && cases[i].keys[k]; k++)
			press(l, cases[i].keys[k]);
		expect(l, cases[i].expected);
	}
}

/* A file that goes with the program. */
static inline void use_inputrc(const char *text)
{
	static char name[] = "/tmp/ibid-inputrc-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	setenv("INPUTRC", name, 1);
}

static inline void drop_inputrc(void)
{
	unlink(getenv("INPUTRC"));
}
#endif
