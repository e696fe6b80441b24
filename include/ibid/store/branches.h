/*
 * store/branches.h - a conversation as a tree, without its words
 *
 * What a screen holds of a long conversation: who spoke, in which order, where it
 * forks. Texts are read one by one (store_message) when they come into view. Refs
 * are read from an index only, so 10,000 messages take milliseconds whatever they
 * hold. A streaming message whose process is gone is shown as cut, as store_message
 * does.
 *
 * Errors of all that name a message: ERR_MISSING  the session has no such message
 */
#ifndef IBID_STORE_BRANCHES_H
#define IBID_STORE_BRANCHES_H
#include "ibid/base/hash.h"
#include "ibid/model/session.h"
#include "ibid/store/store.h"

struct message_ref {
	int64_t id, parent_id;	/* parent_id 0: the first of its session */
	int n;			/* its number in the session */
	enum message_role role;
	enum message_state state;
	int sibling, n_siblings;	/* which of its parent's children it is, from 0, in order of writing */
};

/* From the first message to `leaf_id` (0: the session's head), oldest first. */
enum err_code store_branch_refs(struct store *db, struct arena *a, int64_t session_id, int64_t leaf_id,
	struct message_ref **refs, size_t *n, struct err *err);

/* The children of a message (0: the first messages of the session), in order of writing; none for a message that is not there. */
enum err_code store_branch_children(struct store *db, struct arena *a, int64_t session_id, int64_t parent_id,
	struct message_ref **refs, size_t *n, struct err *err);

/* Where one ends who goes on from a message to its newest child, again and again; itself when it has none. */
enum err_code store_branch_leaf(struct store *db, int64_t session_id, int64_t message_id, int64_t *leaf_id,
	struct err *err);

/* All messages of a session by number, each with its first line cut to 120 bytes at a character, for a picture of the tree. */
struct message_node {
	struct message_ref ref;
	struct str words;
};
enum err_code store_branch_tree(struct store *db, struct arena *a, int64_t session_id, struct message_node **nodes,
	size_t *n, struct err *err);

/*
 * Messages of a branch that hold `needle`, oldest first: a plain piece of text,
 * without regard to ASCII case unless `needle` has a capital (smart case). Any
 * bytes may be looked for; the empty needle is found nowhere.
 */
enum err_code store_branch_find(struct store *db, struct arena *a, int64_t session_id, int64_t leaf_id,
	struct str needle, int64_t **ids, size_t *n, struct err *err);

/*
 * A session of its own that starts with copies of the messages from the first to
 * `message_id` (0: the head), with their answers, citations and ratings. Requests
 * are not copied: they were paid once. The new session notes where it comes from
 * (session.parent, branch_point); the old one is not changed.
 */
enum err_code store_branch_new(struct store *db, struct arena *a, int64_t session_id, int64_t message_id,
	struct str name, rand_fn *rand, void *rand_ctx, struct session *s, struct err *err);
#endif
