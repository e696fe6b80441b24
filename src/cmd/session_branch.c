#include <stdlib.h>
#include <string.h>

#include "ibid/store/branches.h"

#include "cmd/session_internal.h"

static struct {
	struct str name;
} arg;

/* --- the tree of a list */

struct sid_at {
	struct str sid;
	size_t at;
};

/* Indexes into the list; the sessions without a parent there are children of the one at n. NONE ends a row. */
struct family {
	size_t *parent, *first, *next;
};
#define NONE STR_NONE

static int compare_sids(const void *a, const void *b)
{
	return str_cmp(((const struct sid_at *)a)->sid, ((const struct sid_at *)b)->sid);
}

static struct sid_at *sort_sids(struct arena *a, const struct session *v, size_t n)
{
	struct sid_at *sids = arena_array(a, n, sizeof(*sids));

	for (size_t i = 0; i < n; i++)
		sids[i] = (struct sid_at){ v[i].sid, i };
	if (n)
		qsort(sids, n, sizeof(*sids), compare_sids);
	return sids;
}

/* A copy is younger than what it is a copy of; a library that says otherwise makes no ring of it. */
static size_t parent_of(const struct sid_at *sids, const struct session *v, size_t n, size_t i)
{
	const struct sid_at wanted = { v[i].parent, 0 };
	const struct sid_at *found = v[i].parent.len ? bsearch(&wanted, sids, n, sizeof(*sids), compare_sids) : NULL;

	return found && v[found->at].id < v[i].id ? found->at : n;
}

/* Linked from the last to the first, so that children stand in the order of the list. */
static struct family family_of(struct arena *a, const struct session *v, size_t n)
{
	const struct sid_at *sids = sort_sids(a, v, n);
	struct family f = { arena_array(a, n + 1, sizeof(size_t)), arena_array(a, n + 1, sizeof(size_t)),
		arena_array(a, n + 1, sizeof(size_t)) };

	for (size_t i = 0; i <= n; i++)
		f.first[i] = f.next[i] = NONE;
	f.parent[n] = NONE;
	for (size_t i = n; i-- > 0;) {
		f.parent[i] = parent_of(sids, v, n, i);
		f.next[i] = f.first[f.parent[i]];
		f.first[f.parent[i]] = i;
	}
	return f;
}

/* The next in the walk: a child, else the next of its parent, or of that one's. NONE at the end. */
static size_t step(const struct family *f, size_t i, int *depth)
{
	if (f->first[i] != NONE) {
		++*depth;
		return f->first[i];
	}
	while (i != NONE && f->next[i] == NONE) {
		i = f->parent[i];
		--*depth;
	}
	return i == NONE ? NONE : f->next[i];
}

void session_tree(struct arena *a, struct session *sessions, size_t n, int *depths)
{
	struct family f = family_of(a, sessions, n);
	struct session *ordered = arena_array(a, n, sizeof(*ordered));
	int depth = -1;
	size_t done = 0;

	for (size_t i = step(&f, n, &depth); i != NONE; i = step(&f, i, &depth)) {
		depths[done] = depth;
		ordered[done++] = sessions[i];
	}
	if (n)
		memcpy(sessions, ordered, n * sizeof(*sessions));
}

/* --- the forks of one session */

enum err_code session_place(struct store *db, const struct message *m, int *place, int *n, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct message_ref *refs;
	size_t count;

	if (store_branch_children(db, &a, m->session_id, m->parent_id, &refs, &count, err) != OK)
		return err->code;
	*n = (int)count;
	*place = 0;
	for (size_t i = 0; i < count; i++)
		if (refs[i].id == m->id)
			*place = (int)i + 1;
	return OK;
}

/* --- branch */

static enum err_code number_of(struct store *db, int64_t id, int *n, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct message m;

	*n = 0;
	if (!id)
		return OK;
	if (store_message(db, &a, id, &m, err) != OK)
		return err->code;
	*n = m.n;
	return OK;
}

/* The session goes on from the message; where it went on from is told, because that takes it back. */
static enum err_code branch_here(struct cmd_env *env, struct store *db, const struct session *s, const struct message *m,
	struct err *err)
{
	int before;

	if (number_of(db, s->head_id, &before, err) != OK || store_session_set_head(db, s->id, m->id, err) != OK)
		return err->code;
	session_say(env, "branched", s);
	if (before)
		cmd_advise(env, "the next prompt goes on from #%d; 'ibid session branch %.*s#%d' takes this back", m->n,
			STR_ARG(s->sid), before);
	return OK;
}

static enum err_code branch_away(struct cmd_env *env, struct store *db, struct arena *a, const struct session *s,
	const struct message *m, struct err *err)
{
	struct session made;

	if (!str_trim(arg.name).len)
		return err_set(err, ERR_USAGE, "a session needs a name that is not blank");
	if (store_branch_new(db, a, s->id, m->id, arg.name, rand_system, NULL, &made, err) != OK)
		return err->code;
	session_say(env, "branched", &made);
	return OK;
}

static enum err_code branch_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct session s;
	struct message m;
	struct store *db;

	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK ||
		session_operand_message(db, &a, args->v[0], &s, &m, err) != OK)
		return err->code;
	return arg.name.p ? branch_away(env, db, &a, &s, &m, err) : branch_here(env, db, &s, &m, err);
}

/* clang-format off */
static const struct opt branch_opts[] = {
	{ OPT_STRING, 0, "name", &arg.name, "NAME", "copy the messages up to there into a session of this name" },
	{ .kind = OPT_END }
};

const struct cmd session_branch = {
	.name = "branch", .args = "SESSION#N", .opts = branch_opts, .run = branch_run,
	.summary = "go on from an earlier message",
	.details = "What came after it stays as a branch. With --name the session stays as it is and a copy goes on.",
	.examples = (const char *const[]){ "ibid session branch '@#2'", "ibid session branch '@#2' --name 'other way'", NULL },
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 0, NULL } }, .complete = { COMPLETE_SESSION },
};
/* clang-format on */
