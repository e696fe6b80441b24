#include "ibid/store/branches.h"

#include "process_internal.h"
#include "store_internal.h"

/* Bytes of a message's first line in a picture of the tree. */
#define WORDS_MAX 120

/* In the order read_ref reads it; the index message_tree holds all of it. */
#define SELECT_REF "SELECT id, parent_id, n, role, state, coalesce(writer, '') FROM message "

/* A reader may not write, so it sees as cut what the next writer will cut. */
static void read_ref(struct query *q, struct message_ref *r)
{
	r->id = row_int(q);
	r->parent_id = row_int(q);
	r->n = (int)row_int(q);
	message_role_of(row_view(q), &r->role);
	message_state_of(row_view(q), &r->state);
	if (r->state == STATE_STREAMING && !process_is_alive(row_view(q)))
		r->state = STATE_CUT;
}

/* --- a session in memory */

/* All messages by number; ids rise with the numbers, because both are given in order of writing. */
struct tree {
	struct message_ref *v;
	size_t n;
};

static enum err_code load_tree(struct store *db, struct arena *a, int64_t session_id, struct tree *t, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct message_ref);
	SCOPED(query) q = query(db, SELECT_REF "INDEXED BY message_tree WHERE session_id = ? ORDER BY n");

	bind_int(&q, session_id);
	while (query_next(&q))
		read_ref(&q, list_add(&found));
	if (query_end(&q, err) != OK)
		return err->code;
	t->v = list_move(&found, a, &t->n);
	return OK;
}

/* The place of an id in the tree, STR_NONE when it is not there. */
static size_t place_of(const struct tree *t, int64_t id)
{
	size_t from = 0, to = t->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (t->v[middle].id < id)
			from = middle + 1;
		else
			to = middle;
	}
	return from < t->n && t->v[from].id == id ? from : STR_NONE;
}

/*
 * Where each message's parent is, and t->n for the first ones. A parent comes
 * before its child; a damaged library in which it does not is read as if the
 * child were a first one, so that no walk goes round.
 */
static size_t *parents_of(const struct tree *t, struct arena *a)
{
	size_t *parents = arena_array(a, t->n + 1, sizeof(*parents));

	for (size_t i = 0; i < t->n; i++) {
		size_t at = t->v[i].parent_id ? place_of(t, t->v[i].parent_id) : STR_NONE;

		parents[i] = at < i ? at : t->n;
	}
	return parents;
}

static void count_siblings(struct tree *t, struct arena *a, const size_t *parents)
{
	int *children = arena_array(a, t->n + 1, sizeof(*children));

	for (size_t i = 0; i < t->n; i++)
		t->v[i].sibling = children[parents[i]]++;
	for (size_t i = 0; i < t->n; i++)
		t->v[i].n_siblings = children[parents[i]];
}

static enum err_code gone(int64_t session_id, int64_t message_id, struct err *err)
{
	return err_set(err, ERR_MISSING, "session number %lld has no message number %lld", (long long)session_id,
		(long long)message_id);
}

/* --- one branch */

/* Read before the messages: what is the head then is among them, whatever another process adds meanwhile. */
static enum err_code find_leaf(struct store *db, int64_t session_id, int64_t *leaf_id, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT head_id FROM session WHERE id = ?");

	if (*leaf_id)
		return OK;
	bind_int(&q, session_id);
	*leaf_id = query_next(&q) ? row_int(&q) : 0;
	return query_end(&q, err);
}

static struct message_ref *pick_branch(const struct tree *t, struct arena *a, const size_t *parents, size_t leaf,
	size_t *n)
{
	struct message_ref *branch;
	size_t depth = 0;

	for (size_t i = leaf; i < t->n; i = parents[i])
		depth++;
	branch = arena_array(a, depth, sizeof(*branch));
	*n = depth;
	for (size_t i = leaf; i < t->n; i = parents[i])
		branch[--depth] = t->v[i];
	return branch;
}

enum err_code store_branch_refs(struct store *db, struct arena *a, int64_t session_id, int64_t leaf_id,
	struct message_ref **refs, size_t *n, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	struct tree t;
	size_t leaf, *parents;

	if (find_leaf(db, session_id, &leaf_id, err) != OK || load_tree(db, &work, session_id, &t, err) != OK)
		return err->code;
	leaf = leaf_id ? place_of(&t, leaf_id) : t.n;
	if (leaf == STR_NONE)
		return gone(session_id, leaf_id, err);
	parents = parents_of(&t, &work);
	count_siblings(&t, &work, parents);
	*refs = pick_branch(&t, a, parents, leaf, n);
	return OK;
}

/* --- forks */

/* The first messages of a session are found by walking it: in message_parent they stand among those of all sessions. */
static struct query query_children(struct store *db, int64_t session_id, int64_t parent_id)
{
	struct query q = parent_id ?
		query(db, SELECT_REF "INDEXED BY message_parent WHERE parent_id = ?2 AND session_id = ?1 ORDER BY id") :
		query(db, SELECT_REF "INDEXED BY message_tree WHERE session_id = ?1 AND parent_id IS ?2 ORDER BY n");

	bind_int(&q, session_id);
	bind_id(&q, parent_id);
	return q;
}

enum err_code store_branch_children(struct store *db, struct arena *a, int64_t session_id, int64_t parent_id,
	struct message_ref **refs, size_t *n, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct message_ref);
	SCOPED(query) q = query_children(db, session_id, parent_id);
	struct message_ref *v;

	while (query_next(&q))
		read_ref(&q, list_add(&found));
	if (query_end(&q, err) != OK)
		return err->code;
	v = list_move(&found, a, n);
	for (size_t i = 0; i < *n; i++) {
		v[i].sibling = (int)i;
		v[i].n_siblings = (int)*n;
	}
	*refs = v;
	return OK;
}

enum err_code store_branch_leaf(struct store *db, int64_t session_id, int64_t message_id, int64_t *leaf_id,
	struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	struct tree t;
	size_t at, *parents, *newest;

	if (load_tree(db, &work, session_id, &t, err) != OK)
		return err->code;
	at = place_of(&t, message_id);
	if (at == STR_NONE)
		return gone(session_id, message_id, err);
	parents = parents_of(&t, &work);
	newest = arena_array(&work, t.n + 1, sizeof(*newest));
	for (size_t i = 0; i < t.n; i++)
		newest[parents[i]] = i;
	/* 0 is nobody's newest child: a child comes after its parent. */
	while (newest[at])
		at = newest[at];
	*leaf_id = t.v[at].id;
	return OK;
}

/* --- words */

static enum err_code read_words(struct store *db, struct arena *a, int64_t session_id, struct message_node *v, size_t n,
	struct err *err)
{
	SCOPED(query) q = query(db, "SELECT n, text FROM message WHERE session_id = ? ORDER BY n");
	size_t i = 0;

	bind_int(&q, session_id);
	while (i < n && query_next(&q)) {
		int number = (int)row_int(&q);

		while (i < n && v[i].ref.n < number)
			i++;
		if (i < n && v[i].ref.n == number)
			v[i++].words = arena_str(a, store_first_line(row_view(&q), WORDS_MAX));
	}
	return query_end(&q, err);
}

enum err_code store_branch_tree(struct store *db, struct arena *a, int64_t session_id, struct message_node **nodes,
	size_t *n, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	struct message_node *v;
	struct tree t;

	if (load_tree(db, &work, session_id, &t, err) != OK)
		return err->code;
	count_siblings(&t, &work, parents_of(&t, &work));
	v = arena_array(a, t.n, sizeof(*v));
	for (size_t i = 0; i < t.n; i++)
		v[i] = (struct message_node){ t.v[i], STR_EMPTY };
	if (read_words(db, a, session_id, v, t.n, err) != OK)
		return err->code;
	*nodes = v;
	*n = t.n;
	return OK;
}

/* --- finding */

/* Smart case: whoever types a capital means it. Letters beyond ASCII compare as they are. */
static bool has_capital(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return true;
	return false;
}

/* What a find looks for, and the text it looks in, lower-cased: that and memmem take half the time of comparing letters. */
struct needle {
	struct str bytes;
	bool is_exact;
	struct buf low;
};

static struct str lower(struct buf *low, struct str s)
{
	char *p;

	buf_reset(low);
	p = buf_room(low, s.len);
	for (size_t i = 0; i < s.len; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 0x20) : s.p[i];
	return str_of(p, s.len);
}

/* Bytes are compared here and not by SQL, where % and _ mean something and a text ends at its first NUL. */
static enum err_code holds(struct query *q, int64_t id, struct needle *x, bool *found, struct err *err)
{
	struct str text;

	query_again(q);
	bind_int(q, id);
	text = query_next(q) ? row_view(q) : STR_EMPTY;
	*found = str_find(x->is_exact ? text : lower(&x->low, text), x->bytes, 0) != STR_NONE;
	return query_end(q, err);
}

static enum err_code find_in(struct store *db, const struct message_ref *refs, size_t n, struct needle *x,
	struct list *hits, struct err *err)
{
	SCOPED(query) q = query(db, "SELECT text FROM message WHERE id = ?");
	bool found;

	for (size_t i = 0; x->bytes.len && i < n; i++) {
		if (holds(&q, refs[i].id, x, &found, err) != OK)
			return err->code;
		if (found)
			*(int64_t *)list_add(hits) = refs[i].id;
	}
	return OK;
}

enum err_code store_branch_find(struct store *db, struct arena *a, int64_t session_id, int64_t leaf_id,
	struct str needle, int64_t **ids, size_t *n, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	SCOPED(list) hits = LIST_INIT(int64_t);
	struct needle x = { needle, has_capital(needle), BUF_INIT };
	struct message_ref *refs;
	size_t n_refs;
	enum err_code code = store_branch_refs(db, &work, session_id, leaf_id, &refs, &n_refs, err);

	if (code == OK)
		code = find_in(db, refs, n_refs, &x, &hits, err);
	buf_release(&x.low);
	if (code == OK)
		*ids = list_move(&hits, a, n);
	return code;
}
