/*
 * bibconv FROM TO - a bibliography from standard input in one format to standard output in another
 *
 * For tests and for comparing with other converters; warnings go to standard error.
 */
#include <stdio.h>

#include "ibid/cite/bib_format.h"

static void slurp(struct buf *text)
{
	size_t n;

	while ((n = fread(buf_room(text, 65536), 1, 65536, stdin)) > 0)
		text->len += n;
}

static void warn(const struct bib_list *list)
{
	for (size_t i = 0; i < list->n_warnings; i++)
		fprintf(stderr, "line %d: %.*s\n", list->warnings[i].line, STR_ARG(list->warnings[i].text));
}

int main(int argc, char **argv)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) text = BUF_INIT, out = BUF_INIT;
	const struct bib_format *from = argc == 3 ? bib_format_find(str_c(argv[1])) : NULL;
	const struct bib_format *to = argc == 3 ? bib_format_find(str_c(argv[2])) : NULL;
	struct bib_list list = { 0 };
	struct err err = ERR_INIT;

	if (!from || !from->read || !to) {
		fprintf(stderr, "usage: bibconv FROM TO\n");
		return 2;
	}
	slurp(&text);
	if (from->read(&a, buf_view(&text), &list, &err) != OK) {
		fprintf(stderr, "bibconv: %s\n", err.text);
		return err_exit_status(err.code);
	}
	warn(&list);
	to->write(&out, list.items, list.n_items, NULL, 0);
	return fwrite(buf_cstr(&out), 1, out.len, stdout) == out.len ? 0 : 74;
}
