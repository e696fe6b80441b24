/*
 * chat/recheck.h - the citations of a stored answer against what the library holds now
 *
 * For `ibid cite verify` and the screen: reference/retrieval.md 6.3, "re-verify".
 */
#ifndef IBID_CHAT_RECHECK_H
#define IBID_CHAT_RECHECK_H
#include "ibid/base/arena.h"
#include "ibid/base/err.h"
#include "ibid/chat/proof.h"
#include "ibid/model/session.h"
#include "ibid/store/answers.h"

/*
 * Judge every citation again and store what came of it. The caller holds the
 * transaction, so that several answers are checked as one; ids and numbers stay.
 */
enum err_code recheck_answer(struct store *db, struct proof *p, struct arena *a, const struct message *m,
	const struct answer *answer, int64_t now_ms, struct verify_result *result, struct err *err);
#endif
