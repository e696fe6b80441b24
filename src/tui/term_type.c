#include "tui/term_type.h"

#include <string.h>

#include <curses.h>
#include <term.h>

/* Beginnings of the types that would print the newer sequences, or do things of their own with them. */
static const char *const plain_types[] = { "linux", "vt1", "vt2", "vt3", "vt4", "vt5", "ansi", "pcansi", "cons25",
	"sun", "wsvt", "mach", "hurd", "cygwin" };

bool type_is_plain(const char *type)
{
	for (size_t i = 0; i < sizeof(plain_types) / sizeof(*plain_types); i++)
		if (str_starts(str_c(type), str_c(plain_types[i])))
			return true;
	return false;
}

static const char *capability_of(const char *name)
{
	const char *value = tigetstr(name);

	return value && value != (const char *)-1 ? value : NULL;
}

enum state { UNKNOWN, FIXED, USABLE };

/* setupterm's last argument keeps it from leaving the process; 1 there is a terminal that prints on paper. */
static enum state state_of(const char *type, int fd)
{
	enum state state;
	int why = 0;

	if (setupterm(type, fd, &why) != 0)
		return why == 1 ? FIXED : UNKNOWN;
	state = capability_of("cup") ? USABLE : FIXED;
	del_curterm(cur_term);
	return state;
}

/* "foot-extra" is much like foot; but plain xterm has 8 colours, so "xterm-kitty" is rather xterm-256color. */
static void add_prefix(struct buf *out, struct str name)
{
	struct str prefix = str_sub(name, 0, str_find_ch(name, '-', 0));

	if (prefix.len < name.len && !str_is(prefix, "xterm"))
		buf_str(out, prefix);
}

enum err_code type_find(const char *name, int fd, struct buf *type, struct err *err)
{
	SCOPED(buf) prefix = BUF_INIT;
	const char *const candidates[] = { name, NULL, "xterm-256color", "ansi" };

	add_prefix(&prefix, str_c(name));
	for (size_t i = 0; i < sizeof(candidates) / sizeof(*candidates); i++) {
		const char *candidate = candidates[i] ? candidates[i] : buf_cstr(&prefix);
		enum state state = *candidate ? state_of(candidate, fd) : UNKNOWN;

		if (state == FIXED)
			return err_set(err, ERR_USAGE,
				"the terminal '%s' cannot move its cursor: use --inline or 'ibid ask'", candidate);
		if (state == USABLE) {
			buf_c(type, candidate);
			return OK;
		}
	}
	return err_set(err, ERR_CONFIG, "no description of the terminal '%s' is installed, nor of any usual one", name);
}

/* Terminals that needed a pause after a sequence ("$<5>") are gone. */
static void add_unpadded(struct buf *out, struct str s)
{
	size_t from = 0, pad;

	while ((pad = str_find(s, STR("$<"), from)) != STR_NONE) {
		buf_str(out, str_sub(s, from, pad));
		from = str_find_ch(s, '>', pad);
		from = from == STR_NONE ? s.len : from + 1;
	}
	buf_str(out, str_sub(s, from, s.len));
}

void type_add(struct buf *out, const char *capability)
{
	const char *value = capability_of(capability);

	if (value)
		add_unpadded(out, str_c(value));
}

void type_add_move(struct buf *out, int row, int col)
{
	const char *cup = capability_of("cup"), *move = cup ? tiparm(cup, row, col) : NULL;

	if (move)
		add_unpadded(out, str_c(move));
}
