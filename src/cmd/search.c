#include "ibid/cmd/citations.h"
#include "ibid/cmd/cmd.h"
#include "ibid/cmd/emit.h"
#include "ibid/cmd/scope.h"
#include "ibid/retrieve/search.h"
#include "ibid/store/documents.h"

/* Hits shown when -n says nothing. */
#define LIMIT 10

static const char *const in_words[] = { "docs", "sessions", NULL };
static const char *const mode_words[] = { "hybrid", "text", "vector", NULL };

static struct {
	struct list_options list;
	struct opt_list scope;
	int in, mode;
	int64_t context;
	bool files, explain;
} arg;

/* clang-format off */
static const struct opt search_opts[] = {
	{ OPT_ENUM, 0,   "in",      &arg.in,      "WHERE", "docs or sessions", COMPLETE_WORDS, in_words },
	{ OPT_ENUM, 0,   "mode",    &arg.mode,    "MODE",  "hybrid, text or vector", COMPLETE_WORDS, mode_words },
	{ OPT_LIST, 'd', "scope",   &arg.scope,   "SCOPE", "only these: a document, tag:T, type:pdf, coll:N, after:DATE", COMPLETE_SCOPE },
	{ OPT_INT,  'n', "limit",   &arg.list.limit, "N",  "show at most N (10)", .min = 1, .max = RETRIEVE_LIMIT_MAX },
	{ OPT_INT,  'C', "context", &arg.context, "N",     "sentences before and after", .min = 0, .max = 50 },
	{ OPT_FLAG, 0,   "files",   &arg.files,   NULL,    "ids of documents only" },
	{ OPT_FLAG, 0,   "explain", &arg.explain, NULL,    "how each score came about" },
	FIELDS_OPT(arg.list),
	{ .kind = OPT_END }
};

static const struct field hit_fields[] = {
	{ FIELD_STR,    "doc",      "doc" },
	{ FIELD_INT,    "page",     "page" },
	{ FIELD_STR,    "text",     "text", FIELD_CUT },
	{ FIELD_STR,    "citekey",  NULL },
	{ FIELD_STR,    "title",    NULL },
	{ FIELD_STR,    "path",     NULL },
	{ FIELD_STR,    "section",  NULL },
	{ FIELD_INT,    "start",    NULL },
	{ FIELD_INT,    "end",      NULL },
	{ FIELD_NUMBER, "score",    NULL },
	{ FIELD_NUMBER, "coverage", NULL },
	{ FIELD_NUMBER, "score_text", NULL },
	{ FIELD_INT,    "rank_text", NULL },
	{ FIELD_NUMBER, "score_near", NULL },
	{ FIELD_NUMBER, "score_identifiers", NULL },
	{ FIELD_INT,    "rank_identifiers", NULL },
	{ FIELD_NUMBER, "score_vector", NULL },
	{ FIELD_INT,    "rank_vector", NULL },
	{ FIELD_INT,    "copies",   NULL },
	{ .kind = FIELD_END }
};

static const struct field message_fields[] = {
	{ FIELD_STR,    "message", "message" },
	{ FIELD_TIME,   "created", "when" },
	{ FIELD_STR,    "text",    "text", FIELD_CUT },
	{ FIELD_STR,    "session", NULL },
	{ FIELD_STR,    "name",    NULL },
	{ FIELD_INT,    "n",       NULL },
	{ FIELD_NUMBER, "score",   NULL },
	{ .kind = FIELD_END }
};
/* clang-format on */

static struct document document_of(struct store *db, struct arena *a, int64_t id)
{
	struct err ignored = ERR_INIT;
	struct document doc = { .title = STR_EMPTY };
	bool found = false;

	store_document_by_id(db, a, id, &doc, &found, &ignored);
	return doc;
}

/* The sentences shown: the best window, with -C so many around it, within the text. */
static struct span shown_of(const struct retrieve_hit *hit)
{
	const struct text *t = hit->text;
	int first = text_sentence_of(t, hit->window.byte_from);
	int last = text_sentence_of(t, hit->window.byte_to ? hit->window.byte_to - 1 : 0);

	if (first < 0 || last < 0)
		return hit->window;
	first = first > arg.context ? first - (int)arg.context : 0;
	last = (size_t)(last + arg.context) < t->n_sentences ? last + (int)arg.context : (int)t->n_sentences - 1;
	return (struct span){ t->sentences[first].at.byte_from, t->sentences[last].at.byte_to };
}

static void print_matches(struct out *out, const struct retrieve_hit *hit, struct span shown)
{
	size_t at = shown.byte_from;

	for (size_t i = 0; i < hit->n_matches; i++) {
		struct span m = hit->matches[i];

		if (m.byte_from < at || m.byte_to > shown.byte_to)
			continue;
		out_line(out, text_at(hit->text, (struct span){ at, m.byte_from }));
		out_style(out, OUT_MATCH);
		out_line(out, text_at(hit->text, m));
		out_style(out, OUT_PLAIN);
		at = m.byte_to;
	}
	out_line(out, text_at(hit->text, (struct span){ at, shown.byte_to }));
	out_c(out, "\n");
}

static void print_explanation(struct out *out, const struct retrieve_hit *hit)
{
	out_style(out, OUT_DIM);
	out_fmt(out, "    score %.3f: words %.2f (rank %d, of it neighbours %.2f)", hit->score, hit->words.score,
		hit->words.rank, hit->near);
	if (hit->identifiers.rank)
		out_fmt(out, ", identifiers %.2f (rank %d)", hit->identifiers.score, hit->identifiers.rank);
	if (hit->vectors.rank)
		out_fmt(out, ", vectors %.2f (rank %d)", hit->vectors.score, hit->vectors.rank);
	out_fmt(out, "; covers %.0f%% of the question", 100 * hit->coverage);
	if (hit->n_copies)
		out_fmt(out, "; %d near copies left out", hit->n_copies);
	out_c(out, "\n");
	out_style(out, OUT_PLAIN);
}

/* d12:3: passage */
static void print_hit(struct cmd_env *env, struct store *db, const struct retrieve_hit *hit)
{
	SCOPED(arena) a = ARENA_INIT;
	struct document doc = document_of(db, &a, hit->doc_id);
	struct out *out = &env->out;

	out_style(out, OUT_BOLD);
	out_fmt(out, "d%lld", (long long)hit->doc_id);
	if (hit->page_from)
		out_fmt(out, ":p%d", hit->page_from);
	out_style(out, OUT_PLAIN);
	out_c(out, ": ");
	print_matches(out, hit, shown_of(hit));
	if (cmd_for_people(env)) {
		out_style(out, OUT_DIM);
		out_c(out, "    ");
		out_line(out, doc.title);
		if (hit->head >= 0) {
			out_c(out, " > ");
			out_line(out, hit->text->heads[hit->head].path);
		}
		out_c(out, "\n");
		out_style(out, OUT_PLAIN);
	}
	if (arg.explain)
		print_explanation(out, hit);
}

static void put_hit(struct emit *e, struct store *db, const struct retrieve_hit *hit)
{
	SCOPED(arena) a = ARENA_INIT;
	struct document doc = document_of(db, &a, hit->doc_id);
	struct span shown = shown_of(hit);

	emit_record(e);
	emit_str(e, "doc", arena_fmt(&a, "d%lld", (long long)hit->doc_id));
	if (hit->page_from)
		emit_int(e, "page", hit->page_from);
	emit_str(e, "text", text_at(hit->text, shown));
	emit_str(e, "citekey", doc.citekey);
	emit_str(e, "title", doc.title);
	emit_str(e, "path", doc.path);
	if (hit->head >= 0)
		emit_str(e, "section", hit->text->heads[hit->head].path);
	emit_int(e, "start", (int64_t)shown.byte_from);
	emit_int(e, "end", (int64_t)shown.byte_to);
	emit_number(e, "score", hit->score, 6);
	emit_number(e, "coverage", hit->coverage, 4);
	if (!arg.explain)
		return;
	emit_number(e, "score_text", hit->words.score, 6);
	emit_int(e, "rank_text", hit->words.rank);
	emit_number(e, "score_near", hit->near, 6);
	emit_number(e, "score_identifiers", hit->identifiers.score, 6);
	emit_int(e, "rank_identifiers", hit->identifiers.rank);
	emit_number(e, "score_vector", hit->vectors.score, 6);
	emit_int(e, "rank_vector", hit->vectors.rank);
	emit_int(e, "copies", hit->n_copies);
}

static void print_files(struct cmd_env *env, const struct retrieve_result *r)
{
	for (size_t i = 0; i < r->n_hits; i++) {
		bool is_first = true;

		for (size_t k = 0; k < i; k++)
			is_first &= r->hits[k].doc_id != r->hits[i].doc_id;
		if (is_first)
			out_fmt(&env->out, "d%lld\n", (long long)r->hits[i].doc_id);
	}
}

static enum err_code show_hits(struct cmd_env *env, struct store *db, const struct retrieve_result *r,
	struct err *err)
{
	SCOPED(emit) e = EMIT_INIT;

	if (env->mode != MODE_HUMAN) {
		if (emit_list(&e, env, "hit", hit_fields, &arg.list, err) != OK)
			return err->code;
		for (size_t i = 0; i < r->n_hits; i++)
			put_hit(&e, db, &r->hits[i]);
		return emit_end(&e, err);
	}
	cmd_pager(env);
	if (arg.files)
		print_files(env, r);
	for (size_t i = 0; !arg.files && i < r->n_hits; i++)
		print_hit(env, db, &r->hits[i]);
	return OK;
}

static enum err_code search_docs(struct cmd_env *env, struct store *db, struct arena *a, struct str question,
	struct err *err)
{
	struct retrieve_options o = RETRIEVE_OPTIONS;
	struct retrieve_result found;
	struct scope scope;
	struct query q;

	o.limit = arg.list.limit ? (size_t)arg.list.limit : LIMIT;
	o.mode = (enum retrieve_mode)arg.mode;
	o.no_windows = arg.files && env->mode == MODE_HUMAN;
	query_parse(a, question, &q);
	if (scope_parse(db, a, &arg.scope, clock_now_ms(env->clock), &scope, err) != OK ||
		retrieve_search(db, a, &q, &scope, &o, &found, err) != OK)
		return err->code;
	if (found.notice.len)
		cmd_warn(env, "%.*s", STR_ARG(found.notice));
	if (show_hits(env, db, &found, err) != OK)
		return err->code;
	return found.n_hits ? OK : err_set(err, ERR_NO, "nothing found for '%.*s'", STR_ARG(question));
}

/* The snippet with its matches, which stand between \x02 and \x03. */
static void print_snippet(struct out *out, struct str snippet)
{
	while (snippet.p) {
		struct str plain = str_cut(&snippet, '\x02');
		struct str match = snippet.p ? str_cut(&snippet, '\x03') : STR_EMPTY;

		out_line(out, plain);
		out_style(out, OUT_MATCH);
		out_line(out, match);
		out_style(out, OUT_PLAIN);
	}
	out_c(out, "\n");
}

static struct str without_marks(struct arena *a, struct str snippet)
{
	SCOPED(buf) text = BUF_INIT;

	for (size_t i = 0; i < snippet.len; i++)
		if (snippet.p[i] != '\x02' && snippet.p[i] != '\x03')
			buf_ch(&text, snippet.p[i]);
	return arena_str(a, buf_view(&text));
}

static enum err_code put_messages(struct cmd_env *env, struct arena *a, const struct message_hit *hits, size_t n,
	struct err *err)
{
	SCOPED(emit) e = EMIT_INIT;

	if (emit_list(&e, env, "message", message_fields, &arg.list, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		emit_record(&e);
		emit_str(&e, "message", arena_fmt(a, "%.*s#%d", STR_ARG(hits[i].sid), hits[i].n));
		emit_time(&e, "created", hits[i].created_ms);
		emit_str(&e, "text", without_marks(a, hits[i].snippet));
		emit_str(&e, "session", hits[i].sid);
		emit_str(&e, "name", hits[i].session_name);
		emit_int(&e, "n", hits[i].n);
		emit_number(&e, "score", hits[i].score, 6);
	}
	return emit_end(&e, err);
}

static enum err_code search_sessions(struct cmd_env *env, struct store *db, struct arena *a, struct str question,
	struct err *err)
{
	struct message_hit *hits;
	struct query q;
	size_t n;

	query_parse(a, question, &q);
	if (store_search_messages(db, a, q.terms, q.n_terms, arg.list.limit ? (size_t)arg.list.limit : LIMIT, &hits, &n,
		    err) != OK)
		return err->code;
	if (env->mode != MODE_HUMAN && put_messages(env, a, hits, n, err) != OK)
		return err->code;
	for (size_t i = 0; env->mode == MODE_HUMAN && i < n; i++) {
		out_style(&env->out, OUT_BOLD);
		out_fmt(&env->out, "%.*s#%d", STR_ARG(hits[i].sid), hits[i].n);
		out_style(&env->out, OUT_PLAIN);
		out_c(&env->out, ": ");
		if (!arg.files)
			print_snippet(&env->out, hits[i].snippet);
		else
			out_c(&env->out, "\n");
	}
	return n ? OK : err_set(err, ERR_NO, "no message holds '%.*s'", STR_ARG(question));
}

static enum err_code search_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) question = BUF_INIT;
	struct store *db;

	for (size_t i = 0; i < args->n; i++)
		buf_fmt(&question, "%s%.*s", i ? " " : "", STR_ARG(args->v[i]));
	if (!str_trim(buf_view(&question)).len)
		return err_set(err, ERR_USAGE, "nothing to search for");
	if (cmd_store_if_any(env, &db, err) != OK)
		return err->code;
	if (!db)
		return err_set(err, ERR_NO, "the library is empty; put something in: ibid ingest FILE...");
	return arg.in ? search_sessions(env, db, &a, buf_view(&question), err) :
			search_docs(env, db, &a, buf_view(&question), err);
}

const struct cmd cmd_search = {
	.name = "search",
	.group = GROUP_LIBRARY,
	.args = "QUERY...",
	.opts = search_opts,
	.run = search_run,
	.summary = "passages of the library, or past conversations",
	.details = "Words in double quotes must stand together. Identifiers (CVE numbers, hashes, addresses, file names) are found "
		   "letter by letter.",
	.examples = (const char *const[]){ "ibid search cobalt strike", "ibid search --explain -n 3 '\"gate controllers\" outage'",
		"ibid search --in sessions insurance", "ibid search --files CVE-2019-11510 | ibid doc tag - +vpn", NULL },
	.exits = (const struct cmd_exit[]){ { 1, "nothing was found" }, { 66, NULL }, { 0, NULL } },
};
