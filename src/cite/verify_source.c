#include <string.h>

#include "ibid/base/mem.h"
#include "verify_internal.h"

/* Sentences on each side of the cited ones in a text without chunks. */
#define NEIGHBOURS 8
/* Slots of the table of words to begin with; a power of two. */
#define WORDS_MIN 256

struct known_word {
	uint64_t hash;	/* 0: free */
	double idf;
};

struct verify {
	struct verify_source from;
	struct verify_text **texts;
	size_t n_texts, cap_texts;
	struct known_word *words;
	size_t n_words, cap_words;
};

struct verify *verify_new(const struct verify_source *source)
{
	struct verify *v = mem_zalloc(1, sizeof(*v));

	v->from = *source;
	return v;
}

void verify_free(struct verify *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->n_texts; i++) {
		normal_release(&v->texts[i]->normal);
		mem_free(v->texts[i]);
	}
	mem_free(v->texts);
	mem_free(v->words);
	mem_free(v);
}

struct verify_text *verify_text(struct verify *v, int64_t text_id)
{
	struct verify_text *t;

	for (size_t i = 0; i < v->n_texts; i++)
		if (v->texts[i]->id == text_id)
			return v->texts[i];
	t = mem_zalloc(1, sizeof(*t));
	t->id = text_id;
	t->about = STR_EMPTY;
	t->text = v->from.text(v->from.ctx, text_id, &t->about);
	v->texts = mem_grow(v->texts, &v->cap_texts, v->n_texts + 1, sizeof(struct verify_text *));
	v->texts[v->n_texts++] = t;
	return t;
}

const struct normal *verify_normal(struct verify_text *t)
{
	if (!t->is_folded)
		normalise(&t->normal, t->text->text);
	t->is_folded = true;
	return &t->normal;
}

size_t verify_search(struct verify *v, struct str words, struct verify_place *places, size_t max)
{
	return v->from.search ? v->from.search(v->from.ctx, words, places, max) : 0;
}

/* --- idf */

bool verify_has_idf(const struct verify *v)
{
	return v->from.idf != NULL;
}

static struct known_word *slot(struct known_word *words, size_t cap, uint64_t hash)
{
	size_t i = hash & (cap - 1);

	while (words[i].hash && words[i].hash != hash)
		i = (i + 1) & (cap - 1);
	return &words[i];
}

static void grow_words(struct verify *v)
{
	size_t cap = v->cap_words ? v->cap_words * 2 : WORDS_MIN;
	struct known_word *words = mem_zalloc(cap, sizeof(*words));

	for (size_t i = 0; i < v->cap_words; i++)
		if (v->words[i].hash)
			*slot(words, cap, v->words[i].hash) = v->words[i];
	mem_free(v->words);
	v->words = words;
	v->cap_words = cap;
}

double verify_idf(void *ctx, struct str word)
{
	struct verify *v = ctx;
	uint64_t hash = hash_quick(word) | 1;
	struct known_word *w;

	if (v->n_words * 2 >= v->cap_words)
		grow_words(v);
	w = slot(v->words, v->cap_words, hash);
	if (!w->hash) {
		*w = (struct known_word){ hash, v->from.idf(v->from.ctx, word) };
		v->n_words++;
	}
	return w->idf;
}

/* --- targets */

static int chunk_of(const struct text *t, uint32_t sentence)
{
	for (size_t i = 0; i < t->n_chunks; i++)
		if (sentence >= t->chunks[i].sentence_from && sentence < t->chunks[i].sentence_to)
			return (int)i;
	return -1;
}

void target_widen(struct target *t)
{
	const struct text *text = t->source->text;
	int first = chunk_of(text, t->from), last = chunk_of(text, t->to ? t->to - 1 : 0);

	if (first < 0 || last < 0) {
		t->range_from = t->from > NEIGHBOURS ? t->from - NEIGHBOURS : 0;
		t->range_to = t->to + NEIGHBOURS;
	} else {
		t->range_from = text->chunks[first ? first - 1 : 0].sentence_from;
		t->range_to = text->chunks[(size_t)last + 1 < text->n_chunks ? last + 1 : last].sentence_to;
	}
	if (t->range_to > text->n_sentences)
		t->range_to = (uint32_t)text->n_sentences;
}

struct target target_at(struct verify_text *source, struct span at)
{
	struct target t = { .source = source };
	const struct text *text = source->text;
	int from = text_sentence_of(text, at.byte_from), to = text_sentence_of(text, at.byte_to ? at.byte_to - 1 : 0);

	t.from = from < 0 ? 0 : (uint32_t)from;
	t.to = to < 0 ? (uint32_t)text->n_sentences : (uint32_t)to + 1;
	target_widen(&t);
	return t;
}

static struct span span_of(const struct text *t, uint32_t from, uint32_t to)
{
	if (from >= to || to > t->n_sentences)
		return (struct span){ 0, 0 };
	return (struct span){ t->sentences[from].at.byte_from, t->sentences[to - 1].at.byte_to };
}

struct span target_span(const struct target *t)
{
	return span_of(t->source->text, t->from, t->to);
}

struct span target_range(const struct target *t)
{
	return span_of(t->source->text, t->range_from, t->range_to);
}

void target_context(const struct target *t, struct buf *context, struct buf *about)
{
	const struct text *text = t->source->text;
	struct span range = target_range(t);
	int head = text_head_of(text, range.byte_from);

	buf_str(context, text_at(text, range));
	buf_c(context, "\n\n");
	if (head >= 0)
		buf_str(context, text->heads[head].path);
	buf_c(context, "\n\n");
	buf_str(about, t->source->about);
	buf_c(about, "\n\n");
}

struct support_verdict share_of(struct support_verdict all, double coverage, double most)
{
	all.coverage = coverage;
	if (coverage >= SUPPORT_PART || coverage >= most)
		return all;
	return (struct support_verdict){ LEVEL_UNSUPPORTED, coverage, 0, STR("holds next to nothing of the claim") };
}
