#include "ibid/cmd/progress.h"

#include "ibid/base/utf8.h"

#define SILENT_MS 500
#define REDRAW_MS 100
#define PLAIN_MS 10000

static bool is_set(const struct cmd_env *env, const char *name)
{
	const char *value = cmd_getenv(env, name);

	return value && *value;
}

static bool may_redraw(const struct cmd_env *env)
{
	return env->note.is_tty && !is_set(env, "ACCESSIBLE") && !str_is(str_c(cmd_getenv(env, "TERM")), "dumb");
}

struct progress progress_begin(struct cmd_env *env, const char *verb)
{
	struct progress p = { .env = env, .verb = verb, .began_ms = clock_mono_ms(env->clock) };

	p.is_live = !env->opt.quiet && env->mode != MODE_JSON && env->mode != MODE_JSONL &&
		    (may_redraw(env) || env->opt.verbose);
	p.shown_ms = p.began_ms;
	return p;
}

/* Text cut to `cols` columns, harmless and on one line. */
static void add_cut(struct buf *out, struct str s, size_t cols)
{
	SCOPED(buf) text = BUF_INIT;
	size_t at = 0, used = 0;

	term_text_add_line(&text, s);
	for (size_t next; at < text.len; at = next) {
		next = utf8_next_cluster(buf_view(&text), at);
		used += utf8_cols(str_sub(buf_view(&text), at, next));
		if (used > cols)
			break;
	}
	buf_str(out, str_sub(buf_view(&text), 0, at));
}

static void add_text(const struct progress *p, struct buf *out, int64_t done, int64_t total, struct str what)
{
	int64_t spent_ms = clock_mono_ms(p->env->clock) - p->began_ms;

	if (done < 0) {
		buf_fmt(out, "%s %.*s, %lld s", p->verb, STR_ARG(what), (long long)spent_ms / 1000);
		return;
	}
	buf_fmt(out, "%s %lld", p->verb, (long long)done);
	if (total > 0)
		buf_fmt(out, "/%lld", (long long)total);
	if (total > done && done > 0 && spent_ms > 5000)
		buf_fmt(out, ", %lld s left", (long long)(spent_ms * (total - done) / done / 1000));
	if (what.len)
		buf_fmt(out, "  %.*s", STR_ARG(what));
}

/* Standard output and the line must not stand on one row. */
static void redraw(struct progress *p, struct str text)
{
	SCOPED(buf) row = BUF_INIT;
	struct out *o = &p->env->note;

	out_flush(&p->env->out, NULL);
	buf_c(&row, "\r");
	add_cut(&row, text, (size_t)(o->width_cols > 1 ? o->width_cols - 1 : 1));
	buf_c(&row, "\033[K");
	out_raw(o, buf_view(&row));
	out_flush(o, NULL);
	p->is_visible = true;
}

void progress_set(struct progress *p, int64_t done, int64_t total, struct str what)
{
	int64_t now_ms = clock_mono_ms(p->env->clock);
	bool redraws = may_redraw(p->env);
	SCOPED(buf) text = BUF_INIT;

	if (!p->is_live || now_ms - p->began_ms < SILENT_MS)
		return;
	if (now_ms - p->shown_ms < (redraws ? REDRAW_MS : PLAIN_MS))
		return;
	p->shown_ms = now_ms;
	add_text(p, &text, done, total, redraws || done < 0 ? what : STR_EMPTY);
	if (redraws)
		redraw(p, buf_view(&text));
	else
		cmd_explain(p->env, "%s", buf_cstr(&text));
}

void progress_clear(struct progress *p)
{
	if (!p->is_visible)
		return;
	out_raw(&p->env->note, STR("\r\033[K"));
	out_flush(&p->env->note, NULL);
	p->is_visible = false;
}

void progress_end(struct progress *p)
{
	progress_clear(p);
	p->is_live = false;
}
