#include "ibid/cmd/citations.h"

#include "ibid/cite/verify.h"
#include "ibid/store/documents.h"

static const struct {
	uint32_t flag;
	const char *word;
} flag_words[] = {
	{ CITE_MISATTRIBUTED, "misattributed" },
	{ CITE_REANCHORED, "re-anchored" },
	{ CITE_NUMBER, "number" },
	{ CITE_NEGATION, "negation" },
	{ CITE_DIRECTION, "direction" },
	{ CITE_NAME, "name" },
	{ CITE_INHERITED, "inherited" },
};
#define N_FLAGS (sizeof(flag_words) / sizeof(*flag_words))

void citations_add_flags(struct buf *out, uint32_t flags)
{
	size_t began = out->len;

	for (size_t i = 0; i < N_FLAGS; i++)
		if (flags & flag_words[i].flag)
			buf_fmt(out, "%s%s", out->len > began ? ", " : "", flag_words[i].word);
}

struct str citations_section(struct str head_path, struct str title)
{
	if (str_eq_nocase(head_path, title))
		return STR_EMPTY;
	if (title.len && str_eq_nocase(str_sub(head_path, 0, title.len), title) &&
		str_starts(str_sub(head_path, title.len, head_path.len), STR(" > ")))
		return str_sub(head_path, title.len + 3, head_path.len);
	return head_path;
}

void citations_add_place(struct buf *out, const struct anchor *a, struct str title)
{
	if (a->page_from && a->page_to > a->page_from)
		buf_fmt(out, "pp. %d-%d", a->page_from, a->page_to);
	else if (a->page_from && a->page_label.len)
		buf_fmt(out, "p. %.*s", STR_ARG(a->page_label));
	else if (a->page_from)
		buf_fmt(out, "p. %d", a->page_from);
	else
		buf_str(out, citations_section(a->head_path, title));
}

/* The document of an anchor; a title of "(source removed)" when the library has it no more. */
static struct document document_of(struct store *db, struct arena *a, const struct anchor *anchor)
{
	struct err ignored = ERR_INIT;
	struct document doc = { .title = STR("(source not in the library)") };
	bool found = false;

	if (!db || !anchor->doc_id || store_document_by_id(db, a, anchor->doc_id, &doc, &found, &ignored) != OK || !found)
		return (struct document){ .title = STR("(source not in the library)"), .citekey = STR_EMPTY,
			.path = STR_EMPTY };
	return doc;
}

static enum out_style style_of(enum cite_level level)
{
	if (cite_level_holds(level))
		return OUT_GOOD;
	return level == LEVEL_WEAK ? OUT_WARN : OUT_BAD;
}

static void print_head(struct out *out, const struct citation *c, const struct document *doc)
{
	SCOPED(buf) place = BUF_INIT;

	citations_add_place(&place, &c->anchor, doc->title);
	out_style(out, OUT_BOLD);
	out_fmt(out, "[%d%s]", c->n, cite_level_mark(c->level));
	out_style(out, OUT_PLAIN);
	out_c(out, " ");
	out_line(out, doc->title);
	if (place.len) {
		out_c(out, ", ");
		out_line(out, buf_view(&place));
	}
	if (doc->citekey.len) {
		out_style(out, OUT_DIM);
		out_fmt(out, " (%.*s)", STR_ARG(doc->citekey));
	}
	out_c(out, "  ");
	out_styled(out, style_of(c->level), str_c(cite_level_name(c->level)));
}

void citations_print_report(struct out *out, const struct citation *c)
{
	if (!c->report.len)
		return;
	out_c(out, "  ");
	out_style(out, OUT_WARN);
	out_c(out, "reported: ");
	out_line(out, c->report);
	out_style(out, OUT_PLAIN);
}

static void print_one(struct cmd_env *env, struct store *db, const struct citation *c)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) flags = BUF_INIT;
	struct document doc = document_of(db, &a, &c->anchor);
	struct out *out = &env->out;

	print_head(out, c, &doc);
	citations_add_flags(&flags, c->flags);
	if (flags.len)
		out_fmt(out, " (%s)", buf_cstr(&flags));
	citations_print_report(out, c);
	out_c(out, "\n");
	if (!c->anchor.exact.len)
		return;
	out_c(out, "    \"");
	out_style(out, OUT_QUOTE);
	out_line(out, c->anchor.exact);
	out_style(out, OUT_PLAIN);
	out_c(out, "\"\n");
}

/* Several claims may carry one mark; it is shown once, with the worst level any of them has. */
static const struct citation *worst_of(const struct answer *answer, int n)
{
	const struct citation *worst = NULL;

	for (size_t i = 0; i < answer->n_citations; i++) {
		const struct citation *c = &answer->citations[i];

		if (c->n == n && (!worst || c->level > worst->level))
			worst = c;
	}
	return worst;
}

void citations_add_summary(struct buf *out, const struct answer *answer)
{
	verify_summary(out, answer->claims, answer->n_claims, answer->citations, answer->n_citations);
}

void citations_print(struct cmd_env *env, struct store *db, const struct answer *answer)
{
	SCOPED(buf) summary = BUF_INIT;
	int highest = 0;

	for (size_t i = 0; i < answer->n_citations; i++)
		if (answer->citations[i].n > highest)
			highest = answer->citations[i].n;
	out_c(&env->out, "\n");
	for (int n = 1; n <= highest; n++) {
		const struct citation *c = worst_of(answer, n);

		if (c)
			print_one(env, db, c);
	}
	citations_add_summary(&summary, answer);
	out_c(&env->out, highest ? "\n" : "");
	out_styled(&env->out, citations_any_failed(answer, false) ? OUT_WARN : OUT_GOOD, buf_view(&summary));
	out_c(&env->out, "\n");
}

static void put_flags(struct json_writer *w, uint32_t flags)
{
	json_open_key(w, "flags", '[');
	for (size_t i = 0; i < N_FLAGS; i++)
		if (flags & flag_words[i].flag)
			json_put_c(w, NULL, flag_words[i].word);
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
	struct document doc = document_of(db, &a, &c->anchor);

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

static bool is_failure(enum cite_level level, bool strict)
{
	return !cite_level_holds(level) && (strict || level != LEVEL_WEAK);
}

bool citations_any_failed(const struct answer *answer, bool strict)
{
	for (size_t i = 0; i < answer->n_citations; i++)
		if (is_failure(answer->citations[i].level, strict))
			return true;
	return false;
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
	citations_add_summary(&summary, answer);
	json_put_str(w, "summary", buf_view(&summary));
}
