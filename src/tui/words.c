#include "words.h"

#include <string.h>

#include "ibid/base/shell.h"

size_t words_find(const struct words *w, struct str name)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_is(name, w->rows[i].name))
			return i;
	return SIZE_MAX;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* "/model list" is the command's, "/model claude" the conversation's. */
static bool is_verb(const struct words *w, struct str name, struct str operands)
{
	struct str verb = str_sub(operands, 0, str_find_ch(operands, ' ', 0));

	return verb.len && w->host->is_verb(w->host->ctx, name, verb);
}

size_t words_parse(const struct words *w, struct str line, struct str *operands)
{
	size_t end = 0, i;
	struct str name;

	while (end < line.len && !is_blank(line.p[end]))
		end++;
	name = str_sub(line, 0, end);
	*operands = str_trim(str_sub(line, end, line.len));
	i = words_find(w, name);
	return i != SIZE_MAX && is_verb(w, name, *operands) ? SIZE_MAX : i;
}

size_t words_split(struct arena *a, struct str operands, struct str **v)
{
	struct shell_word *found;
	size_t n = shell_split(a, operands, &found);

	*v = arena_array(a, n + 1, sizeof(**v));
	for (size_t i = 0; i < n; i++)
		(*v)[i] = found[i].text;
	return n;
}

struct str words_one(struct arena *a, struct str operands)
{
	struct str *v;

	return words_split(a, operands, &v) == 1 ? v[0] : operands;
}

/* --- completion */

struct offers {
	struct line_match *v;
	size_t n;
};

static bool is_offered(const struct offers *o, struct str value)
{
	for (size_t i = 0; i < o->n; i++)
		if (str_eq(o->v[i].value, value))
			return true;
	return false;
}

static void offer(struct offers *o, struct str value, struct str about)
{
	if (!is_offered(o, value))
		o->v[o->n++] = (struct line_match){ value, about };
}

/* The first word: words of the conversation, then commands. */
static void complete_name(const struct words *w, struct arena *a, struct offers *o, struct str typed)
{
	struct line_match *more = NULL;
	size_t n = 0, from, to;

	w->host->complete(w->host->ctx, a, typed, typed.len, &more, &n, &from, &to);
	o->v = arena_array(a, w->n + n, sizeof(*o->v));
	for (size_t i = 0; i < w->n; i++)
		if (str_starts(str_c(w->rows[i].name), typed))
			offer(o, str_c(w->rows[i].name), str_c(w->rows[i].help));
	for (size_t i = 0; i < n; i++)
		offer(o, more[i].value, more[i].description);
}

/* The line as the command would be typed whose operands are alike; *shift: bytes it is longer. Empty: none are. */
static struct str line_alike(const struct words *w, struct arena *a, struct str line, long *shift)
{
	size_t end = str_find_ch(line, ' ', 0);
	struct str operands = str_sub(line, end + 1, line.len), name = str_sub(line, 0, end);
	size_t i = words_find(w, name);
	const char *like;

	*shift = 0;
	if (i == SIZE_MAX || is_verb(w, name, operands))
		return line;
	like = w->rows[i].like;
	*shift = (long)strlen(like) - (long)(end + 1);
	return *like ? arena_fmt(a, "%s%.*s", like, STR_ARG(operands)) : STR_EMPTY;
}

void words_complete(const struct words *w, struct arena *a, struct str text, size_t cursor, struct line_match **matches,
	size_t *n, size_t *from, size_t *to)
{
	struct offers o = { .n = 0 };
	struct str line = str_sub(text, 1, cursor);
	long shift = 0;

	*n = 0;
	*matches = NULL;
	*from = *to = cursor;
	if (!cursor || text.p[0] != '/' || str_starts(text, STR("//")))
		return;
	if (str_find_ch(line, ' ', 0) == STR_NONE) {
		complete_name(w, a, &o, line);
		*matches = o.v;
		*n = o.n;
		*from = 1;
		return;
	}
	line = line_alike(w, a, line, &shift);
	if (!line.len)
		return;
	w->host->complete(w->host->ctx, a, line, line.len, matches, n, from, to);
	*from = (size_t)((long)*from + 1 - shift);
	*to = cursor;
}
