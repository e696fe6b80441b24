/*
 * Any bytes as a streamed answer. The first three bytes pick the width and the sizes of the pieces.
 * Oracles: slices do not matter; what is written for a beginning stays a prefix; no control byte comes out.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ibid/base/path.h"
#include "ibid/render/markdown.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

static const char *no_env(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

/* What is written for `s`, in pieces of two sizes in turn; `ends` also closes the stream. */
static void render(struct buf *to, struct str s, int cols, size_t first, size_t second, bool ends)
{
	int fd = memfd_create("out", MFD_CLOEXEC);
	struct render_md *md;
	size_t piece = first;
	struct out out;

	out_open(&out, fd, "out", OUT_COLOR_NEVER, no_env, NULL);
	md = render_md_new(&out, cols);
	for (size_t at = 0; at < s.len; at += piece) {
		piece = piece == first ? second : first;
		render_md_feed(md, str_sub(s, at, at + piece));
	}
	if (ends)
		render_md_end(md);
	render_md_free(md);
	out_release(&out);
	must(lseek(fd, 0, SEEK_SET) == 0);
	must(path_read_fd(fd, "out", (size_t)1 << 28, to, NULL) == OK);
	close(fd);
}

static void must_be_harmless(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		must((unsigned char)s.p[i] >= 0x20 ? s.p[i] != 0x7F : s.p[i] == '\n' || s.p[i] == '\t');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED(buf) whole = BUF_INIT;
	SCOPED(buf) cut = BUF_INIT;
	SCOPED(buf) begun = BUF_INIT;
	struct str s;
	int cols;

	if (size < 3)
		return 0;
	s = str_of((const char *)data + 3, size - 3);
	cols = 1 + data[0] % 120;
	render(&whole, s, cols, s.len + 1, s.len + 1, true);
	render(&cut, s, cols, 1 + data[1] % 32, 1 + data[2] % 32, true);
	render(&begun, str_sub(s, 0, s.len / 2), cols, s.len + 1, s.len + 1, false);
	must(str_eq(buf_view(&whole), buf_view(&cut)));
	must(str_starts(buf_view(&whole), buf_view(&begun)));
	must_be_harmless(buf_view(&whole));
	return 0;
}
