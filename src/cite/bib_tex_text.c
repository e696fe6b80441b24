/*
 * TeX to text: what LaTeX would print, as far as a bibliography needs it. Accents and symbols
 * become characters, fonts become the markup of model/bib.h, ligatures and ties become dashes,
 * quotes and no-break spaces, an empty line becomes a line break. A command that nobody knows
 * stays in the text as it is written, because dropping it would lose words.
 */
#include <string.h>

#include "ibid/base/utf8.h"

#include "bib_tex.h"

/* Braces and arguments nested deeper than this are read flat. */
#define DEPTH_MAX 48
/* Font switches in one group; further ones do nothing. */
#define SWITCHES_MAX 8

enum scope_kind { SCOPE_TEXT, SCOPE_BRACES, SCOPE_ENVIRONMENT };

struct scope {
	enum scope_kind kind;
	const char *close[SWITCHES_MAX];
	size_t n_close;
};

struct reader {
	struct str s;
	size_t at;
	struct buf *out;
	enum tex_mode mode;
	struct scope *scope;
	int depth, flat;	/* `flat` braces are open that are too deep to count as groups */
	bool is_math;
};

static void read_scope(struct reader *r, enum scope_kind kind, const struct tex_command *font);
static void read_one(struct reader *r);

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool more(const struct reader *r)
{
	return r->at < r->s.len;
}

static bool stands(const struct reader *r, const char *text)
{
	return str_starts(str_sub(r->s, r->at, r->s.len), str_c(text));
}

static void skip_space(struct reader *r)
{
	while (more(r) && is_space(r->s.p[r->at]))
		r->at++;
}

/* What a command applies to: a group, a command or one character. */
static void read_argument(struct reader *r)
{
	if (r->depth >= DEPTH_MAX)
		return;
	r->depth++;
	skip_space(r);
	if (more(r) && r->s.p[r->at] == '{') {
		r->at++;
		read_scope(r, SCOPE_BRACES, NULL);
	} else if (more(r) && r->s.p[r->at] != '}')
		read_one(r);
	r->depth--;
}

static void read_argument_into(struct reader *r, struct buf *arg)
{
	struct buf *out = r->out;

	r->out = arg;
	read_argument(r);
	r->out = out;
}

/* The raw argument; empty when none stands here. */
static struct str raw_argument(struct reader *r)
{
	size_t from, end;

	skip_space(r);
	from = r->at;
	end = more(r) && r->s.p[from] == '{' ? tex_brace_end(r->s, from) : STR_NONE;
	if (end == STR_NONE)
		return STR_EMPTY;
	r->at = end;
	return str_sub(r->s, from + 1, end - 1);
}

/* An accent over nothing is the sign itself: \^{} is the usual way to write ^. */
static void add_accented(struct buf *out, const struct tex_command *accent, struct str arg)
{
	uint32_t base, whole;
	size_t n = utf8_decode(arg, 0, &base);

	if (!n) {
		buf_c(out, is_alpha(accent->name[0]) ? "" : accent->name);
		return;
	}
	if (base == 0x131 || base == 0x237)
		base = base == 0x131 ? 'i' : 'j';
	whole = utf8_compose(base, accent->mark);
	utf8_add(out, whole ? whole : base);
	if (!whole)
		utf8_add(out, accent->mark);
	buf_str(out, str_sub(arg, n, arg.len));
}

static void read_accent(struct reader *r, const struct tex_command *accent)
{
	SCOPED(buf) arg = BUF_INIT;

	read_argument_into(r, &arg);
	add_accented(r->out, accent, buf_view(&arg));
}

/* One digit has a character of its own; more are marked up. */
static void read_script(struct reader *r, bool is_super)
{
	static const char *const digits[2][10] = { { "₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉" },
		{ "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" } };
	SCOPED(buf) arg = BUF_INIT;

	read_argument_into(r, &arg);
	if (arg.len == 1 && arg.p[0] >= '0' && arg.p[0] <= '9')
		buf_c(r->out, digits[is_super][arg.p[0] - '0']);
	else
		buf_fmt(r->out, is_super ? "<sup>%s</sup>" : "<sub>%s</sub>", buf_cstr(&arg));
}

static void read_wrapped(struct reader *r, const struct tex_command *font)
{
	buf_c(r->out, font->text);
	read_argument(r);
	buf_c(r->out, font->close);
}

static void switch_font(struct reader *r, const struct tex_command *font)
{
	struct scope *scope = r->scope;

	if (scope->n_close == SWITCHES_MAX)
		return;
	buf_c(r->out, font->text);
	scope->close[scope->n_close++] = font->close;
}

static void read_glyph(struct reader *r)
{
	struct str hex = str_trim(raw_argument(r));
	uint32_t cp = 0;

	for (size_t i = 0; i < hex.len && i < 6; i++) {
		const char *digits = "0123456789abcdef", *d = strchr(digits, hex.p[i] | 0x20);

		cp = cp * 16 + (uint32_t)(d ? d - digits : 0);
	}
	if (cp)
		utf8_add(r->out, cp);
}

static void read_environment(struct reader *r)
{
	const struct tex_command *font = tex_command_find(raw_argument(r));

	if (r->depth >= DEPTH_MAX)
		return;
	r->depth++;
	read_scope(r, SCOPE_ENVIRONMENT, font && font->kind == TEX_SWITCH ? font : NULL);
	r->depth--;
}

/* False when the command ends its scope. */
static bool obey(struct reader *r, const struct tex_command *cmd)
{
	switch (cmd->kind) {
	case TEX_CHAR:
		buf_c(r->out, cmd->text);
		break;
	case TEX_ACCENT:
		read_accent(r, cmd);
		break;
	case TEX_WRAP:
		read_wrapped(r, cmd);
		break;
	case TEX_SWITCH:
		switch_font(r, cmd);
		break;
	case TEX_PASS:
		read_argument(r);
		break;
	case TEX_DROP_ARG:
		raw_argument(r);
		break;
	case TEX_URL:
		tex_to_text(r->out, raw_argument(r), TEX_VERBATIM);
		break;
	case TEX_HREF:
		tex_to_text(r->out, raw_argument(r), TEX_VERBATIM);
		raw_argument(r);
		break;
	case TEX_GLYPH:
		read_glyph(r);
		break;
	case TEX_BEGIN:
		read_environment(r);
		break;
	case TEX_END:
		raw_argument(r);
		return r->scope->kind != SCOPE_ENVIRONMENT;
	case TEX_MATH:
		r->is_math = !r->is_math;
		break;
	case TEX_SUPER:
	case TEX_SUB:
		read_script(r, cmd->kind == TEX_SUPER);
		break;
	}
	return true;
}

/* With its first argument, braces and all. */
static void keep_unknown(struct reader *r, struct str name)
{
	buf_ch(r->out, '\\');
	buf_str(r->out, name);
	if (r->mode != TEX_TEXT || !more(r) || r->s.p[r->at] != '{' || r->depth >= DEPTH_MAX)
		return;
	buf_ch(r->out, '{');
	read_argument(r);
	buf_ch(r->out, '}');
}

/* The name behind a backslash: letters, or one character of any kind. */
static struct str command_name(struct reader *r)
{
	size_t from = r->at;
	uint32_t cp;

	while (more(r) && is_alpha(r->s.p[r->at]))
		r->at++;
	if (r->at == from)
		r->at += utf8_decode(r->s, r->at, &cp);
	return str_sub(r->s, from, r->at);
}

/* At a backslash. TeX drops the space behind a command of letters, and {} is how people end one. */
static bool read_command(struct reader *r)
{
	struct str name;
	const struct tex_command *cmd;

	r->at++;
	name = command_name(r);
	if (name.len == 1 && is_space(name.p[0]))
		name = STR(" ");
	cmd = tex_command_find(name);
	if (!cmd || (r->mode == TEX_VERBATIM && cmd->kind != TEX_CHAR && cmd->kind != TEX_ACCENT)) {
		keep_unknown(r, name);
		return true;
	}
	if (is_alpha(name.p[0])) {
		r->at += cmd->kind == TEX_WRAP && stands(r, "*");
		if (cmd->kind == TEX_CHAR && stands(r, "{}"))
			r->at += 2;
		else
			skip_space(r);
	}
	return obey(r, cmd);
}

/* An empty line parts paragraphs; all other white space is one space. */
static void read_space(struct reader *r)
{
	int lines = 0;

	for (; more(r) && is_space(r->s.p[r->at]); r->at++)
		lines += r->s.p[r->at] == '\n';
	buf_ch(r->out, lines > 1 ? '\n' : ' ');
}

static bool read_ligature(struct reader *r)
{
	static const char *const ligatures[][2] = { { "---", "—" }, { "--", "–" }, { "``", "“" }, { "''", "”" },
		{ "~", "\xC2\xA0" } };

	for (size_t i = 0; i < sizeof(ligatures) / sizeof(*ligatures); i++)
		if (stands(r, ligatures[i][0])) {
			buf_c(r->out, ligatures[i][1]);
			r->at += strlen(ligatures[i][0]);
			return true;
		}
	return false;
}

/* A dollar that no other follows is one. */
static void read_dollar(struct reader *r)
{
	r->at++;
	if (r->is_math)
		r->is_math = false;
	else if (str_find_ch(r->s, '$', r->at) != STR_NONE)
		r->is_math = true;
	else
		buf_ch(r->out, '$');
}

static void read_char(struct reader *r)
{
	uint32_t cp;
	size_t n = utf8_decode(r->s, r->at, &cp);

	buf_add(r->out, r->s.p + r->at, n);
	r->at += n;
}

/* One thing that is neither a brace nor a command. */
static void read_plain(struct reader *r)
{
	char c = r->s.p[r->at];

	if (r->mode == TEX_VERBATIM)
		read_char(r);
	else if (is_space(c))
		read_space(r);
	else if (c == '$')
		read_dollar(r);
	else if (r->is_math && (c == '^' || c == '_')) {
		r->at++;
		read_script(r, c == '^');
	} else if (r->is_math || !read_ligature(r))
		read_char(r);
}

static void read_one(struct reader *r)
{
	if (r->s.p[r->at] == '\\')
		read_command(r);
	else
		read_plain(r);
}

/* At a brace. False when it closes the scope; what closes nothing is dropped. */
static bool read_brace(struct reader *r)
{
	bool opens = r->s.p[r->at] == '{';

	if (opens && r->depth >= DEPTH_MAX)
		r->flat++;
	if (!opens && !r->flat && r->scope->kind == SCOPE_ENVIRONMENT)
		return false;
	r->at++;
	if (opens && r->depth < DEPTH_MAX) {
		r->depth++;
		read_scope(r, SCOPE_BRACES, NULL);
		r->depth--;
		return true;
	}
	if (!opens && !r->flat)
		return r->scope->kind == SCOPE_TEXT;
	r->flat -= !opens;
	return true;
}

static void read_scope(struct reader *r, enum scope_kind kind, const struct tex_command *font)
{
	struct scope scope = { .kind = kind }, *above = r->scope;
	bool is_math = r->is_math, open = true;

	r->scope = &scope;
	if (font)
		switch_font(r, font);
	while (open && more(r)) {
		char c = r->s.p[r->at];

		if (c == '{' || c == '}')
			open = read_brace(r);
		else if (c == '\\')
			open = read_command(r);
		else
			read_plain(r);
	}
	while (scope.n_close)
		buf_c(r->out, scope.close[--scope.n_close]);
	r->scope = above;
	r->is_math = is_math;
}

void tex_to_text(struct buf *out, struct str raw, enum tex_mode mode)
{
	struct reader r = { .s = raw, .out = out, .mode = mode };

	read_scope(&r, SCOPE_TEXT, NULL);
}

struct str tex_text(struct arena *a, struct str raw, enum tex_mode mode, bool keep_lines)
{
	SCOPED(buf) text = BUF_INIT;

	tex_to_text(&text, raw, mode);
	return bib_cleaned(a, buf_view(&text), keep_lines);
}
