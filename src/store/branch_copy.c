#include "ibid/store/answers.h"
#include "ibid/store/branches.h"
#include "ibid/store/desk.h"
#include "ibid/store/sessions.h"
#include "store_internal.h"

#define WHY_CUT "copied while it was still being written"

static enum err_code copy_message(struct store *db, const struct message *from, int64_t session_id, int64_t parent_id,
	int64_t *id, struct err *err)
{
	struct message m = *from;

	m.session_id = session_id;
	m.parent_id = parent_id;
	if (m.state == STATE_STREAMING) {
		m.state = STATE_CUT;
		m.error = STR(WHY_CUT);
	}
	if (store_message_add(db, &m, err) != OK)
		return err->code;
	*id = m.id;
	return OK;
}

/* What hangs on a message, but its requests: they were paid once, and belong to the session that made them. */
static enum err_code copy_proof(struct store *db, struct arena *work, int64_t from, int64_t to, struct err *err)
{
	struct answer answer;
	struct str note;
	bool found;
	int rating;

	if (store_answer(db, work, from, &answer, &found, err) != OK ||
		store_rating(db, work, from, &rating, &note, err) != OK)
		return err->code;
	answer.message_id = to;
	if (found && store_answer_put(db, &answer, err) != OK)
		return err->code;
	return rating ? store_rate(db, to, rating, note, err) : OK;
}

static enum err_code copy_branch(struct store *db, const struct message_ref *refs, size_t n, int64_t session_id,
	struct err *err)
{
	int64_t parent = 0;

	for (size_t i = 0; i < n; i++) {
		SCOPED(arena) work = ARENA_INIT;
		struct message m;

		if (store_message(db, &work, refs[i].id, &m, err) != OK ||
			copy_message(db, &m, session_id, parent, &parent, err) != OK ||
			copy_proof(db, &work, refs[i].id, parent, err) != OK)
			return err->code;
	}
	return OK;
}

static enum err_code make_branch(struct store *db, struct arena *a, int64_t session_id, int64_t message_id,
	struct str name, rand_fn *rand, void *rand_ctx, struct session *s, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	struct message_ref *refs;
	struct session from;
	size_t n;

	if (store_session_by_id(db, &work, session_id, &from, err) != OK ||
		store_branch_refs(db, &work, session_id, message_id, &refs, &n, err) != OK ||
		store_session_new(db, a, name, rand, rand_ctx, s, err) != OK || copy_branch(db, refs, n, s->id, err) != OK ||
		store_session_set_parent(db, s->id, from.sid, n ? refs[n - 1].n : 0, err) != OK)
		return err->code;
	return store_session_by_id(db, a, s->id, s, err);
}

enum err_code store_branch_new(struct store *db, struct arena *a, int64_t session_id, int64_t message_id,
	struct str name, rand_fn *rand, void *rand_ctx, struct session *s, struct err *err)
{
	struct session made;

	if (store_begin(db, err) != OK)
		return err->code;
	if (make_branch(db, a, session_id, message_id, name, rand, rand_ctx, &made, err) != OK)
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	*s = made;
	return OK;
}
