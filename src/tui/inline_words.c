/*
 * What begins with a slash: the rows of words.def, and the commands of ibid.
 */
#include "inline_internal.h"

#include "ibid/base/clock.h"
#include "ibid/chat/footnotes.h"
#include "ibid/store/sessions.h"
#include "words.h"

/* Sessions that the list shows. */
#define SESSIONS_SHOWN 30
/* Columns of the names in /help. */
#define HELP_NAME_COLS 26

typedef void word_fn(struct inline_chat *in, struct str rest);

#define WORD(name, args, like, help) static word_fn word_##name;
#include "words.def"
#undef WORD

static const struct word_row rows[] = {
#define WORD(name, args, like, help) { #name, args, like, help },
#include "words.def"
#undef WORD
};
#define N_ROWS (sizeof(rows) / sizeof(*rows))

static word_fn *const runs[N_ROWS] = {
#define WORD(name, args, like, help) word_##name,
#include "words.def"
#undef WORD
};

static struct words words_of(const struct inline_chat *in)
{
	return (struct words){ in->host, rows, N_ROWS };
}

void inline_word(struct inline_chat *in, struct str line)
{
	const struct words words = words_of(in);
	struct str operands;
	size_t i = words_parse(&words, line, &operands);

	if (i < N_ROWS)
		runs[i](in, operands);
	else
		inline_command(in, line);
}

/* --- operands */

/* A number from 1 on; says so when it is none. */
static bool number_of(struct inline_chat *in, struct str rest, long long *n)
{
	if (str_to_int(rest, n) && *n >= 1 && *n <= 100000000)
		return true;
	inline_say(in, rest.len ? "'%.*s' is no number." : "A number is missing.%.*s", STR_ARG(rest));
	return false;
}

/* Message N of this conversation, whatever its branch. */
static bool message_of(struct inline_chat *in, struct arena *a, struct str rest, struct message *m)
{
	int64_t id = conversation_session(in->talk)->id;
	struct err err = ERR_INIT;
	long long n;

	if (!number_of(in, rest, &n))
		return false;
	if (id && store_message_by_n(in->host->chat.db, a, id, (int)n, m, &err) == OK)
		return true;
	if (id)
		inline_failed(in, &err);
	else
		inline_say(in, "Nothing was said in this conversation yet.");
	return false;
}

/* The last message of a role on the branch; NULL when there is none. */
static const struct message_ref *last_of(struct inline_chat *in, enum message_role role)
{
	const struct message_ref *refs;
	size_t n = conversation_refs(in->talk, &refs);

	while (n--)
		if (refs[n].role == role)
			return &refs[n];
	inline_say(in, "Nothing was said in this conversation yet.");
	return NULL;
}

static bool may_write(struct inline_chat *in)
{
	if (in->is_read_only)
		inline_say(in, INLINE_ELSEWHERE);
	return !in->is_read_only;
}

/* --- leaving, help */

static void word_quit(struct inline_chat *in, struct str rest)
{
	(void)rest;
	in->is_over = true;
}

static void word_help(struct inline_chat *in, struct str rest)
{
	if (rest.len) {
		SCOPED(buf) line = BUF_INIT;

		buf_fmt(&line, "help %.*s", STR_ARG(rest));
		inline_command(in, buf_view(&line));
		return;
	}
	inline_say(in, "What is typed is sent with Enter. A backslash at the end of the line, Ctrl-J or Alt-Enter begins a "
		"new line. Ctrl-C stops an answer and clears the line.\n");
	for (size_t i = 0; i < N_ROWS; i++) {
		SCOPED(buf) name = BUF_INIT;

		buf_fmt(&name, "/%s %s", rows[i].name, rows[i].args);
		inline_say(in, "  %-*s  %s", HELP_NAME_COLS, buf_cstr(&name), rows[i].help);
	}
	inline_say(in, "\nEvery command of ibid works after a slash: /doc list, /search WORDS, /ingest FILE, /cite export @. "
		"'@' means this conversation. /help COMMAND tells more. //text sends a text that begins with a slash.");
}

/* --- which conversation */

static void open_session(struct inline_chat *in, int64_t id)
{
	struct err err = ERR_INIT;

	if (inline_open(in, id, &err) != OK)
		inline_failed(in, &err);
}

static void word_new(struct inline_chat *in, struct str rest)
{
	(void)rest;
	open_session(in, 0);
	inline_say(in, "A new conversation.");
}

static void word_open(struct inline_chat *in, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct session s;

	if (!rest.len)
		word_sessions(in, rest);
	else if (store_session_find(in->host->chat.db, &a, words_one(&a, rest), &s, &err) != OK)
		inline_failed(in, &err);
	else
		open_session(in, s.id);
}

static void say_session(struct inline_chat *in, size_t i, const struct session *s)
{
	SCOPED(buf) when = BUF_INIT;

	clock_add_local(&when, s->updated_ms);
	out_fmt(in->out, "%zu. %.*s, ", i + 1, STR_ARG(s->sid));
	out_line(in->out, s->name.len ? s->name : STR("without a name"));
	inline_say(in, ", %d message%s, %s", s->n_messages, s->n_messages == 1 ? "" : "s", buf_cstr(&when));
}

static void word_sessions(struct inline_chat *in, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct session_filter newest = { .tag = STR_EMPTY, .model = STR_EMPTY, .limit = SESSIONS_SHOWN };
	struct err err = ERR_INIT;
	struct session *v;
	size_t n, chosen;

	(void)rest;
	if (store_session_list(in->host->chat.db, &a, &newest, &v, &n, &err) != OK) {
		inline_failed(in, &err);
		return;
	}
	if (!n) {
		inline_say(in, "There is no conversation yet.");
		return;
	}
	for (size_t i = 0; i < n; i++)
		say_session(in, i, &v[i]);
	if (n == SESSIONS_SHOWN)
		inline_say(in, "These are the newest %zu; '/session list' shows all, /open SESSION goes to any.", n);
	chosen = inline_pick(in, n);
	if (chosen)
		open_session(in, v[chosen - 1].id);
}

static void word_take(struct inline_chat *in, struct str rest)
{
	struct err err = ERR_INIT;

	(void)rest;
	if (inline_take_seat(in, true, &err) != OK)
		inline_failed(in, &err);
	else
		inline_say(in, "This conversation is written here now.");
}

static void word_title(struct inline_chat *in, struct str rest)
{
	const struct session *s = conversation_session(in->talk);
	struct err err = ERR_INIT;

	if (!s->id || !rest.len)
		inline_say(in, rest.len ? "Nothing was said in this conversation yet; it gets its name then." : "A name is missing.");
	else if (store_session_rename(in->host->chat.db, s->id, rest, &err) != OK ||
		 conversation_reload(in->talk, &err) != OK)
		inline_failed(in, &err);
	else
		inline_say(in, "This conversation is called '%.*s' now.", STR_ARG(rest));
}

/* --- how the next prompt is asked */

static void say_models(struct inline_chat *in)
{
	SCOPED(buf) names = BUF_INIT;

	for (size_t i = 0; i < in->n_models; i++)
		buf_fmt(&names, "%s%.*s", i ? ", " : "", STR_ARG(in->models[i]));
	inline_say(in, "From here on %s answer%s.", buf_cstr(&names), in->n_models == 1 ? "s" : "");
}

/* All names are resolved before any is taken, so that a mistyped one changes nothing. */
static void use_models(struct inline_chat *in, const struct str *names, size_t n)
{
	struct err err = ERR_INIT;
	const struct host_model *m;

	if (n > CONVERSATION_SEATS_MAX) {
		inline_say(in, "%d models can be asked at once.", CONVERSATION_SEATS_MAX);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (in->host->model(in->host->ctx, names[i], &m, &err) != OK) {
			inline_failed(in, &err);
			return;
		}
	arena_reset(&in->models_arena);
	in->models = arena_array(&in->models_arena, n, sizeof(*in->models));
	for (size_t i = 0; i < n; i++)
		if (in->host->model(in->host->ctx, names[i], &m, &err) == OK)
			in->models[i] = arena_str(&in->models_arena, m->ask.name);
	in->n_models = n;
	say_models(in);
}

static void pick_model(struct inline_chat *in, struct arena *a)
{
	struct str name, about, chosen;
	size_t n = 0, number;

	for (; in->host->model_at(in->host->ctx, a, n, &name, &about); n++) {
		out_fmt(in->out, "%zu. ", n + 1);
		out_line(in->out, name);
		inline_say(in, "%s%.*s", about.len ? ", " : "", STR_ARG(about));
	}
	number = inline_pick(in, n);
	if (number && in->host->model_at(in->host->ctx, a, 0, &chosen, &about) &&
		in->host->model_at(in->host->ctx, a, number - 1, &chosen, &about))
		use_models(in, &chosen, 1);
}

static void word_model(struct inline_chat *in, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str *names;
	size_t n = words_split(&a, rest, &names);

	if (n)
		use_models(in, names, n);
	else
		pick_model(in, &a);
}

static void say_scope(struct inline_chat *in)
{
	if (conversation_how(in->talk)->has_scope)
		inline_say(in, "Only these documents are used: %.*s. '/scope clear' allows all.", STR_ARG(in->scope_words));
	else
		inline_say(in, "All documents may be used. '/scope tag:NAME' and the like narrow it.");
}

static void set_scope(struct inline_chat *in, const struct str *v, size_t n, struct str rest)
{
	struct conversation_how *how = conversation_how(in->talk);
	struct scope scope = { .after = STR_EMPTY, .before = STR_EMPTY };
	struct err err = ERR_INIT;

	if (n && in->host->scope(in->host->ctx, &in->scope_arena, v, n, &scope, &err) != OK) {
		inline_failed(in, &err);
		return;
	}
	in->scope_words = arena_str(&in->scope_arena, rest);
	how->has_scope = n > 0;
	how->scope = scope;
	say_scope(in);
}

static void word_scope(struct inline_chat *in, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str *v;
	size_t n = words_split(&a, rest, &v);

	if (!n)
		say_scope(in);
	else if (n == 1 && str_is(v[0], "clear"))
		set_scope(in, NULL, 0, STR_EMPTY);
	else
		set_scope(in, v, n, rest);
}

static const struct {
	const char *word, *says;
	enum conversation_grounding grounding;
} groundings[] = {
	{ "auto", "Answers come from the library when it holds documents.", GROUND_AUTO },
	{ "off", "Answers come from the model alone, without the library.", GROUND_OFF },
	{ "require", "Answers come from the library, or there is none.", GROUND_REQUIRE },
};

static void word_ground(struct inline_chat *in, struct str rest)
{
	struct conversation_how *how = conversation_how(in->talk);

	for (size_t i = 0; i < sizeof(groundings) / sizeof(*groundings); i++) {
		if (!str_is(rest, groundings[i].word) && (rest.len || how->grounding != groundings[i].grounding))
			continue;
		how->grounding = groundings[i].grounding;
		inline_say(in, "%s", groundings[i].says);
		return;
	}
	inline_say(in, "'%.*s' is none of auto, off, require.", STR_ARG(rest));
}

static void say_attached(struct inline_chat *in)
{
	if (!in->n_attached)
		inline_say(in, "Nothing is attached. '/attach FILE' gives a file along with the next prompt.");
	for (size_t i = 0; i < in->n_attached; i++)
		inline_say(in, "With the next prompt: %.*s, %zu bytes of text", STR_ARG(in->attached[i].name),
			in->attached[i].text.len);
}

static void attach(struct inline_chat *in, struct str path)
{
	struct err err = ERR_INIT;

	if (in->n_attached == CONVERSATION_FILES_MAX)
		inline_say(in, "%d files go along with a prompt; '/attach clear' takes them back.", CONVERSATION_FILES_MAX);
	else if (in->host->attach(in->host->ctx, &in->attached_arena, path, &in->attached[in->n_attached], &err) != OK)
		inline_failed(in, &err);
	else
		in->n_attached++;
}

static void word_attach(struct inline_chat *in, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str *v;
	size_t n = words_split(&a, rest, &v);

	if (n == 1 && str_is(v[0], "clear")) {
		in->n_attached = 0;
		arena_reset(&in->attached_arena);
		n = 0;
	}
	for (size_t i = 0; i < n; i++)
		attach(in, v[i]);
	say_attached(in);
}

/* --- what answers rest on */

static void show_sources(struct inline_chat *in, struct arena *a, int64_t message_id)
{
	struct err err = ERR_INIT;
	struct answer answer;
	bool found = false;

	if (store_answer(in->host->chat.db, a, message_id, &answer, &found, &err) != OK)
		inline_failed(in, &err);
	else if (!found || !answer.n_claims)
		inline_say(in, "This answer rests on no document.");
	else
		footnotes_print(in->out, in->host->chat.db, &answer);
}

static void word_sources(struct inline_chat *in, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	const struct message_ref *last;
	struct message m;

	if (rest.len) {
		if (message_of(in, &a, rest, &m))
			show_sources(in, &a, m.id);
		return;
	}
	last = last_of(in, ROLE_ASSISTANT);
	if (last)
		show_sources(in, &a, last->id);
}

static void word_source(struct inline_chat *in, struct str rest)
{
	const struct message_ref *last;
	SCOPED(buf) line = BUF_INIT;
	long long k;

	if (!number_of(in, rest, &k))
		return;
	last = last_of(in, ROLE_ASSISTANT);
	if (!last)
		return;
	buf_fmt(&line, "cite show @#%d[%lld]", last->n, k);
	inline_command(in, buf_view(&line));
}

/* --- branches */

static void word_again(struct inline_chat *in, struct str rest)
{
	struct conversation_model models[CONVERSATION_SEATS_MAX];
	struct err err = ERR_INIT;
	const struct message_ref *last;
	enum err_code code;
	size_t n;

	(void)rest;
	if (!may_write(in))
		return;
	last = last_of(in, ROLE_USER);
	if (!last)
		return;
	code = inline_models(in, models, &n, &err);
	if (code == OK)
		code = conversation_again(in->talk, last->id, models, n, &err);
	inline_follow(in, code, &err);
}

static void edit(struct inline_chat *in, const struct message *m)
{
	if (m->role != ROLE_USER) {
		inline_say(in, "Message %d is not yours; only a prompt can be changed.", m->n);
		return;
	}
	in->edits_id = m->id;
	buf_reset(&in->initial);
	buf_str(&in->initial, m->text);
	inline_say(in, "Change it and press Enter; Ctrl-C leaves it as it is.");
}

static void word_edit(struct inline_chat *in, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	const struct message_ref *last;
	struct message m;

	if (!may_write(in))
		return;
	if (rest.len) {
		if (message_of(in, &a, rest, &m))
			edit(in, &m);
		return;
	}
	last = last_of(in, ROLE_USER);
	if (last && store_message(in->host->chat.db, &a, last->id, &m, &err) != OK)
		inline_failed(in, &err);
	else if (last)
		edit(in, &m);
}

static void word_branch(struct inline_chat *in, struct str rest)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct message m;

	if (!may_write(in) || !message_of(in, &a, rest, &m))
		return;
	if (conversation_branch(in->talk, m.id, &err) != OK) {
		inline_failed(in, &err);
		return;
	}
	inline_say(in, "Here the conversation goes on; what was said after it stays as a branch of its own.");
	inline_show_end(in, 1);
}

/* Round and round: behind the last branch comes the first. */
static void word_next(struct inline_chat *in, struct str rest)
{
	const struct message_ref *refs;
	size_t n = conversation_refs(in->talk, &refs);
	struct err err = ERR_INIT;
	struct message_ref fork;

	(void)rest;
	if (!may_write(in))
		return;
	while (n && refs[n - 1].n_siblings < 2)
		n--;
	if (!n) {
		inline_say(in, "This conversation has no other branch; /edit and /again make one.");
		return;
	}
	fork = refs[n - 1];
	if (conversation_switch(in->talk, fork.id, fork.sibling + 1 < fork.n_siblings ? 1 : -fork.sibling, &err) != OK) {
		inline_failed(in, &err);
		return;
	}
	inline_say(in, "Branch %d of %d.", (fork.sibling + 1) % fork.n_siblings + 1, fork.n_siblings);
	inline_show_end(in, 2);
}

static void word_stop(struct inline_chat *in, struct str rest)
{
	(void)rest;
	if (!conversation_stop(in->talk))
		inline_say(in, "No answer is under way; Ctrl-C stops one that is.");
}

/* --- finding */

static void say_found(struct inline_chat *in, int64_t id)
{
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	struct message m;

	if (store_message(in->host->chat.db, &a, id, &m, &err) != OK) {
		inline_failed(in, &err);
		return;
	}
	out_fmt(in->out, "#%d %s: ", m.n, m.role == ROLE_USER ? "You" : "ibid");
	out_line(in->out, str_sub(m.text, 0, str_find_ch(m.text, '\n', 0)));
	out_c(in->out, "\n");
}

static void word_find(struct inline_chat *in, struct str rest)
{
	const struct session *s = conversation_session(in->talk);
	SCOPED(arena) a = ARENA_INIT;
	struct err err = ERR_INIT;
	int64_t *ids;
	size_t n = 0;

	if (!rest.len) {
		inline_say(in, "A text to look for is missing.");
		return;
	}
	if (s->id && store_branch_find(in->host->chat.db, &a, s->id, s->head_id, rest, &ids, &n, &err) != OK) {
		inline_failed(in, &err);
		return;
	}
	for (size_t i = 0; i < n; i++)
		say_found(in, ids[i]);
	if (!n)
		inline_say(in, "No message here holds '%.*s'; '/search --in sessions WORDS' looks in all conversations.",
			STR_ARG(rest));
}

/* --- completion */

void inline_complete(void *ctx, struct arena *a, struct str text, size_t cursor, struct line_match **matches, size_t *n,
	size_t *from, size_t *to)
{
	const struct words words = words_of(ctx);

	words_complete(&words, a, text, cursor, matches, n, from, to);
}
