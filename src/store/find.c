#include "documents_internal.h"

#include <stdint.h>

#include "ibid/base/mem.h"

/* A document by what a person types: the kinds of words are tried in order, and the first that finds any decides. */

#define NAMED_MAX 5		/* candidates in the sentence of an ambiguous word */
#define WORD_MAX 256		/* bytes of a word that a near one is looked for */

static bool is_number(struct str word, long long *id)
{
	return word.len > 1 && word.p[0] == 'd' && word.p[1] != '-' && str_to_int(str_sub(word, 1, word.len), id);
}

/* doi:10.1/x, https://doi.org/10.1/x and 10.1/x name the same. */
static struct str bare_doi(struct str word)
{
	static const char *const prefixes[] = { "https://doi.org/", "http://doi.org/", "https://dx.doi.org/",
		"http://dx.doi.org/", "doi.org/", "doi:" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		struct str prefix = str_c(prefixes[i]);

		if (str_eq_nocase(str_sub(word, 0, prefix.len), prefix))
			return str_trim(str_sub(word, prefix.len, word.len));
	}
	return word;
}

static struct str as_typed(struct str word)
{
	return word;
}

static const struct {
	struct str (*form)(struct str word);
	const char *sql;
} kinds[] = {
	{ as_typed, SELECT_DOCUMENT "WHERE d.citekey = ? AND d.trashed_ms = 0" },
	{ as_typed, SELECT_DOCUMENT "WHERE d.id = (SELECT doc_id FROM document_path WHERE path = ?) AND d.trashed_ms = 0" },
	{ as_typed, SELECT_DOCUMENT
		"WHERE d.id IN (SELECT doc_id FROM document_path WHERE substr(path, -length(?1) - 1) = '/' || ?1)"
		" AND d.trashed_ms = 0 ORDER BY d.id" },
	{ bare_doi, SELECT_DOCUMENT
		"WHERE d.id IN (SELECT doc_id FROM document_field WHERE field = 'DOI' AND value = ? COLLATE NOCASE)"
		" AND d.trashed_ms = 0 ORDER BY d.id" },
	{ as_typed, SELECT_DOCUMENT
		"WHERE d.id IN (SELECT doc_id FROM document_field WHERE field = 'URL' AND rtrim(value, '/') = rtrim(?, '/'))"
		" AND d.trashed_ms = 0 ORDER BY d.id" },
};

static enum err_code find_kind(struct store *db, struct arena *a, size_t kind, struct str word, struct list *found,
	struct err *err)
{
	SCOPED(query) q = query(db, kinds[kind].sql);

	bind_str(&q, kinds[kind].form(word));
	while (found->n <= NAMED_MAX && query_next(&q))
		document_read(&q, a, list_add(found));
	return query_end(&q, err);
}

static enum err_code ambiguous(struct str word, const struct list *found, struct err *err)
{
	const struct document *v = (const void *)found->v;
	SCOPED(buf) names = BUF_INIT;

	for (size_t i = 0; i < found->n && i < NAMED_MAX; i++)
		buf_fmt(&names, "%sd%lld (%.*s)", i ? ", " : "", (long long)v[i].id, STR_ARG(v[i].path));
	return err_set(err, ERR_USAGE, "'%.*s' may be %s%s", STR_ARG(word), buf_cstr(&names),
		found->n > NAMED_MAX ? " and others" : "");
}

/* --- the nearest, by Levenshtein's distance (one row of the table at a time) */

static size_t distance(struct str a, struct str b, size_t *row)
{
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 0; i < a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < b.len; j++) {
			size_t above = row[j + 1];
			size_t best = diagonal + (a.p[i] != b.p[j]);

			if (above + 1 < best)
				best = above + 1;
			if (row[j] + 1 < best)
				best = row[j] + 1;
			row[j + 1] = best;
			diagonal = above;
		}
	}
	return row[b.len];
}

/* The nearest key or file name when no more than a third of the word differs, else empty. */
static enum err_code find_nearest(struct store *db, struct arena *a, struct str word, struct str *nearest,
	struct err *err)
{
	size_t row[WORD_MAX + 1], best = word.len / 3 + 1;
	SCOPED(query) q = query(db,
		"SELECT citekey FROM document WHERE trashed_ms = 0 AND citekey IS NOT NULL"
		" UNION ALL SELECT replace(path, rtrim(path, replace(path, '/', '')), '') FROM document WHERE trashed_ms = 0");

	*nearest = STR_EMPTY;
	while (word.len <= WORD_MAX && query_next(&q)) {
		struct str name = row_view(&q);
		size_t d = name.len <= WORD_MAX ? distance(word, name, row) : SIZE_MAX;

		if (d < best) {
			best = d;
			*nearest = arena_str(a, name);
		}
	}
	return query_end(&q, err);
}

static enum err_code missing(struct store *db, struct arena *a, struct str word, struct err *err)
{
	struct str nearest;

	if (find_nearest(db, a, word, &nearest, err) != OK)
		return err->code;
	if (nearest.len)
		return err_set(err, ERR_MISSING, "there is no document '%.*s'; the nearest is '%.*s'", STR_ARG(word),
			STR_ARG(nearest));
	return err_set(err, ERR_MISSING, "there is no document '%.*s'", STR_ARG(word));
}

enum err_code store_document_find(struct store *db, struct arena *a, struct str word, struct document *doc,
	struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct document);
	long long id;
	bool is_there = false;

	if (is_number(word, &id) && store_document_by_id(db, a, id, doc, &is_there, err) != OK)
		return err->code;
	if (is_there)
		return OK;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && found.n == 0 && word.len; i++)
		if (find_kind(db, a, i, word, &found, err) != OK)
			return err->code;
	if (found.n == 0)
		return missing(db, a, word, err);
	if (found.n > 1)
		return ambiguous(word, &found, err);
	*doc = *(struct document *)(void *)found.v;
	return OK;
}
