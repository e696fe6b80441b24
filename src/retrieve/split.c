#include "ibid/retrieve/split.h"

#include <endian.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/scope.h"
#include "ibid/base/sentences.h"
#include "ibid/base/utf8.h"
#include "ibid/base/words.h"
#include "ibid/retrieve/simhash.h"
#include "split_internal.h"

/* A sentence that is too long is not cut before this many words. */
#define CUT_WORDS_MIN 100
/* Bytes without white space that are taken at once: more than a chunk holds. */
#define RUN_MAX ((size_t)2 * SPLIT_WORDS_MAX * SPLIT_BYTES_PER_WORD)

struct splitter {
	struct str text;
	struct sentence *sentences;
	uint32_t *words;	/* of each sentence */
	size_t n, cap, cap_words;
	struct chunk *chunks;
	size_t n_chunks, cap_chunks;
	struct stems stems;
};

static void splitter_free(struct splitter *s)
{
	mem_free(s->sentences);
	mem_free(s->words);
	mem_free(s->chunks);
	mem_free(s);
}
SCOPE_PTR(splitter)

/* --- words */

static const bool gaps[256] = { [' '] = true, ['\t'] = true, ['\n'] = true, ['\v'] = true, ['\f'] = true, ['\r'] = true };

static bool is_gap(char c)
{
	return gaps[(unsigned char)c];
}

static size_t words_of_run(size_t bytes)
{
	return 1 + (bytes > SPLIT_LONG_WORD ? (bytes - SPLIT_LONG_WORD) / SPLIT_BYTES_PER_WORD : 0);
}

/* The end of the run without white space that begins at `at`, or a place in it that is far enough for any chunk. */
static size_t run_end(struct str text, size_t at)
{
	size_t far = at + RUN_MAX < text.len ? at + RUN_MAX : text.len;

	while (at < far && !is_gap(text.p[at]))
		at++;
	return at;
}

/* In each byte of `x` that is white space the highest bit (Warren, "Hacker's Delight", 6-1, without borrow between bytes). */
static uint64_t gap_bits(uint64_t x)
{
	const uint64_t low = 0x7F7F7F7F7F7F7F7Fu;
	uint64_t space = x ^ 0x2020202020202020u;
	uint64_t not_space = ((space & low) + low) | space;
	uint64_t from_tab = (x & low) + 0x7777777777777777u;	/* 9 and more */
	uint64_t above_cr = (x & low) + 0x7272727272727272u;	/* 14 and more */

	return (~not_space | (from_tab & ~above_cr & ~x)) & ~low;
}

/*
 * Words of a text whose runs are all short, eight bytes at a time: every run
 * costs a loop over bytes one branch that the processor guesses wrong. STR_NONE
 * when two blocks in a row have no white space: there may be a long run.
 */
static size_t short_words(struct str text)
{
	size_t words = 0, at = 0;
	bool was_gap = true, was_full = false;

	for (; at + 8 <= text.len; at += 8) {
		uint64_t x, gap;

		memcpy(&x, text.p + at, 8);
		gap = gap_bits(le64toh(x));
		if (was_full && !gap)
			return STR_NONE;
		was_full = !gap;
		/* A word begins at each byte that is none and has one before it, which is the lower byte. */
		words += (size_t)__builtin_popcountll(~gap & (gap << 8 | (was_gap ? 0x80u : 0)) & 0x8080808080808080u);
		was_gap = gap >> 63;
	}
	for (; at < text.len; at++) {
		words += was_gap && !is_gap(text.p[at]);
		was_gap = is_gap(text.p[at]);
	}
	return words;
}

/* Counts no further than past `enough` where it matters: in long texts. */
static size_t words_up_to(struct str text, size_t enough)
{
	size_t words = text.len < RUN_MAX ? short_words(text) : STR_NONE;

	if (words != STR_NONE)
		return words;
	words = 0;
	for (size_t at = 0; at < text.len && words <= enough;) {
		size_t end = run_end(text, at);

		words += end > at ? words_of_run(end - at) : 0;
		at = end + (end < text.len && is_gap(text.p[end]));
	}
	return words;
}

size_t split_words(struct str text)
{
	return words_up_to(text, SIZE_MAX);
}

/* --- sentences */

static void add(struct splitter *s, struct span at, uint32_t flags, size_t words)
{
	s->sentences = mem_grow(s->sentences, &s->cap, s->n + 1, sizeof(*s->sentences));
	s->words = mem_grow(s->words, &s->cap_words, s->n + 1, sizeof(*s->words));
	s->words[s->n] = (uint32_t)words;
	s->sentences[s->n++] = (struct sentence){ at, flags };
}

/* How good it is to cut a long sentence behind the byte before `at`. */
static int cut_rank(struct str text, size_t at)
{
	if (text.p[at] == '\n')
		return 3;
	return strchr(";:", text.p[at - 1]) ? 2 : text.p[at - 1] == ',';
}

/* Where to cut text that begins with more than SPLIT_WORDS_MAX words: the best place between CUT_WORDS_MIN and SPLIT_WORDS. */
static size_t cut_long(struct str text)
{
	size_t words = 0, best = 0;
	int best_rank = -1;

	for (size_t at = 0; at < text.len;) {
		size_t end = run_end(text, at), run = words_of_run(end - at);

		if (words + run > SPLIT_WORDS) {
			/* One run without white space: by bytes, as many as count for SPLIT_WORDS. */
			if (!best)
				best = utf8_floor(text, at + (SPLIT_WORDS - words) * SPLIT_BYTES_PER_WORD);
			break;
		}
		words += run;
		if (end < text.len && (words >= CUT_WORDS_MIN || !best) && cut_rank(text, end) >= best_rank) {
			best = end;
			best_rank = words >= CUT_WORDS_MIN ? cut_rank(text, end) : -1;
		}
		for (at = end; at < text.len && is_gap(text.p[at]); at++)
			;
	}
	return best;
}

static struct span trimmed(const struct splitter *s, struct span at)
{
	while (at.byte_from < at.byte_to && is_gap(s->text.p[at.byte_from]))
		at.byte_from++;
	while (at.byte_to > at.byte_from && is_gap(s->text.p[at.byte_to - 1]))
		at.byte_to--;
	return at;
}

/* One sentence, or several when it is too long. Only the first keeps SENTENCE_PARAGRAPH. */
static void add_cut(struct splitter *s, struct span at, uint32_t flags)
{
	at = trimmed(s, at);
	while (at.byte_from < at.byte_to) {
		struct str rest = str_sub(s->text, at.byte_from, at.byte_to);
		size_t words = words_up_to(rest, SPLIT_WORDS_MAX);
		struct span piece = at;

		if (words > SPLIT_WORDS_MAX) {
			piece.byte_to = at.byte_from + cut_long(rest);
			words = split_words(str_sub(s->text, piece.byte_from, piece.byte_to));
		}
		add(s, trimmed(s, piece), flags, words);
		flags &= ~(uint32_t)SENTENCE_PARAGRAPH;
		at = trimmed(s, (struct span){ piece.byte_to, at.byte_to });
	}
}

static void add_prose(struct splitter *s, struct span at, uint32_t flags)
{
	unsigned marks = flags & SENTENCE_ITEM ? 0 : SENTENCES_NO_MARKS;
	struct sentences it = SENTENCES_INIT(str_sub(s->text, at.byte_from, at.byte_to), marks);
	uint32_t first = SENTENCE_PARAGRAPH;

	while (sentences_next(&it)) {
		add_cut(s, (struct span){ at.byte_from + it.from, at.byte_from + it.to }, flags | first);
		first = 0;
	}
}

/* How the blocks of each kind become sentences. */
static const struct {
	uint32_t flags;
	bool is_whole;	/* one sentence, whatever stops it holds */
} kinds[EXTRACTION_KIND_COUNT] = {
	[EXTRACTION_PARAGRAPH] = { 0, false },
	[EXTRACTION_HEADING] = { SENTENCE_HEAD, true },
	[EXTRACTION_ITEM] = { SENTENCE_ITEM, false },
	[EXTRACTION_ROW] = { SENTENCE_ROW, true },
	[EXTRACTION_CODE] = { SENTENCE_CODE, true },
	[EXTRACTION_QUOTE] = { 0, false },
	[EXTRACTION_NOTE] = { SENTENCE_NOTE, false },
	[EXTRACTION_CAPTION] = { SENTENCE_NOTE, false },
};

static void add_block(struct splitter *s, const struct extraction_block *block)
{
	uint32_t flags = kinds[block->kind].flags;

	if (kinds[block->kind].is_whole)
		add_cut(s, block->at, flags | SENTENCE_PARAGRAPH);
	else
		add_prose(s, block->at, flags);
}

/* --- chunks */

static bool has(const struct splitter *s, size_t i, uint32_t flag)
{
	return (s->sentences[i].flags & flag) != 0;
}

/* Whether no chunk may hold both sentence i - 1 and sentence i. */
static bool is_border(const struct splitter *s, size_t i)
{
	if (has(s, i - 1, SENTENCE_HEAD))
		return false;
	if (has(s, i, SENTENCE_HEAD) || has(s, i, SENTENCE_ROW) != has(s, i - 1, SENTENCE_ROW))
		return true;
	return has(s, i, SENTENCE_CODE) != has(s, i - 1, SENTENCE_CODE) ||
	       (has(s, i, SENTENCE_CODE) && has(s, i, SENTENCE_PARAGRAPH));
}

static size_t sum_words(const struct splitter *s, size_t from, size_t to)
{
	size_t words = 0;

	while (from < to)
		words += s->words[from++];
	return words;
}

static void add_chunk(struct splitter *s, size_t from, size_t to, size_t words)
{
	s->chunks = mem_grow(s->chunks, &s->cap_chunks, s->n_chunks + 1, sizeof(*s->chunks));
	s->chunks[s->n_chunks++] = (struct chunk){
		.at = { s->sentences[from].at.byte_from, s->sentences[to - 1].at.byte_to },
		.sentence_from = (uint32_t)from,
		.sentence_to = (uint32_t)to,
		.head = -1,
		.words = (uint32_t)words,
	};
}

/* Pack the sentences [from, to), between which there is no border. */
static void pack_run(struct splitter *s, size_t from, size_t to)
{
	size_t left = sum_words(s, from, to), words = 0, first = from;

	for (size_t i = from; i < to; i++) {
		size_t next = words + s->words[i];
		bool is_full = next > (words < SPLIT_WORDS_MIN ? SPLIT_WORDS_MAX : SPLIT_WORDS);
		bool is_enough = words >= SPLIT_WORDS_MIN && has(s, i, SENTENCE_PARAGRAPH);

		/* `left` is what [first, to) holds: when all of it fits, there is nothing to divide. */
		if (words && left > SPLIT_WORDS_MAX && (is_full || is_enough)) {
			add_chunk(s, first, i, words);
			left -= words;
			words = 0;
			first = i;
		}
		words += s->words[i];
	}
	if (first < to)
		add_chunk(s, first, to, words);
}

static void pack(struct splitter *s)
{
	size_t first = 0;

	if (sum_words(s, 0, s->n) <= SPLIT_WORDS_MAX) {
		pack_run(s, 0, s->n);
		return;
	}
	for (size_t i = 1; i <= s->n; i++)
		if (i == s->n || is_border(s, i)) {
			pack_run(s, first, i);
			first = i;
		}
}

/* --- what is known of each chunk: heading, pages, likeness */

/* The heading above what the chunk says: headings that lead it count. */
static int head_of(const struct splitter *s, const struct text *t, const struct chunk *c)
{
	uint32_t i = c->sentence_from;

	while (i + 1 < c->sentence_to && has(s, i, SENTENCE_HEAD))
		i++;
	return text_head_of(t, s->sentences[i].at.byte_from);
}

static int page_number(const struct text *t, size_t at)
{
	int i = text_page_of(t, at);

	return i >= 0 ? t->pages[i].number : 0;
}

/* Let the words of a sentence vote; mark it when it wants looking at. */
static void read_sentence(struct splitter *s, struct sentence *sentence, struct simhash *likeness)
{
	struct str text = str_sub(s->text, sentence->at.byte_from, sentence->at.byte_to);
	struct words w = WORDS_INIT(text, 0);
	uint64_t patterns = 0;

	while (words_next(&w)) {
		const struct stem *stem = stems_find(&s->stems, w.word);

		patterns |= stem->patterns;
		if (stem->vote)
			simhash_add(likeness, stem->vote);
	}
	if (patterns && suspect_is(text, patterns))
		sentence->flags |= SENTENCE_SUSPECT;
}

static void describe_chunk(struct splitter *s, const struct text *t, struct chunk *c)
{
	struct simhash likeness = SIMHASH_INIT;

	for (uint32_t i = c->sentence_from; i < c->sentence_to; i++)
		read_sentence(s, &s->sentences[i], &likeness);
	c->simhash = simhash_value(&likeness);
	c->head = head_of(s, t, c);
	if (t->n_pages) {
		c->page_from = page_number(t, c->at.byte_from);
		c->page_to = page_number(t, c->at.byte_to - 1);
	}
}

static void *keep(struct arena *a, const void *v, size_t n, size_t size)
{
	void *kept = arena_array(a, n, size);

	return n ? memcpy(kept, v, n * size) : kept;
}

void split_extraction(struct arena *a, const struct extraction *x, struct text *t)
{
	SCOPED_PTR(splitter) s = mem_zalloc(1, sizeof(*s));

	lures_fill(&s->stems.lures);
	s->text = buf_view(&x->text);
	t->text = s->text;
	t->extractor = x->extractor;
	t->pages = x->pages;
	t->n_pages = x->n_pages;
	t->heads = x->heads;
	t->n_heads = x->n_heads;
	for (size_t i = 0; i < x->n_blocks; i++)
		add_block(s, &x->blocks[i]);
	pack(s);
	for (size_t i = 0; i < s->n_chunks; i++)
		describe_chunk(s, t, &s->chunks[i]);
	t->sentences = keep(a, s->sentences, s->n, sizeof(*s->sentences));
	t->n_sentences = s->n;
	t->chunks = keep(a, s->chunks, s->n_chunks, sizeof(*s->chunks));
	t->n_chunks = s->n_chunks;
}
