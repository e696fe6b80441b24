#include "ibid/base/shell.h"

#include <string.h>

#include "ibid/base/buf.h"
#include "ibid/base/mem.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Within double quotes a backslash is itself before all but these. */
static bool is_escaped(char quote, char next)
{
	return quote == 0 || (quote == '"' && strchr("\"\\$`", next) && next);
}

static void take_char(struct buf *text, struct str line, size_t *at, char *quote)
{
	char c = line.p[(*at)++];

	if (*quote ? c == *quote : c == '"' || c == '\'') {
		*quote = *quote ? 0 : c;
		return;
	}
	if (c == '\\' && *at < line.len && is_escaped(*quote, line.p[*at]))
		c = line.p[(*at)++];
	buf_ch(text, c);
}

static struct shell_word take_word(struct arena *a, struct str line, size_t *at)
{
	struct shell_word word = { .from = *at };
	SCOPED(buf) text = BUF_INIT;

	while (*at < line.len && (word.quote || !is_blank(line.p[*at])))
		take_char(&text, line, at, &word.quote);
	word.to = *at;
	word.text = arena_str(a, buf_view(&text));
	return word;
}

size_t shell_split(struct arena *a, struct str line, struct shell_word **words)
{
	struct shell_word *v = NULL;
	size_t n = 0, cap = 0, at = 0;

	for (;;) {
		while (at < line.len && is_blank(line.p[at]))
			at++;
		if (at == line.len)
			break;
		v = mem_grow(v, &cap, n + 1, sizeof(*v));
		v[n++] = take_word(a, line, &at);
	}
	*words = arena_array(a, n, sizeof(**words));
	if (n)
		memcpy(*words, v, n * sizeof(*v));
	mem_free(v);
	return n;
}

void shell_add_word(struct buf *out, struct str text, char quote)
{
	const char *special = quote == '"' ? "\"\\$`" : " \t\n\"'\\";

	if (quote)
		buf_ch(out, quote);
	for (size_t i = 0; i < text.len; i++) {
		if (quote != '\'' && text.p[i] && strchr(special, text.p[i]))
			buf_ch(out, '\\');
		buf_ch(out, text.p[i]);
	}
	if (quote)
		buf_ch(out, quote);
}
