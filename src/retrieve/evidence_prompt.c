/*
 * Sources as a model sees them. Everything that stands in a source is data, so
 * nothing in it may look like what the prompt itself is made of:
 *
 *	d3.s17			our ids; the dot becomes '_'
 *	the fence's word	left out
 *	<|im_start|> [INST]	marks by which models tell who speaks: taken apart by a space
 *	<!-- -->		comments, hidden where the source was shown: likewise, so that they stay visible
 *	zero-width, direction	and tag characters, control bytes: left out (CWE-1007)
 *	System: at a line	cannot happen: a sentence is one line that begins with its id, further lines of
 *				code are indented
 */
#include <string.h>

#include "ibid/base/utf8.h"
#include "ibid/retrieve/evidence.h"

/* Longest title or heading path shown, in bytes. */
#define LABEL_MAX 240

/* --- characters */

static bool is_invisible(uint32_t cp)
{
	static const struct { uint32_t from, to; } ranges[] = {
		{ 0x00, 0x08 }, { 0x0B, 0x1F }, { 0x7F, 0x9F }, { 0xAD, 0xAD }, { 0x34F, 0x34F }, { 0x61C, 0x61C },
		{ 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x200B, 0x200B }, { 0x200E, 0x200F },
		{ 0x202A, 0x202E }, { 0x2060, 0x206F }, { 0x3164, 0x3164 }, { 0xFE00, 0xFE0E }, { 0xFEFF, 0xFEFF },
		{ 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFB }, { 0xE0000, 0xE0FFF },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		if (cp >= ranges[i].from && cp <= ranges[i].to)
			return true;
	return false;
}

/* Joiners shape Persian, Hindi and emoji; after an ASCII letter they only hide something. */
static bool is_stray_joiner(uint32_t cp, uint32_t before)
{
	return (cp == 0x200C || cp == 0x200D) && before < 0x80;
}

/* One line per call for prose: LF and TAB are spaces. Code keeps its lines, indented so that none begins like a role. */
static void add_visible(struct buf *out, struct str s, bool keeps_lines)
{
	uint32_t cp, before = 0;

	for (size_t at = 0, n; (n = utf8_decode(s, at, &cp)); at += n) {
		if (cp == '\n')
			buf_c(out, keeps_lines ? "\n    " : " ");
		else if (cp == '\t')
			buf_ch(out, ' ');
		else if (cp == 0x2028 || cp == 0x2029 || cp == 0x85)
			buf_ch(out, ' ');
		else if (!is_invisible(cp) && !is_stray_joiner(cp, before))
			utf8_add(out, cp);
		before = cp;
	}
}

/* --- what must not be read as part of the prompt */

static const struct { struct str mark, instead; } marks[] = {
	{ STR("<|"), STR("< |") }, { STR("|>"), STR("| >") },
	{ STR("[INST]"), STR("[ INST ]") }, { STR("[/INST]"), STR("[ /INST ]") },
	{ STR("<<SYS>>"), STR("< <SYS> >") }, { STR("<</SYS>>"), STR("< </SYS> >") },
	{ STR("<s>"), STR("< s>") }, { STR("</s>"), STR("< /s>") },
	{ STR("<start_of_turn>"), STR("< start_of_turn>") }, { STR("<end_of_turn>"), STR("< end_of_turn>") },
	{ STR("<system>"), STR("< system>") }, { STR("</system>"), STR("< /system>") },
	{ STR("<user>"), STR("< user>") }, { STR("</user>"), STR("< /user>") },
	{ STR("<assistant>"), STR("< assistant>") }, { STR("</assistant>"), STR("< /assistant>") },
	{ STR("<!--"), STR("<! --") }, { STR("-->"), STR("-- >") },
	{ STR("\xEF\xBD\x9C"), STR("|") },	/* full-width bar, as in some models' marks */
};

static int mark_at(struct str s, size_t at)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (str_eq_nocase(str_sub(s, at, at + marks[i].mark.len), marks[i].mark))
			return (int)i;
	return -1;
}

static bool is_digit_at(struct str s, size_t at)
{
	return at < s.len && s.p[at] >= '0' && s.p[at] <= '9';
}

/* Position of the dot when "d12.s3" stands at `at`, else 0. */
static size_t id_dot(struct str s, size_t at)
{
	size_t i = at + 1;

	if ((s.p[at] != 'd' && s.p[at] != 'D') || !is_digit_at(s, i))
		return 0;
	while (is_digit_at(s, i))
		i++;
	return i + 1 < s.len && s.p[i] == '.' && (s.p[i + 1] == 's' || s.p[i + 1] == 'S') && is_digit_at(s, i + 2) ? i : 0;
}

/* From visible text to text that is only data. */
static void add_defused(struct buf *out, struct str s, struct str fence)
{
	for (size_t at = 0; at < s.len;) {
		size_t dot = id_dot(s, at);
		int mark = strchr("<|[-\xEF", s.p[at]) ? mark_at(s, at) : -1;

		if (fence.len && str_eq_nocase(str_sub(s, at, at + fence.len), fence)) {
			at += fence.len;
		} else if (dot) {
			buf_str(out, str_sub(s, at, dot));
			buf_ch(out, '_');
			at = dot + 1;
		} else if (mark >= 0) {
			buf_str(out, marks[mark].instead);
			at += marks[mark].mark.len;
		} else {
			buf_ch(out, s.p[at++]);
		}
	}
}

/* Taking something out can make something new of what was around it ("<<||>"): until nothing changes. */
static void defuse(struct buf *out, struct buf *work, struct str fence)
{
	enum { ROUNDS_MAX = 8 };
	SCOPED(buf) next = BUF_INIT;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		buf_reset(&next);
		add_defused(&next, buf_view(work), fence);
		if (str_eq(buf_view(&next), buf_view(work)))
			break;
		buf_reset(work);
		buf_str(work, buf_view(&next));
	}
	buf_str(out, buf_view(work));
}

static void add_source(struct buf *out, struct str text, struct str fence, bool keeps_lines)
{
	SCOPED(buf) work = BUF_INIT;

	add_visible(&work, text, keeps_lines);
	defuse(out, &work, fence);
}

void evidence_add_plain(struct buf *out, struct str text, struct str fence)
{
	add_source(out, text, fence, false);
}

/* --- passages */

static struct str label(struct str s)
{
	return str_sub(s, 0, utf8_floor(s, s.len < LABEL_MAX ? s.len : LABEL_MAX));
}

/* "Source d12: Title, 2021 (Methods > Samples), pages 3-4" */
static void add_title(struct buf *out, const struct evidence_passage *p, struct str fence)
{
	buf_fmt(out, "Source d%lld: ", (long long)p->doc_id);
	add_source(out, p->title.len ? label(p->title) : STR("untitled"), fence, false);
	if (p->date.len) {
		buf_c(out, ", ");
		add_source(out, label(p->date), fence, false);
	}
	if (p->head_path.len) {
		buf_c(out, " (");
		add_source(out, label(p->head_path), fence, false);
		buf_ch(out, ')');
	}
	if (p->page_from && p->page_to > p->page_from)
		buf_fmt(out, ", pages %d-%d", p->page_from, p->page_to);
	else if (p->page_from)
		buf_fmt(out, ", page %d", p->page_from);
	buf_ch(out, '\n');
}

static void add_sentence(struct buf *out, const struct evidence_passage *p, uint32_t number, struct str fence)
{
	const struct sentence *s = &p->text->sentences[number];

	if (s->flags & SENTENCE_HEAD) {
		buf_c(out, "Heading: ");
	} else {
		buf_ch(out, '[');
		evidence_add_id(out, p->doc_id, number);
		buf_c(out, "] ");
	}
	add_source(out, text_at(p->text, s->at), fence, (s->flags & SENTENCE_CODE) != 0);
	buf_ch(out, '\n');
}

static void add_passage(struct buf *out, const struct evidence_passage *p, struct str fence)
{
	add_title(out, p, fence);
	for (uint32_t n = p->sentence_from; n < p->sentence_to; n++)
		add_sentence(out, p, n, fence);
	buf_ch(out, '\n');
}

void evidence_prompt(struct buf *out, const struct evidence *ev, struct str fence)
{
	for (size_t i = 0; i < ev->n_passages; i++)
		if (i != 1)
			add_passage(out, &ev->passages[i], fence);
	if (ev->n_passages > 1)
		add_passage(out, &ev->passages[1], fence);
}
