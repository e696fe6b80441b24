#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ibid/base/hash.h"
#include "ibid/base/json.h"
#include "ibid/base/path.h"
#include "ibid/cite/bib_format.h"
#include "ibid/cite/bib_match.h"
#include "ibid/cmd/cmd.h"
#include "ibid/cmd/doc.h"
#include "ibid/cmd/emit.h"
#include "ibid/cmd/scope.h"
#include "ibid/config/config.h"
#include "ibid/ingest/describe.h"
#include "ibid/store/answers.h"
#include "ibid/store/documents.h"

static struct {
	struct list_options list;
	struct str import;
	bool now;
} arg;

/* clang-format off */
static const struct field doc_fields[] = {
	{ FIELD_STR,  "id",        "id" },
	{ FIELD_STR,  "citekey",   "citekey" },
	{ FIELD_STR,  "title",     "title", FIELD_CUT },
	{ FIELD_STR,  "authors",   "authors", FIELD_CUT },
	{ FIELD_STR,  "date",      "date" },
	{ FIELD_STR,  "kind",      "kind" },
	{ FIELD_INT,  "pages",     "pages" },
	{ FIELD_STRS, "tags",      "tags" },
	{ FIELD_STR,  "csl_type",  NULL },
	{ FIELD_STR,  "publisher", NULL },
	{ FIELD_STR,  "collection", NULL },
	{ FIELD_STR,  "path",      NULL },
	{ FIELD_STR,  "mime",      NULL },
	{ FIELD_INT,  "rev",       NULL },
	{ FIELD_INT,  "passages",  NULL },
	{ FIELD_INT,  "sentences", NULL },
	{ FIELD_BYTES, "bytes",    NULL },
	{ FIELD_STR,  "sha256",    NULL },
	{ FIELD_TIME, "added",     NULL },
	{ FIELD_TIME, "updated",   NULL },
	{ FIELD_STR,  "warnings",  NULL },
	{ FIELD_JSON, "csl",       NULL },
	{ .kind = FIELD_END }
};
/* clang-format on */

static void put_doc(struct emit *e, const struct document *d)
{
	SCOPED(buf) id = BUF_INIT;
	SCOPED(buf) hex = BUF_INIT;
	struct str tags[64];
	size_t n = 0;

	buf_fmt(&id, "d%lld", (long long)d->id);
	hash_add_hex(&hex, &d->file_hash);
	for (struct str rest = d->tags; rest.len && n < sizeof(tags) / sizeof(*tags);)
		tags[n++] = str_cut(&rest, ',');
	emit_str(e, "id", buf_view(&id));
	emit_str(e, "citekey", d->citekey);
	emit_str(e, "title", d->title);
	emit_str(e, "authors", d->authors);
	emit_str(e, "date", d->date);
	emit_str(e, "kind", d->kind);
	emit_int(e, "pages", d->n_pages);
	emit_strs(e, "tags", tags, n);
	emit_str(e, "csl_type", d->type);
	emit_str(e, "publisher", d->publisher);
	emit_str(e, "collection", d->collection);
	emit_str(e, "path", d->path);
	emit_str(e, "mime", d->mime);
	emit_int(e, "rev", d->version);
	emit_int(e, "passages", d->n_chunks);
	emit_int(e, "sentences", d->n_sentences);
	emit_int(e, "bytes", (int64_t)d->size_bytes);
	emit_str(e, "sha256", buf_view(&hex));
	emit_time(e, "added", d->added_ms);
	emit_time(e, "updated", d->updated_ms);
	emit_str(e, "warnings", d->warnings);
	if (d->csl.len)
		emit_json(e, "csl", d->csl);
}

static enum err_code list_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct opt_list words = { .v = (struct str *)args->v, .n = args->n };
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(emit) e = EMIT_INIT;
	size_t n = 0, limit = arg.list.sort.p || arg.list.reverse ? 0 : (size_t)arg.list.limit;
	struct document *docs;
	struct scope scope;
	struct store *db;

	if (cmd_store_if_any(env, &db, err) != OK ||
		(db && scope_parse(db, &a, &words, clock_now_ms(env->clock), &scope, err) != OK) ||
		(db && store_document_list(db, &a, &scope, DOCUMENT_BY_ADDED, limit, &docs, &n, err) != OK) ||
		emit_list(&e, env, "doc", doc_fields, &arg.list, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		emit_record(&e);
		put_doc(&e, &docs[i]);
	}
	cmd_pager(env);
	return emit_end(&e, err);
}

/* --- show */

static void print_row(struct out *out, const char *name, struct str value)
{
	if (!value.len)
		return;
	out_style(out, OUT_BOLD);
	out_fmt(out, "%-11s", name);
	out_style(out, OUT_PLAIN);
	out_c(out, " ");
	out_line(out, value);
	out_c(out, "\n");
}

static void print_card(struct out *out, const struct document *d, int64_t n_citations)
{
	SCOPED(buf) line = BUF_INIT;

	buf_fmt(&line, "d%lld, version %d, %d pages, %d passages, %d sentences", (long long)d->id, d->version, d->n_pages,
		d->n_chunks, d->n_sentences);
	print_row(out, "document", buf_view(&line));
	print_row(out, "citekey", d->citekey);
	print_row(out, "title", d->title);
	print_row(out, "authors", d->authors);
	print_row(out, "date", d->date);
	print_row(out, "publisher", d->publisher);
	print_row(out, "type", d->type);
	print_row(out, "collection", d->collection);
	print_row(out, "tags", d->tags);
	print_row(out, "path", d->path);
	buf_reset(&line);
	clock_add_local(&line, d->added_ms);
	print_row(out, "added", buf_view(&line));
	print_row(out, "warnings", d->warnings);
	buf_reset(&line);
	buf_fmt(&line, "%lld citation%s", (long long)n_citations, n_citations == 1 ? "" : "s");
	print_row(out, "cited by", buf_view(&line));
}

static void print_fields(struct out *out, const struct document_field *fields, size_t n)
{
	out_styled(out, OUT_HEADING, STR("\nfields, with who says so\n"));
	for (size_t i = 0; i < n; i++) {
		out_fmt(out, "  %-16.*s ", STR_ARG(fields[i].field));
		out_line(out, str_sub(fields[i].value, 0, 200));
		out_style(out, OUT_DIM);
		out_fmt(out, "  (%.*s)\n", STR_ARG(fields[i].origin));
		out_style(out, OUT_PLAIN);
	}
}

static void print_outline(struct out *out, const struct text *t)
{
	if (t->n_heads)
		out_styled(out, OUT_HEADING, STR("\noutline\n"));
	for (size_t i = 0; i < t->n_heads; i++) {
		int page = text_page_of(t, t->heads[i].at.byte_from);

		out_fmt(out, "%*s", 2 * t->heads[i].level, "");
		out_line(out, t->heads[i].title);
		if (page >= 0) {
			out_c(out, "  p. ");
			out_line(out, t->pages[page].label);
		}
		out_c(out, "\n");
	}
}

static enum err_code show_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(emit) e = EMIT_INIT;
	struct document_field *fields;
	struct document doc;
	struct store *db;
	struct text text;
	int64_t cited;
	size_t n;

	if (cmd_store(env, STORE_READ_ONLY, &db, err) != OK || store_document_find(db, &a, args->v[0], &doc, err) != OK)
		return err->code;
	if (env->mode != MODE_HUMAN) {
		if (emit_one(&e, env, "doc", doc_fields, NULL, err) != OK)
			return err->code;
		put_doc(&e, &doc);
		return emit_end(&e, err);
	}
	if (store_document_citations(db, doc.id, &cited, err) != OK ||
		store_document_fields(db, &a, doc.id, &fields, &n, err) != OK ||
		store_text(db, &a, doc.text_id, &text, err) != OK)
		return err->code;
	cmd_pager(env);
	print_card(&env->out, &doc, cited);
	print_fields(&env->out, fields, n);
	print_outline(&env->out, &text);
	return OK;
}

/* --- text */

/* Lines from..to (1-based, inclusive) of the text as a span. */
static struct span lines_of(const struct text *t, int from, int to)
{
	struct span at = { t->text.len, t->text.len };
	size_t pos = 0;

	for (int line = 1; pos < t->text.len && line <= to; line++) {
		size_t end = str_find_ch(t->text, '\n', pos);

		if (line == from)
			at.byte_from = pos;
		pos = end == STR_NONE ? t->text.len : end + 1;
		at.byte_to = pos;
	}
	if (at.byte_from > at.byte_to)
		at.byte_to = at.byte_from;
	return at;
}

static enum err_code span_of(const struct doc_place *p, const struct text *t, struct span *at, struct err *err)
{
	*at = (struct span){ 0, t->text.len };
	if (p->page && (size_t)p->page > t->n_pages)
		return t->n_pages ? err_set(err, ERR_MISSING, "'%.*s' has %zu pages, no page %d",
					    STR_ARG(p->doc.citekey), t->n_pages, p->page) :
				    err_set(err, ERR_MISSING, "'%.*s' is a text without pages", STR_ARG(p->doc.citekey));
	if (p->page)
		*at = t->pages[p->page - 1].at;
	else if (p->line_from)
		*at = lines_of(t, p->line_from, p->line_to);
	return OK;
}

static enum err_code text_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(buf) json = BUF_INIT;
	struct doc_place place;
	struct json_writer w;
	struct store *db;
	struct text text;
	struct span at;

	if (cmd_store(env, STORE_READ_ONLY, &db, err) != OK || doc_place_find(db, &a, args->v[0], &place, err) != OK ||
		store_text_of(db, &a, place.doc.id, place.version, &text, err) != OK ||
		span_of(&place, &text, &at, err) != OK)
		return err->code;
	if (env->mode == MODE_HUMAN || env->mode == MODE_PLAIN) {
		cmd_pager(env);
		out_str(&env->out, text_at(&text, at));
		if (at.byte_to > at.byte_from && text.text.p[at.byte_to - 1] != '\n')
			out_c(&env->out, "\n");
		return OK;
	}
	w = json_writer(&json);
	json_open(&w, '{');
	json_put_c(&w, "schema", "ibid.text/1");
	json_put_int(&w, "doc", place.doc.id);
	json_put_int(&w, "rev", text.version);
	json_put_int(&w, "page", place.page);
	json_put_int(&w, "start", (int64_t)at.byte_from);
	json_put_int(&w, "end", (int64_t)at.byte_to);
	json_put_str(&w, "text", text_at(&text, at));
	json_close(&w);
	cmd_put_json(env, buf_view(&json));
	return OK;
}

/* --- open */

enum err_code doc_open(struct cmd_env *env, const struct document *doc, int page, struct err *err)
{
	struct stat st;

	if (str_is(doc->path, "-"))
		return err_set(err, ERR_MISSING, "'%.*s' came from standard input: there is no file to open; see 'ibid doc text'",
			STR_ARG(doc->citekey));
	if (stat(doc->path.p, &st) != 0)
		return err_set(err, err_of_errno(errno, ERR_IO), "cannot open '%.*s': %s", STR_ARG(doc->path),
			strerror(errno));
	return cmd_open_file(env, doc->path, page, err);
}

static enum err_code open_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct doc_place place;
	struct store *db;
	struct text text;
	struct span at;

	if (cmd_store(env, STORE_READ_ONLY, &db, err) != OK || doc_place_find(db, &a, args->v[0], &place, err) != OK ||
		store_text_of(db, &a, place.doc.id, place.version, &text, err) != OK ||
		span_of(&place, &text, &at, err) != OK)
		return err->code;
	return doc_open(env, &place.doc, place.page, err);
}

/* --- tag, meta, rm */

static void say(struct cmd_env *env, const char *verb, const struct document *doc)
{
	if (env->mode != MODE_HUMAN || env->opt.quiet)
		return;
	out_fmt(&env->out, "%s  d%lld  ", verb, (long long)doc->id);
	out_line(&env->out, doc->title);
	out_c(&env->out, "\n");
}

/* Documents come first, tags (+a, -b) after them; `-` reads ids from standard input, one a line. */
static enum err_code documents_of(struct store *db, struct arena *a, struct str word, struct document **docs, size_t *n,
	struct err *err)
{
	SCOPED(buf) list = BUF_INIT;
	struct str rest;
	size_t cap = 0;

	if (!str_is(word, "-")) {
		*docs = arena_alloc(a, sizeof(**docs));
		*n = 1;
		return store_document_find(db, a, word, *docs, err);
	}
	if (path_read_fd(STDIN_FILENO, "standard input", (size_t)16 << 20, &list, err) != OK)
		return err->code;
	for (size_t i = 0; i < list.len; i++)
		cap += list.p[i] == '\n';
	*docs = arena_array(a, cap + 1, sizeof(**docs));
	*n = 0;
	for (rest = buf_view(&list); rest.p;) {
		struct str id = str_trim(str_cut(&rest, '\n'));

		if (id.len && store_document_find(db, a, id, &(*docs)[(*n)++], err) != OK)
			return err->code;
	}
	return OK;
}

static enum err_code tag_one(struct cmd_env *env, struct store *db, const struct document *doc,
	const struct cmd_args *args, struct err *err)
{
	for (size_t i = 1; i < args->n; i++) {
		struct str tag = args->v[i];
		bool off = str_starts(tag, STR("-"));

		if (off || str_starts(tag, STR("+")))
			tag = str_sub(tag, 1, tag.len);
		if (!tag.len || str_find_ch(tag, ',', 0) != STR_NONE)
			return err_set(err, ERR_USAGE, "'%.*s' is no tag: one word without commas", STR_ARG(args->v[i]));
		if (store_document_tag(db, doc->id, tag, !off, err) != OK)
			return err->code;
	}
	say(env, "tagged", doc);
	return OK;
}

static enum err_code tag_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct document *docs = NULL;
	struct store *db;
	size_t n = 0;

	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK || documents_of(db, &a, args->v[0], &docs, &n, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++)
		if (tag_one(env, db, &docs[i], args, err) != OK)
			return err->code;
	return OK;
}

/* Rows of the document with `changed` in the place of the same origin and field; then all that is drawn from them anew. */
static enum err_code change_fields(struct cmd_env *env, struct store *db, struct arena *a, struct document *doc,
	struct str origin, const struct document_field *changed, size_t n_changed, struct err *err)
{
	struct document_field *all, *group;
	struct bib_item item;
	size_t n, n_group = 0;

	if (store_document_fields(db, a, doc->id, &all, &n, err) != OK)
		return err->code;
	group = arena_array(a, n + n_changed, sizeof(*group));
	for (size_t i = 0; i < n; i++) {
		bool replaced = !str_eq(all[i].origin, origin);

		for (size_t k = 0; k < n_changed; k++)
			replaced |= str_eq(all[i].field, changed[k].field);
		if (!replaced)
			group[n_group++] = all[i];
	}
	for (size_t k = 0; k < n_changed; k++)
		if (changed[k].value.len)
			group[n_group++] = changed[k];
	if (store_document_set_fields(db, doc->id, origin, group, n_group, err) != OK ||
		store_document_fields(db, a, doc->id, &all, &n, err) != OK)
		return err->code;
	describe_item(a, all, n, doc->kind, &item);
	item.id = doc->citekey;
	describe_document(a, &item, doc);
	doc->updated_ms = clock_now_ms(env->clock);
	return store_document_describe(db, doc, err);
}

static enum err_code change_in_transaction(struct cmd_env *env, struct store *db, struct arena *a,
	struct document *doc, struct str origin, const struct document_field *changed, size_t n, struct err *err)
{
	if (store_begin(db, err) != OK)
		return err->code;
	if (change_fields(env, db, a, doc, origin, changed, n, err) != OK)
		return store_rollback(db, err);
	return store_commit(db, err);
}

/* One document's fields as an importer gives them: every field and name of the item, origin "import". */
static size_t fields_of_item(struct arena *a, const struct bib_item *item, struct document_field **fields)
{
	struct document_field *v = arena_array(a, BIB_FIELD_COUNT + item->n_names + 2, sizeof(*v));
	const struct document_field row = { .origin = STR("import"), .confidence = 1 };
	SCOPED(buf) date = BUF_INIT;
	size_t n = 0;

	for (int f = 0; f < BIB_FIELD_COUNT; f++)
		if (item->field[f].len) {
			v[n] = row;
			v[n].field = str_c(bib_field_name(f));
			v[n++].value = item->field[f];
		}
	for (size_t i = 0; i < item->n_names; i++) {
		const struct bib_name *name = &item->names[i];

		if (name->role != BIB_ROLE_AUTHOR && name->role != BIB_ROLE_EDITOR)
			continue;
		v[n] = row;
		v[n].field = str_c(bib_role_name(name->role));
		v[n++].value = name->literal.len ? name->literal :
			arena_fmt(a, "%.*s%s%.*s, %.*s", STR_ARG(name->particle), name->particle.len ? " " : "",
				STR_ARG(name->family), STR_ARG(name->given));
	}
	bib_date_add(&date, &item->date[BIB_ISSUED]);
	if (date.len) {
		v[n] = row;
		v[n].field = STR("issued");
		v[n++].value = arena_str(a, buf_view(&date));
	}
	v[n] = row;
	v[n].field = STR("type");
	v[n++].value = str_c(bib_type_name(item->type));
	*fields = v;
	return n;
}

static enum err_code read_bibliography(struct arena *a, const char *path, struct bib_list *list, struct err *err)
{
	SCOPED(buf) text = BUF_INIT;
	const struct bib_format *f;
	enum err_code code = str_is(str_c(path), "-") ?
		path_read_fd(STDIN_FILENO, "standard input", BIB_TEXT_MAX, &text, err) :
		path_read(path, BIB_TEXT_MAX, &text, err);

	if (code != OK)
		return code;
	f = bib_format_find(str_c(path));
	if (!f || !f->read)
		f = bib_format_guess(buf_view(&text));
	if (!f || !f->read)
		return err_set(err, ERR_DATA, "'%s' is no bibliography that ibid reads: CSL-JSON, BibTeX, BibLaTeX or RIS", path);
	/* The items borrow from the text they were read from. */
	return f->read(a, arena_str(a, buf_view(&text)), list, err);
}

/* The items of all documents, in their order; one that cannot be read stays empty and matches nothing. */
static struct bib_item *items_of(struct arena *a, const struct document *docs, size_t n)
{
	struct bib_item *items = arena_array(a, n, sizeof(*items));

	for (size_t i = 0; i < n; i++) {
		struct bib_list one = { 0 };
		struct err ignored = ERR_INIT;

		if (bib_format_csl.read(a, docs[i].csl, &one, &ignored) == OK && one.n_items)
			items[i] = one.items[0];
	}
	return items;
}

/* One entry of the bibliography: complete the document that it is about. *done counts. */
static enum err_code import_entry(struct cmd_env *env, struct store *db, struct arena *a, struct document *docs,
	const struct bib_index *known, const struct bib_item *item, size_t *done, struct err *err)
{
	struct bib_match m = bib_match(known, item);
	struct document_field *fields;
	size_t n;

	if (m.by == BIB_MATCH_NONE)
		return OK;
	if (m.n_equal > 1) {
		cmd_warn(env, "'%.*s' matches %zu documents by %s; none was changed", STR_ARG(item->id), m.n_equal,
			bib_match_name(m.by));
		return OK;
	}
	n = fields_of_item(a, item, &fields);
	if (!env->opt.dry_run &&
		change_in_transaction(env, db, a, &docs[m.index], STR("import"), fields, n, err) != OK)
		return err->code;
	say(env, env->opt.dry_run ? "would complete" : "completed", &docs[m.index]);
	(*done)++;
	return OK;
}

static enum err_code import_meta(struct cmd_env *env, struct store *db, struct arena *a, struct err *err)
{
	struct scope everything = { .after = STR_EMPTY, .before = STR_EMPTY };
	struct bib_list list = { 0 };
	struct bib_index *known;
	struct document *docs;
	size_t n, done = 0;

	if (read_bibliography(a, arg.import.p, &list, err) != OK ||
		store_document_list(db, a, &everything, DOCUMENT_BY_ADDED, 0, &docs, &n, err) != OK)
		return err->code;
	for (size_t i = 0; i < list.n_warnings; i++)
		cmd_warn(env, "'%.*s' line %d: %.*s", STR_ARG(arg.import), list.warnings[i].line,
			STR_ARG(list.warnings[i].text));
	known = bib_index_new(a, items_of(a, docs, n), n);
	for (size_t i = 0; i < list.n_items; i++)
		if (import_entry(env, db, a, docs, known, &list.items[i], &done, err) != OK)
			return err->code;
	cmd_explain(env, "%zu of %zu entries match one of %zu documents", done, list.n_items, n);
	return done ? OK : err_set(err, ERR_NO, "none of the %zu entries of '%.*s' matches a document by DOI, URL or title",
			   list.n_items, STR_ARG(arg.import));
}

static enum err_code show_field(struct cmd_env *env, struct store *db, struct arena *a, const struct document *doc,
	struct str name, struct err *err)
{
	struct document_field *fields;
	size_t n, shown = 0;

	if (store_document_fields(db, a, doc->id, &fields, &n, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		if (name.len && !str_eq(fields[i].field, name))
			continue;
		out_fmt(&env->out, "%.*s\t", STR_ARG(fields[i].field));
		out_line(&env->out, fields[i].value);
		out_fmt(&env->out, "\t%.*s\n", STR_ARG(fields[i].origin));
		shown++;
	}
	return shown || !name.len ? OK : err_set(err, ERR_NO, "'%.*s' has no field '%.*s'", STR_ARG(doc->citekey),
						 STR_ARG(name));
}

static enum err_code meta_words(struct cmd_env *env, struct store *db, struct arena *a, struct document *doc,
	const struct cmd_args *args, struct err *err)
{
	struct document_field *changed = arena_array(a, args->n, sizeof(*changed));
	size_t n = 0;

	for (size_t i = 1; i < args->n; i++) {
		struct str value = args->v[i], key = str_cut(&value, '=');

		if (!value.p) {
			if (show_field(env, db, a, doc, key, err) != OK)
				return err->code;
			continue;
		}
		if (!describe_knows_field(key))
			return err_set(err, ERR_USAGE, "'%.*s' is no field; the names are those of CSL: title, author, issued, "
				"publisher, DOI, URL ...", STR_ARG(key));
		changed[n++] = (struct document_field){ key, str_trim(value), STR("user"), 1, true };
	}
	if (!n)
		return args->n > 1 ? OK : show_field(env, db, a, doc, STR_EMPTY, err);
	if (change_in_transaction(env, db, a, doc, STR("user"), changed, n, err) != OK)
		return err->code;
	say(env, "described", doc);
	return OK;
}

static enum err_code meta_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct document doc;
	struct store *db;

	if (!arg.import.p == !args->n)
		return err_set(err, ERR_USAGE, "name a document, or give --import FILE");
	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK)
		return err->code;
	if (arg.import.p)
		return import_meta(env, db, &a, err);
	if (store_document_find(db, &a, args->v[0], &doc, err) != OK)
		return err->code;
	return meta_words(env, db, &a, &doc, args, err);
}

static enum err_code remove_all(struct cmd_env *env, struct store *db, const struct document *docs, size_t n,
	struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		enum err_code code = arg.now ? store_document_purge(db, docs[i].id, err) :
					       store_document_trash(db, docs[i].id, clock_now_ms(env->clock), err);

		if (code != OK)
			return code;
		say(env, arg.now ? "purged" : "trashed", &docs[i]);
	}
	return OK;
}

static enum err_code rm_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	SCOPED(arena) a = ARENA_INIT;
	struct document *docs = arena_array(&a, args->n, sizeof(*docs));
	int64_t cited = 0, n = 0;
	struct store *db;

	if (cmd_store(env, STORE_MUST_EXIST, &db, err) != OK)
		return err->code;
	for (size_t i = 0; i < args->n; i++) {
		if (store_document_find(db, &a, args->v[i], &docs[i], err) != OK ||
			store_document_citations(db, docs[i].id, &n, err) != OK)
			return err->code;
		cited += n;
	}
	for (size_t i = 0; env->opt.dry_run && i < args->n; i++)
		say(env, "would remove", &docs[i]);
	if (env->opt.dry_run)
		return OK;
	if (cmd_confirm(env, err, "%s %zu document%s%s (%lld citation%s would lose their source)?",
		    arg.now ? "remove" : "move", args->n, args->n == 1 ? "" : "s", arg.now ? " for good" : " to the trash",
		    (long long)cited, cited == 1 ? "" : "s") != OK)
		return err->code;
	return remove_all(env, db, docs, args->n, err);
}

/* --- check: is the file still what was ingested? */

/* clang-format off */
static const struct field check_fields[] = {
	{ FIELD_STR, "state",  "state", FIELD_STATE },
	{ FIELD_STR, "id",     "id" },
	{ FIELD_STR, "title",  "title", FIELD_CUT },
	{ FIELD_STR, "detail", "detail", FIELD_CUT },
	{ .kind = FIELD_END }
};
/* clang-format on */

static const char *state_of(const struct document *d, const char **detail)
{
	struct err why = ERR_INIT;
	struct hash h;

	*detail = "";
	if (str_is(d->path, "-"))
		return "ok";
	if (access(d->path.p, F_OK) != 0) {
		*detail = "the file is gone; its text is kept";
		return "warn";
	}
	if (hash_file(d->path.p, &h, NULL, &why) != OK) {
		*detail = "the file cannot be read";
		return "warn";
	}
	if (memcmp(&h, &d->file_hash, sizeof(h)) != 0) {
		*detail = "the file changed: ingest it again";
		return "warn";
	}
	if (!d->n_sentences) {
		*detail = "it holds no text: scanned pages, perhaps";
		return "fail";
	}
	return "ok";
}

static enum err_code check_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct opt_list words = { .v = (struct str *)args->v, .n = args->n };
	SCOPED(arena) a = ARENA_INIT;
	SCOPED(emit) e = EMIT_INIT;
	struct document *docs;
	struct scope scope;
	struct store *db;
	size_t n, bad = 0;

	if (cmd_store(env, STORE_READ_ONLY, &db, err) != OK ||
		scope_parse(db, &a, &words, clock_now_ms(env->clock), &scope, err) != OK ||
		store_document_list(db, &a, &scope, DOCUMENT_BY_ADDED, 0, &docs, &n, err) != OK ||
		emit_list(&e, env, "check", check_fields, NULL, err) != OK)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		SCOPED(buf) id = BUF_INIT;
		const char *detail, *state = state_of(&docs[i], &detail);

		bad += strcmp(state, "ok") != 0;
		if (!strcmp(state, "ok") && env->mode == MODE_HUMAN && !env->opt.verbose)
			continue;
		buf_fmt(&id, "d%lld", (long long)docs[i].id);
		emit_record(&e);
		emit_c(&e, "state", state);
		emit_str(&e, "id", buf_view(&id));
		emit_str(&e, "title", docs[i].title);
		emit_c(&e, "detail", detail);
	}
	if (emit_end(&e, err) != OK)
		return err->code;
	return bad ? err_set(err, ERR_NO, "%zu of %zu documents are not as they were ingested", bad, n) : OK;
}

/* clang-format off */
static const struct opt list_opts[] = { LIST_OPTS(arg.list), { .kind = OPT_END } };
static const struct opt meta_opts[] = {
	{ OPT_STRING, 0, "import", &arg.import, "FILE", "complete all documents from a bibliography", COMPLETE_FILE },
	{ .kind = OPT_END }
};
static const struct opt rm_opts[] = {
	{ OPT_FLAG, 0, "now", &arg.now, NULL, "for good, not into the trash" },
	{ .kind = OPT_END }
};
static const struct cmd_exit missing[] = { { 66, NULL }, { 0, NULL } };

static const struct cmd doc_list = {
	.name = "list", .args = "[SCOPE...]", .opts = list_opts, .run = list_run, .summary = "documents of the library",
	.examples = (const char *const[]){ "ibid doc list", "ibid doc list tag:2026 type:pdf --sort date", NULL },
	.exits = missing, .complete = { COMPLETE_SCOPE },
};
static const struct cmd doc_show = {
	.name = "show", .args = "DOC", .run = show_run, .summary = "what is known of a document, and who says so",
	.exits = missing, .complete = { COMPLETE_DOC },
};
static const struct cmd doc_open_cmd = {
	.name = "open", .args = "DOC", .flags = CMD_NO_JSON, .run = open_run,
	.summary = "open the file in its viewer, at a page of a PDF: d1:p3",
	.exits = missing, .complete = { COMPLETE_DOC },
};
static const struct cmd doc_text = {
	.name = "text", .args = "DOC[:pN|:FROM-TO]", .run = text_run,
	.summary = "print the text that citations point into",
	.details = "Byte offsets of citations and hits count from the beginning of this text. DOC@2 is an earlier version.",
	.examples = (const char *const[]){ "ibid doc text d12", "ibid doc text d12:p3", "ibid doc text d12@1:40-58", NULL },
	.exits = missing, .complete = { COMPLETE_DOC },
};
static const struct cmd doc_tag = {
	.name = "tag", .args = "DOC TAG...", .flags = CMD_DASH_OPERANDS, .run = tag_run,
	.summary = "add tags (+TAG) or take them away (-TAG)",
	.details = "DOC may be -: then ids are read from standard input, one a line.",
	.examples = (const char *const[]){ "ibid doc tag d12 +pumps -todo",
		"ibid search --files cavitation | ibid doc tag - +pumps", NULL },
	.exits = missing, .complete = { COMPLETE_DOC, COMPLETE_TAG },
};
static const struct cmd doc_meta = {
	.name = "meta", .args = "[DOC] [FIELD[=VALUE]...]", .opts = meta_opts, .run = meta_run,
	.summary = "show, set or import bibliographic fields",
	.details = "FIELD=VALUE sets a field by hand, FIELD= takes that back. --import matches entries of a bibliography to "
		   "documents by DOI, URL or title.",
	.examples = (const char *const[]){ "ibid doc meta d12 title='Annual report' issued=2021-02",
		"ibid doc meta --import refs.bib", NULL },
	.exits = (const struct cmd_exit[]){ { 1, "no such field, or nothing matched" }, { 65, NULL }, { 66, NULL }, { 0, NULL } },
	.complete = { COMPLETE_DOC },
};
static const struct cmd doc_rm = {
	.name = "rm", .args = "DOC...", .opts = rm_opts, .run = rm_run, .summary = "move documents to the trash",
	.details = "Says how many citations would lose their source. They keep their words and are shown as stale.",
	.exits = (const struct cmd_exit[]){ { 66, NULL }, { 77, "nobody confirmed it" }, { 0, NULL } },
	.complete = { COMPLETE_DOC },
};
static const struct cmd doc_check = {
	.name = "check", .args = "[SCOPE...]", .run = check_run, .summary = "are the files still what was ingested?",
	.exits = (const struct cmd_exit[]){ { 1, "some are gone, changed or hold no text" }, { 66, NULL }, { 0, NULL } },
	.complete = { COMPLETE_SCOPE },
};
static const struct cmd *const doc_subs[] = { &doc_list, &doc_show, &doc_open_cmd, &doc_text, &doc_tag, &doc_meta,
	&doc_rm, &doc_check, NULL };

const struct cmd cmd_doc = {
	.name = "doc", .aliases = "docs", .group = GROUP_LIBRARY, .args = "VERB", .subs = doc_subs,
	.summary = "list, read, describe and remove documents",
	.examples = (const char *const[]){ "ibid doc list tag:2026 type:pdf", "ibid doc show d12", "ibid doc text d12:p3", NULL },
	.details = "DOC is an id (d12), a citation key, a path or its end, a DOI or a URL.",
};
/* clang-format on */
