/*
 * store/branches.h - a conversation as a tree, without its words
 *
 * What a screen holds of a long conversation: who spoke, in which order, where it
 * forks. Texts are read one by one (store_message) when they come into view. Reads
 * an index only, so 10,000 messages take milliseconds whatever they hold.
 */
#ifndef IBID_STORE_BRANCHES_H
#define IBID_STORE_BRANCHES_H
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

/* The children of a message (0: the first messages of the session), in order of writing. */
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
 * without regard to ASCII case unless `needle` has a capital (smart case).
 */
enum err_code store_branch_find(struct store *db, struct arena *a, int64_t session_id, int64_t leaf_id,
	struct str needle, int64_t **ids, size_t *n, struct err *err);
#endif
