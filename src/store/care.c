#include "store_internal.h"

#include "ibid/store/sessions.h"

/*
 * Deleted bytes stay in three places: terms in older segments of a full-text
 * index until it is merged, free pages, and the log. All three are emptied, so
 * that what was removed for good is found in no file (reference: SQLite,
 * "FTS5, The 'optimize' Command" and "PRAGMA secure_delete").
 */
static const char *const scrub_steps[] = {
	"INSERT INTO message_fts (message_fts) VALUES ('optimize')",
	"INSERT INTO chunk_fts (chunk_fts) VALUES ('optimize')",
	"INSERT INTO ident_fts (ident_fts) VALUES ('optimize')",
	"VACUUM",
	"PRAGMA wal_checkpoint(TRUNCATE)",
};

enum err_code store_scrub(struct store *db, struct err *err)
{
	if (db->depth)
		return OK;
	for (size_t i = 0; i < sizeof(scrub_steps) / sizeof(*scrub_steps); i++)
		if (store_run(db, err, scrub_steps[i]) != OK)
			return err->code;
	return OK;
}

enum err_code store_vacuum(struct store *db, struct err *err)
{
	return store_scrub(db, err);
}

enum err_code store_session_purge(struct store *db, int64_t id, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (store_session_erase(db, id, err) != OK)
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	return store_scrub(db, err);
}
