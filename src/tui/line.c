/*
 * readline in its callback form, run by hand: keys go into l->keys, and
 * rl_callback_read_char is called until none is left. What the program itself
 * does to the text is run as a command as well (line_run), so that readline
 * keeps its own books: the undo list, what was killed last, vi's insertions.
 *
 * rl_callback_read_char may leave by longjmp, over readline's frames. No hook
 * here calls what jumps, so nothing of ours is half done.
 */
#include "line_internal.h"

#include <assert.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/base/term_text.h"
#include "ibid/base/utf8.h"

/* More repetitions than anybody means; readline would make them all. */
#define ARGUMENT_MAX 10000
/* readline may not wrap or scroll by itself. */
#define SCREEN_ROWS 1000
#define SCREEN_COLS 30000
/* What is kept of the faults of an inputrc file. */
#define COMPLAINT_MAX 4096
/* What a search takes of a paste. */
#define SEARCH_PASTE_MAX 256

/* Commands that one key may run: a macro that ends in itself has no end (readline counts nested ones only). */
#define COMMANDS_MAX 100000

#define ABORT STR("\a")
#define STATES_HALF_DONE \
	(RL_STATE_NSEARCH | RL_STATE_NUMERICARG | RL_STATE_MULTIKEY | RL_STATE_VIMOTION | RL_STATE_CHARSEARCH)

struct line *the_line;

/*
 * Functions of readline that the program defines in its place: the library calls
 * them through its symbol table, so that the program's win. Weak, for a static
 * readline; where one is built without exported symbols all is as it was.
 *
 * Theirs print and leave with status 2 when memory is lacking; here base/mem has
 * its last words.
 */
#define IN_ITS_PLACE __attribute__((weak))

IN_ITS_PLACE void *xmalloc(size_t size);
IN_ITS_PLACE void *xrealloc(void *p, size_t size);
IN_ITS_PLACE void xfree(void *p);

void *xmalloc(size_t size)
{
	return mem_alloc(size);
}

void *xrealloc(void *p, size_t size)
{
	return mem_resize(p, size, 1);
}

void xfree(void *p)
{
	mem_free(p);
}

/* Theirs print to standard error, in the middle of the screen (macros that call themselves, bad LS_COLORS). */
IN_ITS_PLACE void _rl_errmsg(const char *format, ...);
IN_ITS_PLACE void _rl_ttymsg(const char *format, ...);

void _rl_errmsg(const char *format, ...)
{
	(void)format;
}

void _rl_ttymsg(const char *format, ...)
{
	(void)format;
}

/*
 * Theirs jumps to the frame that was the last to read a key, and in 8.2 that one
 * may have returned: rl_callback_read_char goes on by itself when keys were put
 * back or a macro is read, and a sequence that is bound to nothing then crashes
 * (seen with Ctrl-R Ctrl-X Escape). This one does the same and jumps to feed().
 */
IN_ITS_PLACE int _rl_abort_internal(void);
extern void _rl_pop_executing_macro(void) __attribute__((weak));
extern void _rl_kill_kbd_macro(void) __attribute__((weak));
extern void *_rl_command_to_execute __attribute__((weak));

int _rl_abort_internal(void)
{
	rl_discard_argument();
	rl_clear_pending_input();
	rl_deactivate_mark();
	while (rl_executing_macro)
		_rl_pop_executing_macro();
	_rl_kill_kbd_macro();
	RL_UNSETSTATE(RL_STATE_MULTIKEY);
	rl_last_func = NULL;
	_rl_command_to_execute = NULL;
	siglongjmp(the_line->aborted, 1);
}

static bool has_bytes(const struct line *l)
{
	return l->read_at < l->keys.len;
}

static int next_byte(FILE *from)
{
	struct line *l = the_line;

	(void)from;
	if (has_bytes(l))
		return (unsigned char)l->keys.p[l->read_at++];
	l->underflows += !l->is_macro_run;
	return EOF;
}

/*
 * readline reads the rest of a character at once when it is there, but records
 * only its first byte in a macro. So while one is recorded, it is not there.
 */
static int is_byte_there(void)
{
	struct line *l = the_line;

	if (RL_ISSTATE(RL_STATE_MACRODEF) && has_bytes(l) && (l->keys.p[l->read_at] & 0xC0) == 0x80)
		return 0;
	return has_bytes(l);
}

/* Called after each command. */
static void note_change(void)
{
	if (!the_line)
		return;
	the_line->is_changed = true;
	the_line->is_macro_run |= RL_ISSTATE(RL_STATE_MACROINPUT) != 0;
	if (the_line->is_feeding && ++the_line->commands > COMMANDS_MAX) {
		the_line->commands = 0;
		rl_abort(1, 0);
	}
}

static void feed(struct line *l, struct str bytes)
{
	buf_reset(&l->keys);
	buf_str(&l->keys, bytes);
	l->read_at = 0;
	l->commands = 0;
	l->is_macro_run = false;
	l->is_feeding = true;
	while (has_bytes(l))
		if (sigsetjmp(l->aborted, 0) == 0)
			rl_callback_read_char();
	l->is_feeding = false;
}

/* A step outside what readline knows ends walks through rows and history. */
static void touch(struct line *l)
{
	l->was_walking = l->is_walking;
	l->is_walking = l->is_stepping = l->is_listed = l->is_asked = false;
	l->is_changed = true;
}

/*
 * Readline puts LC_CTYPE back to what the environment says whenever a line
 * begins. In a locale without UTF-8 it would also read bytes above 0x7f as Alt.
 */
static void keep_utf8(void)
{
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* What would make noise, take UTF-8 for Alt keys, or keep prompts as nobody sent them, whatever ~/.inputrc says. */
static void settle(void)
{
	static const char *const fixed[][2] = {
		{ "bell-style", "none" }, { "convert-meta", "off" }, { "input-meta", "on" }, { "output-meta", "on" },
		{ "enable-bracketed-paste", "off" }, { "revert-all-at-newline", "on" },
	};

	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		rl_variable_bind(fixed[i][0], fixed[i][1]);
	keys_bind();
	keep_utf8();
}

/*
 * readline prints the faults of an inputrc file to standard error, and has no
 * hook for it. So for that while standard error is a file in memory.
 */
struct hush {
	int err, file;
};

static struct hush hush_begin(void)
{
	struct hush h = { fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), memfd_create("inputrc", MFD_CLOEXEC) };

	if (h.err >= 0 && h.file >= 0)
		dup2(h.file, STDERR_FILENO);
	return h;
}

static void hush_end(struct hush h, struct buf *said)
{
	SCOPED(buf) all = BUF_INIT;

	if (h.err >= 0 && h.file >= 0) {
		dup2(h.err, STDERR_FILENO);
		lseek(h.file, 0, SEEK_SET);
		path_read_fd(h.file, "inputrc", COMPLAINT_MAX, &all, NULL);
	}
	buf_reset(said);
	term_text_add(said, buf_view(&all));
	close(h.err);
	close(h.file);
}

static int do_nothing(int count, int key)
{
	(void)count;
	(void)key;
	return 0;
}

static int read_inputrc_again(int count, int key)
{
	struct hush h = hush_begin();
	int status = rl_re_read_init_file(count, key);

	hush_end(h, &the_line->complaint);
	settle();
	return status;
}

/*
 * Other commands for names of readline's: in the table of names, for inputrc, and
 * in the keymaps that are bound already. Enter belongs to the screen; ~/.inputrc
 * may be read again, but not with its bell; the searches are line_history.c's.
 */
/* clang-format off */
static const struct {
	const char *name;
	rl_command_func_t *theirs, *ours;
} replaced[] = {
	{ "accept-line",                                  rl_newline,                       do_nothing },
	{ "re-read-init-file",                            rl_re_read_init_file,             read_inputrc_again },
	{ "history-search-backward",                      rl_history_search_backward,       history_back },
	{ "history-search-forward",                       rl_history_search_forward,        history_on },
	{ "history-substring-search-backward",            rl_history_substr_search_backward, history_back_anywhere },
	{ "history-substring-search-forward",             rl_history_substr_search_forward, history_on_anywhere },
	{ "non-incremental-reverse-search-history",       rl_noninc_reverse_search,         search_back },
	{ "non-incremental-forward-search-history",       rl_noninc_forward_search,         search_on },
	{ "non-incremental-reverse-search-history-again", rl_noninc_reverse_search_again,   search_back_again },
	{ "non-incremental-forward-search-history-again", rl_noninc_forward_search_again,   search_on_again },
	{ "vi-search",                                    rl_vi_search,                     search_vi },
	{ "vi-search-again",                              rl_vi_search_again,               search_vi_again },
};
/* clang-format on */

static void replace_in(Keymap map)
{
	for (size_t i = 0; i < sizeof(replaced) / sizeof(*replaced); i++)
		for (int key = 0; key < KEYMAP_SIZE; key++)
			if (map[key].type == ISFUNC && map[key].function == replaced[i].theirs)
				map[key].function = replaced[i].ours;
}

static void replace_commands(void)
{
	rl_initialize_funmap();
	for (size_t i = 0; i < sizeof(replaced) / sizeof(*replaced); i++)
		for (size_t f = 0; funmap[f]; f++)
			if (strcmp(funmap[f]->name, replaced[i].name) == 0)
				funmap[f]->function = replaced[i].ours;
	replace_in(emacs_standard_keymap);
	replace_in(emacs_meta_keymap);
	replace_in(emacs_ctlx_keymap);
	replace_in(vi_insertion_keymap);
	replace_in(vi_movement_keymap);
}

/* readline has ended the line: for line_restart, or because of a command that does so (insert-comment): then it stays. */
static void on_line(char *text)
{
	struct line *l = the_line;

	if (text && !l->is_ending)
		buf_c(&l->kept, text);
	xfree(text);
}

static int on_start(void)
{
	keep_utf8();
	rl_replace_line(buf_cstr(&the_line->kept), 1);
	rl_point = rl_end;
	buf_reset(&the_line->kept);
	return 0;
}

static void hook_up(struct line *l)
{
	rl_readline_name = "ibid";
	rl_instream = rl_outstream = l->nowhere;
	rl_getc_function = next_byte;
	rl_input_available_hook = is_byte_there;
	rl_redisplay_function = note_change;
	rl_startup_hook = on_start;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_catch_signals = rl_catch_sigwinch = rl_change_environment = 0;
	line_completer();
}

struct line *line_new(const struct line_options *o)
{
	struct line *l = mem_zalloc(1, sizeof(*l));
	struct hush h;

	l->nowhere = fopen("/dev/null", "r+e");
	if (!l->nowhere)
		l->nowhere = tmpfile();
	if (!l->nowhere)
		mem_exhausted();
	if (o)
		l->o = *o;
	the_line = l;
	hook_up(l);
	replace_commands();
	h = hush_begin();
	rl_initialize();
	hush_end(h, &l->complaint);
	settle();
	rl_set_screen_size(SCREEN_ROWS, SCREEN_COLS);
	rl_callback_handler_install("", on_line);
	using_history();
	return l;
}

void line_free(struct line *l)
{
	if (!l)
		return;
	line_restart(l, STR_EMPTY, 0);
	rl_callback_handler_remove();
	rl_clear_history();
	the_line = NULL;
	fclose(l->nowhere);
	chips_release(&l->chips);
	arena_release(&l->found);
	buf_release(&l->keys);
	buf_release(&l->kept);
	buf_release(&l->lent);
	buf_release(&l->message);
	buf_release(&l->insertion);
	buf_release(&l->prefix);
	buf_release(&l->draft);
	buf_release(&l->complaint);
	mem_free(l);
}

/* Enter's place in the keymap at hand is lent to the command. */
void line_run(struct line *l, rl_command_func_t *command)
{
	KEYMAP_ENTRY *entry = &rl_get_keymap()['\r'];
	KEYMAP_ENTRY was = *entry;

	*entry = (KEYMAP_ENTRY){ ISFUNC, command };
	feed(l, STR("\r"));
	*entry = was;
}

void line_point(struct line *l, int point)
{
	rl_point = point < rl_end ? point : rl_end;
	if (line_mode(l) == LINE_VI_COMMAND)
		rl_vi_check();
}

void line_restart(struct line *l, struct str text, size_t cursor)
{
	line_cancel(l);
	buf_str(&l->kept, text);
	l->is_ending = true;
	line_run(l, rl_newline);
	l->is_ending = false;
	rl_point = (int)cursor;
	touch(l);
}

static bool has_room(const struct line *l, size_t more)
{
	size_t bytes = (size_t)rl_end + l->chips.bytes;

	return bytes <= LINE_TEXT_MAX && more <= LINE_TEXT_MAX - bytes;
}

static bool has_nul(void)
{
	return memchr(rl_line_buffer, '\0', (size_t)rl_end) != NULL;
}

/*
 * Keys can double the line (kill, yank, yank); what goes beyond the limit is taken
 * back. So is a NUL, which vi's `.` puts in when an `r` before it was broken off
 * (8.2); vi's motions do not come past one.
 */
static void keep_limits(struct line *l)
{
	if (!has_room(l, 0))
		rl_do_undo();
	while (has_nul() && rl_do_undo())
		;
	if (has_nul())
		rl_replace_line("", 1);
	if (rl_point > rl_end)
		rl_point = rl_end;
	if (rl_numeric_arg > ARGUMENT_MAX)
		rl_numeric_arg = ARGUMENT_MAX;
}

static void note_message(struct line *l)
{
	buf_reset(&l->message);
	if (rl_display_prompt && (line_is_searching(l) || RL_ISSTATE(RL_STATE_NUMERICARG)))
		term_text_add_line(&l->message, str_c(rl_display_prompt));
}

static bool is_sequence(struct str bytes)
{
	return bytes.len > 2 && bytes.p[0] == '\033';
}

/* vi's `/` takes any byte for its search string, Escape too; nobody means that. */
static struct str for_search(struct str bytes)
{
	if (!RL_ISSTATE(RL_STATE_NSEARCH) || bytes.p[0] != '\033')
		return bytes;
	return bytes.len == 1 ? ABORT : STR_EMPTY;
}

void line_key(struct line *l, struct str bytes)
{
	char room[8];

	touch(l);
	bytes = key_classic(bytes, room);
	if (!bytes.len || utf8_invalid_at(bytes) != STR_NONE)
		return;
	if (chips_are_in(bytes)) {
		line_insert(l, bytes);
		return;
	}
	if (is_sequence(bytes) && !keys_are_bound(bytes)) {
		if (RL_ISSTATE(RL_STATE_MULTIKEY))
			line_cancel(l);
		return;
	}
	feed(l, for_search(bytes));
	/* A numeric argument makes readline overlook that its command has ended the line (8.2). */
	if (rl_done)
		line_run(l, do_nothing);
	history_mend(l);
	keep_limits(l);
	note_message(l);
}

int line_run_insertion(int count, int key)
{
	(void)count;
	(void)key;
	rl_begin_undo_group();
	rl_insert_text(buf_cstr(&the_line->insertion));
	rl_end_undo_group();
	return 0;
}

/* The chip before the cursor gives way to its text. */
static int expand_chip(int count, int key)
{
	rl_begin_undo_group();
	rl_delete_text(rl_point - CHIP_BYTES, rl_point);
	rl_point -= CHIP_BYTES;
	line_run_insertion(count, key);
	rl_end_undo_group();
	return 0;
}

static bool insert_by(struct line *l, struct str text, rl_command_func_t *how)
{
	line_cancel(l);
	touch(l);
	if (!has_room(l, text.len))
		return false;
	buf_reset(&l->insertion);
	buf_str(&l->insertion, text);
	line_run(l, how);
	if (line_mode(l) == LINE_VI_COMMAND)
		rl_vi_check();
	return true;
}

bool line_insert(struct line *l, struct str text)
{
	SCOPED(buf) harmless = BUF_INIT;

	chips_add_foreign(&harmless, text);
	return insert_by(l, buf_view(&harmless), line_run_insertion);
}

static bool search_takes(struct line *l, struct str text)
{
	struct str first = str_cut(&text, '\n');
	SCOPED(buf) line = BUF_INIT;

	term_text_add_line(&line, str_sub(first, 0, utf8_floor(first, SEARCH_PASTE_MAX)));
	feed(l, buf_view(&line));
	touch(l);
	note_message(l);
	return true;
}

static bool is_behind_its_chip(const struct line *l, struct str text)
{
	size_t cursor = line_cursor(l);
	const struct chip *c = cursor < CHIP_BYTES ? NULL : chips_at(&l->chips, line_text(l), cursor - CHIP_BYTES);

	return c && str_eq(str_of(c->text, c->len), text);
}

static bool paste_chip(struct line *l, struct str text)
{
	char character[CHIP_BYTES + 1];

	if (!has_room(l, text.len + CHIP_BYTES))
		return false;
	if (!chips_store(&l->chips, text, character))
		return insert_by(l, text, line_run_insertion);
	return insert_by(l, str_of(character, CHIP_BYTES), line_run_insertion);
}

bool line_paste(struct line *l, struct str text)
{
	SCOPED(buf) harmless = BUF_INIT;

	if (line_is_searching(l))
		return search_takes(l, text);
	chips_add_foreign(&harmless, text);
	line_cancel(l);
	if (!chips_want(buf_view(&harmless)))
		return insert_by(l, buf_view(&harmless), line_run_insertion);
	if (is_behind_its_chip(l, buf_view(&harmless)))
		return insert_by(l, buf_view(&harmless), expand_chip);
	return paste_chip(l, buf_view(&harmless));
}

bool line_changed(struct line *l)
{
	bool is_changed = l->is_changed;

	l->is_changed = false;
	return is_changed;
}

struct str line_text(const struct line *l)
{
	(void)l;
	return str_of(rl_line_buffer, (size_t)rl_end);
}

size_t line_cursor(const struct line *l)
{
	(void)l;
	return (size_t)rl_point;
}

bool line_is_empty(const struct line *l)
{
	return !line_text(l).len;
}

/* Quoted-insert can leave half a character in the line; what is sent is valid. */
void line_expanded(const struct line *l, struct buf *out)
{
	struct str text = line_text(l);
	const struct chip *chip;
	size_t from = 0, at = 0;

	while ((at = str_find_ch(text, '\xF4', at)) != STR_NONE) {
		chip = chips_at(&l->chips, text, at++);
		if (!chip)
			continue;
		utf8_repair(out, str_sub(text, from, at - 1));
		buf_add(out, chip->text, chip->len);
		from = at - 1 + CHIP_BYTES;
	}
	utf8_repair(out, str_sub(text, from, text.len));
}

bool line_set(struct line *l, struct str text)
{
	SCOPED(buf) harmless = BUF_INIT;

	chips_add_foreign(&harmless, text);
	if (harmless.len > LINE_TEXT_MAX - LINE_KEPT_MAX)
		return false;
	line_restart(l, buf_view(&harmless), harmless.len);
	if (!l->is_lent)
		chips_shrink(&l->chips, LINE_KEPT_MAX);
	return true;
}

void line_lend(struct line *l, struct str text)
{
	assert(!l->is_lent);
	l->is_lent = true;
	l->lent_cursor = line_cursor(l);
	buf_reset(&l->lent);
	buf_str(&l->lent, line_text(l));
	line_set(l, text);
}

void line_return(struct line *l)
{
	assert(l->is_lent);
	line_restart(l, buf_view(&l->lent), l->lent_cursor);
	l->is_lent = false;
}

struct str line_message(const struct line *l)
{
	return buf_view(&l->message);
}

bool line_is_searching(const struct line *l)
{
	(void)l;
	return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
}

/*
 * Ctrl-G ends all but two states. In Ctrl-R it would go back to where the search
 * began; and quoted-insert would take it for its character. For these there is
 * readline's clean-up after a signal, as there is for a Ctrl-G that the user
 * has bound to something else.
 */
void line_cancel(struct line *l)
{
	for (int i = 0; i < 2 && RL_ISSTATE(STATES_HALF_DONE); i++)
		feed(l, ABORT);
	rl_callback_sigcleanup();
	if (l->message.len || l->is_listed)
		l->is_changed = true;
	l->is_listed = l->is_asked = false;
	history_mend(l);
	note_message(l);
}

enum line_mode line_mode(const struct line *l)
{
	(void)l;
	if (rl_editing_mode)
		return LINE_EMACS;
	return rl_get_keymap() == vi_movement_keymap ? LINE_VI_COMMAND : LINE_VI_INSERT;
}

struct str line_complaint(const struct line *l)
{
	return str_trim(buf_view(&l->complaint));
}

unsigned line_underflows(const struct line *l)
{
	return l->underflows;
}
