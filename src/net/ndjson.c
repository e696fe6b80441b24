#include "ibid/net/ndjson.h"

static size_t line_max(const struct ndjson *n)
{
	return n->line_max ? n->line_max : NDJSON_LINE_MAX;
}

static enum err_code hold(struct ndjson *n, struct str part, struct err *err)
{
	if (n->held.len + part.len > line_max(n))
		return err_set(err, ERR_PROTOCOL, "a line of the stream is longer than %zu bytes", line_max(n));
	buf_str(&n->held, part);
	return OK;
}

static enum err_code hand_over(struct ndjson *n, struct str line, struct err *err)
{
	if (!str_trim(line).len)
		return OK;
	if (line.p[line.len - 1] == '\r')
		line.len--;
	return n->on_line(n->ctx, line) ? OK : err_set(err, ERR_CANCELLED, "reading was stopped");
}

static enum err_code hand_over_held(struct ndjson *n, struct err *err)
{
	enum err_code code = hand_over(n, buf_view(&n->held), err);

	buf_reset(&n->held);
	return code;
}

enum err_code ndjson_feed(struct ndjson *n, struct str bytes, struct err *err)
{
	size_t from = 0, lf;
	enum err_code code;

	while ((lf = str_find_ch(bytes, '\n', from)) != STR_NONE) {
		struct str line = str_sub(bytes, from, lf);

		from = lf + 1;
		if (n->held.len)
			code = hold(n, line, err) == OK ? hand_over_held(n, err) : ERR_PROTOCOL;
		else
			code = hand_over(n, line, err);
		if (code != OK)
			return code;
	}
	return hold(n, str_sub(bytes, from, bytes.len), err);
}

enum err_code ndjson_end(struct ndjson *n, struct err *err)
{
	return hand_over_held(n, err);
}

void ndjson_release(struct ndjson *n)
{
	buf_release(&n->held);
}
