#include "marks_internal.h"

#include "ibid/base/utf8.h"

/* Digits of an ordinal, and of a model's own reference number: [2021] is a year. */
#define DIGITS_MAX 9
#define NUMBER_DIGITS_MAX 3

/* A place in text that may go on: to look at its end, while it may, starves the reader. */
struct cursor {
	struct str s;
	size_t at;
	bool is_end, starved;
};

static int look(struct cursor *c)
{
	if (c->at < c->s.len)
		return (unsigned char)c->s.p[c->at];
	c->starved |= !c->is_end;
	return -1;
}

static bool eat(struct cursor *c, const char *literal)
{
	size_t at = c->at;

	for (; *literal; literal++, c->at++)
		if (look(c) != (unsigned char)*literal) {
			c->at = at;
			return false;
		}
	return true;
}

/* An ASCII letter in either case. */
static bool eat_letter(struct cursor *c, char lower)
{
	int ch = look(c);

	if (ch != lower && ch != lower - ('a' - 'A'))
		return false;
	c->at++;
	return true;
}

static bool is_digit(int ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_alnum(int ch)
{
	return is_digit(ch) || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static bool eat_number(struct cursor *c, size_t digits_max, uint32_t *value)
{
	size_t digits = 0;

	for (*value = 0; is_digit(look(c)); c->at++)
		if (++digits <= digits_max)
			*value = *value * 10 + (uint32_t)(look(c) - '0');
	return digits && digits <= digits_max;
}

static bool eat_spaces(struct cursor *c)
{
	size_t at = c->at;

	while (look(c) == ' ' || look(c) == '\t')
		c->at++;
	return c->at > at;
}

static bool eat_doc(struct cursor *c, uint32_t *doc)
{
	return eat_letter(c, 'd') && eat_number(c, DIGITS_MAX, doc) && eat(c, ".");
}

static bool eat_dash(struct cursor *c)
{
	return eat(c, "-") || eat(c, "\xE2\x80\x93") || eat(c, "\xE2\x80\x94") || eat(c, "\xE2\x80\x91") || eat(c, "..");
}

/* "-s19", "-19", "-d3.s19" behind an id; leaves the cursor where it was when there is none. */
static void eat_range(struct cursor *c, struct mark_id *id)
{
	struct cursor back = *c;
	uint32_t doc = id->doc, to;

	if (!eat_dash(c))
		goto none;
	if (look(c) == 'd' || look(c) == 'D')
		if (!eat_doc(c, &doc))
			goto none;
	eat_letter(c, 's');
	if (!eat_number(c, DIGITS_MAX, &to))
		goto none;
	/* A range over two documents names nothing: its end lies before its beginning. */
	id->to = doc == id->doc ? to : 0;
	return;
none:
	back.starved = c->starved;
	*c = back;
}

/* d3.s17 or d3.s17-s19; inside a bracket, after the first, also s18. */
static bool eat_id(struct cursor *c, const struct mark_id *before, struct mark_id *id)
{
	size_t from = c->at;

	if (before && (look(c) == 's' || look(c) == 'S'))
		id->doc = before->doc;
	else if (!eat_doc(c, &id->doc))
		return false;
	if (!eat_letter(c, 's') || !eat_number(c, DIGITS_MAX, &id->from))
		return false;
	id->to = id->from;
	eat_range(c, id);
	id->written = str_sub(c->s, from, c->at);
	return true;
}

static bool eat_separator(struct cursor *c)
{
	bool any = eat_spaces(c);

	any |= eat(c, ",") || eat(c, ";") || eat(c, "|") || eat(c, "&") || eat(c, "\xEF\xBC\x8C") ||
		eat(c, "\xE3\x80\x81");
	eat_spaces(c);
	if (any && eat(c, "and"))
		return eat_spaces(c);
	return any;
}

static bool eat_ids(struct cursor *c, const char *close, struct mark_ids *ids)
{
	eat_spaces(c);
	for (ids->n = 0; ids->n < MARKS_IDS_MAX; ids->n++) {
		struct cursor back;

		if (!eat_id(c, ids->n ? &ids->v[ids->n - 1] : NULL, &ids->v[ids->n]))
			return false;
		back = *c;
		eat_spaces(c);
		if (eat(c, close)) {
			ids->n++;
			return true;
		}
		back.starved = c->starved;
		*c = back;
		if (!eat_separator(c))
			return false;
	}
	return false;
}

/* Numbers that models and their servers put for sources: [7], [1, 2], 【4:0†report.pdf】. */
static bool eat_reference(struct cursor *c, uint32_t prev, struct mark_ids *ids, size_t *numbers)
{
	size_t from = c->at + 1;
	uint32_t value = 1;

	*numbers = 0;

	if (!eat(c, "[") || utf8_is_word(prev) || prev == ']' || prev == ')' || prev == '_')
		return false;
	do {
		eat_spaces(c);
		if (!eat_number(c, NUMBER_DIGITS_MAX, &value) || (!*numbers && !value))
			return false;
		++*numbers;
	} while (eat(c, ",") || eat(c, ";") || eat_dash(c));
	ids->v[0] = (struct mark_id){ .written = str_sub(c->s, from, c->at) };
	return eat(c, "]") && look(c) != '(' && look(c) != ':';
}

static bool eat_dagger(struct cursor *c, struct mark_ids *ids)
{
	size_t from = c->at + 3, dagger = 0;

	if (!eat(c, "\xE3\x80\x90"))
		return false;
	while (look(c) >= 0 && look(c) != '\n' && !eat(c, "\xE3\x80\x91")) {
		dagger += eat(c, "\xE2\x80\xA0");
		c->at++;
	}
	if (!dagger || c->at < from + 3 || c->s.p[c->at - 1] != '\x91')
		return false;
	ids->v[0] = (struct mark_id){ .written = str_sub(c->s, from, c->at - 3) };
	return true;
}

/* After a bare id: no letter, no extension, no further hyphen. */
static bool is_over(struct cursor *c)
{
	int ch = look(c);

	if (ch == '.' || ch == '-') {
		c->at++;
		ch = look(c);
		c->at--;
	}
	return !is_alnum(ch) && ch != '_' && ch != '@';
}

static bool may_precede_bare(uint32_t prev)
{
	return prev >= 0x0E00 || (!utf8_is_word(prev) && prev != '_' && prev != '.' && prev != '/' && prev != '-' &&
		prev != '@' && prev != '#' && prev != '\\' && prev != '=');
}

static bool eat_bare(struct cursor *c, uint32_t prev, struct mark_ids *ids)
{
	ids->n = 1;
	return may_precede_bare(prev) && eat_id(c, NULL, &ids->v[0]) && is_over(c);
}

bool ids_may_begin(char c)
{
	return c == '[' || c == '(' || c == '\\' || c == 'd' || c == 'D' || c == '\xE3' || c == '\xEF';
}

/* The longer opening first, where one begins like another. */
static const struct {
	const char *open, *close;
} brackets[] = {
	{ "[[", "]]" }, { "[^", "]" }, { "[", "]" }, { "(", ")" }, { "\\[", "\\]" }, { "\xE3\x80\x90", "\xE3\x80\x91" },
	{ "\xEF\xBC\xBB", "\xEF\xBC\xBD" }, { "\xEF\xBC\x88", "\xEF\xBC\x89" },
};

static enum ids_match result(struct cursor *c, struct mark_ids *ids, enum ids_kind kind, bool found)
{
	if (c->starved)
		return IDS_MORE;
	if (!found)
		return IDS_NONE;
	ids->kind = kind;
	ids->len = c->at;
	return IDS_FOUND;
}

static enum ids_match read_bracket(struct cursor start, struct mark_ids *ids)
{
	enum ids_match m = IDS_NONE;

	for (size_t i = 0; m == IDS_NONE && i < sizeof(brackets) / sizeof(*brackets); i++) {
		struct cursor c = start;

		m = result(&c, ids, IDS_BRACKET, eat(&c, brackets[i].open) && eat_ids(&c, brackets[i].close, ids));
	}
	return m;
}

enum ids_match ids_read(struct str s, bool is_end, uint32_t prev, struct mark_ids *ids)
{
	/* What is longer than any group is over for this reader. */
	struct cursor start = { .s = str_sub(s, 0, MARKS_GROUP_MAX), .is_end = is_end || s.len > MARKS_GROUP_MAX };
	struct cursor c = start;
	size_t numbers;
	bool found;
	enum ids_match m;

	if (s.p[0] == 'd' || s.p[0] == 'D')
		return result(&c, ids, IDS_BARE, eat_bare(&c, prev, ids));
	m = read_bracket(start, ids);
	if (m != IDS_NONE)
		return m;
	ids->n = 1;
	found = eat_reference(&c, prev, ids, &numbers);
	m = result(&c, ids, numbers > 1 ? IDS_NUMBERS : IDS_NUMBER, found);
	if (m != IDS_NONE)
		return m;
	c = start;
	return result(&c, ids, IDS_NUMBER, eat_dagger(&c, ids));
}
