#include "ibid/model/text.h"

struct str text_at(const struct text *t, struct span at)
{
	return str_sub(t->text, at.byte_from, at.byte_to);
}

/* The last element of a sorted array of `n` elements of `size` bytes, each beginning with its span, that starts at or before `at`. */
static int last_from(const void *v, size_t n, size_t size, size_t at)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct span *s = (const void *)((const char *)v + mid * size);

		if (s->byte_from <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (int)lo - 1;
}

int text_page_of(const struct text *t, size_t at)
{
	return last_from(t->pages, t->n_pages, sizeof(*t->pages), at);
}

int text_head_of(const struct text *t, size_t at)
{
	return last_from(t->heads, t->n_heads, sizeof(*t->heads), at);
}

int text_sentence_of(const struct text *t, size_t at)
{
	int i = last_from(t->sentences, t->n_sentences, sizeof(*t->sentences), at);

	return i >= 0 && at < t->sentences[i].at.byte_to ? i : -1;
}
