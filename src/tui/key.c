#include "tui/key_internal.h"

#include "ibid/base/utf8.h"

/* clang-format off */
const struct key_row key_rows[] = {
	/* code         name         shown    number final */
	{ KEY_UP,        "up",        "Up",    0,  'A' },
	{ KEY_DOWN,      "down",      "Down",  0,  'B' },
	{ KEY_RIGHT,     "right",     "Right", 0,  'C' },
	{ KEY_LEFT,      "left",      "Left",  0,  'D' },
	{ KEY_HOME,      "home",      "Home",  0,  'H' },
	{ KEY_END,       "end",       "End",   0,  'F' },
	{ KEY_PAGE_UP,   "page-up",   "PgUp",  5,  0 },
	{ KEY_PAGE_DOWN, "page-down", "PgDn",  6,  0 },
	{ KEY_INSERT,    "insert",    "Ins",   2,  0 },
	{ KEY_DELETE,    "delete",    "Del",   3,  0 },
	{ KEY_ENTER,     "enter",     "Enter", 0,  0 },
	{ KEY_TAB,       "tab",       "Tab",   0,  0 },
	{ KEY_BACKSPACE, "backspace", "Bksp",  0,  0 },
	{ KEY_ESCAPE,    "escape",    "Esc",   0,  0 },
	{ KEY_F1,        "f1",        "F1",    0,  'P' },
	{ KEY_F2,        "f2",        "F2",    0,  'Q' },
	{ KEY_F3,        "f3",        "F3",    0,  'R' },
	{ KEY_F4,        "f4",        "F4",    0,  'S' },
	{ KEY_F5,        "f5",        "F5",    15, 0 },
	{ KEY_F6,        "f6",        "F6",    17, 0 },
	{ KEY_F7,        "f7",        "F7",    18, 0 },
	{ KEY_F8,        "f8",        "F8",    19, 0 },
	{ KEY_F9,        "f9",        "F9",    20, 0 },
	{ KEY_F10,       "f10",       "F10",   21, 0 },
	{ KEY_F11,       "f11",       "F11",   23, 0 },
	{ KEY_F12,       "f12",       "F12",   24, 0 },
	{ 0 }
};

/* Characters that a line of the configuration cannot begin with or hold before its '=', and a name not end in. */
static const struct {
	char c;
	const char *name;
} words[] = {
	{ ' ', "space" }, { '=', "equals" }, { ':', "colon" }, { ';', "semicolon" }, { '#', "hash" }, { '.', "dot" },
	{ '[', "bracket-left" }, { ']', "bracket-right" },
};

/* In the order in which they are written. */
static const struct {
	const char *name, *shown;
	unsigned mod;
} mods[] = {
	{ "ctrl-",  "Ctrl-",  KEY_CTRL },
	{ "alt-",   "Alt-",   KEY_ALT },
	{ "shift-", "Shift-", KEY_SHIFT },
	{ "super-", "Super-", KEY_SUPER },
};

/* With ctrl, terminals send the left for the right, or both as the same byte. */
static const struct {
	char c;
	struct key sent;
} twins[] = {
	{ 'i', { KEY_TAB, 0 } },       { 'm', { KEY_ENTER, 0 } },  { '[', { KEY_ESCAPE, 0 } },
	{ 'h', { KEY_BACKSPACE, 0 } }, { '?', { KEY_BACKSPACE, 0 } }, { '@', { ' ', KEY_CTRL } },
	{ '/', { '_', KEY_CTRL } },
};
/* clang-format on */

#define N_OF(array) (sizeof(array) / sizeof(*(array)))

const struct key_row *key_row_of(uint32_t code)
{
	for (const struct key_row *r = key_rows; r->code; r++)
		if (r->code == code)
			return r;
	return NULL;
}

bool key_eq(struct key a, struct key b)
{
	return a.code == b.code && a.mods == b.mods;
}

bool key_is_typed(struct key key)
{
	return key.code < KEY_FIRST && !(key.mods & (KEY_CTRL | KEY_ALT | KEY_SUPER));
}

bool key_twin(struct key key, struct key *sent)
{
	if (!(key.mods & KEY_CTRL) || key.mods & KEY_SHIFT)
		return false;
	for (size_t i = 0; i < N_OF(twins); i++) {
		if (key.code != (uint32_t)twins[i].c)
			continue;
		sent->code = twins[i].sent.code;
		sent->mods = (key.mods & ~(unsigned)KEY_CTRL) | twins[i].sent.mods;
		return true;
	}
	return false;
}

/* SHIFT that is in the character, and capitals that CTRL does not know. */
static struct key folded(struct key key)
{
	bool is_letter = (key.code | 0x20) >= 'a' && (key.code | 0x20) <= 'z' && key.code < 0x80;

	if (key.mods & KEY_CTRL) {
		key.code = key.code < KEY_FIRST ? utf8_lower(key.code) : key.code;
	} else if (key.mods & KEY_SHIFT && is_letter) {
		key.code &= ~0x20u;
		key.mods &= ~(unsigned)KEY_SHIFT;
	}
	return key;
}

struct key key_settled(struct key key)
{
	key = folded(key);
	key_twin(key, &key);
	return key;
}

/* --- names */

static struct str cut_mods(struct str name, unsigned *found)
{
	for (size_t i = 0; i < N_OF(mods);) {
		size_t len = str_c(mods[i].name).len;

		if (name.len <= len || *found & mods[i].mod || !str_is_nocase(str_sub(name, 0, len), mods[i].name)) {
			i++;
			continue;
		}
		*found |= mods[i].mod;
		name = str_sub(name, len, name.len);
		i = 0;
	}
	return name;
}

static bool parse_code(struct str name, uint32_t *code)
{
	for (const struct key_row *r = key_rows; r->code; r++)
		if (str_is_nocase(name, r->name)) {
			*code = r->code;
			return true;
		}
	for (size_t i = 0; i < N_OF(words); i++)
		if (str_is_nocase(name, words[i].name)) {
			*code = (uint32_t)words[i].c;
			return true;
		}
	return name.len && utf8_valid_len(name, 0) == name.len && utf8_decode(name, 0, code) && !utf8_is_hidden(*code);
}

bool key_parse(struct str name, struct key *key)
{
	struct key k = { 0, 0 };

	if (!parse_code(cut_mods(name, &k.mods), &k.code))
		return false;
	k = folded(k);
	/* Shift-1 arrives as the character that it types, whichever the keyboard has there. */
	if (k.mods & KEY_SHIFT && !(k.mods & KEY_CTRL) && k.code < KEY_FIRST && k.code != ' ')
		return false;
	*key = k;
	return true;
}

static void add_char(struct buf *out, uint32_t code, const char *space)
{
	if (code == ' ')
		buf_c(out, space);
	else
		utf8_add(out, code);
}

void key_name(struct buf *out, struct key key)
{
	const struct key_row *row = key_row_of(key.code);

	for (size_t i = 0; i < N_OF(mods); i++)
		if (key.mods & mods[i].mod)
			buf_c(out, mods[i].name);
	if (row)
		buf_c(out, row->name);
	else
		add_char(out, key.code, "space");
}

void key_hint(struct buf *out, struct key key)
{
	const struct key_row *row = key_row_of(key.code);

	if (key.mods == KEY_CTRL && key.code > ' ' && key.code < 0x7F) {
		buf_fmt(out, "^%c", key.code >= 'a' && key.code <= 'z' ? (char)(key.code - 0x20) : (char)key.code);
		return;
	}
	for (size_t i = 0; i < N_OF(mods); i++)
		if (key.mods & mods[i].mod)
			buf_c(out, mods[i].shown);
	if (row)
		buf_c(out, row->shown);
	else
		add_char(out, key.code, "Space");
}

/* --- the bytes of old */

static void add_char_bytes(struct buf *out, struct key key)
{
	bool shift = key.mods & KEY_SHIFT && key.code != ' ', ctrl = key.mods & KEY_CTRL;
	bool has_ctrl =
		(key.code >= 'a' && key.code <= 'z') || (key.code >= '\\' && key.code <= '_') || key.code == ' ';

	if (key.code >= KEY_FIRST || shift || (ctrl && !has_ctrl))
		return;
	if (key.mods & KEY_ALT)
		buf_ch(out, '\x1b');
	if (ctrl)
		buf_ch(out, (char)(key.code & 0x1F));
	else
		utf8_add(out, key.code);
}

/* Enter, tab, backspace, escape: with ctrl or shift only what terminals of old have, so that a stray one does nothing. */
static void add_control_bytes(struct buf *out, struct key key)
{
	static const struct {
		uint32_t code;
		unsigned mods;
		const char *bytes;
	} sent[] = {
		{ KEY_ENTER, 0, "\r" },
		{ KEY_ESCAPE, 0, "\x1b" },
		{ KEY_TAB, 0, "\t" },
		{ KEY_TAB, KEY_SHIFT, "\x1b[Z" },
		{ KEY_BACKSPACE, 0, "\x7F" },
		{ KEY_BACKSPACE, KEY_SHIFT, "\x7F" },
		{ KEY_BACKSPACE, KEY_CTRL, "\b" },
	};

	for (size_t i = 0; i < N_OF(sent); i++)
		if (key.code == sent[i].code && (key.mods & ~(unsigned)KEY_ALT) == sent[i].mods)
			buf_fmt(out, "%s%s", key.mods & KEY_ALT ? "\x1b" : "", sent[i].bytes);
}

void key_bytes(struct buf *out, struct key key)
{
	const struct key_row *row = key_row_of(key.code);
	unsigned m = 1 + key.mods; /* xterm's parameter: the bits are the same */

	if (!row && !(key.mods & KEY_SUPER))
		add_char_bytes(out, key);
	else if (!row)
		return;
	else if (row->number && key.mods)
		buf_fmt(out, "\x1b[%d;%u~", row->number, m);
	else if (row->number)
		buf_fmt(out, "\x1b[%d~", row->number);
	else if (row->final && key.mods)
		buf_fmt(out, "\x1b[1;%u%c", m, row->final);
	else if (row->final)
		buf_fmt(out, "\x1b%c%c", row->final >= 'P' ? 'O' : '[', row->final);
	else
		add_control_bytes(out, key);
}
