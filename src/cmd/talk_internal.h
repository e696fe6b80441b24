/*
 * The inside of `ask` and `query`: talk.c runs the turns, talk_show.c writes what they give. `chat` shares their options.
 */
#ifndef CMD_TALK_INTERNAL_H
#define CMD_TALK_INTERNAL_H
#include "ibid/chat/chat.h"
#include "ibid/cmd/endpoint.h"
#include "ibid/cmd/progress.h"
#include "ibid/cmd/talk.h"
#include "ibid/config/config.h"

struct talk_arg {
	struct opt_list models, scope, files;
	struct str session, system;
	bool go_on, save, stream, sources, raw;
	int grounding, policy, effort;
	int64_t top, max_tokens;
	double temperature;
	struct opt_value extract;
};
extern struct talk_arg talk_arg;

extern const char *const talk_policy_words[], *const talk_grounding_words[], *const talk_effort_words[];

/* Rows that `chat` has as well: who is asked about what, and how. */
/* clang-format off */
#define TALK_WHO_OPTS \
	{ OPT_LIST,   'm', "model",      &talk_arg.models,     "MODEL", "model to ask: PROVIDER/MODEL; repeat for several", COMPLETE_MODEL }, \
	{ OPT_STRING, 's', "session",    &talk_arg.session,    "SESSION", "go on with this conversation", COMPLETE_SESSION }, \
	{ OPT_FLAG,   'c', "continue",   &talk_arg.go_on,      NULL,    "go on with the newest conversation" }, \
	{ OPT_LIST,   'd', "scope",      &talk_arg.scope,      "SCOPE", "only these: a document, tag:T, type:pdf, coll:N, after:DATE", COMPLETE_SCOPE }
#define TALK_HOW_OPTS \
	{ OPT_STRING, 'S', "system",     &talk_arg.system,     "TEXT",  "instructions for the model" }, \
	{ OPT_ENUM,   'g', "grounded",   &talk_arg.grounding,  "HOW",   "auto, off or require: answer from the library", COMPLETE_WORDS, talk_grounding_words }, \
	{ OPT_INT,    0,   "top",        &talk_arg.top,        "N",     "passages to answer from", .min = 1, .max = 100 }, \
	{ OPT_ENUM,   0,   "policy",     &talk_arg.policy,     "HOW",   "for unproved sentences: warn, strip or strict", COMPLETE_WORDS, talk_policy_words }, \
	{ OPT_INT,    0,   "max-tokens", &talk_arg.max_tokens, "N",     "longest answer", .min = 1, .max = 1000000 }, \
	{ OPT_NUMBER, 0,   "temperature", &talk_arg.temperature, "X",   "0 to 2, for models that take it", .min = 0, .max = 2 }, \
	{ OPT_ENUM,   0,   "effort",     &talk_arg.effort,     "HOW",   "none, low, medium, high or max, for models that reason", COMPLETE_WORDS, talk_effort_words }
/* clang-format on */

/* How the library is asked: the option, or what is configured where the option says "default". */
struct talk_query {
	enum chat_policy policy;
	size_t top, evidence_words;
};
enum err_code talk_query(const struct config *c, struct talk_query *q, struct err *err);

/* The session that -s or -c names; *id stays as it is without them. */
enum err_code talk_session(struct store *db, struct arena *a, int64_t *id, struct err *err);

/* The operands as one text, parted by blanks. */
struct str talk_join(struct arena *a, const struct cmd_args *args);

/* A file of any kind that ingest reads, by the same helper: what it holds is used once and not stored. `path` ends in a NUL. */
enum err_code talk_read_file(struct arena *a, struct str path, struct chat_material *m, struct err *err);

/* What its policy has outlived goes to the trash, and what lay there for a week for good. Never worth failing for. */
void talk_keep_house(struct cmd_env *env, const struct config *c, struct store *db);

/* One model at the table. */
struct seat {
	struct talk *talk;
	size_t index;
	struct endpoint endpoint;
	struct chat_ask ask;
	struct chat_turn *turn;
	struct err failed;		/* it could not even start */
	struct buf text;		/* what has not been written yet */
	struct render_md *md;
	bool has_written;
	char last;			/* byte written */
	int64_t n_pieces;
};

struct talk {
	struct cmd_env *env;
	enum talk_mode mode;
	struct arena arena;
	struct str question;
	struct chat_material *materials;
	size_t n_materials;
	bool is_grounded, is_saved;
	struct scope scope;
	struct talk_query query;
	struct http *http;
	struct store *db;
	struct models models;
	int64_t session_id, parent_id;
	struct seat *seats;
	size_t n;
	struct progress progress;
};

struct chat_sink talk_sink(struct seat *seat);
/* Whether a seat's text is written as it comes and needed no more: the memory of `ask --no-save` does not grow with the answer. */
bool talk_is_passing(const struct talk *t, const struct seat *seat);
/* Before the first turn, during the wait, after the last. */
void talk_begin(struct talk *t);
void talk_show_progress(struct talk *t);
void talk_end(struct talk *t);
#endif
