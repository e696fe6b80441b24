#include "ibid/net/sse.h"

#include <string.h>

/* Value of `bom` once the first line began: a mark after that is data. */
#define SSE_STARTED 4

static const char mark[] = "\xEF\xBB\xBF";

static size_t event_max(const struct sse *p)
{
	return p->event_max ? p->event_max : SSE_EVENT_MAX;
}

static enum err_code too_long(const struct sse *p, struct err *err)
{
	return err_set(err, ERR_PROTOCOL, "an event of the stream is longer than %zu bytes", event_max(p));
}

static enum err_code dispatch(struct sse *p, bool unfinished, struct err *err)
{
	struct sse_event ev = {
		.type = p->type.len ? buf_view(&p->type) : STR("message"),
		.data = buf_view(&p->data),
		.unfinished = unfinished,
	};
	bool go_on = !p->has_data || p->on_event(p->ctx, &ev);

	p->has_data = false;
	buf_reset(&p->type);
	buf_reset(&p->data);
	return go_on ? OK : err_set(err, ERR_CANCELLED, "reading was stopped");
}

static void add_data(struct sse *p, struct str value)
{
	if (p->has_data)
		buf_ch(&p->data, '\n');
	p->has_data = true;
	buf_str(&p->data, value);
}

static void set_type(struct sse *p, struct str value)
{
	buf_reset(&p->type);
	buf_str(&p->type, value);
}

static void take_field(struct sse *p, struct str name, struct str value)
{
	if (value.len && value.p[0] == ' ')
		value = str_sub(value, 1, value.len);
	if (str_is(name, "data")) {
		add_data(p, value);
	} else if (str_is(name, "event")) {
		set_type(p, value);
	} else if (str_is(name, "error")) {
		set_type(p, name);
		add_data(p, value);
	}
}

static enum err_code take_line(struct sse *p, struct str line, struct err *err)
{
	size_t colon;

	if (!line.len)
		return dispatch(p, false, err);
	if (line.p[0] == ':')
		return OK;
	colon = str_find_ch(line, ':', 0);
	take_field(p, str_sub(line, 0, colon), str_sub(line, colon == STR_NONE ? line.len : colon + 1, line.len));
	return p->data.len + p->type.len > event_max(p) ? too_long(p, err) : OK;
}

static enum err_code end_line(struct sse *p, struct str rest_of_line, struct err *err)
{
	enum err_code code;

	if (!p->line.len)
		return take_line(p, rest_of_line, err);
	buf_str(&p->line, rest_of_line);
	code = take_line(p, buf_view(&p->line), err);
	buf_reset(&p->line);
	return code;
}

/* Bytes of the mark that turn out to be none were the start of the first line. */
static struct str skip_mark(struct sse *p, struct str s)
{
	while (p->bom < 3 && s.len && s.p[0] == mark[p->bom]) {
		s = str_sub(s, 1, s.len);
		p->bom++;
	}
	if (!s.len && p->bom < 3)
		return s;
	if (p->bom < 3)
		buf_add(&p->line, mark, p->bom);
	p->bom = SSE_STARTED;
	return s;
}

/*
 * The next LF and the next CR are each looked up once per position and kept
 * until passed, so that a slice is scanned twice at most, whatever ends its
 * lines.
 */
struct ends {
	struct str s;
	size_t lf, cr;
};

static size_t next_end(struct ends *e, size_t from)
{
	if (e->lf < from)
		e->lf = str_find_ch(e->s, '\n', from);
	if (e->cr < from)
		e->cr = str_find_ch(e->s, '\r', from);
	return e->lf < e->cr ? e->lf : e->cr;
}

enum err_code sse_feed(struct sse *p, struct str bytes, struct err *err)
{
	struct str s = p->bom == SSE_STARTED ? bytes : skip_mark(p, bytes);
	struct ends e = { s, str_find_ch(s, '\n', 0), str_find_ch(s, '\r', 0) };
	size_t from = 0, end;
	enum err_code code;

	if (!s.len)
		return OK;
	if (p->after_cr && s.p[0] == '\n')
		from = 1;
	p->after_cr = false;
	while ((end = next_end(&e, from)) != STR_NONE) {
		if ((code = end_line(p, str_sub(s, from, end), err)) != OK)
			return code;
		from = end + 1;
		if (s.p[end] != '\r')
			continue;
		p->after_cr = from == s.len;
		if (from < s.len && s.p[from] == '\n')
			from++;
	}
	if (p->line.len + (s.len - from) + p->data.len > event_max(p))
		return too_long(p, err);
	buf_str(&p->line, str_sub(s, from, s.len));
	return OK;
}

enum err_code sse_end(struct sse *p, struct err *err)
{
	enum err_code code = OK;

	if (p->bom < 3)
		buf_add(&p->line, mark, p->bom);
	p->bom = SSE_STARTED;
	if (p->line.len)
		code = end_line(p, STR_EMPTY, err);
	return code == OK ? dispatch(p, true, err) : code;
}

void sse_release(struct sse *p)
{
	buf_release(&p->line);
	buf_release(&p->type);
	buf_release(&p->data);
}
