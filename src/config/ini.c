#include "config/ini_internal.h"

#include <ini.h>
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/config/config.h"

/* inih copies section lines and keys into 50 bytes and cuts what is longer without a word. */
_Static_assert(CONFIG_SECTION_MAX < 50, "inih's MAX_SECTION");

/* What ini_parse_stream() returns then; ini.h gives it no name. */
#define INI_NO_MEMORY (-2)

struct reader {
	struct str rest; /* not handed to inih yet */
	bool in_line; /* the first part of a long line was */
	int line;
	const char *name;
	ini_line_fn *on_line;
	void *ctx;
	struct err *err;
	enum err_code code;
};

static enum err_code fault(struct reader *r, const char *what)
{
	if (r->code == OK)
		r->code = err_set(r->err, ERR_CONFIG, "%s:%d: %s", r->name, r->line, what);
	return r->code;
}

static struct str skip_blanks(struct str s)
{
	while (s.len && (*s.p == ' ' || *s.p == '\t'))
		s = str_sub(s, 1, s.len);
	return s;
}

/* What inih would cut or misread in silence is a fault here. */
static void check_line(struct reader *r)
{
	struct str line = str_sub(r->rest, 0, str_find_ch(r->rest, '\n', 0));

	if (line.len > CONFIG_LINE_MAX)
		fault(r, "the line is too long");
	else if (line.len && *line.p == '[' && line.len > CONFIG_SECTION_MAX + 2)
		fault(r, "the section's name is too long");
	else if (memchr(line.p, '\0', line.len) || utf8_invalid_at(line) != STR_NONE)
		fault(r, "the line is not UTF-8 text");
}

/* fgets for inih: indentation is taken off, because inih would join an indented line to the one before. */
static char *next_part(char *to, int size, void *ctx)
{
	struct reader *r = ctx;
	size_t n;

	if (!r->in_line) {
		r->line++;
		r->rest = skip_blanks(r->rest);
		if (r->rest.len)
			check_line(r);
	}
	if (!r->rest.len || r->code != OK)
		return NULL;
	n = str_find_ch(r->rest, '\n', 0);
	n = n == STR_NONE ? r->rest.len : n + 1;
	if (n > (size_t)size - 1)
		n = (size_t)size - 1;
	memcpy(to, r->rest.p, n);
	to[n] = '\0';
	r->in_line = to[n - 1] != '\n';
	r->rest = str_sub(r->rest, n, r->rest.len);
	return to;
}

static struct str unquoted(struct str s)
{
	return s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"' ? str_sub(s, 1, s.len - 1) : s;
}

bool ini_split_section(struct str inside, struct str *section, struct str *sub)
{
	size_t quote;

	inside = str_trim(inside);
	quote = str_find_ch(inside, '"', 0);
	*section = str_trim(str_sub(inside, 0, quote));
	*sub = STR_EMPTY;
	if (!section->len || str_find_ch(*section, '.', 0) != STR_NONE)
		return false;
	if (quote == STR_NONE)
		return str_find_ch(*section, ' ', 0) == STR_NONE;
	*sub = str_sub(inside, quote + 1, inside.len - 1);
	return inside.p[inside.len - 1] == '"' && sub->len && str_find_ch(*sub, '"', 0) == STR_NONE;
}

static int on_setting(void *ctx, const char *section, const char *key, const char *value)
{
	struct reader *r = ctx;
	struct ini_line l = { .key = str_c(key), .value = unquoted(str_c(value)), .line = r->line };

	if (r->code != OK)
		return 0;
	if (!*section)
		fault(r, "a setting stands before the first [section]");
	else if (!ini_split_section(str_c(section), &l.section, &l.sub))
		fault(r, "the section is not written [name] or [name \"sub\"]");
	else if (!l.key.len)
		fault(r, "the setting has no name");
	else
		r->code = r->on_line(r->ctx, &l, r->err);
	return r->code == OK;
}

enum err_code ini_read(struct str text, const char *name, ini_line_fn *on_line, void *ctx, struct err *err)
{
	struct reader r = { .rest = text, .name = name, .on_line = on_line, .ctx = ctx, .err = err };
	struct str bom = STR("\xEF\xBB\xBF");
	int line;

	if (str_starts(text, bom))
		r.rest = str_sub(text, bom.len, text.len);
	ini_allow_bom = false;
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_stop_on_first_error = true;
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = (int)CONFIG_LINE_MAX + 8;
	line = ini_parse_stream(next_part, &r, on_setting, &r);
	if (line == INI_NO_MEMORY)
		mem_exhausted();
	if (r.code == OK && line) {
		r.line = line;
		fault(&r, "neither a [section], a setting \"key = value\" nor a comment");
	}
	return r.code;
}
