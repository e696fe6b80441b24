/*
 * Any bytes as a model's text. The first two bytes pick the sizes of the pieces.
 * Oracles: slices do not matter; every mark stands where it says; without a
 * known id, and with unknown ones kept, the text comes out as it went in.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "ibid/cite/marks.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

static bool knows_some(void *ctx, uint32_t doc, uint32_t sentence, struct mark_target *target)
{
	(void)ctx;
	*target = (struct mark_target){ doc, doc, sentence, sentence + 1 };
	return doc < 10 && sentence < 100;
}

static bool knows_none(void *ctx, uint32_t doc, uint32_t sentence, struct mark_target *target)
{
	(void)ctx;
	(void)doc;
	(void)sentence;
	(void)target;
	return false;
}

static void feed(struct marks *m, struct str s, size_t first, size_t second)
{
	size_t piece = first;

	for (size_t at = 0; at < s.len; at += piece) {
		piece = piece == first ? second : first;
		marks_feed(m, str_sub(s, at, at + piece));
	}
	marks_end(m);
}

static void must_be_marked(const struct marks *m)
{
	char mark[16];

	for (size_t i = 0; i < m->n; i++) {
		snprintf(mark, sizeof(mark), "[%d]", m->v[i].n);
		must(str_is(str_sub(buf_view(&m->text), m->v[i].at.byte_from, m->v[i].at.byte_to), mark));
		must(!i || m->v[i].at.byte_from >= m->v[i - 1].at.byte_to);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED(marks) whole = MARKS_INIT(knows_some, NULL);
	SCOPED(marks) cut = MARKS_INIT(knows_some, NULL);
	SCOPED(marks) plain = MARKS_INIT(knows_none, NULL);
	struct str s;

	if (size < 2)
		return 0;
	s = str_of((const char *)data + 2, size - 2);
	feed(&whole, s, s.len + 1, s.len + 1);
	feed(&cut, s, 1 + data[0] % 32, 1 + data[1] % 32);
	must(str_eq(buf_view(&whole.text), buf_view(&cut.text)));
	must(whole.n == cut.n && whole.n_bad == cut.n_bad);
	must_be_marked(&whole);
	plain.keep_bad = true;
	plain.refuse_numbers = false;
	feed(&plain, s, 1 + data[0] % 32, 1 + data[1] % 32);
	must(str_eq(buf_view(&plain.text), s));
	return 0;
}
