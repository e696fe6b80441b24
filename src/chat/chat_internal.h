/*
 * The inside of a turn, shared by the files of chat/: chat.c drives, ground.c finds
 * and phrases evidence, prove.c checks and settles, save.c writes.
 */
#ifndef CHAT_CHAT_INTERNAL_H
#define CHAT_CHAT_INTERNAL_H
#include "ibid/chat/chat.h"
#include "ibid/chat/prompt.h"
#include "ibid/cite/marks.h"
#include "ibid/provider/exchange.h"

/* Who judged: the algorithms of cite/ and their version, stored with each citation. */
#define CHAT_CHECKER "ibid/1"

/* Room kept for an answer of no stated length. */
#define CHAT_ANSWER_TOKENS 4096

struct chat_turn {
	struct arena arena;
	struct arena wire;		/* the conversation as sent, bodies: let go once the turn is over and saved */
	struct chat_env env;
	const struct chat_ask *ask;
	struct chat_sink sink;

	/* What was found and what is sent. */
	struct evidence evidence;
	bool is_bare;			/* there was no document to search */
	struct buf system, prompt;
	struct chat_message *messages;
	struct chat_request request;
	struct buf fence;

	/* What comes back. */
	struct exchange *exchange;
	struct marks marks;
	struct buf raw;			/* as the model wrote it, until it is known to be no refusal */
	struct buf text, reasoning;	/* as it will be stored */
	bool has_passed;		/* text went to the sink and was not kept */
	bool is_answering;		/* text goes to the sink as it comes */
	bool is_refusal;
	bool is_second_try;		/* strict: the first was not proved */
	struct buf faults;		/* strict: what the second try must mend */

	int64_t began_ms, saved_ms;	/* monotonic */
	size_t saved_len;
	bool owes_request;		/* the request's row is not finished yet */
	bool told_unsaved;		/* that a part could not be written was said */
	bool is_settling;		/* the exchange is done, the proof is not */
	bool is_over;
	struct chat_result result;
};

/* ground.c: fill t->evidence; *carries tells whether it covers the question. */
enum err_code chat_find_evidence(struct chat_turn *t, bool *carries, struct err *err);
/* The answer without a model: text with marks, all of it at once. */
enum err_code chat_select_sentences(struct chat_turn *t, struct err *err);
/* write_prompt.c: system text, conversation, evidence, question into t->request. */
enum err_code chat_write_prompt(struct chat_turn *t, struct err *err);
/* write_prompt.c asks this of ground.c: the numbered sentences, appended to t->prompt. */
void chat_add_evidence(struct chat_turn *t);
/* The words of a turn that found too little, naming the nearest sources. */
void chat_abstain(struct chat_turn *t);

/* save.c: nothing happens in a turn that is not saved. */
enum err_code chat_save_question(struct chat_turn *t, struct err *err);
/* One more request for the same message. */
enum err_code chat_save_try(struct chat_turn *t, struct err *err);
enum err_code chat_save_second_try(struct chat_turn *t, struct err *err);
enum err_code chat_save_part(struct chat_turn *t, struct err *err);
enum err_code chat_save_end(struct chat_turn *t, const struct exchange_result *r, struct err *err);
enum err_code chat_save_answer(struct chat_turn *t, struct err *err);

/* prove.c: claims, citations and levels of the finished text; applies the policy. *again: strict wants a second try. */
enum err_code chat_prove(struct chat_turn *t, bool *again, struct err *err);
#endif
