#include <unistd.h>

#include "ibid/base/json.h"
#include "ibid/base/path.h"
#include "ibid/chat/footnotes.h"
#include "ibid/cite/bib_format.h"
#include "ibid/cmd/citations.h"
#include "ibid/cmd/cmd.h"
#include "ibid/cmd/emit.h"
#include "ibid/cmd/scope.h"
#include "ibid/store/answers.h"
#include "ibid/store/documents.h"
#include "ibid/store/sessions.h"

#include "cmd/cite_internal.h"

static struct {
	struct list_options list;
	struct str format, output;
	bool quotes;
} arg = { .quotes = true };

/* Citations of a document that are listed at most. */
#define PLACES_MAX 10000

/* clang-format off */
static const struct field citation_fields[] = {
	{ FIELD_STR,    "level",   "level", FIELD_STATE },
	{ FIELD_STR,    "cite",    "cite" },
	{ FIELD_STR,    "citekey", "source" },
	{ FIELD_STR,    "place",   "place" },
	{ FIELD_STR,    "quote",   "passage", FIELD_CUT },
	{ FIELD_INT,    "n",       NULL },
	{ FIELD_STR,    "session", NULL },
	{ FIELD_INT,    "message", NULL },
	{ FIELD_STR,    "doc",     NULL },
	{ FIELD_STR,    "title",   NULL },
	{ FIELD_STR,    "path",    NULL },
	{ FIELD_INT,    "page",    NULL },
	{ FIELD_INT,    "start",   NULL },
	{ FIELD_INT,    "end",     NULL },
	{ FIELD_NUMBER, "score",   NULL },
	{ FIELD_BOOL,   "holds",   NULL },
	{ FIELD_STR,    "flags",   NULL },
	{ FIELD_STR,    "origin",  NULL },
	{ FIELD_TIME,   "checked", NULL },
	{ FIELD_STR,    "report",  NULL },
	{ .kind = FIELD_END }
};
/* clang-format on */

/* --- the answers that a word names */

enum err_code cite_answers_load(struct store *db, struct arena *a, struct str word, struct cite_answers *v,
	struct err *err)
{
	struct message *messages;
	struct cite_place place;
	size_t n;

	*v = (struct cite_answers){ 0 };
	if (cite_place_find(db, a, word, &place, err) != OK ||
		store_message_all(db, a, place.session.id, &messages, &n, err) != OK)
		return err->code;
	v->place = place;
	v->v = arena_array(a, n, sizeof(*v->v));
	for (size_t i = 0; i < n; i++) {
		struct cite_answer *c = &v->v[v->n];
		bool found = false;

		if (messages[i].role != ROLE_ASSISTANT || (place.message_n && messages[i].n != place.message_n))
			continue;
		if (store_answer(db, a, messages[i].id, &c->answer, &found, err) != OK)
			return err->code;
		c->message = messages[i];
		v->n += found;
	}
	if (!v->n && place.message_n)
		return err_set(err, ERR_MISSING, "message %d of session '%.*s' has no cited answer", place.message_n,
			STR_ARG(place.session.sid));
	return OK;
}

enum err_code cite_answers_pick(const struct cite_answers *v, struct str word, const struct cite_answer **answer,
	const struct citation **c, struct err *err)
{
	if (!v->place.k)
		return err_set(err, ERR_USAGE, "'%.*s' names no single citation: write SESSION#2[1], or @[1]", STR_ARG(word));
	if (!v->n)
		return err_set(err, ERR_MISSING, "session '%.*s' has no cited answer", STR_ARG(v->place.session.sid));
	*answer = &v->v[v->n - 1];
	for (size_t i = 0; i < (*answer)->answer.n_citations; i++) {
		*c = &(*answer)->answer.citations[i];
		if ((*c)->n == v->place.k)
			return OK;
	}
	return err_set(err, ERR_MISSING, "message %d of session '%.*s' has no citation %d", (*answer)->message.n,
		STR_ARG(v->place.session.sid), v->place.k);
}

/* --- list */

static struct str put_document(struct emit *e, struct store *db, struct arena *a, int64_t id)
{
	struct err ignored = ERR_INIT;
	struct document doc;
	bool found = false;

	if (!id || store_document_by_id(db, a, id, &doc, &found, &ignored) != OK || !found)
		return STR_EMPTY;
	emit_str(e, "doc", arena_fmt(a, "d%lld", (long long)id));
	emit_str(e, "citekey", doc.citekey);
	emit_str(e, "title", doc.title);
	emit_str(e, "path", doc.path);
	return doc.title;
}

static void put_citation(struct emit *e, struct store *db, struct arena *a, const struct citation *c, struct str sid,
	int message_n)
{
	SCOPED(buf) place = BUF_INIT;
	SCOPED(buf) flags = BUF_INIT;

	footnotes_add_flags(&flags, c->flags);
	emit_record(e);
	emit_c(e, "level", cite_level_name(c->level));
	emit_str(e, "cite", arena_fmt(a, "%.*s#%d[%d]", STR_ARG(sid), message_n, c->n));
	footnotes_add_place(&place, &c->anchor, put_document(e, db, a, c->anchor.doc_id));
	emit_str(e, "place", buf_view(&place));
	emit_str(e, "quote", c->anchor.exact);
	emit_int(e, "n", c->n);
	emit_str(e, "session", sid);
	emit_int(e, "message", message_n);
	if (c->anchor.page_from)
		emit_int(e, "page", c->anchor.page_from);
	emit_int(e, "start", (int64_t)c->anchor.at.byte_from);
	emit_int(e, "end", (int64_t)c->anchor.at.byte_to);
	emit_number(e, "score", c->score, 4);
	emit_bool(e, "holds", cite_level_holds(c->level));
	emit_str(e, "flags", buf_view(&flags));
	emit_str(e, "origin", c->origin);
	emit_time(e, "checked", c->checked_ms);
	if (c->report.len)
		emit_str(e, "report", c->report);
}

static enum err_code list_of_document(struct store *db, struct arena *a, const struct document *doc, struct emit *e,
	struct err *err)
{
	struct citation_place *places;
	size_t n;

	if (store_citations_of_document(db, a, doc->id, PLACES_MAX, &places, &n, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++)
		put_citation(e, db, a, &places[i].citation, places[i].sid, places[i].message_n);
	return OK;
}

static enum err_code list_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct str word = args->n ? args->v[0] : STR("@");
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(emit) e = EMIT_INIT;
	struct cite_answers answers;
	struct err no_session = ERR_INIT, no_doc = ERR_INIT;
	struct document doc;
	struct store *db;

	if (cmd_store(env, STORE_READ_ONLY, &db, err) != OK ||
		emit_list(&e, env, "citation", citation_fields, &arg.list, err) != OK)
		return err->code;
	if (cite_answers_load(db, &a, word, &answers, &no_session) == OK) {
		for (size_t i = 0; i < answers.n; i++)
			for (size_t k = 0; k < answers.v[i].answer.n_citations; k++)
				put_citation(&e, db, &a, &answers.v[i].answer.citations[k], answers.place.session.sid,
					answers.v[i].message.n);
	} else if (store_document_find(db, &a, word, &doc, &no_doc) == OK) {
		if (list_of_document(db, &a, &doc, &e, err) != OK)
			return err->code;
	} else {
		*err = no_session;
		return err->code;
	}
	cmd_pager(env);
	return emit_end(&e, err);
}

/* --- show */

/* Bytes shown before and after the passage. */
#define AROUND 400

static void print_passage(struct out *out, const struct text *t, struct span at)
{
	size_t from = at.byte_from > AROUND ? at.byte_from - AROUND : 0, to = at.byte_to + AROUND;
	int first, last;

	if (to > t->text.len)
		to = t->text.len;
	/* Whole sentences around it read better than a cut at a byte. */
	first = text_sentence_of(t, from);
	last = text_sentence_of(t, to ? to - 1 : 0);
	if (first >= 0)
		from = t->sentences[first].at.byte_from;
	if (last >= 0)
		to = t->sentences[last].at.byte_to;
	if (from > at.byte_from)
		from = at.byte_from;
	if (to < at.byte_to)
		to = at.byte_to;
	out_c(out, from ? "... " : "");
	out_str(out, text_at(t, (struct span){ from, at.byte_from }));
	out_style(out, OUT_MATCH);
	out_c(out, out->color ? "" : ">>>");
	out_str(out, text_at(t, at));
	out_c(out, out->color ? "" : "<<<");
	out_style(out, OUT_PLAIN);
	out_str(out, text_at(t, (struct span){ at.byte_to, to }));
	out_c(out, to < t->text.len ? " ...\n" : "\n");
}

static void print_claim(struct out *out, const struct cite_answer *answer, const struct citation *c)
{
	const struct claim *claim = &answer->answer.claims[c->claim];

	if ((size_t)c->claim >= answer->answer.n_claims)
		return;
	out_styled(out, OUT_HEADING, STR("claim    "));
	out_line(out, str_sub(answer->message.text, claim->at.byte_from, claim->at.byte_to));
	out_c(out, "\n");
}

static void print_level(struct out *out, const struct citation *c)
{
	SCOPED(buf) flags = BUF_INIT;

	footnotes_add_flags(&flags, c->flags);
	out_styled(out, OUT_HEADING, STR("level    "));
	out_fmt(out, "%s: %s", cite_level_name(c->level), cite_level_says(c->level));
	if (flags.len)
		out_fmt(out, " (%s)", buf_cstr(&flags));
	out_fmt(out, ", score %.2f, checked by %.*s", c->score, STR_ARG(c->checker));
	footnotes_print_report(out, c);
	out_c(out, "\n");
}

static void print_source(struct out *out, const struct document *doc, const struct citation *c)
{
	SCOPED(buf) place = BUF_INIT;

	footnotes_add_place(&place, &c->anchor, doc->title);
	out_styled(out, OUT_HEADING, STR("source   "));
	out_line(out, doc->title);
	out_fmt(out, " (%.*s, d%lld)", STR_ARG(doc->citekey), (long long)doc->id);
	if (place.len)
		out_fmt(out, ", %s", buf_cstr(&place));
	out_fmt(out, ", bytes %zu-%zu\n", c->anchor.at.byte_from, c->anchor.at.byte_to);
}

static enum err_code show_human(struct cmd_env *env, struct store *db, struct arena *a,
	const struct cite_answer *answer, const struct citation *c, struct err *err)
{
	struct out *out = &env->out;
	struct document doc;
	struct text text;
	bool found = false;

	cmd_pager(env);
	print_claim(out, answer, c);
	print_level(out, c);
	if (!c->anchor.doc_id) {
		out_c(out, "\nThis citation points at no passage.\n");
		return OK;
	}
	if (store_document_by_id(db, a, c->anchor.doc_id, &doc, &found, err) != OK)
		return err->code;
	if (!found || store_text(db, a, c->anchor.text_id, &text, err) != OK) {
		err_reset(err);
		out_c(out, "\nThe source was removed from the library. Its words were:\n\n");
		out_str(out, c->anchor.exact);
		out_c(out, "\n");
		return OK;
	}
	print_source(out, &doc, c);
	out_c(out, "\n");
	print_passage(out, &text, c->anchor.at);
	return OK;
}

static enum err_code show_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) json = BUF_INIT;
	const struct cite_answer *answer = NULL;
	const struct citation *c = NULL;
	struct cite_answers answers;
	struct json_writer w;
	struct store *db;

	if (cmd_store(env, STORE_READ_ONLY, &db, err) != OK ||
		cite_answers_load(db, &a, args->v[0], &answers, err) != OK)
		return err->code;
	if (cite_answers_pick(&answers, args->v[0], &answer, &c, err) != OK)
		return err->code;
	if (env->mode == MODE_HUMAN || env->mode == MODE_PLAIN)
		return show_human(env, db, &a, answer, c, err);
	w = json_writer(&json);
	citations_put(&w, NULL, db, c);
	cmd_put_json(env, buf_view(&json));
	return OK;
}

/* --- export */

/* Items in order of first use, and each place of each source once. */
struct bibliography {
	struct bib_item *items;
	int64_t *docs;
	size_t n, cap;
	struct bib_use *uses;
	size_t n_uses, cap_uses;
};

static enum err_code add_document(struct arena *a, const struct document *doc, struct bibliography *b, struct err *err)
{
	struct bib_list list = { 0 };

	if (bib_format_csl.read(a, arena_str(a, doc->csl), &list, err) != OK || !list.n_items)
		return err_set(err, ERR_BUG, "the bibliographic data of '%.*s' cannot be read", STR_ARG(doc->citekey));
	b->items[b->n] = list.items[0];
	b->items[b->n].id = doc->citekey;
	b->docs[b->n++] = doc->id;
	return OK;
}

/* Index of a document's item, added when it is new; -1 when the library has it no more. */
static enum err_code item_of(struct store *db, struct arena *a, int64_t doc_id, struct bibliography *b, int *index,
	struct err *err)
{
	struct document doc;
	bool found = false;

	*index = -1;
	for (size_t i = 0; i < b->n; i++)
		if (b->docs[i] == doc_id) {
			*index = (int)i;
			return OK;
		}
	if (!doc_id || store_document_by_id(db, a, doc_id, &doc, &found, err) != OK || !found)
		return err->code;
	if (add_document(a, &doc, b, err) != OK)
		return err->code;
	*index = (int)b->n - 1;
	return OK;
}

static void add_use(struct arena *a, struct bibliography *b, size_t item, const struct anchor *anchor)
{
	struct str section = footnotes_section(anchor->head_path, b->items[item].field[BIB_TITLE]);
	struct bib_use use = { .item = item, .label = BIB_LOCATOR_NONE, .quote = arg.quotes ? anchor->exact : STR_EMPTY };

	if (anchor->page_from) {
		use.label = BIB_LOCATOR_PAGE;
		use.locator = anchor->page_to > anchor->page_from ?
			arena_fmt(a, "%d-%d", anchor->page_from, anchor->page_to) :
			anchor->page_label.len ? anchor->page_label : arena_fmt(a, "%d", anchor->page_from);
	} else if (section.len) {
		use.label = BIB_LOCATOR_SECTION;
		use.locator = section;
	}
	for (size_t i = 0; i < b->n_uses; i++)
		if (b->uses[i].item == item && str_eq(b->uses[i].quote, use.quote) &&
			str_eq(b->uses[i].locator, use.locator))
			return;
	b->uses[b->n_uses++] = use;
}

static enum err_code add_answers(struct store *db, struct arena *a, const struct cite_answers *v,
	struct bibliography *b, struct err *err)
{
	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; k < v->v[i].answer.n_citations; k++) {
			const struct citation *c = &v->v[i].answer.citations[k];
			int index;

			if (!c->n || (v->place.k && c->n != v->place.k) || !cite_level_holds(c->level))
				continue;
			if (item_of(db, a, c->anchor.doc_id, b, &index, err) != OK)
				return err->code;
			if (index >= 0)
				add_use(a, b, (size_t)index, &c->anchor);
		}
	return OK;
}

static size_t count_citations(const struct cite_answers *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		n += v->v[i].answer.n_citations;
	return n;
}

/* A word is a session, a message of it, one citation, or a document. */
static enum err_code gather(struct store *db, struct arena *a, const struct cmd_args *args, struct bibliography *b,
	struct err *err)
{
	struct cite_answers *answers = arena_array(a, args->n + 1, sizeof(*answers));
	struct document *docs = arena_array(a, args->n + 1, sizeof(*docs));
	size_t room = args->n;

	for (size_t i = 0; i < args->n; i++) {
		struct err no_doc = ERR_INIT;

		if (cite_answers_load(db, a, args->v[i], &answers[i], err) == OK)
			room += count_citations(&answers[i]);
		else if (store_document_find(db, a, args->v[i], &docs[i], &no_doc) != OK)
			return err->code;
	}
	err_reset(err);
	b->items = arena_array(a, room, sizeof(*b->items));
	b->docs = arena_array(a, room, sizeof(*b->docs));
	b->uses = arena_array(a, room, sizeof(*b->uses));
	for (size_t i = 0; i < args->n; i++) {
		int index;
		enum err_code code = docs[i].id ? item_of(db, a, docs[i].id, b, &index, err) :
						  add_answers(db, a, &answers[i], b, err);

		if (code != OK)
			return code;
	}
	return OK;
}

static enum err_code write_to(struct cmd_env *env, struct str text, size_t n, struct err *err)
{
	if (!arg.output.p || str_is(arg.output, "-")) {
		/* Line ends of RIS are CR LF by its specification; control bytes were dropped by the writer. */
		out_raw(&env->out, text);
		return OK;
	}
	if (path_write(arg.output.p, text, PATH_SHARED | (env->opt.yes ? 0 : PATH_NEW), err) != OK)
		return err_ctx(err, "exporting citations");
	cmd_explain(env, "%zu sources written to '%.*s'", n, STR_ARG(arg.output));
	return OK;
}

static enum err_code export_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct str newest[] = { STR("@") };
	const struct cmd_args fallback = { newest, 1 };
	struct str name = arg.format.p ? arg.format : arg.output.p ? arg.output : STR("bibtex");
	const struct bib_format *f = bib_format_find(name);
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) text = BUF_INIT;
	struct bibliography b = { 0 };
	struct store *db;

	if (!f || !f->write)
		return err_set(err, ERR_USAGE, "'%.*s' is no format: csl-json, bibtex, biblatex, ris or markdown",
			STR_ARG(name));
	if (cmd_store(env, STORE_READ_ONLY, &db, err) != OK ||
		gather(db, &a, args->n ? args : &fallback, &b, err) != OK)
		return err->code;
	if (!b.n)
		return err_set(err, ERR_NO, "nothing to export: no citation there is proved");
	f->write(&text, b.items, b.n, b.uses, b.n_uses);
	return write_to(env, buf_view(&text), b.n, err);
}

/* clang-format off */
static const struct opt list_opts[] = { LIST_OPTS(arg.list), { .kind = OPT_END } };
static const struct opt export_opts[] = {
	{ OPT_STRING, 0,   "format", &arg.format, "FORMAT", "csl-json, bibtex, biblatex, ris or markdown" },
	{ OPT_STRING, 'o', "output", &arg.output, "FILE",   "write there instead of standard output", COMPLETE_FILE },
	{ OPT_FLAG,   0,   "quotes", &arg.quotes, NULL,     "with the quoted words (the default)" },
	{ .kind = OPT_END }
};

static const struct cmd cite_list = {
	.name = "list", .args = "[SESSION[#N]|DOC]", .opts = list_opts, .run = list_run,
	.summary = "citations of a session, an answer or a document",
	.examples = (const char *const[]){ "ibid cite list", "ibid cite list k3f9#2", "ibid cite list d12", NULL },
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION },
};
static const struct cmd cite_show = {
	.name = "show", .args = "CITE", .run = show_run, .summary = "the passage, its place and its surroundings",
	.details = "CITE is SESSION#N[K]: citation K of message N; @[K] is of the newest answer.",
	.examples = (const char *const[]){ "ibid cite show @[1]", "ibid cite show '@#2[1]'", NULL },
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION },
};
static const struct cmd cite_export = {
	.name = "export", .args = "[SESSION[#N[K]]|DOC...]", .opts = export_opts, .run = export_run,
	.summary = "write what was used as a bibliography, with pages and quotes",
	.details = "Only citations that hold are written. The ending of -o names the format when --format does not.",
	.examples = (const char *const[]){ "ibid cite export @ --format bibtex", "ibid cite export @ -o refs.ris",
		"ibid cite export d12 d14 --format csl-json", NULL },
	.exits = (const struct cmd_exit[]){ { 1, "nothing there is proved" }, { 66, NULL }, { 73, NULL }, { 0, NULL } },
	.complete = { COMPLETE_SESSION },
};
static const struct cmd *const cite_subs[] = { &cite_list, &cite_show, &cite_verify, &cite_report, &cite_export, NULL };

const struct cmd cmd_cite = {
	.name = "cite", .aliases = "cites citation citations", .group = GROUP_EVIDENCE, .args = "VERB", .subs = cite_subs,
	.summary = "list, show, verify, report and export citations",
	.examples = (const char *const[]){ "ibid cite show '@[1]'", "ibid cite verify draft.md",
		"ibid cite export @ --format bibtex", NULL },
};
/* clang-format on */
