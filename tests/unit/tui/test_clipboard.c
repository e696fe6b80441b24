#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ibid/tui/clipboard.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* A directory with programs of our own, what they were given, and what went to the terminal. */
struct desk {
	char dir[32];
	const char *more[4]; /* "NAME=value" */
	struct buf path, cache, taken, sent;
};

static const char *desk_env(void *ctx, const char *name)
{
	struct desk *d = ctx;
	size_t len = strlen(name);

	for (size_t i = 0; i < COUNT(d->more) && d->more[i]; i++)
		if (!strncmp(d->more[i], name, len) && d->more[i][len] == '=')
			return d->more[i] + len + 1;
	if (!strcmp(name, "PATH"))
		return buf_cstr(&d->path);
	return !strcmp(name, "XDG_CACHE_HOME") ? buf_cstr(&d->cache) : NULL;
}

static pid_t desk_spawn(void *ctx, const char *const *argv, int input)
{
	struct desk *d = ctx;
	posix_spawn_file_actions_t files;
	char variable[64];
	char path[] = "PATH=/bin:/usr/bin";
	char *env[] = { variable, path, NULL };
	pid_t child = -1;

	snprintf(variable, sizeof(variable), "OUT=%s/taken", d->dir);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, input, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&child, argv[0], &files, NULL, (char *const *)argv, env) != 0)
		child = -1;
	posix_spawn_file_actions_destroy(&files);
	return child;
}

static void desk_send(void *ctx, struct str bytes)
{
	buf_str(&((struct desk *)ctx)->sent, bytes);
}

static void in_desk(const struct desk *d, const char *name, struct buf *path)
{
	buf_reset(path);
	buf_fmt(path, "%s/%s", d->dir, name);
}

static void add_program(struct desk *d, const char *name, const char *script)
{
	SCOPED(buf) path = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;

	in_desk(d, name, &path);
	buf_fmt(&text, "#!/bin/sh\n%s\n", script);
	assert_int_equal(path_write(buf_cstr(&path), buf_view(&text), 0, NULL), OK);
	assert_int_equal(chmod(buf_cstr(&path), 0700), 0);
}

static void desk_open(struct desk *d)
{
	*d = (struct desk){ .dir = "/tmp/ibid-test-XXXXXX" };
	signal(SIGPIPE, SIG_IGN);
	assert_non_null(mkdtemp(d->dir));
	buf_fmt(&d->path, ":.:%s", d->dir);
	buf_fmt(&d->cache, "%s/cache", d->dir);
}

static void desk_close(struct desk *d)
{
	SCOPED(buf) command = BUF_INIT;

	buf_fmt(&command, "rm -r %s", d->dir);
	assert_int_equal(system(buf_cstr(&command)), 0);
	buf_release(&d->path);
	buf_release(&d->cache);
	buf_release(&d->taken);
	buf_release(&d->sent);
}

/* Copy, and read what a program took. */
static enum err_code copy(struct desk *d, const char *command, struct str text, struct buf *said, struct err *err)
{
	struct clipboard c = { .command = str_c(command),
		.env = desk_env,
		.env_ctx = d,
		.spawn = desk_spawn,
		.spawn_ctx = d,
		.send = desk_send,
		.send_ctx = d,
		.clock = &clock_system };
	SCOPED(buf) path = BUF_INIT;
	enum err_code code;

	buf_reset(&d->sent);
	buf_reset(&d->taken);
	buf_reset(said);
	in_desk(d, "taken", &path);
	unlink(buf_cstr(&path));
	code = clipboard_copy(&c, text, said, err);
	path_read(buf_cstr(&path), 1 << 20, &d->taken, NULL);
	return code;
}

#define TAKES "cat > \"$OUT\"; echo \"$*\" >> \"$OUT\""

static void the_first_route_that_works_is_taken(void **state)
{
	/* clang-format off */
	static const struct {
		const char *command, *more[3], *said, *taken;
		bool is_sent;
	} rows[] = {
		{ "cat > \"$OUT\"", { "DISPLAY=:0" }, "copied with 'cat > \"$OUT\"'", "text", false },
		{ "exit 3", { "DISPLAY=:0" }, "'exit 3' failed; copied with xclip", "text-selection clipboard\n", false },
		{ "", { "DISPLAY=:0" }, "copied with xclip", "text-selection clipboard\n", false },
		{ "", { "DISPLAY=:0", "WAYLAND_DISPLAY=w" }, "copied with wl-copy", "text\n", false },
		{ "", { NULL }, "copied with termux-clipboard-set", "text\n", false },
		{ "", { "DISPLAY=:0", "SSH_CONNECTION=a b" }, "sent to the terminal (OSC 52)", "", true },
		{ "", { "DISPLAY=:0", "PATH=:.:tests:/nonexistent" }, "sent to the terminal (OSC 52)", "", true },
		{ "nosuchprogram", { "SSH_TTY=x" }, "'nosuchprogram' failed; sent to the terminal (OSC 52)", "", true },
	};
	/* clang-format on */
	struct desk d;

	(void)state;
	desk_open(&d);
	add_program(&d, "xclip", TAKES);
	add_program(&d, "wl-copy", TAKES);
	add_program(&d, "termux-clipboard-set", TAKES);
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED(buf) said = BUF_INIT;

		memcpy(d.more, rows[i].more, sizeof(rows[i].more));
		assert_int_equal(copy(&d, rows[i].command, STR("text"), &said, NULL), OK);
		assert_string_equal(buf_cstr(&said), rows[i].said);
		assert_string_equal(buf_cstr(&d.taken), rows[i].taken);
		assert_string_equal(buf_cstr(&d.sent), rows[i].is_sent ? "\033]52;c;dGV4dA==\033\\" : "");
	}
	desk_close(&d);
}

static void a_program_that_fails_or_hangs_is_passed_over(void **state)
{
	static const char *const scripts[] = { "exit 1", "exec sleep 20", "kill -9 $$" };
	struct desk d;

	(void)state;
	desk_open(&d);
	d.more[0] = "DISPLAY=:0";
	for (size_t i = 0; i < COUNT(scripts); i++) {
		SCOPED(buf) text = BUF_INIT;
		SCOPED(buf) said = BUF_INIT;
		int64_t began = clock_mono_ms(&clock_system);

		add_program(&d, "xclip", scripts[i]);
		add_program(&d, "xsel", TAKES);
		/* More than a pipe holds: a program that does not read must not hold us. */
		while (text.len < (size_t)200 << 10)
			buf_c(&text, "more ");
		assert_int_equal(copy(&d, "", buf_view(&text), &said, NULL), OK);
		assert_string_equal(buf_cstr(&said), "copied with xsel");
		assert_int_equal(d.taken.len, text.len + strlen("--clipboard --input\n"));
		assert_true(clock_mono_ms(&clock_system) - began < 3 * CLIPBOARD_PROGRAM_MS);
	}
	desk_close(&d);
}

static void long_texts_are_written_to_a_private_file_too(void **state)
{
	static const struct {
		size_t len;
		bool is_sent, is_written;
	} rows[] = {
		{ CLIPBOARD_OSC_ALONE, true, false },
		{ CLIPBOARD_OSC_ALONE + 1, true, true },
		{ CLIPBOARD_OSC_MAX, true, true },
		{ CLIPBOARD_OSC_MAX + 1, false, true },
	};
	struct desk d;

	(void)state;
	desk_open(&d);
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED(buf) text = BUF_INIT;
		SCOPED(buf) said = BUF_INIT;
		SCOPED(buf) path = BUF_INIT;
		SCOPED(buf) written = BUF_INIT;
		struct stat st;

		memset(buf_room(&text, rows[i].len), 'x', rows[i].len);
		text.len = rows[i].len;
		assert_int_equal(copy(&d, "", buf_view(&text), &said, NULL), OK);
		assert_int_equal(d.sent.len > 0, rows[i].is_sent);
		assert_int_equal(str_find(buf_view(&said), STR("OSC 52"), 0) != STR_NONE, rows[i].is_sent);
		in_desk(&d, "cache/ibid/copied.txt", &path);
		assert_int_equal(str_find(buf_view(&said), buf_view(&path), 0) != STR_NONE, rows[i].is_written);
		assert_int_equal(stat(buf_cstr(&path), &st) == 0, rows[i].is_written);
		if (!rows[i].is_written)
			continue;
		assert_int_equal(st.st_mode & 0777, 0600);
		assert_int_equal(path_read(buf_cstr(&path), 1 << 20, &written, NULL), OK);
		assert_true(str_eq(buf_view(&written), buf_view(&text)));
	}
	desk_close(&d);
}

static void control_characters_are_never_copied(void **state)
{
	struct desk d;
	SCOPED(buf) said = BUF_INIT;

	(void)state;
	desk_open(&d);
	assert_int_equal(copy(&d, "cat > \"$OUT\"", STR("a\n\tb\x1b[31m\r\x07\xC2\x9B\0c"), &said, NULL), OK);
	assert_string_equal(buf_cstr(&d.taken), "a\n\tb␛[31m␍␇<U+009B>␀c");
	desk_close(&d);
}

static void base64_is_that_of_rfc_4648(void **state)
{
	static const char *const rows[][2] = { { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "ü~?", "w7x+Pw==" } };
	struct desk d;

	(void)state;
	desk_open(&d);
	for (size_t i = 0; i < COUNT(rows); i++) {
		SCOPED(buf) said = BUF_INIT;
		SCOPED(buf) expected = BUF_INIT;

		assert_int_equal(copy(&d, "", str_c(rows[i][0]), &said, NULL), OK);
		buf_fmt(&expected, "\033]52;c;%s\033\\", rows[i][1]);
		assert_string_equal(buf_cstr(&d.sent), buf_cstr(&expected));
	}
	desk_close(&d);
}

static void without_any_route_the_failure_is_told(void **state)
{
	struct clipboard c = { .env = desk_env, .clock = &clock_system };
	struct err err = ERR_INIT;
	SCOPED(buf) said = BUF_INIT;
	struct desk d;

	(void)state;
	desk_open(&d);
	c.env_ctx = &d;
	buf_reset(&d.cache);
	buf_c(&d.cache, "/dev/null/no");
	assert_int_not_equal(clipboard_copy(&c, STR("text"), &said, &err), OK);
	assert_true(err.text[0] != '\0');
	assert_int_equal(said.len, 0);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_route_that_works_is_taken),
		cmocka_unit_test(a_program_that_fails_or_hangs_is_passed_over),
		cmocka_unit_test(long_texts_are_written_to_a_private_file_too),
		cmocka_unit_test(control_characters_are_never_copied),
		cmocka_unit_test(base64_is_that_of_rfc_4648),
		cmocka_unit_test(without_any_route_the_failure_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
