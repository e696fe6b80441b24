#include "ibid/chat/transcript.h"

#include "chat/transcript_internal.h"

#include "ibid/store/desk.h"
#include "ibid/store/sessions.h"

const struct transcript_format transcript_formats[] = {
	{ "md", ".md", false, transcript_write_md },
	{ "json", ".json", true, transcript_write_json },
	{ "jsonl", ".jsonl", true, transcript_write_jsonl },
	{ "org", ".org", false, transcript_write_org },
	{ "html", ".html", false, transcript_write_html },
	{ 0 },
};

const struct transcript_format *transcript_format_find(struct str name)
{
	for (const struct transcript_format *f = transcript_formats; f->name; f++)
		if (str_is(name, f->name) || str_is(name, f->extension))
			return f;
	return NULL;
}

static enum err_code load_message(struct store *db, struct arena *a, const struct message *m,
	struct transcript_message *t, struct err *err)
{
	t->message = *m;
	if (m->role != ROLE_ASSISTANT)
		return OK;
	if (store_answer(db, a, m->id, &t->answer, &t->has_answer, err) != OK ||
		store_rating(db, a, m->id, &t->rating, &t->note, err) != OK)
		return err->code;
	return store_requests_of(db, a, m->id, &t->requests, &t->n_requests, err);
}

enum err_code transcript_load(struct store *db, struct arena *a, const struct session *s, bool whole,
	struct transcript *t, struct err *err)
{
	struct message *messages;
	enum err_code code = whole ? store_message_all(db, a, s->id, &messages, &t->n_messages, err) :
				     store_message_branch(db, a, s->id, 0, &messages, &t->n_messages, err);

	if (code != OK)
		return code;
	t->session = *s;
	t->messages = arena_array(a, t->n_messages, sizeof(*t->messages));
	for (size_t i = 0; i < t->n_messages; i++)
		if (load_message(db, a, &messages[i], &t->messages[i], err) != OK)
			return err->code;
	return OK;
}
