/*
 * Completions of a command line typed in a conversation, by the rows that the
 * shell's completions come from. Reads the library without writing and asks no
 * network, because it runs at a key press.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/chat_internal.h"
#include "cmd/complete_internal.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/base/shell.h"

/* Candidates kept: more than anyone reads. */
#define OFFERS_MAX 500

struct offers {
	struct chat_host *host;
	struct arena *arena;
	char quote;		/* that the word began with */
	struct line_match *v;
	size_t n;
};

/* A name that would not be typed, nor drawn as it is, is no candidate. */
static bool is_plain(struct str s)
{
	SCOPED(buf) shown = BUF_INIT;

	term_text_add_line(&shown, s);
	return str_eq(buf_view(&shown), s);
}

static void add(void *ctx, struct str value, struct str about)
{
	SCOPED(buf) word = BUF_INIT;
	SCOPED(buf) says = BUF_INIT;
	struct offers *o = ctx;

	if (o->n == OFFERS_MAX || !is_plain(value))
		return;
	shell_add_word(&word, value, o->quote);
	term_text_add_line(&says, about);
	o->v[o->n++] = (struct line_match){ arena_str(o->arena, buf_view(&word)), arena_str(o->arena, buf_view(&says)) };
}

/* --- files */

static bool is_dir(struct str dir, const char *name)
{
	SCOPED(buf) path = BUF_INIT;
	struct stat st;

	path_join(&path, dir, str_c(name));
	return !stat(buf_cstr(&path), &st) && S_ISDIR(st.st_mode);
}

static void add_entry(struct offers *o, struct str dir, struct str before, const char *name, bool only_dirs)
{
	SCOPED(buf) value = BUF_INIT;
	bool directory = is_dir(dir, name);

	if (only_dirs && !directory)
		return;
	buf_fmt(&value, "%.*s%s%s", STR_ARG(before), name, directory ? "/" : "");
	add(o, buf_view(&value), STR_EMPTY);
}

static void add_files(void *ctx, struct str head, struct str word, bool only_dirs)
{
	SCOPED(buf) before = BUF_INIT;
	struct offers *o = ctx;
	struct str begin = path_base(word);
	struct str dir = chat_real_path(o->host, o->arena, str_sub(word, 0, word.len - begin.len));
	struct dirent *entry;
	DIR *d = opendir(dir.len ? dir.p : ".");

	buf_str(&before, head);
	buf_str(&before, str_sub(word, 0, word.len - begin.len));
	while (d && o->n < OFFERS_MAX && (entry = readdir(d)))
		if (str_starts(str_c(entry->d_name), begin) && (entry->d_name[0] != '.' || begin.len) &&
			!str_is(str_c(entry->d_name), ".") && !str_is(str_c(entry->d_name), ".."))
			add_entry(o, dir.len ? dir : STR("."), buf_view(&before), entry->d_name, only_dirs);
	if (d)
		closedir(d);
}

/* --- the line */

/* The words up to the cursor; behind a blank an empty one begins. */
static size_t words_before(struct arena *a, struct str line, struct str **words, struct shell_word *last)
{
	struct shell_word *v;
	size_t n = shell_split(a, line, &v);

	*last = (struct shell_word){ .text = STR_EMPTY, .from = line.len, .to = line.len };
	if (n && v[n - 1].to == line.len)
		*last = v[--n];
	*words = arena_array(a, n + 1, sizeof(**words));
	for (size_t i = 0; i < n; i++)
		(*words)[i] = v[i].text;
	(*words)[n] = last->text;
	return n + 1;
}

void chat_complete(void *ctx, struct arena *a, struct str line, size_t cursor, struct line_match **matches, size_t *n,
	size_t *from, size_t *to)
{
	struct offers o = { .host = ctx, .arena = a };
	const struct complete_sink sink = { add, add_files, &o };
	struct shell_word last;
	struct str *words;
	size_t n_words = words_before(a, str_sub(line, 0, cursor), &words, &last);

	o.v = arena_array(a, OFFERS_MAX, sizeof(*o.v));
	o.quote = last.from < last.to && strchr("'\"", line.p[last.from]) ? line.p[last.from] : 0;
	complete_words(o.host->env, words, n_words, &sink);
	*matches = o.v;
	*n = o.n;
	*from = last.from;
	*to = last.to;
}
