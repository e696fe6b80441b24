/*
 * Any bytes as a bibliography; the first byte picks the format. Oracles: what was read is
 * written in every format so that it reads back as many items, and is written to the same bytes
 * again; what is written is valid UTF-8 without control characters.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ibid/base/utf8.h"
#include "ibid/cite/bib_format.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void must_be_text(struct str s)
{
	uint32_t cp;

	must(utf8_invalid_at(s) == STR_NONE);
	for (size_t at = 0, n; (n = utf8_decode(s, at, &cp)) > 0; at += n)
		must(cp >= 0x20 ? cp < 0x7F || cp >= 0xA0 : cp == '\n' || cp == '\r');
}

static void must_be_stable(const struct bib_format *f, const struct bib_list *list)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) first = BUF_INIT, again = BUF_INIT;
	struct bib_list back = { 0 };

	f->write(&first, list->items, list->n_items, NULL, 0);
	must_be_text(buf_view(&first));
	if (!f->read)
		return;
	must(f->read(&a, buf_view(&first), &back, NULL) == OK);
	must(back.n_items == list->n_items);
	f->write(&again, back.items, back.n_items, NULL, 0);
	must(str_eq(buf_view(&first), buf_view(&again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct bib_format *const from[] = { &bib_format_csl, &bib_format_bibtex, &bib_format_ris };
	SCOPED(arena) a = ARENA_INIT;
	struct bib_list list = { 0 };

	if (!size)
		return 0;
	if (from[data[0] % 3]->read(&a, str_of((const char *)data + 1, size - 1), &list, NULL) != OK)
		return 0;
	for (size_t i = 0; bib_formats[i]; i++)
		must_be_stable(bib_formats[i], &list);
	return 0;
}
