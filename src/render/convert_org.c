#include <md4c.h>

#include "ibid/base/term_text.h"
#include "ibid/render/convert.h"
#include "render/convert_internal.h"

/* Lists within lists, at most; deeper ones are written at this depth. */
#define LISTS_MAX 16

struct org {
	struct buf *out;
	int level;		/* stars above the answer's own headings */
	int n_lists;
	unsigned number[LISTS_MAX];	/* of the next item; 0: bullets */
	bool at_line_start, in_code;
};

static void put(struct org *o, const char *s)
{
	buf_c(o->out, s);
	if (*s)
		o->at_line_start = o->out->p[o->out->len - 1] == '\n';
}

static void end_line(struct org *o)
{
	if (!o->at_line_start)
		put(o, "\n");
}

static int depth_of(const struct org *o)
{
	return o->n_lists < LISTS_MAX ? o->n_lists : LISTS_MAX;
}

static void begin_item(struct org *o)
{
	int depth = depth_of(o);

	end_line(o);
	buf_fmt(o->out, "%*s", depth > 1 ? (depth - 1) * 3 : 0, "");
	if (depth && o->number[depth - 1])
		buf_fmt(o->out, "%u. ", o->number[depth - 1]++);
	else
		buf_c(o->out, "- ");
	o->at_line_start = false;
}

static void begin_list(struct org *o, unsigned first)
{
	if (o->n_lists < LISTS_MAX)
		o->number[o->n_lists] = first;
	o->n_lists++;
	end_line(o);
}

static void begin_heading(struct org *o, unsigned level)
{
	end_line(o);
	for (unsigned i = 0; i < (unsigned)o->level + level; i++)
		buf_ch(o->out, '*');
	put(o, " ");
}

static void begin_code(struct org *o, const MD_ATTRIBUTE *language)
{
	end_line(o);
	buf_c(o->out, "#+begin_src ");
	if (language->size)
		term_text_add_line(o->out, str_of(language->text, language->size));
	put(o, "\n");
	o->in_code = true;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct org *o = ctx;

	switch (type) {
	case MD_BLOCK_QUOTE:
		end_line(o);
		put(o, "#+begin_quote\n");
		break;
	case MD_BLOCK_UL:
		begin_list(o, 0);
		break;
	case MD_BLOCK_OL:
		begin_list(o, ((MD_BLOCK_OL_DETAIL *)detail)->start ? ((MD_BLOCK_OL_DETAIL *)detail)->start : 1);
		break;
	case MD_BLOCK_LI:
		begin_item(o);
		break;
	case MD_BLOCK_H:
		begin_heading(o, ((MD_BLOCK_H_DETAIL *)detail)->level);
		break;
	case MD_BLOCK_CODE:
		begin_code(o, &((MD_BLOCK_CODE_DETAIL *)detail)->lang);
		break;
	case MD_BLOCK_HR:
		end_line(o);
		put(o, "-----\n");
		break;
	case MD_BLOCK_TR:
		put(o, "|");
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		put(o, " ");
		break;
	default:
		break;
	}
	return 0;
}

/* Org wants a rule below the head of a table. */
static void end_table_head(struct org *o, const struct buf *out)
{
	size_t from = out->len ? out->len - 1 : 0;
	unsigned bars = 0;

	while (from && out->p[from - 1] != '\n')
		from--;
	for (size_t i = from; i < out->len; i++)
		bars += out->p[i] == '|';
	put(o, "|");
	for (unsigned i = 1; i < bars; i++)
		put(o, i > 1 ? "+---" : "---");
	put(o, "|\n");
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct org *o = ctx;

	(void)detail;
	switch (type) {
	case MD_BLOCK_QUOTE:
		end_line(o);
		put(o, "#+end_quote\n\n");
		break;
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		o->n_lists--;
		end_line(o);
		put(o, o->n_lists ? "" : "\n");
		break;
	case MD_BLOCK_CODE:
		end_line(o);
		o->in_code = false;
		put(o, "#+end_src\n\n");
		break;
	case MD_BLOCK_P:
		end_line(o);
		put(o, o->n_lists ? "" : "\n");
		break;
	case MD_BLOCK_H:
	case MD_BLOCK_LI:
	case MD_BLOCK_TR:
		end_line(o);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		put(o, " |");
		break;
	case MD_BLOCK_THEAD:
		end_table_head(o, o->out);
		break;
	case MD_BLOCK_TABLE:
		put(o, "\n");
		break;
	default:
		break;
	}
	return 0;
}

static const char *emphasis_of(MD_SPANTYPE type)
{
	switch (type) {
	case MD_SPAN_EM:
		return "/";
	case MD_SPAN_STRONG:
		return "*";
	case MD_SPAN_CODE:
		return "~";
	case MD_SPAN_DEL:
		return "+";
	default:
		return "";
	}
}

static const MD_ATTRIBUTE *target_of(MD_SPANTYPE type, void *detail)
{
	if (type == MD_SPAN_A)
		return &((MD_SPAN_A_DETAIL *)detail)->href;
	return type == MD_SPAN_IMG ? &((MD_SPAN_IMG_DETAIL *)detail)->src : NULL;
}

static bool links(const MD_ATTRIBUTE *target)
{
	struct str s = target && target->text ? str_of(target->text, target->size) : STR_EMPTY;

	return convert_may_link(s) && str_find_ch(s, ']', 0) == STR_NONE;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct org *o = ctx;
	const MD_ATTRIBUTE *target = target_of(type, detail);

	if (links(target)) {
		buf_c(o->out, "[[");
		term_text_add_line(o->out, str_of(target->text, target->size));
		put(o, "][");
	} else {
		put(o, emphasis_of(type));
	}
	return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct org *o = ctx;

	put(o, links(target_of(type, detail)) ? "]]" : emphasis_of(type));
	return 0;
}

/* A line that begins with stars or #+ would be read as Org's own; a comma or a zero-width space guards it, as Org itself does. */
static void put_text(struct buf *out, struct org *o, struct str text)
{
	SCOPED(buf) safe = BUF_INIT;

	term_text_add(&safe, text);
	for (size_t i = 0; i < safe.len; i++) {
		char c = safe.p[i];

		if (o->at_line_start && (c == '*' || c == '#'))
			buf_c(out, o->in_code ? "," : "\xE2\x80\x8B");
		if (c == '|' && !o->in_code)
			buf_c(out, "\\vert{}");
		else
			buf_ch(out, c);
		o->at_line_start = c == '\n';
	}
}

static void put_plain(struct buf *out, struct str text)
{
	term_text_add(out, text);
}

static int text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE size, void *ctx)
{
	struct org *o = ctx;

	if (type == MD_TEXT_BR)
		put(o, " \\\\\n");
	else if (type == MD_TEXT_SOFTBR)
		put(o, "\n");
	else if (type == MD_TEXT_ENTITY && size > 3 && p[1] == '#')
		convert_entity(o->out, str_of(p, size), put_plain);
	else
		put_text(o->out, o, str_of(p, size));
	return 0;
}

void convert_to_org(struct buf *out, struct str markdown, int level)
{
	MD_PARSER parser = { .flags = CONVERT_FLAGS, .enter_block = enter_block, .leave_block = leave_block,
		.enter_span = enter_span, .leave_span = leave_span, .text = text };
	struct org o = { .out = out, .level = level, .at_line_start = true };

	convert_parse(markdown, &parser, &o);
}
