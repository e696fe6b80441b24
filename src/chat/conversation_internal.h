/*
 * The inside of a conversation: conversation.c holds session, branch and queue, conversation_seat.c runs one answer.
 */
#ifndef CHAT_CONVERSATION_INTERNAL_H
#define CHAT_CONVERSATION_INTERNAL_H
#include "ibid/chat/conversation.h"

struct seat {
	struct conversation *c;
	struct arena arena;
	struct chat_ask ask;
	struct chat_turn *turn;
	struct buf text, reasoning;
	struct conversation_live live;
};

/* What is asked, whether of one model or of several. */
struct prompt_job {
	struct arena arena;
	struct str text;
	struct chat_material *materials;
	size_t n_materials;
	struct conversation_model models[CONVERSATION_SEATS_MAX];
	size_t n_models;
	struct scope scope;	/* in force when it was given */
	bool has_scope;
	int64_t parent_id;	/* as in struct chat_ask */
	int64_t question_id;
	int64_t back_to;	/* of another try: the head before it, shown again when it comes to nothing; 0: a prompt */
	int64_t instead_of;	/* of another try: as the conversation's was before it */
};

struct conversation {
	struct chat_env env;
	struct conversation_events events;
	struct conversation_how how;
	struct arena session_arena, branch_arena;
	struct session session;
	struct message_ref *refs;
	size_t n_refs;
	struct prompt_job job;		/* the last prompt */
	struct seat seats[CONVERSATION_SEATS_MAX];
	struct conversation_live lives[CONVERSATION_SEATS_MAX];	/* as handed out */
	size_t n_seats;
	struct prompt_job queue[CONVERSATION_QUEUE_MAX];
	struct str queued[CONVERSATION_QUEUE_MAX];	/* their texts, as handed out */
	size_t n_queue;
	bool only_looks;
	int64_t leaf_id;		/* where the branch ends that is looked at; 0: at the head */
	bool is_held;			/* the queue waits for a word of the user */
	bool is_stopping;
	int64_t instead_of;		/* the parent of a failed exchange that the next prompt takes the place of */
};

/*
 * Begin one answer. `parent_id` and `question_id` as in struct chat_ask. On an
 * error the seat is over, with live.failed.
 */
enum err_code seat_begin(struct seat *s, struct conversation *c, const struct prompt_job *job,
	const struct conversation_model *model, struct err *err);
/* True when it has just ended. */
bool seat_step(struct seat *s);
/* Whether it ended without a word. */
bool seat_is_empty(const struct seat *s);
void seat_release(struct seat *s);
#endif
