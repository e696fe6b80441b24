#include "ibid/store/answers.h"

#include "ibid/store/desk.h"
#include "store_internal.h"

static const char *const kinds[] = { [CLAIM_FACT] = "fact", [CLAIM_META] = "meta", [CLAIM_QUESTION] = "question",
	[CLAIM_HEADING] = "heading" };

static enum claim_kind kind_of(struct str name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(name, kinds[i]))
			return (enum claim_kind)i;
	return CLAIM_FACT;
}

/* --- writing */

static enum err_code insert_answer(struct store *db, const struct answer *a, struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT INTO answer (message_id, question, prompt_version, policy, evidence, is_abstained)"
		" SELECT id, ?2, ?3, ?4, ?5, ?6 FROM message WHERE id = ?1");

	bind_int(&q, a->message_id);
	bind_str(&q, a->question);
	bind_str(&q, a->prompt_version);
	bind_str(&q, a->policy);
	bind_str(&q, a->evidence);
	bind_int(&q, a->is_abstained);
	if (query_run(&q, err) != OK)
		return err->code;
	if (sqlite3_changes64(db->sqlite) == 0)
		return err_set(err, ERR_MISSING, "there is no message number %lld", (long long)a->message_id);
	return OK;
}

static enum err_code insert_claim(struct store *db, int64_t message_id, size_t ord, const struct claim *c, int64_t *id,
	struct err *err)
{
	SCOPED(query) q = query(db, "INSERT INTO claim (message_id, ord, byte_from, byte_to, kind) VALUES (?, ?, ?, ?, ?)");

	bind_int(&q, message_id);
	bind_int(&q, (int64_t)ord);
	bind_int(&q, (int64_t)c->at.byte_from);
	bind_int(&q, (int64_t)c->at.byte_to);
	bind_c(&q, kinds[c->kind]);
	if (query_run(&q, err) != OK)
		return err->code;
	*id = sqlite3_last_insert_rowid(db->sqlite);
	return OK;
}

static enum err_code insert_citation(struct store *db, int64_t claim_id, const struct citation *c, int64_t *id,
	struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT INTO citation (claim_id, n, origin, quote, level, score, flags, checker, checked_ms)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

	bind_int(&q, claim_id);
	bind_int(&q, c->n);
	bind_str(&q, c->origin);
	bind_str(&q, c->quote);
	bind_c(&q, cite_level_name(c->level));
	bind_double(&q, c->score);
	bind_int(&q, c->flags);
	bind_str(&q, c->checker);
	bind_int(&q, c->checked_ms);
	if (query_run(&q, err) != OK)
		return err->code;
	*id = sqlite3_last_insert_rowid(db->sqlite);
	return OK;
}

/* A document that was purged meanwhile leaves the words without a place. */
static enum err_code write_anchor(struct store *db, int64_t citation_id, const struct anchor *a, struct err *err)
{
	SCOPED(query) q = query(db,
		"INSERT OR REPLACE INTO anchor (citation_id, doc_id, text_id, byte_from, byte_to, exact, prefix, suffix,"
		" page_from, page_to, page_label, head_path, sentence_from, sentence_to) VALUES (?1,"
		" (SELECT id FROM document WHERE id = ?2), (SELECT id FROM document_text WHERE id = ?3),"
		" ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");

	bind_int(&q, citation_id);
	bind_int(&q, a->doc_id);
	bind_int(&q, a->text_id);
	bind_int(&q, (int64_t)a->at.byte_from);
	bind_int(&q, (int64_t)a->at.byte_to);
	bind_str(&q, a->exact);
	bind_str(&q, a->prefix);
	bind_str(&q, a->suffix);
	bind_int(&q, a->page_from);
	bind_int(&q, a->page_to);
	bind_str(&q, a->page_label);
	bind_str(&q, a->head_path);
	bind_int(&q, a->sentence_from);
	bind_int(&q, a->sentence_to);
	return query_run(&q, err);
}

static enum err_code write_report(struct store *db, int64_t citation_id, const struct citation *c, struct err *err)
{
	return c->report.len ? store_citation_report(db, citation_id, c->report, err) : OK;
}

static bool has_anchor(const struct citation *c)
{
	return c->anchor.doc_id || c->anchor.exact.len;
}

/* The ids are handed to the caller when all is on disk: first those of the claims, then those of the citations. */
static enum err_code insert_parts(struct store *db, const struct answer *a, int64_t *ids, struct err *err)
{
	int64_t *citation_ids = ids + a->n_claims;

	for (size_t i = 0; i < a->n_claims; i++)
		if (insert_claim(db, a->message_id, i, &a->claims[i], &ids[i], err) != OK)
			return err->code;
	for (size_t i = 0; i < a->n_citations; i++) {
		const struct citation *c = &a->citations[i];

		if (c->claim < 0 || (size_t)c->claim >= a->n_claims)
			return err_set(err, ERR_BUG, "citation %zu is of claim %d, but there are %zu", i, c->claim, a->n_claims);
		if (insert_citation(db, ids[c->claim], c, &citation_ids[i], err) != OK ||
			(has_anchor(c) && write_anchor(db, citation_ids[i], &c->anchor, err) != OK) ||
			write_report(db, citation_ids[i], c, err) != OK)
			return err->code;
	}
	return OK;
}

static enum err_code replace_answer(struct store *db, const struct answer *a, int64_t *ids, struct err *err)
{
	if (store_run_id(db, err, "DELETE FROM answer WHERE message_id = ?", a->message_id) != OK ||
		insert_answer(db, a, err) != OK)
		return err->code;
	return insert_parts(db, a, ids, err);
}

static void set_ids(struct answer *a, const int64_t *ids)
{
	for (size_t i = 0; i < a->n_claims; i++)
		a->claims[i].id = ids[i];
	for (size_t i = 0; i < a->n_citations; i++) {
		struct citation *c = &a->citations[i];

		c->id = ids[a->n_claims + i];
		c->message_id = a->message_id;
		c->anchor.id = has_anchor(c) ? c->id : 0;
	}
}

enum err_code store_answer_put(struct store *db, struct answer *a, struct err *err)
{
	SCOPED(arena) work = ARENA_INIT;
	int64_t *ids = arena_array(&work, a->n_claims + a->n_citations, sizeof(*ids));

	if (store_begin(db, err) != OK)
		return err->code;
	if (replace_answer(db, a, ids, err) != OK)
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	set_ids(a, ids);
	return OK;
}

static enum err_code update_citation(struct store *db, const struct citation *c, struct err *err)
{
	SCOPED(query) q = query(db,
		"UPDATE citation SET level = ?2, score = ?3, flags = ?4, checker = ?5, checked_ms = ?6 WHERE id = ?1");

	bind_int(&q, c->id);
	bind_c(&q, cite_level_name(c->level));
	bind_double(&q, c->score);
	bind_int(&q, c->flags);
	bind_str(&q, c->checker);
	bind_int(&q, c->checked_ms);
	if (query_run(&q, err) != OK)
		return err->code;
	if (sqlite3_changes64(db->sqlite) == 0)
		return err_set(err, ERR_MISSING, "there is no citation number %lld", (long long)c->id);
	return has_anchor(c) ? write_anchor(db, c->id, &c->anchor, err)
			     : store_run_id(db, err, "DELETE FROM anchor WHERE citation_id = ?", c->id);
}

enum err_code store_citation_update(struct store *db, struct citation *c, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (update_citation(db, c, err) != OK)
		return store_rollback(db, err);
	if (store_commit(db, err) != OK)
		return err->code;
	c->anchor.id = has_anchor(c) ? c->id : 0;
	return OK;
}

/* --- reading */

#define SELECT_CITATION                                                                                                \
	"SELECT c.id, l.message_id, l.ord, c.n, c.origin, c.quote, c.level, c.score, c.flags, c.checker,"              \
	" c.checked_ms, a.citation_id, a.doc_id, a.text_id, a.byte_from, a.byte_to, a.exact, a.prefix, a.suffix,"      \
	" a.page_from, a.page_to, a.page_label, a.head_path, a.sentence_from, a.sentence_to,"                          \
	" (SELECT why FROM citation_report WHERE citation_id = c.id)"

static void read_anchor(struct query *q, struct arena *a, struct anchor *x)
{
	x->id = row_int(q);
	x->doc_id = row_int(q);
	x->text_id = row_int(q);
	x->at.byte_from = (size_t)row_int(q);
	x->at.byte_to = (size_t)row_int(q);
	x->exact = row_str(q, a);
	x->prefix = row_str(q, a);
	x->suffix = row_str(q, a);
	x->page_from = (int)row_int(q);
	x->page_to = (int)row_int(q);
	x->page_label = row_str(q, a);
	x->head_path = row_str(q, a);
	x->sentence_from = (int)row_int(q);
	x->sentence_to = (int)row_int(q);
}

static void read_citation(struct query *q, struct arena *a, struct citation *c)
{
	c->id = row_int(q);
	c->message_id = row_int(q);
	c->claim = (int)row_int(q);
	c->n = (int)row_int(q);
	c->origin = row_str(q, a);
	c->quote = row_str(q, a);
	if (!cite_level_of(row_view(q), &c->level))
		c->level = LEVEL_UNSUPPORTED;
	c->score = row_double(q);
	c->flags = (uint32_t)row_int(q);
	c->checker = row_str(q, a);
	c->checked_ms = row_int(q);
	read_anchor(q, a, &c->anchor);
	c->report = row_str(q, a);
}

static enum err_code read_answer(struct store *db, struct arena *a, struct answer *x, bool *found, struct err *err)
{
	SCOPED(query) q = query(db,
		"SELECT question, prompt_version, policy, evidence, is_abstained FROM answer WHERE message_id = ?");

	bind_int(&q, x->message_id);
	*found = query_next(&q);
	if (*found) {
		x->question = row_str(&q, a);
		x->prompt_version = row_str(&q, a);
		x->policy = row_str(&q, a);
		x->evidence = row_str(&q, a);
		x->is_abstained = row_bool(&q);
	}
	return query_end(&q, err);
}

static enum err_code read_claims(struct store *db, struct arena *a, struct answer *x, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct claim);
	SCOPED(query) q = query(db, "SELECT id, byte_from, byte_to, kind FROM claim WHERE message_id = ? ORDER BY ord");

	bind_int(&q, x->message_id);
	while (query_next(&q)) {
		struct claim *c = list_add(&found);

		c->id = row_int(&q);
		c->at.byte_from = (size_t)row_int(&q);
		c->at.byte_to = (size_t)row_int(&q);
		c->kind = kind_of(row_view(&q));
	}
	if (query_end(&q, err) != OK)
		return err->code;
	x->claims = list_move(&found, a, &x->n_claims);
	return OK;
}

static enum err_code read_citations(struct store *db, struct arena *a, struct answer *x, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct citation);
	SCOPED(query) q = query(db, SELECT_CITATION
		" FROM claim AS l JOIN citation AS c ON c.claim_id = l.id LEFT JOIN anchor AS a ON a.citation_id = c.id"
		" WHERE l.message_id = ? ORDER BY c.id");

	bind_int(&q, x->message_id);
	while (query_next(&q))
		read_citation(&q, a, list_add(&found));
	if (query_end(&q, err) != OK)
		return err->code;
	x->citations = list_move(&found, a, &x->n_citations);
	return OK;
}

enum err_code store_answer(struct store *db, struct arena *a, int64_t message_id, struct answer *answer, bool *found,
	struct err *err)
{
	struct answer x = { .message_id = message_id };

	if (read_answer(db, a, &x, found, err) != OK)
		return err->code;
	if (!*found)
		return OK;
	if (read_claims(db, a, &x, err) != OK || read_citations(db, a, &x, err) != OK)
		return err->code;
	*answer = x;
	return OK;
}

enum err_code store_citations_of_document(struct store *db, struct arena *a, int64_t doc_id, size_t limit,
	struct citation_place **places, size_t *n, struct err *err)
{
	SCOPED(list) found = LIST_INIT(struct citation_place);
	SCOPED(query) q = query(db, SELECT_CITATION ", s.sid, m.n"
		" FROM anchor AS a JOIN citation AS c ON c.id = a.citation_id JOIN claim AS l ON l.id = c.claim_id"
		" JOIN message AS m ON m.id = l.message_id JOIN session AS s ON s.id = m.session_id"
		" WHERE a.doc_id = ? ORDER BY c.id DESC LIMIT ?");

	bind_int(&q, doc_id);
	bind_int(&q, limit ? (int64_t)limit : -1);
	while (query_next(&q)) {
		struct citation_place *p = list_add(&found);

		read_citation(&q, a, &p->citation);
		p->sid = row_str(&q, a);
		p->message_n = (int)row_int(&q);
	}
	if (query_end(&q, err) != OK)
		return err->code;
	*places = list_move(&found, a, n);
	return OK;
}
