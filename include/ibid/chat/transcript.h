/*
 * chat/transcript.h - a conversation as a file, and back
 *
 * md, org and html are for people, json and jsonl for machines. JSON (schema
 * "ibid.session/1") holds everything: all branches, states, requests with tokens
 * and cost, claims, citations with their anchors, ratings, what the session is a
 * copy of; importing it makes a session
 * that exports to the same bytes but for its own id and times. Markdown keeps the answer's
 * source text. An exported file never holds a raw control byte or a live picture.
 */
#ifndef IBID_CHAT_TRANSCRIPT_H
#define IBID_CHAT_TRANSCRIPT_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/hash.h"
#include "ibid/model/session.h"
#include "ibid/store/answers.h"

/* Largest file imported, in bytes. */
#define TRANSCRIPT_MAX ((size_t)256 << 20)

struct transcript_message {
	struct message message;
	bool has_answer;
	struct answer answer;
	struct request *requests;
	size_t n_requests;
	int rating;		/* as in store_rate */
	struct str note;
};

struct transcript {
	struct session session;
	struct transcript_message *messages;	/* in order of their numbers */
	size_t n_messages;
	bool with_sources;			/* write the passages below each answer, not only their places */
};

/* Load a session with all it holds; `whole` takes all branches, otherwise the one that ends at its head. */
enum err_code transcript_load(struct store *db, struct arena *a, const struct session *s, bool whole,
	struct transcript *t, struct err *err);

typedef void transcript_write_fn(struct buf *out, const struct transcript *t);

struct transcript_format {
	const char *name;		/* as in --format */
	const char *extension;
	bool is_whole;			/* takes all branches */
	transcript_write_fn *write;
};
/* Ends with a NULL name. */
extern const struct transcript_format transcript_formats[];
const struct transcript_format *transcript_format_find(struct str name);

/*
 * Make a session of the JSON or JSON Lines that ibid wrote. Nothing is stored
 * unless all of it is.
 *
 * Errors: ERR_DATA  not ibid's JSON, or a message names a parent that does not exist
 */
enum err_code transcript_import(struct store *db, struct arena *a, struct str text, rand_fn *rand, void *rand_ctx,
	struct session *s, struct err *err);
#endif
