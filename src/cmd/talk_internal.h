/*
 * The inside of `ask` and `query`: talk.c runs the turns, talk_show.c writes what they give.
 */
#ifndef CMD_TALK_INTERNAL_H
#define CMD_TALK_INTERNAL_H
#include "ibid/chat/chat.h"
#include "ibid/cmd/endpoint.h"
#include "ibid/cmd/progress.h"
#include "ibid/cmd/talk.h"

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
	size_t top, evidence_words;
	enum chat_policy policy;
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
