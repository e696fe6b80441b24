#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ibid/net/ndjson.h"

static bool write_down(void *ctx, struct str line)
{
	struct buf *out = ctx;

	buf_ch(out, '<');
	buf_str(out, line);
	buf_ch(out, '>');
	return true;
}

static void lines_come_whole_whatever_the_slices(void **state)
{
	static const struct {
		const char *stream, *lines;
	} cases[] = {
		{ "", "" },
		{ "{}\n", "<{}>" },
		{ "{}", "<{}>" },
		{ "{\"a\":1}\r\n{\"b\":2}\r\n", "<{\"a\":1}><{\"b\":2}>" },
		{ "\n\n{}\n \n\r\n{}\n\n", "<{}><{}>" },
		{ "{\"a\":\"\xC3\xA4\"}\n[1]", "<{\"a\":\"\xC3\xA4\"}><[1]>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = str_c(cases[i].stream);

		for (size_t piece = 1; piece <= s.len + 1; piece++) {
			SCOPED(buf) lines = BUF_INIT;
			SCOPED(ndjson) n = NDJSON_INIT(write_down, &lines);

			for (size_t from = 0; from < s.len; from += piece)
				assert_int_equal(ndjson_feed(&n, str_sub(s, from, from + piece), NULL), OK);
			assert_int_equal(ndjson_end(&n, NULL), OK);
			assert_string_equal(buf_cstr(&lines), cases[i].lines);
		}
	}
}

static void a_line_over_the_limit_is_an_error(void **state)
{
	SCOPED(buf) lines = BUF_INIT;
	SCOPED(ndjson) n = NDJSON_INIT(write_down, &lines);
	struct err err = ERR_INIT;

	(void)state;
	n.line_max = 4;
	assert_int_equal(ndjson_feed(&n, STR("123\n12"), &err), OK);
	assert_int_equal(ndjson_feed(&n, STR("345"), &err), ERR_PROTOCOL);
	assert_string_equal(err.text, "a line of the stream is longer than 4 bytes");
	assert_string_equal(buf_cstr(&lines), "<123>");
}

static bool refuse(void *ctx, struct str line)
{
	(void)ctx;
	(void)line;
	return false;
}

static void the_reader_may_stop(void **state)
{
	SCOPED(ndjson) n = NDJSON_INIT(refuse, NULL);

	(void)state;
	assert_int_equal(ndjson_feed(&n, STR("1\n2\n"), NULL), ERR_CANCELLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_whole_whatever_the_slices),
		cmocka_unit_test(a_line_over_the_limit_is_an_error),
		cmocka_unit_test(the_reader_may_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
