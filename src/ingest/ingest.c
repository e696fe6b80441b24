#include "ibid/ingest/ingest.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ibid/base/arena.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"
#include "ibid/cite/citekey.h"
#include "ibid/ingest/describe.h"
#include "ibid/ingest/helper.h"
#include "ibid/ingest/starter.h"
#include "ibid/retrieve/identify.h"
#include "ibid/retrieve/split.h"
#include "ibid/store/documents.h"

/* How long one wait for the helpers may last, so that `cancelled` is asked often enough. */
#define WAIT_MS 100

/*
 * Documents share a transaction until it holds so many or is so old: FTS5 writes
 * a segment for each, which costs half the speed of filling it (measured: 0.32
 * of a bare table with one document a transaction, 0.65 with a hundred). A
 * document is only reported once it is committed.
 */
#define BATCH_MAX 100
#define BATCH_MS 500

static const char *const words[INGEST_STATUS_COUNT] = {
#define X(status, word) [status] = word,
	INGEST_STATUSES(X)
#undef X
};

/* One file on its way, in the order given. What is known at once (a fault, unchanged) waits its turn too. */
struct job {
	struct arena arena;
	struct str path;
	bool is_named, is_done;
	enum ingest_status status;
	struct document doc;		/* the old one when it is known: id != 0 */
	bool is_new_path;		/* known bytes under one more path */
	struct hash hash;
	uint64_t size_bytes;
	int64_t began_ms;
	struct helper *helper;
	struct extraction x;
	struct err why;
};

struct ingest {
	struct store *db;
	const struct ingest_options *o;
	ingest_report_fn *fn;
	void *ctx;
	struct starter starters[HELPER_STARTERS];
	struct job *queue[INGEST_JOBS_MAX];	/* queue[0] reports next */
	int n, jobs;
	struct job *written[BATCH_MAX];		/* in the transaction that is open, reported when it is committed */
	int n_written;
	bool is_open;
	int64_t opened_ms;
	size_t n_files;
	size_t counts[INGEST_STATUS_COUNT];
};

const char *ingest_status_word(enum ingest_status status)
{
	return words[status];
}

struct ingest *ingest_new(struct store *db, const struct ingest_options *options, ingest_report_fn *fn, void *ctx)
{
	struct ingest *in = mem_zalloc(1, sizeof(*in));

	*in = (struct ingest){ .db = db, .o = options, .fn = fn, .ctx = ctx };
	for (int i = 0; i < HELPER_STARTERS; i++)
		in->starters[i] = (struct starter)STARTER_INIT;
	in->jobs = options->jobs < 1 ? 1 : options->jobs > INGEST_JOBS_MAX ? INGEST_JOBS_MAX : options->jobs;
	return in;
}

static struct job *job_new(const struct ingest *in, struct str path, bool is_named)
{
	struct job *j = mem_zalloc(1, sizeof(*j));

	*j = (struct job){ .x = EXTRACTION_INIT, .why = ERR_INIT, .is_named = is_named };
	j->path = arena_str(&j->arena, path);
	j->began_ms = clock_mono_ms(in->o->clock);
	return j;
}

static void job_free(struct job *j)
{
	helper_free(j->helper);
	extraction_release(&j->x);
	arena_release(&j->arena);
	mem_free(j);
}

static void job_end(struct job *j, enum ingest_status status)
{
	j->status = status;
	j->is_done = true;
}

static void job_fail(struct job *j)
{
	/* What lies in a directory and is no document is passed over; what was named has failed. */
	job_end(j, !j->is_named && j->why.code == ERR_KIND ? INGEST_SKIPPED : INGEST_FAILED);
}

/* --- the library */

struct key_query {
	struct store *db;
	struct err *err;
};

static bool key_taken(void *ctx, struct str key)
{
	struct key_query *q = ctx;
	bool taken = false;

	/* A failure ends the search for a free key; whoever asked looks at err. Without a library all keys are free. */
	return q->db && store_citekey_taken(q->db, key, &taken, q->err) == OK && taken;
}

/* Rows of all origins: the file's own, what was stored by hand or import, what the caller gives now. */
struct fields {
	struct document_field *v;
	size_t n;
};

static bool has_field(const struct document_field *v, size_t n, struct str field)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].field, field))
			return true;
	return false;
}

static bool is_by_hand(struct str origin)
{
	return str_is(origin, "user") || str_is(origin, "import");
}

static enum err_code gather_fields(struct ingest *in, struct job *j, struct fields *all, struct err *err)
{
	const struct ingest_options *o = in->o;
	struct document_field *own, *stored = NULL;
	size_t n_own, n_stored = 0;

	describe_fields(&j->arena, &j->x, j->path, &own, &n_own);
	if (j->doc.id && store_document_fields(in->db, &j->arena, j->doc.id, &stored, &n_stored, err) != OK)
		return err->code;
	all->v = arena_array(&j->arena, n_own + n_stored + o->n_meta, sizeof(*all->v));
	memcpy(all->v, own, n_own * sizeof(*own));
	all->n = n_own;
	for (size_t i = 0; i < n_stored; i++)
		if (is_by_hand(stored[i].origin) && !has_field(o->meta, o->n_meta, stored[i].field))
			all->v[all->n++] = stored[i];
	for (size_t i = 0; i < o->n_meta; i++)
		all->v[all->n++] = o->meta[i];
	return OK;
}

/* Store the rows origin by origin, each replaced as a whole. */
static enum err_code write_fields(struct ingest *in, struct job *j, const struct fields *all, struct err *err)
{
	struct document_field *group = arena_array(&j->arena, all->n, sizeof(*group));

	for (size_t i = 0; i < all->n; i++) {
		bool is_first = true;
		size_t n = 0;

		for (size_t k = 0; k < all->n; k++) {
			if (!str_eq(all->v[k].origin, all->v[i].origin))
				continue;
			is_first &= k >= i;
			group[n++] = all->v[k];
		}
		if (is_first && store_document_set_fields(in->db, j->doc.id, all->v[i].origin, group, n, err) != OK)
			return err->code;
	}
	return OK;
}

static struct str warnings_of(struct job *j)
{
	SCOPED(buf) out = BUF_INIT;

	for (int k = 0; k < EXTRACTION_WARNING_COUNT; k++) {
		if (!j->x.warnings[k])
			continue;
		if (out.len)
			buf_ch(&out, '\n');
		extraction_warning_add(&out, k, j->x.warnings[k]);
	}
	return arena_str(&j->arena, buf_view(&out));
}

static void fill_document(struct ingest *in, struct job *j, const struct text *text)
{
	struct document *d = &j->doc;

	d->path = j->path;
	d->kind = j->x.format;
	d->mime = j->x.mime;
	d->file_hash = j->hash;
	d->size_bytes = j->size_bytes;
	d->updated_ms = clock_now_ms(in->o->clock);
	if (!d->id)
		d->added_ms = d->updated_ms;
	if (in->o->collection.len)
		d->collection = in->o->collection;
	else if (!d->collection.len)
		d->collection = STR("default");
	d->warnings = warnings_of(j);
	d->n_pages = (int)text->n_pages;
	d->n_chunks = (int)text->n_chunks;
	d->n_sentences = (int)text->n_sentences;
}

/* A key once given stays for good, whatever the fields become. */
static enum err_code give_key(struct ingest *in, struct job *j, struct bib_item *item, struct err *err)
{
	struct key_query taken = { in->db, err };
	SCOPED(buf) key = BUF_INIT;

	if (!j->doc.citekey.len) {
		err_reset(err);
		citekey_make(&key, item, key_taken, &taken);
		if (err->code != OK)
			return err->code;
		j->doc.citekey = arena_str(&j->arena, buf_view(&key));
	}
	item->id = j->doc.citekey;
	return OK;
}

/* All rows of the document in the transaction that is open. */
static enum err_code write_rows(struct ingest *in, struct job *j, struct text *text, const struct fields *all,
	struct err *err)
{
	const struct str *identifiers = identify_chunks(&j->arena, text);

	if (store_document_put(in->db, &j->doc, text, identifiers, err) != OK ||
		write_fields(in, j, all, err) != OK)
		return err->code;
	for (size_t i = 0; i < in->o->n_tags; i++)
		if (store_document_tag(in->db, j->doc.id, in->o->tags[i], true, err) != OK)
			return err->code;
	return OK;
}

static enum err_code write_document(struct ingest *in, struct job *j, struct err *err)
{
	struct fields all = { NULL, 0 };
	struct text text = { 0 };
	struct bib_item item;

	split_extraction(&j->arena, &j->x, &text);
	if (gather_fields(in, j, &all, err) != OK)
		return err->code;
	describe_item(&j->arena, all.v, all.n, j->x.format, &item);
	fill_document(in, j, &text);
	if (give_key(in, j, &item, err) != OK)
		return err->code;
	describe_document(&j->arena, &item, &j->doc);
	return in->o->dry_run ? OK : write_rows(in, j, &text, &all, err);
}

/* Two files of one run may hold the same bytes: the second finds what the first has written by now. */
static enum err_code look_again(struct ingest *in, struct job *j, struct err *err)
{
	struct document twin;
	bool found = false;

	if (j->status != INGEST_ADDED || !in->db)
		return OK;
	if (store_document_by_hash(in->db, &j->arena, &j->hash, &twin, &found, err) != OK)
		return err->code;
	if (found) {
		j->doc = twin;
		j->is_new_path = true;
		j->status = INGEST_UNCHANGED;
	}
	return OK;
}

/* What is known under a new name keeps its text; only the name is added. */
static enum err_code write_job(struct ingest *in, struct job *j, struct err *err)
{
	if (look_again(in, j, err) != OK)
		return err->code;
	if (j->status == INGEST_UNCHANGED)
		return j->is_new_path && !in->o->dry_run ? store_document_add_path(in->db, j->doc.id, j->path, err) : OK;
	return j->status == INGEST_ADDED || j->status == INGEST_UPDATED ? write_document(in, j, err) : OK;
}

/* --- one job */

/* Whether the library has these bytes, or another version at this path. */
static enum err_code look_up(struct ingest *in, struct job *j, struct err *err)
{
	bool found = false, same = false;

	if (!in->db)
		return OK;
	if (store_document_by_path(in->db, &j->arena, j->path, &j->doc, &found, err) != OK)
		return err->code;
	same = found && !memcmp(&j->doc.file_hash, &j->hash, sizeof(j->hash));
	if (!found) {
		if (store_document_by_hash(in->db, &j->arena, &j->hash, &j->doc, &found, err) != OK)
			return err->code;
		same = j->is_new_path = found;
	}
	if (same)
		job_end(j, INGEST_UNCHANGED);
	else
		j->status = found ? INGEST_UPDATED : INGEST_ADDED;
	return OK;
}

static void start_reading(struct ingest *in, struct job *j, int fd, struct str type)
{
	struct helper_opts opts = { in->o->helper, in->o->clock, in->o->timeout_s, type, in->starters };

	if (helper_start(&opts, fd, j->path, &j->x, &j->helper, &j->why) != OK)
		job_fail(j);
}

/* A file may change between its hash and its reading; the helper's side re-checks, and the next run sees it. */
static enum err_code begin_file(struct ingest *in, struct job *j, struct err *err)
{
	const char *path = j->path.p;
	uint64_t most = in->o->max_bytes;
	enum err_code code = OK;
	int fd;

	if (helper_open(path, &fd, &j->why) != OK) {
		job_fail(j);
		return OK;
	}
	if (hash_file(path, &j->hash, &j->size_bytes, &j->why) != OK) {
		job_fail(j);
	} else if (most && j->size_bytes > most) {
		err_set(&j->why, ERR_LIMIT, "'%s' has %llu bytes, more than --max-size allows", path,
			(unsigned long long)j->size_bytes);
		job_fail(j);
	} else {
		code = look_up(in, j, err);
		if (code == OK && !j->is_done)
			start_reading(in, j, fd, STR_EMPTY);
	}
	close(fd);
	return code;
}

static void step_job(struct job *j)
{
	enum helper_state state = j->is_done || !j->helper ? HELPER_BUSY : helper_step(j->helper, &j->why);

	if (state == HELPER_FAILED)
		job_fail(j);
	else if (state == HELPER_DONE)
		j->is_done = true;
	if (j->is_done) {
		helper_free(j->helper);
		j->helper = NULL;
	}
}

/* --- the queue */

static void report(struct ingest *in, struct job *j)
{
	bool failed = j->status == INGEST_FAILED || j->status == INGEST_SKIPPED;
	struct ingest_report r = { .status = j->status, .path = j->path, .doc = failed ? NULL : &j->doc,
		.why = failed ? &j->why : NULL, .size_bytes = j->size_bytes, .hash = j->hash,
		.warnings = j->status == INGEST_ADDED || j->status == INGEST_UPDATED ? j->x.warnings : NULL,
		.took_ms = clock_mono_ms(in->o->clock) - j->began_ms };

	in->counts[j->status]++;
	in->fn(in->ctx, &r);
}

static enum err_code commit_batch(struct ingest *in, struct err *err)
{
	enum err_code code = in->is_open ? store_commit(in->db, err) : OK;

	in->is_open = false;
	for (int i = 0; i < in->n_written; i++) {
		if (code == OK)
			report(in, in->written[i]);
		job_free(in->written[i]);
	}
	in->n_written = 0;
	return code;
}

static enum err_code open_batch(struct ingest *in, struct err *err)
{
	if (in->is_open || in->o->dry_run)
		return OK;
	if (store_begin(in->db, err) != OK)
		return err->code;
	in->is_open = true;
	in->opened_ms = clock_mono_ms(in->o->clock);
	return OK;
}

static bool batch_is_due(const struct ingest *in)
{
	return in->n_written == BATCH_MAX ||
	       (in->n_written && (!in->is_open || clock_mono_ms(in->o->clock) - in->opened_ms >= BATCH_MS));
}

/* A document that cannot be written ends the run: the library is full, locked or read-only. */
static enum err_code write_first(struct ingest *in, struct err *err)
{
	struct job *j = in->queue[0];

	memmove(in->queue, in->queue + 1, (size_t)--in->n * sizeof(*in->queue));
	in->written[in->n_written++] = j;
	if (open_batch(in, err) == OK && write_job(in, j, err) == OK)
		return OK;
	if (in->is_open)
		store_rollback(in->db, err);
	in->is_open = false;
	while (in->n_written)
		job_free(in->written[--in->n_written]);
	return err->code;
}

/* Write from the head of the queue what is done; report what is committed. */
static enum err_code flush_done(struct ingest *in, struct err *err)
{
	while (in->n && in->queue[0]->is_done) {
		if (write_first(in, err) != OK || (batch_is_due(in) && commit_batch(in, err) != OK))
			return err->code;
	}
	return batch_is_due(in) ? commit_batch(in, err) : OK;
}

static enum err_code wait_once(struct ingest *in, struct err *err)
{
	struct pollfd fds[INGEST_JOBS_MAX];
	int wait = WAIT_MS;
	nfds_t n = 0;

	if (in->o->cancelled && in->o->cancelled(in->o->cancelled_ctx))
		return err_set(err, ERR_CANCELLED, "stopped; what was ingested before is kept");
	for (int i = 0; i < in->n; i++) {
		const struct helper *h = in->queue[i]->helper;

		if (!h)
			continue;
		fds[n++] = (struct pollfd){ .fd = helper_fd(h), .events = POLLIN };
		if (helper_wait_ms(h) < wait)
			wait = helper_wait_ms(h);
	}
	if (n)
		poll(fds, n, wait);
	for (int i = 0; i < in->n; i++)
		step_job(in->queue[i]);
	return flush_done(in, err);
}

/* Jobs that only wait for their turn to report take no helper, but the queue is bounded all the same. */
static enum err_code make_room(struct ingest *in, struct err *err)
{
	enum err_code code = flush_done(in, err);

	while (code == OK && in->n >= in->jobs)
		code = wait_once(in, err);
	return code;
}

static enum err_code enqueue(struct ingest *in, struct job *j, struct err *err)
{
	in->queue[in->n++] = j;
	return make_room(in, err);
}

/* Absolute, so that the same file has one name whatever directory it was given from. */
static struct str absolute(const char *path, char out[PATH_MAX])
{
	return str_c(realpath(path, out) ? out : path);
}

static enum err_code check_count(struct ingest *in, const char *path, struct err *err)
{
	if (in->o->max_files && in->n_files >= in->o->max_files)
		return err_set(err, ERR_LIMIT, "more than %zu files; '%s' and the rest were not read", in->o->max_files,
			path);
	in->n_files++;
	return OK;
}

enum err_code ingest_source(void *ctx, const char *path, bool is_named, const struct err *fault, struct err *err)
{
	struct ingest *in = ctx;
	char real[PATH_MAX];
	struct job *j;

	if (check_count(in, path, err) != OK || make_room(in, err) != OK)
		return err->code;
	j = job_new(in, absolute(path, real), is_named);
	if (fault) {
		j->why = *fault;
		job_end(j, INGEST_FAILED);
	} else if (begin_file(in, j, err) != OK) {
		job_free(j);
		return err->code;
	}
	return enqueue(in, j, err);
}

enum err_code ingest_bytes(struct ingest *in, struct str bytes, struct str name, struct str type, struct err *err)
{
	struct job *j;
	int fd;

	if (check_count(in, "standard input", err) != OK || make_room(in, err) != OK)
		return err->code;
	j = job_new(in, name, true);
	j->hash = hash_of(bytes);
	j->size_bytes = bytes.len;
	if (look_up(in, j, err) != OK) {
		job_free(j);
		return err->code;
	}
	if (!j->is_done && helper_open_bytes(bytes, &fd, &j->why) != OK) {
		job_fail(j);
	} else if (!j->is_done) {
		start_reading(in, j, fd, type);
		close(fd);
	}
	return enqueue(in, j, err);
}

enum err_code ingest_finish(struct ingest *in, struct err *err)
{
	enum err_code code = flush_done(in, err);

	while (code == OK && in->n)
		code = wait_once(in, err);
	if (code == OK || code == ERR_CANCELLED) {
		struct err own = ERR_INIT;

		if (commit_batch(in, &own) != OK) {
			*err = own;
			return err->code;
		}
	}
	return code;
}

size_t ingest_count(const struct ingest *in, enum ingest_status status)
{
	return in->counts[status];
}

void ingest_free(struct ingest *in)
{
	if (!in)
		return;
	if (in->is_open)
		store_rollback(in->db, NULL);
	for (int i = 0; i < in->n; i++)
		job_free(in->queue[i]);
	for (int i = 0; i < in->n_written; i++)
		job_free(in->written[i]);
	for (int i = 0; i < HELPER_STARTERS; i++)
		starter_release(&in->starters[i]);
	mem_free(in);
}
