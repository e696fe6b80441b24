#include "cmd/complete_internal.h"

#include <dirent.h>
#include <string.h>

#include "cmd/cmd_internal.h"
#include "cmd/help_internal.h"
#include "ibid/cmd/endpoint.h"
#include "ibid/config/config.h"
#include "ibid/config/settings.h"
#include "ibid/store/documents.h"
#include "ibid/store/sessions.h"
#include "ibid/store/store.h"

/* Candidates read from the library: more than anyone reads, and few enough for the 50 ms a key press has. */
#define FROM_LIBRARY_MAX 200
#define BUSY_TIMEOUT_MS 20

static void offer_words(struct completion *c, const char *const *values)
{
	for (; values && *values; values++)
		complete_offer(c, str_c(*values), STR_EMPTY);
}

static void offer_subjects(struct completion *c)
{
	for (const struct cmd *const *t = cmd_table; *t; t++)
		if (!((*t)->flags & CMD_HIDDEN))
			complete_offer(c, str_c((*t)->name), str_c((*t)->summary));
	for (const struct help_topic *t = help_topics; t->name; t++)
		complete_offer(c, str_c(t->name), str_c(t->summary));
}

/* --- from the configuration */

static const struct config *configuration(struct completion *c)
{
	const struct config *config;
	struct err ignored = ERR_INIT;

	return cmd_config(c->env, &config, &ignored) == OK ? config : NULL;
}

/* provider.*.model, once for each provider that is configured. */
static void offer_open_setting(struct completion *c, const struct setting *s)
{
	const struct config *config = configuration(c);
	struct str section, sub, key, name;

	setting_split(str_c(s->name), &section, &sub, &key);
	for (size_t i = 0; config && (name = config_sub_name(config, "provider", i)).len; i++) {
		SCOPED(buf) full = BUF_INIT;

		buf_fmt(&full, "%.*s.%.*s.%.*s", STR_ARG(section), STR_ARG(name), STR_ARG(key));
		complete_offer(c, buf_view(&full), str_c(s->help));
	}
}

static void offer_settings(struct completion *c)
{
	for (const struct setting *s = setting_table; s->name; s++) {
		if (str_ends(str_c(s->name), STR(".*")))
			continue; /* any name will do */
		if (strchr(s->name, '*'))
			offer_open_setting(c, s);
		else
			complete_offer(c, str_c(s->name), str_c(s->help));
	}
}

static void offer_provider(struct completion *c, struct arena *a, struct str name, bool with_models)
{
	struct err ignored = ERR_INIT;
	struct provider p;

	if (endpoint_provider(c->env, a, name, &p, &ignored) != OK)
		return;
	complete_offer(c, name, p.model);
	if (with_models && p.model.len)
		complete_offer(c, arena_fmt(a, "%.*s/%.*s", STR_ARG(name), STR_ARG(p.model)), STR_EMPTY);
}

/* What is configured, and presets whose key is there. */
static void offer_providers(struct completion *c, bool with_models)
{
	struct arena a = ARENA_INIT;
	struct str name;

	complete_offer(c, STR(ENDPOINT_EXTRACTIVE), STR("exact quotes from your library, no network"));
	if (with_models)
		complete_offer(c, STR(ENDPOINT_LOCAL), STR("whatever model server runs on this machine"));
	for (size_t i = 0; (name = endpoint_name_at(c->env, &a, i)).len; i++)
		offer_provider(c, &a, name, with_models);
	arena_release(&a);
}

/* --- from the library */

static void offer_libraries(struct completion *c)
{
	SCOPED(buf) dir = BUF_INIT;
	struct err ignored = ERR_INIT;
	struct dirent *entry;
	DIR *d;

	if (path_place_of(PATH_DATA, c->env->env, c->env->env_ctx, &dir, &ignored) != OK)
		return;
	d = opendir(buf_cstr(&dir));
	if (!d)
		return;
	while ((entry = readdir(d))) {
		struct str name = str_c(entry->d_name);

		if (str_ends(name, STR(".db")) && name.p[0] != '.')
			complete_offer(c, str_sub(name, 0, name.len - 3), STR("library"));
	}
	closedir(d);
}

static struct store *open_library(struct completion *c)
{
	struct store_options options = { STORE_READ_ONLY | STORE_MUST_EXIST, BUSY_TIMEOUT_MS, c->env->clock };
	SCOPED(buf) path = BUF_INIT;
	struct err ignored = ERR_INIT;
	struct store *db = NULL;

	if (cmd_store_path(c->env, &path, &ignored) != OK || store_open(buf_cstr(&path), &options, &db, &ignored) != OK)
		return NULL;
	return db;
}

static void offer_sessions(struct completion *c, struct store *db)
{
	struct arena a = ARENA_INIT;
	struct session_filter newest = { .limit = FROM_LIBRARY_MAX };
	struct err ignored = ERR_INIT;
	struct session *v;
	size_t n;

	complete_offer(c, STR("@"), STR("the newest"));
	if (store_session_list(db, &a, &newest, &v, &n, &ignored) == OK)
		for (size_t i = 0; i < n; i++)
			complete_offer(c, v[i].sid, v[i].name);
	arena_release(&a);
}

static void offer_document(struct completion *c, const struct document *d)
{
	SCOPED(buf) id = BUF_INIT;

	buf_fmt(&id, "d%lld", (long long)d->id);
	complete_offer(c, buf_view(&id), d->title);
	if (d->citekey.len)
		complete_offer(c, d->citekey, d->title);
}

/* A word of a document such as a tag, once. */
static void offer_once(struct completion *c, const char *prefix, struct str word, struct buf *seen)
{
	SCOPED(buf) full = BUF_INIT;
	SCOPED(buf) mark = BUF_INIT;

	buf_fmt(&full, "%s%.*s", prefix, STR_ARG(word));
	buf_fmt(&mark, "\n%s\n", buf_cstr(&full));
	if (!word.len || str_find(buf_view(seen), buf_view(&mark), 0) != STR_NONE)
		return;
	buf_str(seen, buf_view(&mark));
	complete_offer(c, buf_view(&full), STR_EMPTY);
}

static void offer_tags(struct completion *c, const struct document *d, const char *prefix, struct buf *seen)
{
	struct str rest = d->tags;

	while (rest.p)
		offer_once(c, prefix, str_cut(&rest, ','), seen);
}

static void offer_of_document(struct completion *c, enum complete_kind kind, const struct document *d, struct buf *seen)
{
	if (kind == COMPLETE_TAG) {
		offer_tags(c, d, "", seen);
		return;
	}
	offer_document(c, d);
	if (kind != COMPLETE_SCOPE)
		return;
	offer_tags(c, d, "tag:", seen);
	offer_once(c, "type:", d->kind, seen);
	offer_once(c, "coll:", d->collection, seen);
}

static void offer_documents(struct completion *c, struct store *db, enum complete_kind kind)
{
	struct arena a = ARENA_INIT;
	struct scope all = { 0 };
	struct err ignored = ERR_INIT;
	SCOPED(buf) seen = BUF_INIT;
	struct document *v;
	size_t n;

	if (store_document_list(db, &a, &all, DOCUMENT_BY_ADDED, FROM_LIBRARY_MAX, &v, &n, &ignored) == OK)
		for (size_t i = 0; i < n; i++)
			offer_of_document(c, kind, &v[i], &seen);
	arena_release(&a);
}

static void offer_from_library(struct completion *c, enum complete_kind kind)
{
	SCOPED_PTR(store) db = open_library(c);

	if (!db)
		return;
	if (kind == COMPLETE_SESSION)
		offer_sessions(c, db);
	else
		offer_documents(c, db, kind);
}

void complete_kind(struct completion *c, enum complete_kind kind, const char *const *values)
{
	switch (kind) {
	case COMPLETE_NONE:
		return;
	case COMPLETE_WORDS:
		offer_words(c, values);
		return;
	case COMPLETE_FILE:
	case COMPLETE_DIR:
		c->sink->files(c->sink->ctx, c->head, c->word, kind == COMPLETE_DIR);
		return;
	case COMPLETE_COMMAND:
		offer_subjects(c);
		return;
	case COMPLETE_SETTING:
		offer_settings(c);
		return;
	case COMPLETE_MODEL:
	case COMPLETE_PROVIDER:
		offer_providers(c, kind == COMPLETE_MODEL);
		return;
	case COMPLETE_LIBRARY:
		offer_libraries(c);
		return;
	default:
		offer_from_library(c, kind);
	}
}
