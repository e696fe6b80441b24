#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ibid/cmd/cmd.h"
#include "ibid/cmd/emit.h"
#include "ibid/cmd/interrupt.h"
#include "ibid/cmd/progress.h"
#include "ibid/config/config.h"
#include "ibid/ingest/describe.h"
#include "ibid/ingest/helper.h"
#include "ibid/ingest/ingest.h"
#include "ibid/ingest/sources.h"
#include "ibid/store/documents.h"

/* Bytes of a list of files (--files-from). */
#define LIST_MAX ((size_t)64 << 20)

static struct {
	struct opt_list include, exclude, tags, meta;
	struct str type, title, collection, files_from;
	bool nul;
	int64_t jobs, max_size, max_files, deadline_s;
} arg;

/* clang-format off */
static const struct opt ingest_opts[] = {
	{ OPT_LIST,   0,   "include",    &arg.include,    "GLOB", "in directories, only files that match" },
	{ OPT_LIST,   0,   "exclude",    &arg.exclude,    "GLOB", "leave out files and directories that match" },
	{ OPT_STRING, 0,   "files-from", &arg.files_from, "FILE", "read names of files, one a line; - is standard input", COMPLETE_FILE },
	{ OPT_FLAG,   '0', "null",       &arg.nul,        NULL,   "with --files-from, names end in NUL" },
	{ OPT_STRING, 0,   "type",       &arg.type,       "TYPE", "kind of standard input: pdf html md txt docx epub or a MIME type" },
	{ OPT_STRING, 0,   "title",      &arg.title,      "TEXT", "title of the document (one source only)" },
	{ OPT_LIST,   0,   "tag",        &arg.tags,       "TAG",  "tag the documents", COMPLETE_TAG },
	{ OPT_LIST,   0,   "meta",       &arg.meta,       "K=V",  "set a field: author, issued, publisher, DOI, ..." },
	{ OPT_STRING, 0,   "coll",       &arg.collection, "NAME", "put the documents into a collection" },
	{ OPT_INT,    'j', "jobs",       &arg.jobs,       "N",    "documents read at once", .min = 1, .max = INGEST_JOBS_MAX },
	{ OPT_SIZE,   0,   "max-size",   &arg.max_size,   "SIZE", "refuse larger files (setting ingest.max_size)" },
	{ OPT_INT,    0,   "max-files",  &arg.max_files,  "N",    "stop after N files", .min = 1, .max = INT32_MAX },
	{ OPT_INT,    0,   "deadline",   &arg.deadline_s, "SEC",  "give up a document after so long (default 60)", .min = 1, .max = 3600 },
	{ .kind = OPT_END }
};

static const struct field source_fields[] = {
	{ FIELD_STR,   "status",   "status" },
	{ FIELD_STR,   "doc",      "doc" },
	{ FIELD_STR,   "citekey",  NULL },
	{ FIELD_STR,   "title",    "title", FIELD_CUT },
	{ FIELD_STR,   "kind",     NULL },
	{ FIELD_STR,   "path",     NULL },
	{ FIELD_STR,   "sha256",   NULL },
	{ FIELD_INT,   "bytes",    NULL },
	{ FIELD_INT,   "pages",    NULL },
	{ FIELD_INT,   "passages", NULL },
	{ FIELD_STRS,  "warnings", NULL },
	{ FIELD_STR,   "error",    NULL },
	{ FIELD_INT,   "ms",       NULL },
	{ .kind = FIELD_END }
};
/* clang-format on */

/* What the reports of one run share. */
struct run {
	struct cmd_env *env;
	struct progress progress;
	struct emit emit;
	size_t n_done;
	bool is_single;			/* one file was named: its failure is the command's, told once */
	struct err last;		/* of the last source that failed */
};

static void add_hex(struct emit *e, const struct hash *h)
{
	SCOPED(buf) hex = BUF_INIT;

	hash_add_hex(&hex, h);
	emit_str(e, "sha256", buf_view(&hex));
}

static void add_warnings(struct emit *e, const uint64_t *counts)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str v[EXTRACTION_WARNING_COUNT];
	size_t n = 0;

	for (int k = 0; counts && k < EXTRACTION_WARNING_COUNT; k++) {
		SCOPED(buf) line = BUF_INIT;

		if (!counts[k])
			continue;
		extraction_warning_add(&line, k, counts[k]);
		v[n++] = arena_str(&a, buf_view(&line));
	}
	emit_strs(e, "warnings", v, n);
}

static void add_document(struct emit *e, const struct document *doc)
{
	SCOPED(buf) id = BUF_INIT;

	if (doc->id)
		buf_fmt(&id, "d%lld", (long long)doc->id);
	emit_str(e, "doc", buf_view(&id));
	emit_str(e, "citekey", doc->citekey);
	emit_str(e, "title", doc->title);
	emit_str(e, "kind", doc->kind);
	emit_int(e, "pages", doc->n_pages);
	emit_int(e, "passages", doc->n_chunks);
}

static void emit_report(struct run *run, const struct ingest_report *r)
{
	struct emit *e = &run->emit;

	emit_record(e);
	emit_c(e, "status", ingest_status_word(r->status));
	emit_str(e, "path", r->path);
	emit_int(e, "bytes", (int64_t)r->size_bytes);
	emit_int(e, "ms", r->took_ms);
	if (r->size_bytes)
		add_hex(e, &r->hash);
	if (r->doc)
		add_document(e, r->doc);
	add_warnings(e, r->warnings);
	if (r->why)
		emit_c(e, "error", r->why->text);
}

static const enum out_style styles[INGEST_STATUS_COUNT] = {
	[INGEST_ADDED] = OUT_GOOD, [INGEST_UPDATED] = OUT_GOOD, [INGEST_UNCHANGED] = OUT_DIM,
	[INGEST_SKIPPED] = OUT_DIM, [INGEST_FAILED] = OUT_BAD,
};

/* One line a source as it is done: added  d12  Title */
static void print_report(struct run *run, const struct ingest_report *r)
{
	struct out *out = &run->env->out;
	SCOPED(buf) id = BUF_INIT;

	progress_clear(&run->progress);
	out_style(out, styles[r->status]);
	out_fmt(out, "%-9s", ingest_status_word(r->status));
	out_style(out, OUT_PLAIN);
	if (r->doc && r->doc->id)
		buf_fmt(&id, "d%lld", (long long)r->doc->id);
	out_fmt(out, "  %-5s ", buf_cstr(&id));
	out_line(out, r->doc ? r->doc->title : str_c(r->why->text));
	out_c(out, "\n");
	for (int k = 0; r->warnings && k < EXTRACTION_WARNING_COUNT; k++) {
		SCOPED(buf) line = BUF_INIT;

		if (!r->warnings[k])
			continue;
		extraction_warning_add(&line, k, r->warnings[k]);
		cmd_warn(run->env, "'%.*s': %s", STR_ARG(r->path), buf_cstr(&line));
	}
}

static void on_report(void *ctx, const struct ingest_report *r)
{
	struct run *run = ctx;

	run->n_done++;
	if (r->status == INGEST_FAILED)
		run->last = *r->why;
	if (run->env->mode == MODE_HUMAN) {
		if (r->status == INGEST_FAILED ? !run->is_single : !run->env->opt.quiet)
			print_report(run, r);
		out_flush(&run->env->out, NULL);
	} else {
		emit_report(run, r);
	}
	progress_set(&run->progress, (int64_t)run->n_done, 0, r->path);
}

static bool cancelled(void *ctx)
{
	(void)ctx;
	return interrupt_pending();
}

/* --meta K=V rows, and --title as one of them. */
static enum err_code read_meta(struct document_field *v, size_t *n, struct err *err)
{
	if (arg.title.p)
		v[(*n)++] = (struct document_field){ STR("title"), arg.title, STR("user"), 1, true };
	for (size_t i = 0; i < arg.meta.n; i++) {
		struct str value = arg.meta.v[i], key = str_cut(&value, '=');

		if (!value.p)
			return err_set(err, ERR_USAGE, "--meta wants FIELD=VALUE, not '%.*s'", STR_ARG(key));
		if (!describe_knows_field(key))
			return err_set(err, ERR_USAGE, "'%.*s' is no field; the names are those of CSL: title, author, issued, "
				"publisher, DOI, URL ...", STR_ARG(key));
		v[(*n)++] = (struct document_field){ key, value, STR("user"), 1, true };
	}
	return OK;
}

static enum err_code ingest_stdin(struct ingest *in, struct err *err)
{
	SCOPED(buf) bytes = BUF_INIT;

	if (!arg.type.p)
		return err_set(err, ERR_USAGE, "standard input needs --type: pdf, html, md, txt, docx or epub");
	if (path_read_fd(STDIN_FILENO, "standard input", HELPER_FILE_MAX, &bytes, err) != OK)
		return err->code;
	return ingest_bytes(in, buf_view(&bytes), STR("-"), arg.type, err);
}

static enum err_code ingest_list(struct ingest *in, const struct source_rules *rules, struct err *err)
{
	SCOPED(buf) list = BUF_INIT;
	enum err_code code = str_is(arg.files_from, "-") ?
		path_read_fd(STDIN_FILENO, "standard input", LIST_MAX, &list, err) :
		path_read(arg.files_from.p, LIST_MAX, &list, err);

	return code == OK ? sources_list(buf_view(&list), arg.nul, rules, ingest_source, in, err) : code;
}

static enum err_code feed(struct ingest *in, const struct cmd_args *args, struct err *err)
{
	struct source_rules rules = { arg.include.v, arg.exclude.v, arg.include.n, arg.exclude.n };

	for (size_t i = 0; i < args->n; i++) {
		enum err_code code = str_is(args->v[i], "-") ? ingest_stdin(in, err) :
							       sources_walk(args->v[i].p, &rules, ingest_source, in, err);
		if (code != OK)
			return code;
	}
	if (arg.files_from.p && ingest_list(in, &rules, err) != OK)
		return err->code;
	return ingest_finish(in, err);
}

/* One source that failed fails as itself; of several, some failed: 81. */
static enum err_code verdict(const struct run *run, const struct ingest *in, struct err *err)
{
	size_t failed = ingest_count(in, INGEST_FAILED);

	if (!failed)
		return OK;
	if (run->n_done == 1) {
		*err = run->last;
		return err->code;
	}
	return err_set(err, ERR_PARTLY, "%zu of %zu sources could not be ingested", failed, run->n_done);
}

static void summarise(struct run *run, const struct ingest *in, enum err_code code)
{
	SCOPED(buf) line = BUF_INIT;

	for (int s = 0; s < INGEST_STATUS_COUNT; s++)
		if (ingest_count(in, s))
			buf_fmt(&line, "%s%zu %s", line.len ? ", " : "", ingest_count(in, s), ingest_status_word(s));
	if (run->n_done > 1)
		cmd_explain(run->env, "%zu sources: %s", run->n_done, buf_cstr(&line));
	if (!run->n_done && code == OK)
		cmd_warn(run->env, "no files to ingest there");
}

static bool names_one_file(const struct cmd_args *args)
{
	struct stat st;

	return args->n == 1 && !arg.files_from.p && (stat(args->v[0].p, &st) != 0 || !S_ISDIR(st.st_mode));
}

static enum err_code begin_output(struct run *run, struct err *err)
{
	if (run->env->mode == MODE_HUMAN)
		return OK;
	return emit_list(&run->emit, run->env, "source", source_fields, NULL, err);
}

/* A dry run looks at the library if there is one and makes none. */
static enum err_code open_library(struct cmd_env *env, struct store **db, struct err *err)
{
	*db = NULL;
	if (cmd_store(env, env->opt.dry_run ? STORE_READ_ONLY : 0, db, err) == OK)
		return OK;
	if (!env->opt.dry_run || err->code != ERR_MISSING)
		return err->code;
	err_reset(err);
	return OK;
}

static enum err_code ingest_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(buf) helper = BUF_INIT;
	struct document_field meta[64];
	struct ingest_options o = { .clock = env->clock, .jobs = (int)arg.jobs, .timeout_s = (unsigned)arg.deadline_s,
		.max_bytes = (uint64_t)arg.max_size, .max_files = (size_t)arg.max_files, .dry_run = env->opt.dry_run,
		.collection = arg.collection.p ? arg.collection : STR_EMPTY, .tags = arg.tags.v, .n_tags = arg.tags.n,
		.meta = meta, .cancelled = cancelled };
	struct run run = { .env = env, .is_single = names_one_file(args), .emit = EMIT_INIT, .last = ERR_INIT };
	const struct config *config;
	struct store *db;
	enum err_code code;

	if (!args->n && !arg.files_from.p)
		return err_set(err, ERR_USAGE, "nothing to ingest: name files or directories, or give --files-from");
	if (arg.meta.n + 1 > sizeof(meta) / sizeof(*meta))
		return err_set(err, ERR_USAGE, "more than 63 fields by --meta");
	if (read_meta(meta, &o.n_meta, err) != OK || cmd_config(env, &config, err) != OK ||
		helper_find(&helper, err) != OK)
		return err->code;
	if (!o.jobs)
		o.jobs = (int)config_int(config, "ingest.jobs");
	if (!o.max_bytes)
		o.max_bytes = (uint64_t)config_int(config, "ingest.max_size");
	for (size_t i = 0; config_word(config_str(config, "core.tags"), i).len; i++)
		opt_list_add(&arg.tags, config_word(config_str(config, "core.tags"), i));
	o.tags = arg.tags.v;
	o.n_tags = arg.tags.n;
	o.helper = buf_cstr(&helper);
	if (open_library(env, &db, err) != OK)
		return err->code;
	SCOPED_PTR(ingest) in = ingest_new(db, &o, on_report, &run);
	if (begin_output(&run, err) != OK)
		return err->code;
	run.progress = progress_begin(env, "ingesting");
	code = feed(in, args, err);
	progress_end(&run.progress);
	if (env->mode != MODE_HUMAN)
		emit_end(&run.emit, code == OK ? err : NULL);
	emit_release(&run.emit);
	summarise(&run, in, code);
	return code == OK ? verdict(&run, in, err) : code;
}

const struct cmd cmd_ingest = {
	.name = "ingest",
	.aliases = "add",
	.group = GROUP_LIBRARY,
	.flags = CMD_POLLS_INTERRUPT,
	.args = "[SOURCE...]",
	.opts = ingest_opts,
	.run = ingest_run,
	.summary = "read documents into the library",
	.details = "A SOURCE is a file, a directory (read recursively; .ibidignore is honoured) or - for standard input. PDF, "
		   "HTML, Markdown, plain text, DOCX and EPUB are read, each in a process of its own that can touch nothing else.\n"
		   "Files that did not change are skipped; a changed file becomes a new version, and citations of the old one "
		   "stay true. One bad file never stops the rest.",
	.examples = (const char *const[]){ "ibid ingest reports/", "ibid ingest --tag 2026 --exclude '*.bak' papers notes.md",
		"find . -name '*.pdf' -print0 | ibid ingest --files-from - -0", "curl -s URL | ibid ingest --type html -",
		NULL },
	.exits = (const struct cmd_exit[]){ { 65, "the only source cannot be read" }, { 66, "the only source does not exist" },
		{ 81, "some sources could not be ingested; each has its reason" }, { 130, NULL }, { 0, NULL } },
	.complete = { COMPLETE_FILE },
};
