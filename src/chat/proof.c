#include "ibid/chat/proof.h"

#include <math.h>

#include "ibid/base/arena.h"
#include "ibid/base/mem.h"
#include "ibid/retrieve/search.h"
#include "ibid/store/documents.h"
#include "ibid/store/search.h"

struct proof {
	struct store *db;
	const struct scope *scope;
	struct arena arena;
	struct verify *verify;
	struct err failed;
};

/* Faults of the store are kept for the end: verify only knows "gone". */
static bool keep_failure(struct proof *p, const struct err *err)
{
	if (err->code != ERR_MISSING && p->failed.code == OK)
		p->failed = *err;
	return false;
}

/* What a claim may name without the passage repeating it. */
static struct str about_document(struct proof *p, int64_t doc_id)
{
	struct err err = ERR_INIT;
	struct document doc;
	bool found = false;

	if (store_document_by_id(p->db, &p->arena, doc_id, &doc, &found, &err) != OK) {
		keep_failure(p, &err);
		return STR_EMPTY;
	}
	return found ? arena_fmt(&p->arena, "%.*s. %.*s. %.*s. %.*s", STR_ARG(doc.title), STR_ARG(doc.authors),
			       STR_ARG(doc.date), STR_ARG(doc.publisher)) :
		       STR_EMPTY;
}

static const struct text *text_of(void *ctx, int64_t text_id, struct str *about)
{
	struct proof *p = ctx;
	struct text *text = arena_alloc(&p->arena, sizeof(*text));
	struct err err = ERR_INIT;

	if (store_text(p->db, &p->arena, text_id, text, &err) != OK) {
		keep_failure(p, &err);
		return NULL;
	}
	*about = about_document(p, text->doc_id);
	return text;
}

static size_t search(void *ctx, struct str words, struct verify_place *places, size_t max)
{
	static const struct scope everything = { .after = { "", 0 }, .before = { "", 0 } };
	struct retrieve_options o = RETRIEVE_OPTIONS;
	struct proof *p = ctx;
	SCOPED(arena) a = ARENA_INIT;
	struct retrieve_result found;
	struct err err = ERR_INIT;
	struct query q;

	o.limit = max;
	o.mode = RETRIEVE_TEXT;
	o.no_windows = true;
	query_parse(&a, words, &q);
	if (retrieve_search(p->db, &a, &q, p->scope ? p->scope : &everything, &o, &found, &err) != OK)
		return keep_failure(p, &err);
	for (size_t i = 0; i < found.n_hits; i++)
		places[i] = (struct verify_place){ found.hits[i].text_id, found.hits[i].at };
	return found.n_hits;
}

/* Lucene's idf over the chunks of the library; a word that no chunk holds is the rarest. */
static double idf(void *ctx, struct str word)
{
	struct proof *p = ctx;
	struct err err = ERR_INIT;
	int64_t df = 0, n = 0;

	if (store_search_df(p->db, word, &df, &n, &err) != OK) {
		keep_failure(p, &err);
		return 1;
	}
	return log(1 + ((double)n - (double)df + 0.5) / ((double)df + 0.5));
}

struct proof *proof_new(struct store *db, const struct scope *scope)
{
	struct proof *p = mem_zalloc(1, sizeof(*p));
	struct verify_source source = { .ctx = p, .text = text_of, .search = search, .idf = idf };

	*p = (struct proof){ .db = db, .scope = scope, .arena = ARENA_INIT, .failed = ERR_INIT };
	p->verify = verify_new(&source);
	return p;
}

struct verify *proof_verify(struct proof *p)
{
	return p->verify;
}

enum err_code proof_failed(const struct proof *p, struct err *err)
{
	if (p->failed.code != OK)
		*err = p->failed;
	return p->failed.code;
}

void proof_free(struct proof *p)
{
	if (!p)
		return;
	verify_free(p->verify);
	arena_release(&p->arena);
	mem_free(p);
}
