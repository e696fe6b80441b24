/*
 * The parent's half of the helper's protocol. Oracle: cut anywhere the bytes
 * give the same verdict, and what was accepted keeps the promises of
 * model/extraction.h.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ibid/base/utf8.h"
#include "ibid/model/frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_boundary(const struct extraction *x, size_t at)
{
	return at <= x->text.len && utf8_floor(buf_view(&x->text), at) == at;
}

static void check(const struct extraction *x)
{
	size_t last = 0;

	require(utf8_invalid_at(buf_view(&x->text)) == STR_NONE);
	for (size_t i = 0; i < x->n_blocks; i++) {
		struct span at = x->blocks[i].at;

		require(at.byte_from >= last && at.byte_from < at.byte_to);
		require(is_boundary(x, at.byte_from) && is_boundary(x, at.byte_to));
		last = at.byte_to;
	}
	last = 0;
	for (size_t i = 0; i < x->n_pages; i++) {
		require(x->pages[i].at.byte_from == last && is_boundary(x, x->pages[i].at.byte_to));
		last = x->pages[i].at.byte_to;
	}
	for (size_t i = 0; i < x->n_heads; i++)
		require(x->heads[i].level >= 1 && x->heads[i].level <= 6 && is_boundary(x, x->heads[i].at.byte_to));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = { (const char *)data, size };
	SCOPED(extraction) whole = EXTRACTION_INIT;
	SCOPED(extraction) parts = EXTRACTION_INIT;
	SCOPED(frames) f = FRAMES_INIT(&whole);
	SCOPED(frames) g = FRAMES_INIT(&parts);
	enum err_code first = frames_feed(&f, bytes, NULL), second = OK;
	size_t step = size % 7 + 1;

	for (size_t at = 0; at < size && second == OK; at += step)
		second = frames_feed(&g, str_sub(bytes, at, at + step), NULL);
	require(first == second && frames_is_ended(&f) == frames_is_ended(&g));
	if (frames_is_ended(&f) || frames_cut(&f, 1))
		check(&whole);
	return 0;
}
