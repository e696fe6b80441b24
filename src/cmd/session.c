#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "ibid/base/hash.h"
#include "ibid/base/path.h"
#include "ibid/chat/footnotes.h"
#include "ibid/chat/transcript.h"
#include "ibid/cmd/cmd.h"
#include "ibid/cmd/emit.h"
#include "ibid/cmd/talk.h"
#include "ibid/config/config.h"
#include "ibid/store/desk.h"
#include "ibid/store/sessions.h"

#include "cmd/session_internal.h"

static struct {
	struct list_options list;
	struct str tag, model, format, output, keep, note;
	int64_t older_ms;
	bool trashed, with_sources, now, tree;
} arg;

/* Levels of a tree that are shown as such. */
#define INDENT_MAX 16

/* clang-format off */
static const struct field session_fields[] = {
	{ FIELD_STR,    "id",       "id" },
	{ FIELD_STR,    "name",     "name", FIELD_CUT },
	{ FIELD_TIME,   "updated",  "updated" },
	{ FIELD_INT,    "messages", "messages" },
	{ FIELD_STR,    "model",    "model", FIELD_CUT },
	{ FIELD_STRS,   "tags",     "tags" },
	{ FIELD_NUMBER, "cost",     "cost" },
	{ FIELD_STR,    "currency", NULL },
	{ FIELD_BOOL,   "cost_known", NULL },
	{ FIELD_TIME,   "created",  NULL },
	{ FIELD_TIME,   "trashed",  NULL },
	{ FIELD_STR,    "parent",   NULL },
	{ FIELD_INT,    "branch_point", NULL },
	{ .kind = FIELD_END }
};

static const struct opt list_opts[] = {
	{ OPT_STRING, 0, "tag",   &arg.tag,      "TAG",   "only sessions with this tag", COMPLETE_TAG },
	{ OPT_STRING, 0, "model", &arg.model,    "MODEL", "only sessions last answered by this model", COMPLETE_MODEL },
	{ OPT_AGE,    0, "older", &arg.older_ms, "AGE",   "only sessions unchanged for so long (90d, 2w)" },
	{ OPT_FLAG,   0, "trash", &arg.trashed,  NULL,    "those in the trash instead" },
	{ OPT_FLAG,   0, "tree",  &arg.tree,     NULL,    "copies that 'branch --name' made below their session" },
	LIST_OPTS(arg.list),
	SINCE_OPTS(arg.list),
	{ .kind = OPT_END }
};
/* clang-format on */

static void put_cost(struct emit *e, const struct session *s)
{
	emit_number(e, "cost", (double)s->cost_usd_micros / 1e6, 6);
	emit_c(e, "currency", "USD");
	emit_bool(e, "cost_known", !s->has_unknown_cost);
}

static void put_tags(struct emit *e, struct str tags)
{
	struct str v[64];
	size_t n = 0;

	for (struct str rest = tags; rest.len && n < sizeof(v) / sizeof(*v);)
		v[n++] = str_cut(&rest, ',');
	emit_strs(e, "tags", v, n);
}

/* The name of a copy stands as far in as it is deep; only people see that. */
static void put_name(struct emit *e, struct cmd_env *env, const struct session *s, int depth)
{
	SCOPED(buf) name = BUF_INIT;

	for (int i = 0; env->mode == MODE_HUMAN && i < depth && i < INDENT_MAX; i++)
		buf_c(&name, "  ");
	buf_str(&name, s->name);
	emit_str(e, "name", buf_view(&name));
}

static void put_session(struct emit *e, struct cmd_env *env, const struct session *s, int depth)
{
	emit_record(e);
	emit_str(e, "id", s->sid);
	put_name(e, env, s, depth);
	emit_time(e, "updated", s->updated_ms);
	emit_time(e, "created", s->created_ms);
	emit_time(e, "trashed", s->trashed_ms);
	emit_int(e, "messages", s->n_messages);
	emit_str(e, "model", s->model);
	put_tags(e, s->tags);
	put_cost(e, s);
	if (!s->parent.len)
		return;
	emit_str(e, "parent", s->parent);
	emit_int(e, "branch_point", s->branch_point);
}

static struct session_filter filter_of(const struct cmd_env *env)
{
	return (struct session_filter){ .tag = arg.tag, .model = arg.model, .trashed = arg.trashed,
		.older_than_ms = arg.older_ms ? clock_now_ms(env->clock) - arg.older_ms : arg.list.until_ms,
		.newer_than_ms = arg.list.since_ms };
}

static enum err_code load_list(struct cmd_env *env, struct store *db, struct arena *a, struct session **v, size_t *n,
	struct err *err)
{
	struct session_filter filter = filter_of(env);

	filter.limit = arg.list.sort.p || arg.list.reverse ? 0 : (size_t)arg.list.limit;
	*n = 0;
	return db ? store_session_list(db, a, &filter, v, n, err) : OK;
}

static enum err_code list_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(emit) e = EMIT_INIT;
	struct session *sessions = NULL;
	struct store *db;
	int *depths;
	size_t n;

	(void)args;
	if (arg.tree && (arg.list.sort.p || arg.list.reverse))
		return err_set(err, ERR_USAGE, "a tree has an order of its own: --tree goes with neither --sort nor --reverse");
	if (cmd_store_if_any(env, &db, err) != OK || load_list(env, db, &a, &sessions, &n, err) != OK ||
		emit_list(&e, env, "session", session_fields, &arg.list, err) != OK)
		return err->code;
	depths = arena_array(&a, n, sizeof(*depths));
	if (arg.tree)
		session_tree(&a, sessions, n, depths);
	for (size_t i = 0; i < n; i++)
		put_session(&e, env, &sessions[i], depths[i]);
	cmd_pager(env);
	return emit_end(&e, err);
}

/* --- operands: SESSION or SESSION#N */

enum err_code session_operand(struct store *db, struct arena *a, struct str word, struct session *s, int *n,
	struct err *err)
{
	struct str rest = word, name = str_cut(&rest, '#');
	long long number = 0;

	if (rest.p && (!str_to_int(rest, &number) || number < 1 || number > INT_MAX))
		return err_set(err, ERR_USAGE, "'%.*s' is no message number: write SESSION#3", STR_ARG(rest));
	*n = (int)number;
	return store_session_find(db, a, name, s, err);
}

enum err_code session_operand_message(struct store *db, struct arena *a, struct str word, struct session *s,
	struct message *m, struct err *err)
{
	int n;

	if (session_operand(db, a, word, s, &n, err) != OK)
		return err->code;
	if (!n)
		return err_set(err, ERR_USAGE, "'%.*s' names a whole session, one message is meant here: write SESSION#3",
			STR_ARG(word));
	return store_message_by_n(db, a, s->id, n, m, err);
}

static enum err_code find_whole(struct store *db, struct arena *a, struct str word, struct session *s,
	struct err *err)
{
	int n;

	if (session_operand(db, a, word, s, &n, err) != OK)
		return err->code;
	return n ? err_set(err, ERR_USAGE, "'%.*s' names one message, a whole session is meant here", STR_ARG(word)) :
		   OK;
}

static const struct rating {
	const char *word;	/* as it is typed */
	int value;
	const char *verb;
} ratings[] = {
	{ "up", 1, "rated up" },
	{ "down", -1, "rated down" },
	{ "0", 0, "unrated" },
};
#define N_RATINGS (sizeof(ratings) / sizeof(*ratings))

static void print_rating(struct out *out, const struct transcript_message *m)
{
	for (size_t i = 0; m->rating && i < N_RATINGS; i++)
		if (ratings[i].value == m->rating)
			out_fmt(out, "  %s", ratings[i].verb);
	if (m->note.len) {
		out_c(out, ": ");
		out_line(out, m->note);
	}
}

/* #4 claude/sonnet  2026-11-21 09:01  (stopped)  branch 2 of 3  rated up: just what I meant */
static void print_heading(struct out *out, const struct transcript_message *m, int branch, int n_branches)
{
	SCOPED(buf) when = BUF_INIT;

	clock_add_local(&when, m->message.created_ms);
	out_style(out, OUT_HEADING);
	out_fmt(out, "#%d ", m->message.n);
	out_line(out, m->message.model.len ? m->message.model : str_c(message_role_name(m->message.role)));
	out_style(out, OUT_DIM);
	out_fmt(out, "  %s", buf_cstr(&when));
	if (m->message.state != STATE_COMPLETE)
		out_fmt(out, "  (%s)", message_state_name(m->message.state));
	if (n_branches > 1)
		out_fmt(out, "  branch %d of %d", branch, n_branches);
	print_rating(out, m);
	out_style(out, OUT_PLAIN);
	out_c(out, "\n\n");
}

static enum err_code print_message(struct cmd_env *env, struct store *db, const struct transcript_message *m,
	struct err *err)
{
	struct out *out = &env->out;
	int branch, n_branches;

	if (session_place(db, &m->message, &branch, &n_branches, err) != OK)
		return err->code;
	print_heading(out, m, branch, n_branches);
	if (cmd_for_people(env))
		talk_render(out, m->message.text);
	else
		out_str(out, m->message.text);
	out_c(out, "\n");
	if (m->message.error.len) {
		out_styled(out, OUT_BAD, m->message.error);
		out_c(out, "\n");
	}
	if (m->answer.n_citations)
		footnotes_print(&env->out, db, &m->answer);
	out_c(out, "\n");
	return OK;
}

static void print_parent(struct out *out, const struct session *s)
{
	if (!s->parent.len)
		return;
	out_style(out, OUT_DIM);
	out_c(out, "a copy of ");
	out_line(out, s->parent);
	out_fmt(out, " up to #%d\n\n", s->branch_point);
	out_style(out, OUT_PLAIN);
}

static enum err_code show_json(struct cmd_env *env, const struct transcript *t)
{
	SCOPED(buf) json = BUF_INIT;

	transcript_format_find(STR("json"))->write(&json, t);
	cmd_put_json(env, str_trim(buf_view(&json)));
	return OK;
}

static enum err_code show_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct transcript t = { 0 };
	struct session s;
	struct store *db;
	int only;

	if (cmd_store(env, STORE_READ_ONLY, &db, err) != OK ||
		session_operand(db, &a, args->n ? args->v[0] : STR("@"), &s, &only, err) != OK ||
		transcript_load(db, &a, &s, only || env->mode == MODE_JSON || env->mode == MODE_JSONL, &t, err) != OK)
		return err->code;
	if (env->mode == MODE_JSON || env->mode == MODE_JSONL)
		return show_json(env, &t);
	cmd_pager(env);
	if (!only)
		print_parent(&env->out, &s);
	for (size_t i = 0; i < t.n_messages; i++)
		if ((!only || t.messages[i].message.n == only) && print_message(env, db, &t.messages[i], err) != OK)
			return err->code;
	if (only && (size_t)only > t.n_messages)
		return err_set(err, ERR_MISSING, "session '%.*s' has %zu messages, no number %d", STR_ARG(s.sid),
			t.n_messages, only);
	return OK;
}

/* --- changes: one line each, verb, id, name */

void session_say(struct cmd_env *env, const char *verb, const struct session *s)
{
	if (env->mode != MODE_HUMAN || env->opt.quiet)
		return;
	out_fmt(&env->out, "%s  %.*s  ", verb, STR_ARG(s->sid));
	out_line(&env->out, s->name);
	out_c(&env->out, "\n");
}

static enum err_code rename_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct session s;
	struct store *db;

	if (!str_trim(args->v[1]).len)
		return err_set(err, ERR_USAGE, "a session needs a name that is not blank");
	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK || find_whole(db, &a, args->v[0], &s, err) != OK ||
		store_session_rename(db, s.id, args->v[1], err) != OK)
		return err->code;
	s.name = args->v[1];
	session_say(env, "renamed", &s);
	return OK;
}

/* +tag adds, -tag takes away; without a sign it adds. */
static enum err_code tag_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct session s;
	struct store *db;

	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK || find_whole(db, &a, args->v[0], &s, err) != OK)
		return err->code;
	for (size_t i = 1; i < args->n; i++) {
		struct str tag = args->v[i];
		bool off = str_starts(tag, STR("-"));

		if (off || str_starts(tag, STR("+")))
			tag = str_sub(tag, 1, tag.len);
		if (!tag.len || str_find_ch(tag, ',', 0) != STR_NONE)
			return err_set(err, ERR_USAGE, "'%.*s' is no tag: one word without commas", STR_ARG(args->v[i]));
		if (store_session_tag(db, s.id, tag, !off, err) != OK)
			return err->code;
	}
	session_say(env, "tagged", &s);
	return OK;
}

static enum err_code keep_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct session s;
	struct store *db;
	int64_t keep;

	if (str_is(args->v[1], "policy"))
		keep = -1;
	else if (str_is(args->v[1], "forever"))
		keep = 0;
	else if (!clock_parse_age(args->v[1], &keep))
		return err_set(err, ERR_USAGE, "'%.*s' is no age: 90d, 2w, forever or policy", STR_ARG(args->v[1]));
	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK || find_whole(db, &a, args->v[0], &s, err) != OK ||
		store_session_keep(db, s.id, keep, err) != OK)
		return err->code;
	session_say(env, "kept", &s);
	return OK;
}

/* --- rate */

static const struct rating *rating_of(struct str word)
{
	for (size_t i = 0; i < N_RATINGS; i++)
		if (str_is(word, ratings[i].word))
			return &ratings[i];
	return NULL;
}

static enum err_code rate_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	const struct rating *rating = rating_of(args->v[1]);
	struct session s;
	struct message m;
	struct store *db;

	if (!rating)
		return err_set(err, ERR_USAGE, "'%.*s' is no rating: up, down or 0", STR_ARG(args->v[1]));
	if (!rating->value && arg.note.p)
		return err_set(err, ERR_USAGE, "a note goes with up or down; 0 takes rating and note back");
	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK ||
		session_operand_message(db, &a, args->v[0], &s, &m, err) != OK)
		return err->code;
	if (m.role != ROLE_ASSISTANT)
		return err_set(err, ERR_USAGE, "message %d of session '%.*s' is no answer", m.n, STR_ARG(s.sid));
	if (store_rate(db, m.id, rating->value, str_trim(arg.note), err) != OK)
		return err->code;
	session_say(env, rating->verb, &s);
	return OK;
}

/* --- rm */

static enum err_code choose(struct cmd_env *env, struct store *db, struct arena *a, const struct cmd_args *args,
	struct session **sessions, size_t *n, struct err *err)
{
	struct session_filter filter = filter_of(env);

	if (!args->n && !arg.older_ms)
		return err_set(err, ERR_USAGE, "name the sessions to remove, or give --older AGE");
	if (!args->n)
		return store_session_list(db, a, &filter, sessions, n, err);
	*sessions = arena_array(a, args->n, sizeof(**sessions));
	for (*n = 0; *n < args->n; (*n)++)
		if (find_whole(db, a, args->v[*n], &(*sessions)[*n], err) != OK)
			return err->code;
	return OK;
}

static enum err_code remove_one(struct cmd_env *env, struct store *db, const struct session *s, struct err *err)
{
	if (arg.now)
		return store_session_purge(db, s->id, err);
	return store_session_trash(db, s->id, clock_now_ms(env->clock), err);
}

static enum err_code rm_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct session *sessions;
	struct store *db;
	size_t n;

	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK || choose(env, db, &a, args, &sessions, &n, err) != OK)
		return err->code;
	for (size_t i = 0; env->opt.dry_run && i < n; i++)
		session_say(env, "would remove", &sessions[i]);
	if (env->opt.dry_run || !n)
		return OK;
	if (cmd_confirm(env, err, "%s %zu session%s%s?", arg.now ? "remove" : "move", n, n == 1 ? "" : "s",
		    arg.now ? " for good" : " to the trash") != OK)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		if (remove_one(env, db, &sessions[i], err) != OK)
			return err->code;
		session_say(env, arg.now ? "purged" : "trashed", &sessions[i]);
	}
	if (!arg.now)
		cmd_advise(env, "they are kept for 7 days: 'ibid session undo' brings the last one back");
	return OK;
}

/* Undo brings back what was trashed last; with a session named, it takes back its last exchange. */
static enum err_code untrash(struct cmd_env *env, struct store *db, struct arena *a, struct err *err)
{
	struct session_filter filter = { .trashed = true };
	struct session *v, *last = NULL;
	size_t n;

	if (store_session_list(db, a, &filter, &v, &n, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++)
		if (!last || v[i].trashed_ms > last->trashed_ms)
			last = &v[i];
	if (!last)
		return err_set(err, ERR_NO, "nothing to undo: no session is in the trash");
	if (store_session_trash(db, last->id, 0, err) != OK)
		return err->code;
	session_say(env, "restored", last);
	return OK;
}

static enum err_code undo_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct session s;
	struct store *db;
	int n;

	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK)
		return err->code;
	if (!args->n)
		return untrash(env, db, &a, err);
	if (find_whole(db, &a, args->v[0], &s, err) != OK || store_session_undo(db, s.id, &n, err) != OK)
		return err->code;
	if (!n)
		return err_set(err, ERR_NO, "session '%.*s' has nothing to take back", STR_ARG(s.sid));
	session_say(env, "took back the last exchange of", &s);
	return OK;
}

/* --- export, import */

static enum err_code export_to(struct cmd_env *env, const struct transcript_format *f, const struct transcript *t,
	struct err *err)
{
	SCOPED(buf) text = BUF_INIT;

	f->write(&text, t);
	if (!arg.output.p || str_is(arg.output, "-")) {
		out_str(&env->out, buf_view(&text));
		return OK;
	}
	if (path_write(arg.output.p, buf_view(&text), PATH_SHARED | (env->opt.yes ? 0 : PATH_NEW), err) != OK)
		return err_ctx(err, "exporting '%.*s'", STR_ARG(t->session.sid));
	session_say(env, "exported", &t->session);
	return OK;
}

static enum err_code export_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str name = arg.format.p ? arg.format : arg.output.p ? path_ext(arg.output) : STR("md");
	const struct transcript_format *f = transcript_format_find(name);
	struct transcript t = { .with_sources = arg.with_sources };
	struct session s;
	struct store *db;

	if (!f)
		return err_set(err, ERR_USAGE, "'%.*s' is no format: md, json, jsonl, org or html", STR_ARG(name));
	if (cmd_store(env, STORE_READ_ONLY, &db, err) != OK ||
		find_whole(db, &a, args->n ? args->v[0] : STR("@"), &s, err) != OK ||
		transcript_load(db, &a, &s, f->is_whole, &t, err) != OK)
		return err->code;
	return export_to(env, f, &t, err);
}

static enum err_code import_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) text = BUF_INIT;
	struct session s = { 0 };
	struct store *db;
	enum err_code code = str_is(args->v[0], "-") ?
		path_read_fd(STDIN_FILENO, "standard input", TRANSCRIPT_MAX, &text, err) :
		path_read(args->v[0].p, TRANSCRIPT_MAX, &text, err);

	if (code != OK || cmd_store(env, 0, &db, err) != OK)
		return err->code;
	if (transcript_import(db, &a, buf_view(&text), rand_system, NULL, &s, err) != OK)
		return err_ctx(err, "importing '%.*s'", STR_ARG(args->v[0]));
	session_say(env, "imported", &s);
	return OK;
}

/* clang-format off */
static const struct opt rate_opts[] = {
	{ OPT_STRING, 0, "note", &arg.note, "TEXT", "why" },
	{ .kind = OPT_END }
};
static const struct opt rm_opts[] = {
	{ OPT_AGE,    0, "older", &arg.older_ms, "AGE",   "all sessions unchanged for so long (90d, 2w)" },
	{ OPT_STRING, 0, "tag",   &arg.tag,      "TAG",   "with --older: only sessions with this tag", COMPLETE_TAG },
	{ OPT_FLAG,   0, "now",   &arg.now,      NULL,    "for good, not into the trash" },
	{ .kind = OPT_END }
};
static const struct opt export_opts[] = {
	{ OPT_STRING, 0,   "format",       &arg.format,       "FORMAT", "md, json, jsonl, org or html" },
	{ OPT_FLAG,   0,   "with-sources", &arg.with_sources, NULL,     "with the cited passages, not only their places" },
	{ OPT_STRING, 'o', "output",       &arg.output,       "FILE",   "write there instead of standard output", COMPLETE_FILE },
	{ .kind = OPT_END }
};

static const struct cmd session_list = {
	.name = "list", .opts = list_opts, .run = list_run, .summary = "sessions, newest first",
	.examples = (const char *const[]){ "ibid session list", "ibid session list --older 90d", "ibid session list --tree", NULL },
};
static const struct cmd session_show = {
	.name = "show", .args = "[SESSION[#N]]", .run = show_run, .summary = "read a session, or one message of it",
	.examples = (const char *const[]){ "ibid session show", "ibid session show k3f9#2", NULL },
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION },
};
static const struct cmd session_rename = {
	.name = "rename", .args = "SESSION NAME", .run = rename_run, .summary = "give a session another name",
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION, COMPLETE_NONE },
};
static const struct cmd session_tag = {
	.name = "tag", .args = "SESSION TAG...", .flags = CMD_DASH_OPERANDS, .run = tag_run,
	.summary = "add tags (+TAG) or take them away (-TAG)",
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION, COMPLETE_TAG },
};
static const char *const keep_words[] = { "forever", "policy", "90d", "1y", NULL };
static const struct cmd session_keep = {
	.name = "keep", .args = "SESSION AGE", .run = keep_run, .summary = "how long a session stays: an age, forever or policy",
	.details = "The policy is the setting core.keep. What is older goes to the trash when ibid is next used.",
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION, COMPLETE_WORDS },
	.values = keep_words,
};
static const char *const rate_words[] = { "up", "down", "0", NULL };
static const struct cmd session_rate = {
	.name = "rate", .args = "SESSION#N up|down|0", .opts = rate_opts, .run = rate_run,
	.summary = "say whether an answer was good, and why",
	.details = "0 takes the rating back. It goes nowhere but into the library.",
	.examples = (const char *const[]){ "ibid session rate '@#2' up", "ibid session rate '@#2' down --note 'wrong year'",
		NULL },
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION, COMPLETE_WORDS },
	.values = rate_words,
};
static const struct cmd session_rm = {
	.name = "rm", .args = "[SESSION...]", .opts = rm_opts, .run = rm_run, .summary = "move sessions to the trash",
	.details = "The trash keeps them for 7 days. --dry-run shows what would go.",
	.examples = (const char *const[]){ "ibid session rm k3f9", "ibid session rm --older 90d --dry-run", NULL },
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 77, "nobody confirmed it" }, { 0, NULL } },
	.complete = { COMPLETE_SESSION },
};
static const struct cmd session_undo = {
	.name = "undo", .args = "[SESSION]", .run = undo_run,
	.summary = "bring a removed session back, or take an exchange back",
	.details = "With a SESSION, its last question and answer are taken back; they stay as a branch.",
	.exits = (const struct cmd_exit[]){ { 1, "there is nothing to undo" }, { 66, NULL }, { 0, NULL } },
	.complete = { COMPLETE_SESSION },
};
static const struct cmd session_export = {
	.name = "export", .args = "[SESSION]", .opts = export_opts, .run = export_run,
	.summary = "write a session as Markdown, JSON, JSON Lines, Org or HTML",
	.examples = (const char *const[]){ "ibid session export @ --format md --with-sources | less",
		"ibid session export k3f9 -o talk.html", NULL },
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 73, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION },
};
static const struct cmd session_import = {
	.name = "import", .args = "FILE", .run = import_run, .summary = "read a session that ibid exported as JSON",
	.exits = (const struct cmd_exit[]){ { 65, "the file is no exported session" }, { 66, NULL }, { 0, NULL } },
	.complete = { COMPLETE_FILE },
};
static const struct cmd *const session_subs[] = { &session_list, &session_show, &session_rename, &session_tag,
	&session_keep, &session_branch, &session_rate, &session_rm, &session_undo, &session_export, &session_import, NULL };

const struct cmd cmd_session = {
	.name = "session", .aliases = "sessions", .group = GROUP_HISTORY, .args = "VERB", .subs = session_subs,
	.summary = "list, read, branch, rate, export and remove conversations",
	.examples = (const char *const[]){ "ibid session list", "ibid session show @",
		"ibid session export @ --format md --with-sources", NULL },
	.details = "SESSION is @ (the newest), @~2 (two before it), a name, or the first 4 or more letters of an id.",
};
/* clang-format on */
