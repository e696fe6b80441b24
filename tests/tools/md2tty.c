/*
 * md2tty [COLS [SLICE]] - Markdown from standard input as the terminal would show it
 *
 * COLS 80 unless given; SLICE feeds that many bytes at a time. For looking, and for the pathological inputs.
 */
#include <stdlib.h>
#include <unistd.h>

#include "ibid/base/path.h"
#include "ibid/render/markdown.h"

static const char *env(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	SCOPED(buf) text = BUF_INIT;
	SCOPED(out) out = { 0 };
	size_t slice = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	SCOPED_PTR(render_md) md = NULL;

	out_open(&out, STDOUT_FILENO, "standard output", OUT_COLOR_AUTO, env, NULL);
	md = render_md_new(&out, argc > 1 ? atoi(argv[1]) : 80);
	if (path_read_fd(STDIN_FILENO, "standard input", (size_t)64 << 20, &text, &err) != OK)
		return err_exit_status(err.code);
	slice = slice ? slice : text.len + 1;
	for (size_t at = 0; at < text.len; at += slice)
		render_md_feed(md, str_sub(buf_view(&text), at, at + slice));
	render_md_end(md);
	return out_flush(&out, &err) == OK ? 0 : err_exit_status(err.code);
}
