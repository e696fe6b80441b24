#include "ibid/chat/footnotes.h"

#include "ibid/cite/verify.h"
#include "ibid/store/documents.h"

void footnotes_add_flags(struct buf *out, uint32_t flags)
{
	size_t began = out->len;

	for (uint32_t flag = 1; flag && cite_flag_word(flag); flag <<= 1)
		if (flags & flag)
			buf_fmt(out, "%s%s", out->len > began ? ", " : "", cite_flag_word(flag));
}

struct str footnotes_section(struct str head_path, struct str title)
{
	if (str_eq_nocase(head_path, title))
		return STR_EMPTY;
	if (title.len && str_eq_nocase(str_sub(head_path, 0, title.len), title) &&
		str_starts(str_sub(head_path, title.len, head_path.len), STR(" > ")))
		return str_sub(head_path, title.len + 3, head_path.len);
	return head_path;
}

void footnotes_add_place(struct buf *out, const struct anchor *a, struct str title)
{
	if (a->page_from && a->page_to > a->page_from)
		buf_fmt(out, "pp. %d-%d", a->page_from, a->page_to);
	else if (a->page_from && a->page_label.len)
		buf_fmt(out, "p. %.*s", STR_ARG(a->page_label));
	else if (a->page_from)
		buf_fmt(out, "p. %d", a->page_from);
	else
		buf_str(out, footnotes_section(a->head_path, title));
}

struct document footnotes_document(struct store *db, struct arena *a, const struct anchor *anchor)
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

	footnotes_add_place(&place, &c->anchor, doc->title);
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

void footnotes_print_report(struct out *out, const struct citation *c)
{
	if (!c->report.len)
		return;
	out_c(out, "  ");
	out_style(out, OUT_WARN);
	out_c(out, "reported: ");
	out_line(out, c->report);
	out_style(out, OUT_PLAIN);
}

static void print_one(struct out *out, struct store *db, const struct citation *c)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) flags = BUF_INIT;
	struct document doc = footnotes_document(db, &a, &c->anchor);

	print_head(out, c, &doc);
	footnotes_add_flags(&flags, c->flags);
	if (flags.len)
		out_fmt(out, " (%s)", buf_cstr(&flags));
	footnotes_print_report(out, c);
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

void footnotes_add_summary(struct buf *out, const struct answer *answer)
{
	verify_summary(out, answer->claims, answer->n_claims, answer->citations, answer->n_citations);
}

void footnotes_print(struct out *out, struct store *db, const struct answer *answer)
{
	SCOPED(buf) summary = BUF_INIT;
	int highest = 0;

	for (size_t i = 0; i < answer->n_citations; i++)
		if (answer->citations[i].n > highest)
			highest = answer->citations[i].n;
	out_c(out, "\n");
	for (int n = 1; n <= highest; n++) {
		const struct citation *c = worst_of(answer, n);

		if (c)
			print_one(out, db, c);
	}
	footnotes_add_summary(&summary, answer);
	out_c(out, highest ? "\n" : "");
	out_styled(out, footnotes_any_failed(answer, false) ? OUT_WARN : OUT_GOOD, buf_view(&summary));
	out_c(out, "\n");
}

static bool is_failure(enum cite_level level, bool strict)
{
	return !cite_level_holds(level) && (strict || level != LEVEL_WEAK);
}

bool footnotes_any_failed(const struct answer *answer, bool strict)
{
	for (size_t i = 0; i < answer->n_citations; i++)
		if (is_failure(answer->citations[i].level, strict))
			return true;
	return false;
}
