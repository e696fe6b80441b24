#include "ibid/cmd/emit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/emit_internal.h"
#include "ibid/base/mem.h"

/* --- which fields */

static int index_of(const struct emit *e, struct str name)
{
	for (size_t i = 0; i < e->n_fields; i++)
		if (str_is(name, e->fields[i].name))
			return (int)i;
	return -1;
}

static enum err_code no_such_field(const struct emit *e, const char *option, struct str name, struct err *err)
{
	SCOPED(buf) names = BUF_INIT;

	for (size_t i = 0; i < e->n_fields; i++)
		buf_fmt(&names, "%s%s", i ? ", " : "", e->fields[i].name);
	return err_set(err, ERR_USAGE, "%s: no field '%.*s', but %s", option, STR_ARG(name), buf_cstr(&names));
}

static enum err_code choose_fields(struct emit *e, struct str names, struct err *err)
{
	while (names.p && e->n_shown < EMIT_FIELDS_MAX) {
		struct str name = str_trim(str_cut(&names, ','));
		int i = index_of(e, name);

		if (i < 0)
			return no_such_field(e, "--fields", name, err);
		e->shown[e->n_shown++] = (unsigned char)i;
	}
	return OK;
}

static bool is_for_machines(const struct emit *e)
{
	return e->env->mode == MODE_JSON || e->env->mode == MODE_JSONL;
}

static void choose_default(struct emit *e)
{
	for (size_t i = 0; i < e->n_fields; i++)
		if (e->fields[i].head || is_for_machines(e))
			e->shown[e->n_shown++] = (unsigned char)i;
}

static enum err_code begin(struct emit *e, struct cmd_env *env, const char *kind, const struct field *fields,
	const struct list_options *options, struct err *err)
{
	struct str names = options ? options->fields : STR_EMPTY, sort = options ? options->sort : STR_EMPTY;

	*e = (struct emit){ .env = env, .kind = kind, .fields = fields, .options = options, .sort_by = -1 };
	while (fields[e->n_fields].kind != FIELD_END)
		e->n_fields++;
	assert(e->n_fields <= EMIT_FIELDS_MAX);
	/* They would stand twice in the object, and readers take the last. */
	assert(index_of(e, STR("type")) < 0 && index_of(e, STR("schema")) < 0);
	e->lists_fields = str_is(names, "help");
	if (!names.len || e->lists_fields)
		choose_default(e);
	else if (choose_fields(e, names, err) != OK)
		return err->code;
	if (!sort.len)
		return OK;
	e->sort_by = index_of(e, sort);
	return e->sort_by < 0 ? no_such_field(e, "--sort", sort, err) : OK;
}

enum err_code emit_list(struct emit *e, struct cmd_env *env, const char *kind, const struct field *fields,
	const struct list_options *options, struct err *err)
{
	return begin(e, env, kind, fields, options, err);
}

enum err_code emit_one(struct emit *e, struct cmd_env *env, const char *kind, const struct field *fields,
	const struct list_options *options, struct err *err)
{
	if (begin(e, env, kind, fields, options, err) != OK)
		return err->code;
	emit_record(e);
	e->is_one = true;
	return OK;
}

/* --- values */

void emit_record(struct emit *e)
{
	e->records = mem_grow(e->records, &e->cap, e->n + 1, sizeof(*e->records));
	e->records[e->n++] = arena_array(&e->arena, e->n_fields, sizeof(**e->records));
}

static struct emit_value *value(struct emit *e, const char *name, unsigned kinds)
{
	int i = index_of(e, str_c(name));

	assert(i >= 0 && e->n && (kinds & 1u << e->fields[i].kind));
	(void)kinds;
	e->records[e->n - 1][i].is_put = true;
	return &e->records[e->n - 1][i];
}

void emit_str(struct emit *e, const char *name, struct str s)
{
	value(e, name, 1u << FIELD_STR)->text = arena_str(&e->arena, s);
}

void emit_c(struct emit *e, const char *name, const char *cstr)
{
	emit_str(e, name, str_c(cstr));
}

void emit_int(struct emit *e, const char *name, int64_t v)
{
	value(e, name, 1u << FIELD_INT | 1u << FIELD_BYTES | 1u << FIELD_MS)->i = v;
}

void emit_number(struct emit *e, const char *name, double v, int decimals)
{
	struct emit_value *to = value(e, name, 1u << FIELD_NUMBER);

	to->d = v;
	to->decimals = decimals;
}

void emit_bool(struct emit *e, const char *name, bool v)
{
	value(e, name, 1u << FIELD_BOOL)->i = v;
}

void emit_time(struct emit *e, const char *name, int64_t wall_ms)
{
	struct emit_value *to = value(e, name, 1u << FIELD_TIME);

	to->i = wall_ms;
	to->is_put = wall_ms != 0;
}

void emit_strs(struct emit *e, const char *name, const struct str *v, size_t n)
{
	struct emit_value *to = value(e, name, 1u << FIELD_STRS);
	struct str *copy = arena_array(&e->arena, n, sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = arena_str(&e->arena, v[i]);
	to->v = copy;
	to->n = n;
}

void emit_json(struct emit *e, const char *name, struct str json)
{
	value(e, name, 1u << FIELD_JSON)->text = arena_str(&e->arena, json);
}

size_t emit_count(const struct emit *e)
{
	return e->n;
}

/* --- order */

static int order_values(const struct field *f, const struct emit_value *a, const struct emit_value *b)
{
	switch (f->kind) {
	case FIELD_STR:
	case FIELD_JSON:
		return str_cmp(a->text, b->text);
	case FIELD_NUMBER:
		return (a->d > b->d) - (a->d < b->d);
	case FIELD_STRS:
		return str_cmp(a->n ? a->v[0] : STR_EMPTY, b->n ? b->v[0] : STR_EMPTY);
	default:
		return (a->i > b->i) - (a->i < b->i);
	}
}

/* Absent values stand last whatever the direction. */
static int order_records(const struct emit *e, const struct emit_value *a, const struct emit_value *b)
{
	const struct emit_value *va = &a[e->sort_by], *vb = &b[e->sort_by];
	int order = order_values(&e->fields[e->sort_by], va, vb);

	if (!va->is_put || !vb->is_put)
		return vb->is_put - va->is_put;
	return e->options->reverse ? -order : order;
}

/* Merge sort: it is stable, so equal records stay as the command gave them; qsort_r is not portable. */
static void sort(const struct emit *e, struct emit_value **v, struct emit_value **spare, size_t n)
{
	size_t half = n / 2, a = 0, b = half, to = 0;

	if (n < 2)
		return;
	sort(e, v, spare, half);
	sort(e, v + half, spare, n - half);
	while (a < half && b < n)
		spare[to++] = order_records(e, v[a], v[b]) <= 0 ? v[a++] : v[b++];
	while (a < half)
		spare[to++] = v[a++];
	memcpy(v, spare, to * sizeof(*v));
}

static void turn_round(struct emit *e)
{
	for (size_t i = 0; i < e->n / 2; i++) {
		struct emit_value *kept = e->records[i];

		e->records[i] = e->records[e->n - 1 - i];
		e->records[e->n - 1 - i] = kept;
	}
}

static void put_in_order(struct emit *e)
{
	if (!e->options)
		return;
	if (e->sort_by >= 0)
		sort(e, e->records, arena_array(&e->arena, e->n, sizeof(*e->records)), e->n);
	else if (e->options->reverse)
		turn_round(e);
	if (e->options->limit && (size_t)e->options->limit < e->n)
		e->n = (size_t)e->options->limit;
}

/* --- forms */

static void show_document(struct emit *e)
{
	SCOPED(buf) text = BUF_INIT;
	struct json_writer w = json_writer(&text);

	json_open(&w, '{');
	if (e->is_one) {
		SCOPED(buf) schema = BUF_INIT;

		buf_fmt(&schema, "ibid.%s/1", e->kind);
		json_put_str(&w, "schema", buf_view(&schema));
		emit_add_object(e, e->records[0], &w);
	} else {
		json_put_c(&w, "schema", "ibid.list/1");
		json_put_c(&w, "kind", e->kind);
		json_open_key(&w, "items", '[');
		for (size_t i = 0; i < e->n; i++) {
			json_open(&w, '{');
			emit_add_object(e, e->records[i], &w);
			json_close(&w);
		}
		json_close(&w);
		json_put_null(&w, "next");
	}
	json_close(&w);
	cmd_put_json(e->env, buf_view(&text));
}

static void show_lines(struct emit *e)
{
	for (size_t i = 0; i < e->n; i++) {
		SCOPED(buf) text = BUF_INIT;
		struct json_writer w = json_writer(&text);

		json_open(&w, '{');
		json_put_c(&w, "type", e->kind);
		emit_add_object(e, e->records[i], &w);
		json_close(&w);
		cmd_put_json(e->env, buf_view(&text));
	}
}

static void show_field_names(struct emit *e)
{
	for (size_t i = 0; i < e->n_fields; i++)
		out_fmt(&e->env->out, "%s\n", e->fields[i].name);
}

enum err_code emit_end(struct emit *e, struct err *err)
{
	(void)err;
	put_in_order(e);
	if (e->lists_fields)
		show_field_names(e);
	else if (e->env->mode == MODE_JSON)
		show_document(e);
	else if (e->env->mode == MODE_JSONL)
		show_lines(e);
	else if (e->env->mode == MODE_PLAIN)
		emit_show_plain(e);
	else if (e->is_one)
		emit_show_card(e, e->records[0]);
	else
		emit_show_table(e);
	return OK;
}

void emit_release(struct emit *e)
{
	mem_free(e->records);
	arena_release(&e->arena);
	*e = (struct emit)EMIT_INIT;
}
