#include "ibid/config/edit.h"

#include <string.h>

#include "config/ini_internal.h"
#include "ibid/config/config.h"
#include "ibid/config/settings.h"

/* A setting's name in parts, and where its lines are in a text. */
struct place {
	struct str section, sub, key;
	size_t line_from, line_to; /* the last line that sets it, line feed included; STR_NONE: none */
	size_t section_end; /* after the last line of its last section that is not blank; STR_NONE: none */
};

/* Is this the header of the section that holds the setting? *is_header tells it from any other line. */
static bool opens(const struct place *p, struct str line, bool *is_header)
{
	struct str section, sub;
	size_t close = str_find_ch(line, ']', 0);

	*is_header = line.len && line.p[0] == '[' && close != STR_NONE;
	return *is_header && ini_split_section(str_sub(line, 1, close), &section, &sub) &&
	       str_eq(section, p->section) && str_eq(sub, p->sub);
}

/* inih parts key and value at the first of these. */
static size_t separator(struct str line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] == '=' || line.p[i] == ':')
			return i;
	return STR_NONE;
}

static bool sets(const struct place *p, struct str line)
{
	size_t at = separator(line);

	if (!line.len || line.p[0] == '#' || line.p[0] == ';' || at == STR_NONE)
		return false;
	return str_eq(str_trim(str_sub(line, 0, at)), p->key);
}

static struct str line_at(struct str text, size_t from)
{
	size_t end = str_find_ch(text, '\n', from);

	return str_sub(text, from, end == STR_NONE ? text.len : end + 1);
}

/* Call `fn` for each line that sets the name; note the places. */
static void look_up(struct place *p, struct str text, void (*fn)(void *ctx, struct str line, bool found), void *ctx)
{
	bool inside = false, is_header;
	size_t bom = str_starts(text, STR("\xEF\xBB\xBF")) ? 3 : 0;

	p->line_from = p->line_to = p->section_end = STR_NONE;
	for (size_t at = 0; at < text.len;) {
		struct str line = line_at(text, at), words = str_trim(str_sub(line, at ? 0 : bom, line.len));
		bool here = opens(p, words, &is_header), found;

		if (is_header)
			inside = here;
		found = inside && !is_header && sets(p, words);
		if (found) {
			p->line_from = at;
			p->line_to = at + line.len;
		}
		at += line.len;
		if (inside && words.len)
			p->section_end = at;
		if (fn)
			fn(ctx, line, found);
	}
}

/* Quotes keep what inih would trim or take for quotes. */
static bool needs_quotes(struct str value)
{
	return value.len && (str_trim(value).len < value.len || (value.p[0] == '"' && value.p[value.len - 1] == '"'));
}

static void add_value(struct buf *out, struct str value)
{
	const char *quote = needs_quotes(value) ? "\"" : "";

	buf_fmt(out, "%s%.*s%s\n", quote, STR_ARG(value), quote);
}

static void replace_line(struct buf *out, const struct place *p, struct str text, struct str value)
{
	struct str line = str_sub(text, p->line_from, p->line_to);

	buf_str(out, str_sub(text, 0, p->line_from + separator(line) + 1));
	if (value.len)
		buf_ch(out, ' ');
	add_value(out, value);
	buf_str(out, str_sub(text, p->line_to, text.len));
}

static void add_line(struct buf *out, const struct place *p, struct str text, struct str value)
{
	size_t at = p->section_end == STR_NONE ? text.len : p->section_end;

	buf_str(out, str_sub(text, 0, at));
	if (at && text.p[at - 1] != '\n')
		buf_ch(out, '\n');
	if (p->section_end == STR_NONE) {
		buf_fmt(out, "%s[%.*s", at ? "\n" : "", STR_ARG(p->section));
		if (p->sub.len)
			buf_fmt(out, " \"%.*s\"", STR_ARG(p->sub));
		buf_c(out, "]\n");
	}
	buf_fmt(out, "\t%.*s = ", STR_ARG(p->key));
	add_value(out, value);
	buf_str(out, str_sub(text, at, text.len));
}

/* --- what was written must read back */

struct expected {
	const struct place *p;
	struct str value;
	bool is_there;
};

static enum err_code compare(void *ctx, const struct ini_line *l, struct err *err)
{
	struct expected *e = ctx;

	(void)err;
	if (str_eq(l->section, e->p->section) && str_eq(l->sub, e->p->sub) && str_eq(l->key, e->p->key))
		e->is_there = str_eq(l->value, e->value);
	return OK;
}

static enum err_code check_back(
	const struct place *p, struct str text, struct str name, struct str value, struct err *err)
{
	struct expected e = { .p = p, .value = value };

	if (ini_read(text, "the new file", compare, &e, err) != OK)
		return err->code;
	if (!e.is_there)
		return err_set(err, ERR_CONFIG, "%.*s: '%.*s' cannot be written in a configuration file", STR_ARG(name),
			STR_ARG(value));
	return OK;
}

/* People try to put the key itself here. */
static bool is_key(struct str name)
{
	struct str section, sub, key;

	return setting_split(name, &section, &sub, &key) && str_is(section, "provider") &&
	       (str_is(key, "key") || str_is(key, "api_key") || str_is(key, "token"));
}

static enum err_code find_row(struct str name, const struct setting **s, struct err *err)
{
	const struct setting *near;

	*s = setting_find(name);
	if (*s)
		return OK;
	if (is_key(name))
		return err_set(
			err, ERR_CONFIG, "keys are not kept in the configuration; set key_env, key_file or key_cmd");
	near = setting_nearest(name);
	if (near)
		return err_set(err, ERR_CONFIG, "no setting '%.*s'; did you mean '%s'?", STR_ARG(name), near->name);
	return err_set(err, ERR_CONFIG, "no setting '%.*s'", STR_ARG(name));
}

/* The table has such a name only where any name will do: keys of the keyboard. */
static enum err_code check_key(const struct place *p, struct str name, struct err *err)
{
	if (separator(p->key) == STR_NONE && !strchr("[;#", p->key.p[0]))
		return OK;
	return err_set(err, ERR_CONFIG,
		"%.*s: '%.*s' cannot stand before an equals sign; ibid-keys(7) has a word for it", STR_ARG(name),
		STR_ARG(p->key));
}

enum err_code config_edit_set(struct str text, struct str name, struct str value, struct buf *out, struct err *err)
{
	const struct setting *s;
	struct place p;
	size_t from = out->len;
	int64_t number;

	if (find_row(name, &s, err) != OK || setting_check(s, name, value, &number, err) != OK)
		return err->code;
	setting_split(name, &p.section, &p.sub, &p.key);
	if (check_key(&p, name, err) != OK)
		return err->code;
	look_up(&p, text, NULL, NULL);
	if (p.line_from != STR_NONE)
		replace_line(out, &p, text, value);
	else
		add_line(out, &p, text, value);
	if (check_back(&p, str_sub(buf_view(out), from, out->len), name, value, err) != OK) {
		buf_cut(out, from);
		return err->code;
	}
	return OK;
}

struct removal {
	struct buf *out;
	size_t n;
};

static void keep_others(void *ctx, struct str line, bool found)
{
	struct removal *r = ctx;

	if (found)
		r->n++;
	else
		buf_str(r->out, line);
}

size_t config_edit_unset(struct str text, struct str name, struct buf *out)
{
	struct removal r = { .out = out };
	struct place p;

	if (setting_split(name, &p.section, &p.sub, &p.key))
		look_up(&p, text, keep_others, &r);
	else
		buf_str(out, text);
	return r.n;
}
