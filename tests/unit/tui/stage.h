/*
 * stage.h - a screen on a pseudo-terminal that nobody looks at, with a library and a program around it
 *
 *	cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
 *
 * Keys go in by their names, what is drawn comes out as text. Models answer from
 * the library, or follow a script (tests/tools/wire.h) once stage_serve was
 * called; commands run in a shell.
 */
#ifndef IBID_TEST_TUI_STAGE_H
#define IBID_TEST_TUI_STAGE_H
#include "../retrieve/library.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "../../tools/serve.h"
#include "ibid/base/hash.h"
#include "ibid/net/http.h"
#include "ibid/provider/registry.h"
#include "ibid/store/desk.h"
#include "tui/screen_internal.h"

/* A test that waits longer has failed. */
#define STAGE_MS 20000

struct stage {
	struct library *l;
	struct config *config;
	struct tui_host host;
	struct tui_options options;
	struct screen *s;
	struct http *http;
	struct wire wire;
	struct server server;
	struct provider provider;
	struct host_model models[2];
	int terminal, out;	/* the other end of the screen's terminal; what standard output was */
	int real_in;
	int signal;		/* what came while a program had the terminal */
	void (*on_wait)(struct stage *st);
	int n_waits;
	pid_t other;		/* a process that the test has started; 0: none */
	struct buf seen;	/* what is drawn, as text */
	enum err_code begun;
};

/* readline's keymaps are its own for good. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libreadline\n";
}

/* --- the program around it */

static inline const char *stage_env(void *ctx, const char *name)
{
	const struct stage *st = ctx;

	if (!strcmp(name, "TERM"))
		return "xterm-256color";
	if (!strcmp(name, "XDG_STATE_HOME") || !strcmp(name, "XDG_CONFIG_HOME"))
		return st->l->dir;
	return !strcmp(name, "LC_ALL") ? "C.UTF-8" : NULL;
}

/* What was written to the terminal is taken away, so that it never fills up. */
static inline void stage_drain(struct stage *st)
{
	char bytes[4096];

	while (read(st->terminal, bytes, sizeof(bytes)) > 0)
		;
}

static inline void stage_wait(void *ctx, struct pollfd *fds, size_t n, int timeout_ms)
{
	struct stage *st = ctx;
	int most = timeout_ms < 0 || timeout_ms > 20 ? 20 : timeout_ms;

	stage_drain(st);
	st->n_waits++;
	if (st->on_wait)
		st->on_wait(st);
	if (st->http)
		http_poll(st->http, fds, n, most);
	else
		poll(fds, n, most);
}

static inline int stage_signal(void *ctx)
{
	struct stage *st = ctx;

	return take(&st->signal);
}

static inline enum err_code stage_model(void *ctx, struct str name, const struct host_model **model, struct err *err)
{
	struct stage *st = ctx;

	if (str_is(name, "nobody"))
		return err_set(err, ERR_MISSING, "no model 'nobody'");
	*model = &st->models[str_is(name, "stub/b")];
	return OK;
}

static inline bool stage_model_at(void *ctx, struct arena *a, size_t i, struct str *name, struct str *about)
{
	(void)ctx;
	if (i > 1)
		return false;
	*name = arena_str(a, i ? STR("stub/b") : STR("stub/a"));
	*about = STR_EMPTY;
	return true;
}

/* d1, d2 ...; other words are none. */
static inline enum err_code stage_scope(void *ctx, struct arena *a, const struct str *words, size_t n,
	struct scope *scope, struct err *err)
{
	long long id;

	(void)ctx;
	*scope = (struct scope){ .after = STR_EMPTY, .before = STR_EMPTY };
	scope->docs = arena_array(a, n, sizeof(*scope->docs));
	for (size_t i = 0; i < n; i++) {
		if (!str_starts(words[i], STR("d")) || !str_to_int(str_sub(words[i], 1, words[i].len), &id))
			return err_set(err, ERR_MISSING, "no document '%.*s'", STR_ARG(words[i]));
		scope->docs[scope->n_docs++] = id;
	}
	return OK;
}

static inline enum err_code stage_command(void *ctx, struct str line, struct str sid, int width_cols, int *fd,
	pid_t *child, struct err *err)
{
	SCOPED(buf) words = BUF_INIT;
	int ends[2];

	(void)ctx;
	(void)sid;
	(void)width_cols;
	(void)err;
	buf_str(&words, line);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	*child = fork();
	if (!*child) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		setsid();
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		execl("/bin/sh", "sh", "-c", buf_cstr(&words), (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*fd = ends[0];
	return OK;
}

static inline bool stage_no_word(void *ctx, struct str word)
{
	(void)ctx;
	(void)word;
	return false;
}

static inline bool stage_no_verb(void *ctx, struct str command, struct str word)
{
	(void)command;
	return stage_no_word(ctx, word);
}

static inline void stage_complete(void *ctx, struct arena *a, struct str line, size_t cursor,
	struct line_match **matches, size_t *n, size_t *from, size_t *to)
{
	(void)ctx;
	(void)a;
	(void)line;
	*matches = NULL;
	*n = 0;
	*from = *to = cursor;
}

/* Lasts as long as answers arrive. */
static inline enum err_code stage_run(void *ctx, enum host_program program, struct str operand, int page,
	int (*step)(void *ctx), void *step_ctx, struct err *err)
{
	struct stage *st = ctx;

	(void)program;
	(void)page;
	for (int i = 0; i < 1000 && conversation_is_busy(st->s->talk); i++)
		stage_wait(st, NULL, 0, step(step_ctx));
	return err_set(err, ERR_REFUSED, "'%.*s' is opened nowhere", STR_ARG(operand));
}

static inline pid_t stage_spawn(void *ctx, const char *const *argv, int input)
{
	(void)ctx;
	(void)argv;
	(void)input;
	return -1;
}

static inline enum err_code stage_attach(void *ctx, struct arena *a, struct str path, struct chat_material *m,
	struct err *err)
{
	(void)ctx;
	(void)err;
	*m = (struct chat_material){ arena_str(a, path), arena_fmt(a, "text of %.*s", STR_ARG(path)) };
	return OK;
}

static inline void stage_fill_host(struct stage *st)
{
	st->host = (struct tui_host){ .ctx = st, .config = st->config,
		.chat = { .db = st->l->db, .http = st->http, .clock = &clock_system }, .env = stage_env, .env_ctx = st,
		.version = "test", .wait = stage_wait, .signal = stage_signal, .model = stage_model, .model_at = stage_model_at,
		.scope = stage_scope, .command = stage_command, .is_command = stage_no_word, .is_verb = stage_no_verb,
		.complete = stage_complete, .run = stage_run, .spawn = stage_spawn, .attach = stage_attach };
}

/* --- the terminal */

static inline void stage_terminal(struct stage *st)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	int slave;

	st->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	assert_true(st->terminal >= 0 && grantpt(st->terminal) == 0 && unlockpt(st->terminal) == 0);
	slave = open(ptsname(st->terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
	st->real_in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	dup2(slave, STDIN_FILENO);
	close(slave);
}

/* --- opening and closing */

static inline int stage_open(void **state)
{
	struct stage *st = mem_zalloc(1, sizeof(*st));
	struct config_sources src = { .env = stage_env, .env_ctx = st };
	struct library *l;

	if (library_open((void **)&st->l) != 0)
		return -1;
	l = st->l;
	library_add(l, "pumps", "The pump failed twice in March 2020.\n\nThe suction line was 40 mm too narrow.");
	assert_ok(config_load(&src, &st->config, &l->err));
	for (int i = 0; i < 2; i++)
		st->models[i] = (struct host_model){ .ask = { .name = i ? STR("stub/b") : STR("stub/a"), .model = STR("m"),
			.context_tokens = -1 }, .price_in = -1, .price_out = -1 };
	st->options.how = (struct conversation_how){ .temperature = -1, .save = true };
	stage_terminal(st);
	stage_fill_host(st);
	*state = st;
	return 0;
}

/* From here on both models are a server that follows a script, and nothing is grounded. */
static inline void stage_serve(struct stage *st, const char *script)
{
	struct library *l = st->l;
	struct provider_setting s[] = { { STR("base_url"), STR_EMPTY }, { STR("protocol"), STR("openai-chat") },
		{ STR("retries"), STR("0") } };

	wire_parse(&st->wire, "script", str_c(script));
	st->server = server_start(&st->wire);
	st->http = http_new(NULL);
	s[0].value = arena_fmt(&l->arena, "http://127.0.0.1:%d", st->server.port);
	assert_ok(provider_resolve(&l->arena, STR("stub"), s, 3, &st->provider, &l->err));
	st->models[0].ask.provider = st->models[1].ask.provider = &st->provider;
	st->options.how.grounding = GROUND_OFF;
	stage_fill_host(st);
}

static inline void stage_begin(struct stage *st)
{
	struct library *l = st->l;

	assert_ok(screen_new(&st->host, &st->options, &st->s, &l->err));
}

static inline void stage_end(struct stage *st)
{
	screen_free(take(&st->s));
	stage_drain(st);
}

static inline int stage_close(void **state)
{
	struct stage *st = *state;

	stage_end(st);
	if (st->other) {
		kill(st->other, SIGKILL);
		waitpid(st->other, NULL, 0);
	}
	if (st->server.pid)
		server_stop(&st->server);
	wire_release(&st->wire);
	http_free(st->http);
	config_free(st->config);
	dup2(st->real_in, STDIN_FILENO);
	close(st->real_in);
	close(st->terminal);
	buf_release(&st->seen);
	library_close((void **)&st->l);
	mem_free(st);
	return 0;
}

/* --- playing */

static inline void stage_input(struct stage *st, struct key key)
{
	SCOPED(buf) bytes = BUF_INIT;
	struct input in = { .kind = INPUT_KEY, .key = key, .repeat = 1 };

	key_bytes(&bytes, key);
	in.bytes = buf_view(&bytes);
	screen_input(st->s, &in);
	stage_drain(st);
}

/* Keys by their names, with blanks between: "ctrl-x s". */
static inline void press(struct stage *st, const char *keys)
{
	struct str rest = str_c(keys);

	while (rest.p) {
		struct key key;

		assert_true(key_parse(str_cut(&rest, ' '), &key));
		stage_input(st, key);
	}
}

static inline void typed(struct stage *st, const char *text)
{
	for (; *text; text++)
		stage_input(st, (struct key){ (uint32_t)*text, 0 });
}

static inline void pasted(struct stage *st, const char *text)
{
	const struct input in = { .kind = INPUT_PASTE, .bytes = str_c(text) };

	screen_input(st->s, &in);
}

static inline void clicked(struct stage *st, int row, int col)
{
	const struct input in = { .kind = INPUT_MOUSE, .mouse = { .event = MOUSE_PRESS, .button = 1, .row = row, .col = col } };

	screen_input(st->s, &in);
}

/* What stands on the screen now. */
static inline const char *seen(struct stage *st)
{
	screen_draw(st->s);
	stage_drain(st);
	buf_reset(&st->seen);
	canvas_text(st->s->canvas, &st->seen);
	return buf_cstr(&st->seen);
}

#define assert_seen(st, text)                                                                                          \
	do {                                                                                                           \
		if (!strstr(seen(st), text))                                                                           \
			fail_msg("'%s' is not on the screen:\n%s", text, buf_cstr(&(st)->seen));                       \
	} while (0)
#define assert_unseen(st, text)                                                                                        \
	do {                                                                                                           \
		if (strstr(seen(st), text))                                                                            \
			fail_msg("'%s' is on the screen:\n%s", text, buf_cstr(&(st)->seen));                           \
	} while (0)

/* Go on until a text stands on the screen. */
static inline void wait_seen(struct stage *st, const char *text)
{
	int64_t until = clock_mono_ms(&clock_system) + STAGE_MS;

	while (!strstr(seen(st), text)) {
		if (clock_mono_ms(&clock_system) > until)
			fail_msg("'%s' does not come:\n%s", text, buf_cstr(&st->seen));
		screen_turn(st->s);
	}
}

static inline void wait_idle(struct stage *st)
{
	int64_t until = clock_mono_ms(&clock_system) + STAGE_MS;
	const struct str *queued;

	while (conversation_is_busy(st->s->talk) ||
		(conversation_queue(st->s->talk, &queued) && !conversation_is_held(st->s->talk))) {
		if (clock_mono_ms(&clock_system) > until)
			fail_msg("the answers have no end:\n%s", seen(st));
		screen_turn(st->s);
	}
}

/* Send a prompt. */
static inline void say(struct stage *st, const char *prompt)
{
	typed(st, prompt);
	press(st, "enter");
}

/* Send a prompt and let it be answered. */
static inline void ask(struct stage *st, const char *prompt)
{
	say(st, prompt);
	wait_idle(st);
}

static inline const char *draft_of(struct stage *st, int64_t session_id)
{
	struct library *l = st->l;
	struct str text;

	assert_ok(store_draft(l->db, &l->arena, session_id, &text, &l->err));
	return arena_str(&l->arena, text).p;
}

static inline const char *in_line(struct stage *st)
{
	SCOPED(buf) text = BUF_INIT;

	line_expanded(st->s->line, &text);
	return arena_str(&st->l->arena, buf_view(&text)).p;
}

static inline int64_t session_of(struct stage *st)
{
	return conversation_session(st->s->talk)->id;
}
#endif
