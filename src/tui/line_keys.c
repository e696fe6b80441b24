/*
 * Keys as terminals spell them, for readline, which knows the classic bytes only.
 *
 * kitty's protocol sends CSI code[:shifted[:base]] [;mods[:event] [;text]] u, and
 * modifyOtherKeys CSI 27 ; mods ; code ~. mods is 1 + shift 1, alt 2, ctrl 4, super 8.
 * Sources: sw.kovidgoyal.net/kitty/keyboard-protocol; xterm's ctlseqs, "modifyOtherKeys".
 */
#include "line_internal.h"

#include <string.h>

#include "ibid/base/utf8.h"

#define MOD_SHIFT 1u
#define MOD_ALT 2u
#define MOD_CTRL 4u

/* The decimal number that a field begins with; colons part what refines it. */
static unsigned number_of(struct str field)
{
	unsigned n = 0;

	for (size_t i = 0; i < field.len && field.p[i] >= '0' && field.p[i] <= '9' && n < 0x200000; i++)
		n = n * 10 + (unsigned)(field.p[i] - '0');
	return n;
}

static bool parse_csi(struct str bytes, unsigned *code, unsigned *mods)
{
	struct str rest, first, second;

	if (bytes.len < 4 || !str_starts(bytes, STR("\033[")))
		return false;
	rest = str_sub(bytes, 2, bytes.len - 1);
	first = str_cut(&rest, ';');
	second = rest.p ? str_cut(&rest, ';') : STR("1");
	*code = number_of(first);
	*mods = number_of(second);
	if (bytes.p[bytes.len - 1] == '~' && *code == 27 && rest.p)
		*code = number_of(rest);
	else if (bytes.p[bytes.len - 1] != 'u')
		return false;
	*mods = *mods ? *mods - 1 : 0;
	return true;
}

/* The C0 byte of a key with Ctrl, as DEC's terminals sent it; 0x80 when there is none. */
static unsigned control_of(unsigned code)
{
	if (code >= 'a' && code <= 'z')
		return code & 0x1F;
	if (code == ' ')
		return 0;
	if (code == '/')
		return 0x1F;
	if (code == '?')
		return 0x7F;
	return code >= '@' && code <= '_' ? code & 0x1F : 0x80;
}

struct str key_classic(struct str bytes, char *room)
{
	unsigned code, mods;
	SCOPED(buf) out = BUF_INIT;

	if (!parse_csi(bytes, &code, &mods))
		return bytes;
	if (mods & MOD_CTRL && code < 0x80 && control_of(code) < 0x80)
		code = control_of(code);
	else if (mods & MOD_SHIFT && code >= 'a' && code <= 'z')
		code -= 'a' - 'A';
	if (mods & MOD_ALT)
		buf_ch(&out, '\033');
	utf8_add(&out, code);
	memcpy(room, out.p, out.len);
	return str_of(room, out.len);
}

/*
 * readline asks terminfo for these, but not when redisplay is the program's; it
 * binds the arrows, CSI H and CSI F itself. The forms are those of xterm, the
 * Linux console, rxvt and screen.
 */
static const struct {
	const char *keys;
	rl_command_func_t *command;
} usual[] = {
	{ "\033[3~", rl_delete },
	{ "\033[1~", rl_beg_of_line },
	{ "\033[7~", rl_beg_of_line },
	{ "\033[4~", rl_end_of_line },
	{ "\033[8~", rl_end_of_line },
	{ "\033[2~", rl_overwrite_mode },
	{ "\033[1;5D", rl_backward_word },
	{ "\033[1;5C", rl_forward_word },
	{ "\033[1;3D", rl_backward_word },
	{ "\033[1;3C", rl_forward_word },
	{ "\033[3;5~", rl_kill_word },
};

void keys_bind(void)
{
	Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };

	for (size_t m = 0; m < sizeof(maps) / sizeof(*maps); m++) {
		/* Pastes are ours, and readline would wait for the end of one. */
		rl_bind_keyseq_in_map("\033[200~", NULL, maps[m]);
		for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
			rl_bind_keyseq_if_unbound_in_map(usual[i].keys, usual[i].command, maps[m]);
	}
}

/* In the middle of a sequence what readline has read of it stands before. */
bool keys_are_bound(struct str bytes)
{
	SCOPED(buf) all = BUF_INIT;
	int type;

	if (RL_ISSTATE(RL_STATE_MULTIKEY))
		buf_add(&all, rl_executing_keyseq, (size_t)rl_key_sequence_length);
	buf_str(&all, bytes);
	return rl_function_of_keyseq_len(all.p, all.len, rl_get_keymap(), &type) != NULL;
}
