/*
 * chat/prompt.h - what a model is told
 *
 * One prompt for all protocols, with a version that is stored beside the answer
 * it led to: PROMPT_CITED for answers from sources, PROMPT_PLAIN for none.
 * Sources are data: each sentence carries its id, all of them stand inside a
 * fence of a random word that no source can know (reference: Hines et al.,
 * arXiv 2403.14720, "Spotlighting"). The order is by how seldom a part changes:
 * system text, conversation, evidence, question, so that provider caches hold.
 */
#ifndef IBID_CHAT_PROMPT_H
#define IBID_CHAT_PROMPT_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

#define PROMPT_CITED "cited/1"
#define PROMPT_PLAIN "plain/1"

/* What a model must reply, alone, when the sources do not carry an answer. */
#define PROMPT_REFUSAL "NO_ANSWER_IN_SOURCES"

/* Letters and digits of the fence's word. */
#define PROMPT_FENCE_LEN 12

/* The system text. `own` is the user's (--system), empty for none. */
void prompt_add_system(struct buf *out, bool cited, struct str own);

/* Foreign material of the user's (a pipe, a file): fenced like a source, but not citable. */
void prompt_add_attached(struct buf *out, struct str name, struct str material, struct str fence);

/* The head and the foot around the numbered evidence. */
void prompt_open_evidence(struct buf *out, struct str fence);
void prompt_close_evidence(struct buf *out, struct str fence);

/* The question, after everything else. */
void prompt_add_question(struct buf *out, struct str question, bool cited);

/* A former answer as history: marks such as [3] are left out, because they mean nothing any more. */
void prompt_add_history(struct buf *out, struct str answer);

/*
 * Whether an answer begins like the refusal: PROMPT_IS when it does,
 * PROMPT_MAY_BE while it could still become it, PROMPT_IS_NOT for an answer.
 */
enum prompt_refusal { PROMPT_IS_NOT, PROMPT_MAY_BE, PROMPT_IS };
enum prompt_refusal prompt_refusal_in(struct str answer_so_far);
#endif
