/*
 * library.h - a library of its own for each test, filled through split and identify
 *
 *	cmocka_unit_test_setup_teardown(name, library_open, library_close)
 *
 * Texts are written as small Markdown: "# " begins a heading, "    " a line of
 * code, "| " a row; an empty line ends a paragraph.
 */
#ifndef IBID_TEST_RETRIEVE_LIBRARY_H
#define IBID_TEST_RETRIEVE_LIBRARY_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/buf.h"
#include "ibid/base/mem.h"
#include "ibid/retrieve/identify.h"
#include "ibid/retrieve/search.h"
#include "ibid/retrieve/split.h"
#include "ibid/store/documents.h"

struct library {
	char dir[64], path[96];
	struct store *db;
	struct arena arena;
	struct err err;
};

#define assert_ok(call)                                                                                                \
	do {                                                                                                           \
		if ((call) != OK)                                                                                      \
			fail_msg("%s", l->err.text);                                                                   \
	} while (0)

static inline int library_open(void **state)
{
	struct library *l = mem_zalloc(1, sizeof(*l));

	strcpy(l->dir, "/tmp/ibid-retrieve-XXXXXX");
	if (!mkdtemp(l->dir))
		return -1;
	snprintf(l->path, sizeof(l->path), "%s/library.db", l->dir);
	*state = l;
	return store_open(l->path, NULL, &l->db, &l->err) == OK ? 0 : -1;
}

static inline int library_close(void **state)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-lock" };
	struct library *l = *state;

	store_free(l->db);
	arena_release(&l->arena);
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		char name[128];

		snprintf(name, sizeof(name), "%s%s", l->path, endings[i]);
		unlink(name);
	}
	rmdir(l->dir);
	mem_free(l);
	return 0;
}

static inline enum extraction_kind library_kind(struct str line)
{
	if (str_starts(line, STR("# ")))
		return EXTRACTION_HEADING;
	if (str_starts(line, STR("| ")))
		return EXTRACTION_ROW;
	return str_starts(line, STR("    ")) ? EXTRACTION_CODE : EXTRACTION_PARAGRAPH;
}

/* Blocks are cut at empty lines; offsets stay those of the text given. */
static inline void library_blocks(struct library *l, struct str text, struct extraction *x)
{
	x->blocks = arena_array(&l->arena, text.len + 1, sizeof(*x->blocks));
	x->heads = arena_array(&l->arena, text.len + 1, sizeof(*x->heads));
	for (size_t at = 0; at < text.len;) {
		size_t end = str_find(text, STR("\n\n"), at);
		struct span span = { at, end == STR_NONE ? text.len : end };
		enum extraction_kind kind = library_kind(str_sub(text, span.byte_from, span.byte_to));

		if (kind == EXTRACTION_HEADING) {
			struct str title = str_sub(text, at + 2, span.byte_to);

			x->heads[x->n_heads++] = (struct text_head){ span, text.len, 1, title, title };
		}
		x->blocks[x->n_blocks++] = (struct extraction_block){ span, kind, 0 };
		at = end == STR_NONE ? text.len : end + 2;
	}
}

/* Its id. */
static inline int64_t library_add(struct library *l, const char *title, const char *text)
{
	struct extraction x = EXTRACTION_INIT;
	struct document doc = { .path = arena_fmt(&l->arena, "/%s", title), .kind = STR("txt"), .title = str_c(title),
		.collection = STR("default"), .citekey = STR_EMPTY, .csl = STR("{}") };
	struct text t = { 0 };

	buf_c(&x.text, text);
	library_blocks(l, buf_view(&x.text), &x);
	split_extraction(&l->arena, &x, &t);
	assert_ok(store_document_put(l->db, &doc, &t, identify_chunks(&l->arena, &t), &l->err));
	buf_release(&x.text);
	return doc.id;
}

static inline void library_search(struct library *l, const char *question, const struct retrieve_options *o,
	struct query *q, struct retrieve_result *r)
{
	struct retrieve_options standard = RETRIEVE_OPTIONS;

	query_parse(&l->arena, str_c(question), q);
	assert_ok(retrieve_search(l->db, &l->arena, q, NULL, o ? o : &standard, r, &l->err));
}
#endif
