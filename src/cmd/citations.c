#include "ibid/cmd/citations.h"

#include "ibid/chat/footnotes.h"
#include "ibid/store/documents.h"

static void put_flags(struct json_writer *w, uint32_t flags)
{
	json_open_key(w, "flags", '[');
	for (uint32_t flag = 1; flag && cite_flag_word(flag); flag <<= 1)
		if (flags & flag)
			json_put_c(w, NULL, cite_flag_word(flag));
	json_close(w);
}

static void put_place(struct json_writer *w, const struct anchor *a)
{
	if (a->page_from)
		json_put_int(w, "page", a->page_from);
	else
		json_put_null(w, "page");
	if (a->page_label.len)
		json_put_str(w, "page_label", a->page_label);
	if (a->head_path.len)
		json_put_str(w, "section", a->head_path);
	json_put_int(w, "start", (int64_t)a->at.byte_from);
	json_put_int(w, "end", (int64_t)a->at.byte_to);
}

void citations_put(struct json_writer *w, const char *key, struct store *db, const struct citation *c)
{
	SCOPED(arena) a = ARENA_INIT;
	struct document doc = footnotes_document(db, &a, &c->anchor);

	if (key)
		json_open_key(w, key, '{');
	else
		json_open(w, '{');
	json_put_c(w, "schema", "ibid.citation/1");
	json_put_int(w, "n", c->n);
	if (c->anchor.doc_id)
		json_put_str(w, "doc", arena_fmt(&a, "d%lld", (long long)c->anchor.doc_id));
	else
		json_put_null(w, "doc");
	json_put_str(w, "citekey", doc.citekey);
	json_put_str(w, "title", doc.title);
	json_put_str(w, "path", doc.path);
	put_place(w, &c->anchor);
	json_put_str(w, "quote", c->anchor.exact);
	json_put_c(w, "level", cite_level_name(c->level));
	json_put_double(w, "score", c->score, 4);
	json_put_bool(w, "holds", cite_level_holds(c->level));
	json_put_int(w, "claim", c->claim);
	json_put_str(w, "origin", c->origin);
	put_flags(w, c->flags);
	if (c->report.len)
		json_put_str(w, "report", c->report);
	json_close(w);
}

void citations_put_answer(struct json_writer *w, struct store *db, const struct answer *answer)
{
	SCOPED(buf) summary = BUF_INIT;

	json_open_key(w, "citations", '[');
	for (size_t i = 0; i < answer->n_citations; i++)
		if (answer->citations[i].n)
			citations_put(w, NULL, db, &answer->citations[i]);
	json_close(w);
	json_open_key(w, "uncited", '[');
	for (size_t i = 0; i < answer->n_citations; i++)
		if (!answer->citations[i].n)
			json_put_int(w, NULL, answer->citations[i].claim);
	json_close(w);
	footnotes_add_summary(&summary, answer);
	json_put_str(w, "summary", buf_view(&summary));
}
