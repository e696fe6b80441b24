#include "ibid/cmd/scope.h"

#include <string.h>

#include "ibid/base/clock.h"
#include "ibid/store/documents.h"
#include "ibid/store/sessions.h"

static void push(struct arena *a, struct str **v, size_t *n, size_t room, struct str value)
{
	if (!*v)
		*v = arena_array(a, room, sizeof(**v));
	(*v)[(*n)++] = value;
}

/* The date as documents carry it, for comparing as text: 2026-11-21. An age such as 90d becomes the day it names. */
static enum err_code date_of(struct arena *a, struct str word, int64_t now_ms, struct str *date, struct err *err)
{
	SCOPED(buf) text = BUF_INIT;
	int64_t ms;

	if (!clock_parse_date(word, now_ms, &ms))
		return err_set(err, ERR_USAGE, "'%.*s' is no date: 2026-11-21, 2026-11, 2026 or an age such as 90d",
			STR_ARG(word));
	clock_add_rfc3339(&text, ms);
	*date = arena_str(a, str_sub(buf_view(&text), 0, 10));
	return OK;
}

static enum err_code add_document(struct store *db, struct arena *a, struct str word, size_t room,
	struct scope *scope, struct err *err)
{
	struct document doc;

	if (store_document_find(db, a, word, &doc, err) != OK)
		return err->code;
	if (!scope->docs)
		scope->docs = arena_array(a, room, sizeof(*scope->docs));
	scope->docs[scope->n_docs++] = doc.id;
	return OK;
}

static enum err_code add_word(struct store *db, struct arena *a, struct str word, size_t room, int64_t now_ms,
	struct scope *s, struct err *err)
{
	struct str value = word, kind = str_cut(&value, ':');

	if (!value.p)
		return add_document(db, a, word, room, s, err);
	if (str_is(kind, "tag"))
		push(a, &s->tags, &s->n_tags, room, value);
	else if (str_is(kind, "type"))
		push(a, &s->types, &s->n_types, room, value);
	else if (str_is(kind, "coll"))
		push(a, &s->collections, &s->n_collections, room, value);
	else if (str_is(kind, "pub"))
		push(a, &s->publishers, &s->n_publishers, room, value);
	else if (str_is(kind, "after"))
		return date_of(a, value, now_ms, &s->after, err);
	else if (str_is(kind, "before"))
		return date_of(a, value, now_ms, &s->before, err);
	else
		return add_document(db, a, word, room, s, err);
	return value.len ? OK : err_set(err, ERR_USAGE, "'%.*s' needs a name after the colon", STR_ARG(word));
}

enum err_code scope_parse(struct store *db, struct arena *a, const struct opt_list *words, int64_t now_ms,
	struct scope *scope, struct err *err)
{
	*scope = (struct scope){ .after = STR_EMPTY, .before = STR_EMPTY };
	for (size_t i = 0; i < words->n; i++)
		if (add_word(db, a, words->v[i], words->n, now_ms, scope, err) != OK)
			return err->code;
	return OK;
}

bool scope_is_empty(const struct scope *s)
{
	return !s->n_collections && !s->n_tags && !s->n_types && !s->n_publishers && !s->n_docs && !s->after.len &&
	       !s->before.len;
}

/* What stands behind the last `sep` when it is all digits (with `extra` among them allowed); the word loses it. */
static bool cut_number(struct str *word, char sep, struct str *tail)
{
	size_t at = word->len;

	while (at && word->p[at - 1] != sep)
		at--;
	if (!at || at == word->len)
		return false;
	*tail = str_sub(*word, at, word->len);
	for (size_t i = 0; i < tail->len; i++)
		if (!strchr("0123456789-p", tail->p[i]))
			return false;
	*word = str_sub(*word, 0, at - 1);
	return true;
}

static bool read_place(struct str tail, struct doc_place *place)
{
	long long from, to;
	struct str rest = tail, first;

	if (str_starts(tail, STR("p"))) {
		if (!str_to_int(str_sub(tail, 1, tail.len), &from) || from < 1 || from > 1000000)
			return false;
		place->page = (int)from;
		return true;
	}
	first = str_cut(&rest, '-');
	if (!str_to_int(first, &from) || from < 1 || (rest.p && (!str_to_int(rest, &to) || to < from)))
		return false;
	place->line_from = (int)from;
	place->line_to = rest.p ? (int)to : (int)from;
	return true;
}

enum err_code doc_place_find(struct store *db, struct arena *a, struct str word, struct doc_place *place,
	struct err *err)
{
	struct str name = word, tail;
	struct err whole = ERR_INIT;
	long long version;

	*place = (struct doc_place){ 0 };
	/* A path may hold a colon or an @: the word as it stands is tried first. */
	if (store_document_find(db, a, word, &place->doc, &whole) == OK)
		return OK;
	if (cut_number(&name, ':', &tail) && !read_place(tail, place))
		return err_set(err, ERR_USAGE, "'%.*s' is no place: write DOC:p12 for a page or DOC:40-58 for lines",
			STR_ARG(word));
	if (cut_number(&name, '@', &tail)) {
		if (!str_to_int(tail, &version) || version < 1 || version > 1000000)
			return err_set(err, ERR_USAGE, "'%.*s' is no version: write DOC@2", STR_ARG(word));
		place->version = (int)version;
	}
	return store_document_find(db, a, name, &place->doc, err);
}

static bool cut_brackets(struct str *word, int *k)
{
	size_t open = str_find_ch(*word, '[', 0);
	long long number;

	if (open == STR_NONE)
		return true;
	if (!str_ends(*word, STR("]")) || !str_to_int(str_sub(*word, open + 1, word->len - 1), &number) || number < 1 ||
		number > 100000)
		return false;
	*k = (int)number;
	*word = str_sub(*word, 0, open);
	return true;
}

enum err_code cite_place_find(struct store *db, struct arena *a, struct str word, struct cite_place *place,
	struct err *err)
{
	struct str rest = word, name;
	long long number = 0;

	*place = (struct cite_place){ 0 };
	if (!cut_brackets(&rest, &place->k))
		return err_set(err, ERR_USAGE, "'%.*s' is no citation: write SESSION#2[1], or @[1] for the newest answer",
			STR_ARG(word));
	name = str_cut(&rest, '#');
	if (rest.p && (!str_to_int(rest, &number) || number < 1 || number > 100000000))
		return err_set(err, ERR_USAGE, "'%.*s' is no message: write SESSION#2", STR_ARG(word));
	place->message_n = (int)number;
	return store_session_find(db, a, name, &place->session, err);
}
