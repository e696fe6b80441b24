#include "ibid/base/out.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ibid/base/mem.h"
#include "ibid/base/path.h"

/* What may wait before it is handed to the system. */
#define PENDING_MAX ((size_t)64 << 10)

#define WIDTH_OTHERWISE 80

/* SGR parameters (ECMA-48, 8.3.117): the terminal's own 16 colours, which its user chose to be readable. */
static const char *const sgr[OUT_STYLE_COUNT] = {
	[OUT_PLAIN] = "",
	[OUT_BOLD] = "1",
	[OUT_DIM] = "2",
	[OUT_ITALIC] = "3",
	[OUT_UNDERLINE] = "4",
	[OUT_HEADING] = "1",
	[OUT_CODE] = "36",
	[OUT_QUOTE] = "3",
	[OUT_LINK] = "4;34",
	[OUT_GOOD] = "32",
	[OUT_WARN] = "33",
	[OUT_BAD] = "31",
	[OUT_MATCH] = "1;31",
};

typedef const char *env_fn(void *ctx, const char *name);

static int width_of(int fd, env_fn *env, void *ctx)
{
	struct winsize size = { 0 };
	long long cols;

	if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return str_to_int(str_c(env(ctx, "COLUMNS")), &cols) && cols > 0 && cols <= 10000 ? (int)cols : WIDTH_OTHERWISE;
}

static bool is_given(const char *value)
{
	return value && *value;
}

static bool is_forced(const char *value)
{
	return is_given(value) && strcmp(value, "0") != 0;
}

/* no-color.org and bixense.com/clicolors, in the order that the header promises. */
static bool wants_color(bool is_tty, enum out_color choice, env_fn *env, void *ctx)
{
	if (choice != OUT_COLOR_AUTO)
		return choice == OUT_COLOR_ALWAYS;
	if (is_given(env(ctx, "NO_COLOR")))
		return false;
	if (is_forced(env(ctx, "CLICOLOR_FORCE")) || is_forced(env(ctx, "FORCE_COLOR")))
		return true;
	return is_tty && !str_is(str_c(env(ctx, "TERM")), "dumb");
}

void out_open(struct out *o, int fd, const char *name, enum out_color choice, env_fn *env, void *ctx)
{
	bool is_tty = isatty(fd);

	*o = (struct out){
		.fd = fd,
		.name = name,
		.is_tty = is_tty,
		.color = wants_color(is_tty, choice, env, ctx),
		.width_cols = width_of(fd, env, ctx),
		.pending = BUF_INIT,
		.sink = TERM_TEXT_INIT,
	};
}

void out_keep(struct out *o, int width_cols, bool color)
{
	*o = (struct out){ .fd = -1, .color = color, .width_cols = width_cols, .keeps = true };
}

/* After a failure nothing more is written: who has read half an output must not get its end. */
static void hand_over(struct out *o)
{
	if (o->failed.code == OK)
		path_write_fd(o->fd, buf_view(&o->pending), o->name, &o->failed);
	buf_reset(&o->pending);
}

static void hand_over_if_much(struct out *o)
{
	if (o->pending.len >= PENDING_MAX && !o->keeps)
		hand_over(o);
}

void out_str(struct out *o, struct str s)
{
	term_text_feed(&o->sink, &o->pending, s);
	hand_over_if_much(o);
}

void out_c(struct out *o, const char *cstr)
{
	out_str(o, str_c(cstr));
}

void out_fmt(struct out *o, const char *fmt, ...)
{
	SCOPED(buf) text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	out_str(o, buf_view(&text));
}

void out_line(struct out *o, struct str s)
{
	term_text_end(&o->sink, &o->pending);
	term_text_add_line(&o->pending, s);
	hand_over_if_much(o);
}

/* What the sink still holds belongs before the change. */
static void note(struct out *o)
{
	struct out_note *last;

	term_text_end(&o->sink, &o->pending);
	last = o->n_notes ? &o->notes[o->n_notes - 1] : NULL;
	if (!last || last->at != o->pending.len) {
		o->notes = mem_grow(o->notes, &o->cap_notes, o->n_notes + 1, sizeof(*o->notes));
		last = &o->notes[o->n_notes++];
	}
	*last = (struct out_note){ o->pending.len, o->style, o->tag };
}

void out_tag(struct out *o, uint32_t tag)
{
	if (!o->keeps || tag == o->tag)
		return;
	o->tag = tag;
	note(o);
}

struct str out_kept(const struct out *o, const struct out_note **notes, size_t *n)
{
	*notes = o->notes;
	*n = o->n_notes;
	return buf_view(&o->pending);
}

void out_kept_reset(struct out *o)
{
	buf_reset(&o->pending);
	o->n_notes = 0;
}

void out_style(struct out *o, enum out_style style)
{
	if (style == o->style)
		return;
	o->style = style;
	if (o->keeps) {
		note(o);
		return;
	}
	if (!o->color)
		return;
	term_text_end(&o->sink, &o->pending);
	buf_c(&o->pending, "\033[0");
	if (style != OUT_PLAIN)
		buf_fmt(&o->pending, ";%s", sgr[style]);
	buf_ch(&o->pending, 'm');
}

void out_styled(struct out *o, enum out_style style, struct str s)
{
	out_style(o, style);
	out_str(o, s);
	out_style(o, OUT_PLAIN);
}

void out_raw(struct out *o, struct str bytes)
{
	term_text_end(&o->sink, &o->pending);
	buf_str(&o->pending, bytes);
	hand_over_if_much(o);
}

enum err_code out_flush(struct out *o, struct err *err)
{
	hand_over(o);
	if (o->failed.code != OK && err)
		*err = o->failed;
	return o->failed.code;
}

void out_release(struct out *o)
{
	if (o->name) {
		out_style(o, OUT_PLAIN);
		term_text_end(&o->sink, &o->pending);
		hand_over(o);
	}
	buf_release(&o->pending);
	mem_free(o->notes);
	o->notes = NULL;
}
