/*
 * Text to TeX: what TeX makes special is escaped, all other characters stay as they are, because
 * TeX has read UTF-8 since 2018. Two characters that TeX would join are parted by {}.
 */
#include <string.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"

#include "bib_tex.h"

struct tag {
	const char *open, *close, *command;
};

/* The last one protects case, which our own braces do. */
static const struct tag tags[] = {
	{ "<i>", "</i>", "\\textit{" },
	{ "<b>", "</b>", "\\textbf{" },
	{ "<sup>", "</sup>", "\\textsuperscript{" },
	{ "<sub>", "</sub>", "\\textsubscript{" },
	{ TEX_SMALL_CAPS, "</span>", "\\textsc{" },
	{ "<span class=\"nocase\">", "</span>", "" },
};
#define N_TAGS (sizeof(tags) / sizeof(*tags))

/* Tags open at once; markup nested deeper is plain text. */
#define OPEN_MAX 16

struct writer {
	struct buf *out;
	bool is_title;
	bool is_first_word;
	bool has_pairs;		/* braces of the text pair, so that \{ and \} keep the field balanced */
	char last;		/* the character written last, for ligatures */
};

/* BibTeX counts \{ as a brace. Where it may not stand there is a command, which pandoc does not know. */
static void write_char(struct writer *w, char c)
{
	static const struct {
		char c;
		const char *tex;
	} escapes[] = { { '&', "\\&" }, { '%', "\\%" }, { '$', "\\$" }, { '#', "\\#" }, { '_', "\\_" },
		{ '{', "\\textbraceleft{}" }, { '}', "\\textbraceright{}" }, { '~', "\\textasciitilde{}" },
		{ '^', "\\textasciicircum{}" }, { '\\', "\\textbackslash{}" }, { '\n', "\n\n  " } };

	w->last = c;
	if (w->has_pairs && (c == '{' || c == '}')) {
		buf_fmt(w->out, "\\%c", c);
		return;
	}
	for (size_t i = 0; i < sizeof(escapes) / sizeof(*escapes); i++)
		if (c == escapes[i].c) {
			buf_c(w->out, escapes[i].tex);
			return;
		}
	buf_ch(w->out, c);
}

/* Two signs that TeX draws as one, some only in some font encodings. */
static bool joins(char a, char b)
{
	static const char *const pairs[] = { "--", "``", "''", "!`", "?`", ",,", "<<", ">>" };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (pairs[i][0] == a && pairs[i][1] == b)
			return true;
	return false;
}

static void write_plain(struct writer *w, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (joins(w->last, s.p[i]))
			buf_c(w->out, "{}");
		if (str_starts(str_sub(s, i, i + 2), STR("\xC2\xA0"))) {
			buf_ch(w->out, '~');
			w->last = '~';
			i++;
		} else
			write_char(w, s.p[i]);
	}
}

/* The part of a word between the signs at its ends. */
static struct str core_of(struct str word)
{
	size_t from = 0, to = word.len, n;
	uint32_t cp;

	while ((n = utf8_decode(word, from, &cp)) > 0 && !utf8_is_word(cp))
		from += n;
	while (to > from) {
		size_t last = utf8_floor(word, to - 1);

		utf8_decode(word, last, &cp);
		if (utf8_is_word(cp))
			break;
		to = last;
	}
	return str_sub(word, from, to);
}

/* A capital anywhere, but for the first letter of the title. */
static bool needs_braces(struct str word, bool is_first)
{
	uint32_t cp;
	bool begins = true;

	for (size_t at = 0, n; (n = utf8_decode(word, at, &cp)) > 0; at += n) {
		if (utf8_is_upper(cp) && !(begins && is_first))
			return true;
		begins = false;
	}
	return false;
}

/* A word of a title: signs at both ends stay outside of the braces. */
static void write_word(struct writer *w, struct str word)
{
	struct str core = core_of(word);
	size_t from = (size_t)(core.p - word.p);
	bool braces = needs_braces(core, w->is_first_word);

	w->is_first_word = w->is_first_word && !core.len;
	write_plain(w, str_sub(word, 0, from));
	buf_c(w->out, braces ? "{" : "");
	write_plain(w, core);
	buf_c(w->out, braces ? "}" : "");
	write_plain(w, str_sub(word, from + core.len, word.len));
}

static void write_run(struct writer *w, struct str s)
{
	if (!w->is_title) {
		write_plain(w, s);
		return;
	}
	while (s.p) {
		write_word(w, str_cut(&s, ' '));
		if (s.p)
			write_plain(w, STR(" "));
	}
}

/* A tag that stands in the text. */
struct mark {
	size_t at, len;
	int tag;		/* index into tags; -1 when nothing closes it */
	bool closes;
};

struct marks {
	struct mark *v;
	size_t n, cap;
	size_t open[OPEN_MAX];	/* indexes into v */
	size_t n_open;
};

static void marks_add(struct marks *m, struct mark mark)
{
	m->v = mem_grow(m->v, &m->cap, m->n + 1, sizeof(*m->v));
	m->v[m->n++] = mark;
}

static void marks_release(struct marks *m)
{
	mem_free(m->v);
}

/* A closing tag closes the nearest of its kind; what was opened since then and not closed is plain text. */
static void close_mark(struct marks *m, struct str rest, size_t at)
{
	for (size_t i = m->n_open; i-- > 0;) {
		struct mark *open = &m->v[m->open[i]];
		struct str close = str_c(tags[open->tag].close);

		if (!str_starts(rest, close))
			continue;
		while (m->n_open > i + 1)
			m->v[m->open[--m->n_open]].tag = -1;
		m->n_open = i;
		marks_add(m, (struct mark){ at, close.len, open->tag, true });
		return;
	}
}

static void open_mark(struct marks *m, struct str rest, size_t at)
{
	for (size_t i = 0; i < N_TAGS; i++) {
		struct str open = str_c(tags[i].open);

		if (str_starts(rest, open) && m->n_open < OPEN_MAX) {
			m->open[m->n_open++] = m->n;
			marks_add(m, (struct mark){ at, open.len, (int)i, false });
			return;
		}
	}
}

/* All tags of `s` that pair, well nested. */
static void find_marks(struct marks *m, struct str s)
{
	for (size_t at = 0; (at = str_find_ch(s, '<', at)) != STR_NONE; at++) {
		struct str rest = str_sub(s, at, s.len);

		if (rest.len > 1 && rest.p[1] == '/')
			close_mark(m, rest, at);
		else
			open_mark(m, rest, at);
	}
	while (m->n_open)
		m->v[m->open[--m->n_open]].tag = -1;
}

static void write_mark(struct writer *w, const struct mark *mark)
{
	const char *command = tags[mark->tag].command;

	if (!*command)
		return;
	buf_c(w->out, mark->closes ? "}" : command);
	w->last = '\0';
}

void tex_add_text(struct buf *out, struct str text, bool is_title, bool keep_lines)
{
	struct writer w = { .out = out, .is_title = is_title, .is_first_word = true };
	SCOPED(buf) clean = BUF_INIT;
	SCOPED(marks) marks = { 0 };
	size_t from = 0;

	bib_clean(&clean, text, keep_lines);
	w.has_pairs = tex_is_balanced(buf_view(&clean));
	find_marks(&marks, buf_view(&clean));
	for (size_t i = 0; i < marks.n; i++) {
		if (marks.v[i].tag < 0)
			continue;
		write_run(&w, str_sub(buf_view(&clean), from, marks.v[i].at));
		write_mark(&w, &marks.v[i]);
		from = marks.v[i].at + marks.v[i].len;
	}
	write_run(&w, str_sub(buf_view(&clean), from, clean.len));
}

/* RFC 3986 has no use for them unencoded, and TeX cannot hold them. */
void tex_add_verbatim(struct buf *out, struct str text)
{
	SCOPED(buf) clean = BUF_INIT;

	bib_clean(&clean, text, false);
	for (size_t i = 0; i < clean.len; i++)
		if (strchr("{}\\ ", clean.p[i]))
			buf_fmt(out, "%%%02X", (unsigned)clean.p[i]);
		else
			buf_ch(out, clean.p[i]);
}
