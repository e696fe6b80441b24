#include "cmd/help_internal.h"

#include "ibid/base/utf8.h"

void help_heading(struct out *o, const char *title)
{
	out_c(o, "\n");
	out_styled(o, OUT_HEADING, str_c(title));
	out_c(o, "\n");
}

static void pad(struct out *o, int cols)
{
	for (; cols > 0; cols--)
		out_c(o, " ");
}

/* One paragraph; the first line begins at column `at`, where something may stand already. */
static void wrap(struct out *o, int at, int indent, struct str text)
{
	bool first = true;

	while (text.p) {
		struct str word = str_cut(&text, ' ');
		int cols = (int)utf8_cols(word);

		if (!word.len)
			continue;
		if (!first && at + 1 + cols > HELP_WIDTH_COLS - 1) {
			out_c(o, "\n");
			pad(o, indent);
			at = indent;
		} else if (!first) {
			out_c(o, " ");
			at++;
		}
		out_str(o, word);
		at += cols;
		first = false;
	}
	out_c(o, "\n");
}

void help_paragraph(struct out *o, int indent, struct str text)
{
	while (text.p) {
		struct str line = str_cut(&text, '\n');

		if (!line.len && text.p) {
			out_c(o, "\n");
		} else if (line.len && line.p[0] == ' ') {
			out_str(o, line);
			out_c(o, "\n");
		} else if (line.len) {
			pad(o, indent);
			wrap(o, indent, indent, line);
		}
	}
}

void help_entry(struct out *o, struct str name, int column, struct str text)
{
	int at = 2 + (int)utf8_cols(name);

	out_c(o, "  ");
	out_str(o, name);
	if (at + 2 > column) {
		out_c(o, "\n");
		at = 0;
	}
	pad(o, column - at);
	wrap(o, column, column, text);
}

/* Does the help name the words itself? Then it names the last: the first may be "default". */
static bool names_words(const struct opt *o)
{
	int last = 0;

	while (o->values[last + 1])
		last++;
	return str_find(str_c(o->help), str_c(o->values[last]), 0) != STR_NONE;
}

static void add_words(struct buf *out, const struct opt *o)
{
	buf_c(out, ": ");
	for (int i = 0; o->values[i]; i++)
		buf_fmt(out, "%s%s", !i ? "" : o->values[i + 1] ? ", " : " or ", o->values[i]);
}

void help_options(struct out *o, const struct opt *rows)
{
	for (; rows && rows->kind != OPT_END; rows++) {
		SCOPED(buf) name = BUF_INIT;
		SCOPED(buf) text = BUF_INIT;

		if (rows->flags & OPT_HIDDEN)
			continue;
		if (rows->letter)
			buf_fmt(&name, "-%c, ", rows->letter);
		else
			buf_c(&name, "    ");
		opt_add_name(&name, rows);
		buf_c(&text, rows->help);
		if (rows->kind == OPT_ENUM && !names_words(rows))
			add_words(&text, rows);
		help_entry(o, buf_view(&name), HELP_COLUMN, buf_view(&text));
	}
}
