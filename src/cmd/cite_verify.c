#include <string.h>
#include <unistd.h>

#include "ibid/base/json.h"
#include "ibid/base/path.h"
#include "ibid/base/utf8.h"
#include "ibid/chat/footnotes.h"
#include "ibid/chat/recheck.h"
#include "ibid/cite/draft.h"
#include "ibid/cmd/emit.h"
#include "ibid/store/documents.h"

#include "cmd/cite_internal.h"

/* Bytes of a draft. */
#define DRAFT_MAX ((size_t)16 << 20)

static struct {
	struct opt_list scope;
	bool strict;
} arg;

/* clang-format off */
static const struct field check_fields[] = {
	{ FIELD_STR,    "level",   "level", FIELD_STATE },
	{ FIELD_STR,    "cite",    "cite" },
	{ FIELD_STR,    "claim",   "claim", FIELD_CUT },
	{ FIELD_STR,    "source",  "source" },
	{ FIELD_STR,    "note",    "note", FIELD_CUT },
	{ FIELD_STR,    "place",   NULL },
	{ FIELD_STR,    "doc",     NULL },
	{ FIELD_INT,    "page",    NULL },
	{ FIELD_INT,    "start",   NULL },
	{ FIELD_INT,    "end",     NULL },
	{ FIELD_STR,    "quote",   NULL },
	{ FIELD_NUMBER, "score",   NULL },
	{ FIELD_BOOL,   "holds",   NULL },
	{ FIELD_STR,    "flags",   NULL },
	{ .kind = FIELD_END }
};
/* clang-format on */

/* One run: what was checked and how it went. */
struct check {
	struct cmd_env *env;
	struct store *db;
	struct arena arena;
	struct emit emit;
	size_t n, n_failed;
};

static bool is_failure(enum cite_level level)
{
	return !cite_level_holds(level) && (arg.strict || level != LEVEL_WEAK);
}

static void put_source(struct check *c, const struct anchor *anchor)
{
	SCOPED(buf) place = BUF_INIT;
	struct err ignored = ERR_INIT;
	struct document doc;
	bool found = false;

	if (!anchor->doc_id || store_document_by_id(c->db, &c->arena, anchor->doc_id, &doc, &found, &ignored) != OK || !found)
		return;
	footnotes_add_place(&place, anchor, doc.title);
	emit_str(&c->emit, "source", place.len ? arena_fmt(&c->arena, "%.*s, %s", STR_ARG(doc.citekey), buf_cstr(&place)) :
						 doc.citekey);
	emit_str(&c->emit, "place", buf_view(&place));
	emit_str(&c->emit, "doc", arena_fmt(&c->arena, "d%lld", (long long)anchor->doc_id));
	if (anchor->page_from)
		emit_int(&c->emit, "page", anchor->page_from);
	emit_int(&c->emit, "start", (int64_t)anchor->at.byte_from);
	emit_int(&c->emit, "end", (int64_t)anchor->at.byte_to);
}

static void report(struct check *c, const struct citation *citation, struct str cite, struct str claim, struct str note)
{
	SCOPED(buf) flags = BUF_INIT;
	struct emit *e = &c->emit;

	c->n++;
	c->n_failed += is_failure(citation->level);
	footnotes_add_flags(&flags, citation->flags);
	emit_record(e);
	emit_c(e, "level", cite_level_name(citation->level));
	emit_str(e, "cite", cite);
	emit_str(e, "claim", claim);
	put_source(c, &citation->anchor);
	emit_str(e, "note", note.len ? note : buf_view(&flags));
	emit_str(e, "quote", citation->anchor.exact);
	emit_number(e, "score", citation->score, 4);
	emit_bool(e, "holds", cite_level_holds(citation->level));
	emit_str(e, "flags", buf_view(&flags));
}

/* --- an old answer */

static enum err_code check_answer(struct check *c, struct proof *p, const struct cite_answer *a,
	const struct cite_place *place, struct err *err)
{
	struct verify_result now;

	if (recheck_answer(c->db, p, &c->arena, &a->message, &a->answer, clock_now_ms(c->env->clock), &now, err) != OK)
		return err->code;
	for (size_t i = 0; i < now.n_citations; i++) {
		const struct citation *citation = &now.citations[i];
		const struct claim *claim = &now.claims[citation->claim];

		if (!place->k || citation->n == place->k)
			report(c, citation,
				arena_fmt(&c->arena, "%.*s#%d[%d]", STR_ARG(place->session.sid), a->message.n, citation->n),
				str_sub(a->message.text, claim->at.byte_from, claim->at.byte_to), now.notes[i]);
	}
	return OK;
}

static enum err_code check_answers(struct check *c, const struct cite_answers *answers, struct err *err)
{
	SCOPED_PTR(proof) p = proof_new(c->db, NULL);

	for (size_t i = 0; i < answers->n; i++)
		if (check_answer(c, p, &answers->v[i], &answers->place, err) != OK)
			return err->code;
	return OK;
}

static enum err_code check_session(struct check *c, struct str word, struct err *err)
{
	struct cite_answers answers;

	if (cite_answers_load(c->db, &c->arena, word, &answers, err) != OK || store_begin(c->db, err) != OK)
		return err->code;
	if (check_answers(c, &answers, err) != OK)
		return store_rollback(c->db, err);
	return store_commit(c->db, err);
}

/* --- a draft */

/* What a draft's citation keys mean in the library; a fault of the store is kept for the end. */
struct keys {
	struct check *check;
	struct err failed;
};

static bool text_of_key(void *ctx, struct str citekey, int64_t *text_id)
{
	struct keys *k = ctx;
	struct document doc;
	struct err err = ERR_INIT;
	bool found = false;

	if (store_document_by_citekey(k->check->db, &k->check->arena, citekey, &doc, &found, &err) != OK)
		k->failed = err;
	if (found)
		*text_id = doc.text_id;
	return found;
}

static enum err_code read_draft(const char *path, struct buf *text, struct err *err)
{
	SCOPED(buf) bytes = BUF_INIT;
	enum err_code code = !strcmp(path, "-") ? path_read_fd(STDIN_FILENO, "standard input", DRAFT_MAX, &bytes, err) :
						  path_read(path, DRAFT_MAX, &bytes, err);

	if (code != OK)
		return code;
	utf8_repair(text, buf_view(&bytes));
	return str_trim(buf_view(text)).len ? OK : err_set(err, ERR_DATA, "'%s' is empty", path);
}

static enum err_code check_draft(struct check *c, const char *path, struct buf *summary, struct err *err)
{
	SCOPED(buf) text = BUF_INIT;
	struct keys keys = { c, ERR_INIT };
	struct draft_source source = { .ctx = &keys, .key = text_of_key };
	int64_t now_ms = clock_now_ms(c->env->clock);
	struct verify_result out;
	struct draft draft;
	struct scope scope;

	if (scope_parse(c->db, &c->arena, &arg.scope, now_ms, &scope, err) != OK || read_draft(path, &text, err) != OK)
		return err->code;
	SCOPED_PTR(proof) p = proof_new(c->db, &scope);
	draft_verify(proof_verify(p), &c->arena, buf_view(&text), &source, now_ms, &draft, &out);
	for (size_t i = 0; i < out.n_citations; i++) {
		const struct claim *claim = &out.claims[out.citations[i].claim];

		report(c, &out.citations[i], arena_fmt(&c->arena, "%d", out.citations[i].claim + 1),
			str_trim(str_sub(buf_view(&text), claim->at.byte_from, claim->at.byte_to)), out.notes[i]);
	}
	verify_summary(summary, out.claims, out.n_claims, out.citations, out.n_citations);
	if (keys.failed.code != OK)
		*err = keys.failed;
	return keys.failed.code != OK ? keys.failed.code : proof_failed(p, err);
}

static bool is_file(struct str word)
{
	return str_is(word, "-") || access(word.p, F_OK) == 0 || str_find_ch(word, '/', 0) != STR_NONE ||
	       str_find_ch(word, '.', 0) != STR_NONE;
}

static enum err_code check_all(struct check *c, struct str word, struct err *err)
{
	SCOPED(buf) summary = BUF_INIT;
	bool is_draft = is_file(word);
	enum err_code code;

	if (cmd_store(c->env, is_draft ? STORE_READ_ONLY : STORE_MUST_EXIST, &c->db, err) != OK ||
		emit_list(&c->emit, c->env, "citation", check_fields, NULL, err) != OK)
		return err->code;
	code = is_draft ? check_draft(c, word.p, &summary, err) : check_session(c, word, err);
	if (code != OK || emit_end(&c->emit, err) != OK)
		return err->code;
	if (summary.len && c->env->mode == MODE_HUMAN && !c->env->opt.quiet)
		out_fmt(&c->env->out, "\n%s\n", buf_cstr(&summary));
	if (c->n_failed)
		return err_set(err, ERR_NO, "%zu of %zu citations do not hold", c->n_failed, c->n);
	return OK;
}

static enum err_code verify_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct check c = { .env = env, .arena = ARENA_INIT, .emit = EMIT_INIT };
	enum err_code code = check_all(&c, args->n ? args->v[0] : STR("@"), err);

	emit_release(&c.emit);
	arena_release(&c.arena);
	return code;
}

/* clang-format off */
static const struct opt verify_opts[] = {
	{ OPT_FLAG, 0,   "strict", &arg.strict, NULL,    "weak citations count as failed too" },
	{ OPT_LIST, 'd', "scope",  &arg.scope,  "SCOPE", "of a draft: look in these documents only", COMPLETE_SCOPE },
	{ .kind = OPT_END }
};

const struct cmd cite_verify = {
	.name = "verify", .args = "[SESSION[#N]|FILE|-]", .opts = verify_opts, .run = verify_run,
	.summary = "check the citations of an answer or of any draft again",
	.details = "Offline and without a model. Of a session: every citation is looked up in the newest version of its source; what "
		   "moved is re-anchored, what is gone is stale. Of a file: quotations and sentences that state facts are looked for "
		   "in the library; what cites a key, [@smith2020, p. 3], in that document alone.",
	.examples = (const char *const[]){ "ibid cite verify @", "ibid cite verify --strict - < draft.md", NULL },
	.exits = (const struct cmd_exit[]){ { 1, "a citation does not hold" }, { 66, NULL }, { 0, NULL } },
	.complete = { COMPLETE_SESSION },
};
/* clang-format on */
