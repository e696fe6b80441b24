/*
 * documents_fixture.h - documents for tests: one paragraph a chunk, one sentence a line
 *
 * A line "# x" is a heading, an empty line ends a chunk, a form feed begins a page.
 */
#ifndef IBID_TEST_STORE_DOCUMENTS_FIXTURE_H
#define IBID_TEST_STORE_DOCUMENTS_FIXTURE_H
#include "fixture.h"
#include "ibid/store/documents.h"
#include "ibid/store/search.h"

enum { MADE_MAX = 32 };

struct made {
	struct document doc;
	struct text text;
	struct text_page pages[MADE_MAX];
	struct text_head heads[MADE_MAX];
	struct sentence sentences[MADE_MAX];
	struct chunk chunks[MADE_MAX];
	struct str identifiers[MADE_MAX];
};

static inline void made_line(struct made *m, struct span at, bool new_chunk)
{
	struct text *t = &m->text;
	struct str line = text_at(t, at);
	struct chunk *c;

	if (str_starts(line, STR("# "))) {
		struct str title = str_sub(line, 2, line.len);

		t->heads[t->n_heads++] = (struct text_head){ at, t->text.len, 1, title, title };
	}
	if (new_chunk)
		t->chunks[t->n_chunks++] = (struct chunk){ .at = at, .sentence_from = (uint32_t)t->n_sentences,
			.head = (int)t->n_heads - 1 };
	c = &t->chunks[t->n_chunks - 1];
	t->sentences[t->n_sentences++] = (struct sentence){ at, new_chunk ? SENTENCE_PARAGRAPH : 0 };
	c->at.byte_to = at.byte_to;
	c->sentence_to = (uint32_t)t->n_sentences;
}

static inline struct made *made_new(struct fixture *f, const char *path, const char *title, const char *text)
{
	struct made *m = arena_alloc(&f->arena, sizeof(*m));
	struct str rest = arena_str(&f->arena, str_c(text));
	bool new_chunk = true;

	m->doc = (struct document){ .path = str_c(path), .title = str_c(title), .kind = STR("txt"), .mime = STR("text/plain"),
		.collection = STR("default"), .csl = STR("{}"), .file_hash = hash_of(str_c(text)), .size_bytes = strlen(text) };
	m->text = (struct text){ .text = rest, .extractor = STR("test/1"), .pages = m->pages, .heads = m->heads,
		.sentences = m->sentences, .chunks = m->chunks };
	while (rest.p) {
		const char *from = rest.p;
		struct str line = str_cut(&rest, '\n');
		size_t at = (size_t)(from - m->text.text.p);

		if (line.len)
			made_line(m, (struct span){ at, at + line.len }, new_chunk);
		new_chunk = line.len == 0;
	}
	return m;
}

static inline void made_put(struct fixture *f, struct made *m)
{
	assert_ok(store_document_put(f->db, &m->doc, &m->text, m->identifiers, &f->err));
}

static inline struct made *made_document(struct fixture *f, const char *path, const char *title, const char *text)
{
	struct made *m = made_new(f, path, title, text);

	made_put(f, m);
	return m;
}

/* Hits for words split at spaces; the first hit's document in *doc. */
static inline size_t made_search(struct fixture *f, const char *words, int64_t *doc)
{
	struct search_term terms[16];
	struct search_weights w = SEARCH_WEIGHTS;
	struct str rest = str_c(words);
	struct search_hit *hits;
	size_t n_terms = 0, n;

	while (rest.p)
		terms[n_terms++] = (struct search_term){ str_cut(&rest, ' '), 1 };
	assert_ok(store_search_chunks(f->db, &f->arena, terms, n_terms, &w, NULL, 0, true, 10, &hits, &n, &f->err));
	if (doc)
		*doc = n ? hits[0].doc_id : 0;
	return n;
}
#endif
