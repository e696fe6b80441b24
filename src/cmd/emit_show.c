#include <string.h>

#include "cmd/emit_internal.h"
#include "ibid/base/utf8.h"

/* Columns between two columns of a table, and the least a cut column keeps. */
#define GAP_COLS 2
#define CUT_MIN_COLS 8

/* --- JSON */

static void put_strs(struct json_writer *w, const char *key, const struct emit_value *v)
{
	json_open_key(w, key, '[');
	for (size_t i = 0; i < v->n; i++)
		json_put_str(w, NULL, v->v[i]);
	json_close(w);
}

static void put_time(struct json_writer *w, const char *key, int64_t wall_ms)
{
	SCOPED(buf) text = BUF_INIT;

	clock_add_rfc3339(&text, wall_ms);
	json_put_str(w, key, buf_view(&text));
}

static void put_member(struct json_writer *w, const struct field *f, const struct emit_value *v)
{
	if (!v->is_put)
		json_put_null(w, f->name);
	else if (f->kind == FIELD_STR)
		json_put_str(w, f->name, v->text);
	else if (f->kind == FIELD_NUMBER)
		json_put_double(w, f->name, v->d, v->decimals);
	else if (f->kind == FIELD_BOOL)
		json_put_bool(w, f->name, v->i != 0);
	else if (f->kind == FIELD_TIME)
		put_time(w, f->name, v->i);
	else if (f->kind == FIELD_STRS)
		put_strs(w, f->name, v);
	else if (f->kind == FIELD_JSON)
		json_put_raw(w, f->name, v->text);
	else
		json_put_int(w, f->name, v->i);
}

void emit_add_object(const struct emit *e, const struct emit_value *record, struct json_writer *w)
{
	for (size_t i = 0; i < e->n_shown; i++)
		put_member(w, &e->fields[e->shown[i]], &record[e->shown[i]]);
}

/* --- text */

void emit_add_bytes(struct buf *out, int64_t bytes)
{
	static const char units[] = "kMGTPE";
	double n = (double)bytes;
	size_t unit = 0;

	if (bytes < 1024) {
		buf_fmt(out, "%lld B", (long long)bytes);
		return;
	}
	for (n /= 1024; n >= 1023.95 && units[unit + 1]; n /= 1024)
		unit++;
	buf_fmt(out, "%.1f %c", n, units[unit]);
}

void emit_add_ms(struct buf *out, int64_t ms)
{
	if (ms < 1000)
		buf_fmt(out, "%lld ms", (long long)ms);
	else if (ms < 60000)
		buf_fmt(out, "%.1f s", (double)ms / 1000);
	else
		buf_fmt(out, "%lld min %02lld s", (long long)(ms / 60000), (long long)(ms / 1000 % 60));
}

static void add_number(struct buf *out, const struct emit_value *v)
{
	SCOPED(buf) text = BUF_INIT;
	struct json_writer w = json_writer(&text);

	json_put_double(&w, NULL, v->d, v->decimals);
	buf_str(out, buf_view(&text));
}

static void add_for_people(struct buf *out, const struct field *f, const struct emit_value *v)
{
	if (f->kind == FIELD_BYTES)
		emit_add_bytes(out, v->i);
	else if (f->kind == FIELD_MS)
		emit_add_ms(out, v->i);
	else if (f->kind == FIELD_TIME)
		clock_add_local(out, v->i);
	else
		buf_c(out, v->i ? "yes" : "no");
}

static void add_for_machines(struct buf *out, const struct field *f, const struct emit_value *v)
{
	if (f->kind == FIELD_TIME)
		clock_add_rfc3339(out, v->i);
	else if (f->kind == FIELD_BOOL)
		buf_c(out, v->i ? "true" : "false");
	else
		buf_fmt(out, "%lld", (long long)v->i);
}

/* A value on one line, harmless, so that its columns can be counted. */
static void add_cell(struct buf *out, const struct emit *e, const struct field *f, const struct emit_value *v)
{
	if (!v->is_put)
		return;
	if (f->kind == FIELD_STR || f->kind == FIELD_JSON) {
		term_text_add_line(out, v->text);
	} else if (f->kind == FIELD_STRS) {
		for (size_t i = 0; i < v->n; i++) {
			buf_c(out, i ? "," : "");
			term_text_add_line(out, v->v[i]);
		}
	} else if (f->kind == FIELD_INT) {
		buf_fmt(out, "%lld", (long long)v->i);
	} else if (f->kind == FIELD_NUMBER) {
		add_number(out, v);
	} else if (e->env->mode == MODE_PLAIN) {
		add_for_machines(out, f, v);
	} else {
		add_for_people(out, f, v);
	}
}

static const char *head_of(const struct field *f)
{
	return f->head ? f->head : f->name;
}

void emit_show_plain(struct emit *e)
{
	struct out *o = &e->env->out;

	for (size_t c = 0; o->is_tty && c < e->n_shown; c++)
		out_fmt(o, "%s%s", head_of(&e->fields[e->shown[c]]), c + 1 < e->n_shown ? "\t" : "\n");
	for (size_t r = 0; r < e->n; r++) {
		SCOPED(buf) line = BUF_INIT;

		for (size_t c = 0; c < e->n_shown; c++) {
			buf_c(&line, c ? "\t" : "");
			add_cell(&line, e, &e->fields[e->shown[c]], &e->records[r][e->shown[c]]);
		}
		buf_ch(&line, '\n');
		out_str(o, buf_view(&line));
	}
}

/* --- the table */

struct table {
	struct emit *e;
	struct str *cells; /* n x n_shown */
	size_t cols[EMIT_FIELDS_MAX];
	size_t owed_cols; /* blanks before the next text of the row, so that no row ends in blanks */
};

static bool is_right(const struct field *f)
{
	return f->kind == FIELD_INT || f->kind == FIELD_NUMBER || f->kind == FIELD_BYTES || f->kind == FIELD_MS;
}

static void measure(struct table *t)
{
	struct emit *e = t->e;

	t->cells = arena_array(&e->arena, e->n * e->n_shown + 1, sizeof(*t->cells));
	for (size_t c = 0; c < e->n_shown; c++)
		t->cols[c] = utf8_cols(str_c(head_of(&e->fields[e->shown[c]])));
	for (size_t r = 0; r < e->n; r++)
		for (size_t c = 0; c < e->n_shown; c++) {
			SCOPED(buf) cell = BUF_INIT;
			size_t cols;

			add_cell(&cell, e, &e->fields[e->shown[c]], &e->records[r][e->shown[c]]);
			t->cells[r * e->n_shown + c] = arena_str(&e->arena, buf_view(&cell));
			cols = utf8_cols(buf_view(&cell));
			t->cols[c] = cols > t->cols[c] ? cols : t->cols[c];
		}
}

static size_t width_of(const struct table *t)
{
	size_t sum = t->e->n_shown ? (t->e->n_shown - 1) * GAP_COLS : 0;

	for (size_t c = 0; c < t->e->n_shown; c++)
		sum += t->cols[c];
	return sum;
}

/* The widest column that may give way; those marked FIELD_CUT first. */
static size_t widest(const struct table *t, bool marked_only)
{
	size_t best = STR_NONE;

	for (size_t c = 0; c < t->e->n_shown; c++) {
		const struct field *f = &t->e->fields[t->e->shown[c]];

		if ((marked_only && !(f->flags & FIELD_CUT)) || is_right(f) || t->cols[c] <= CUT_MIN_COLS)
			continue;
		if (best == STR_NONE || t->cols[c] > t->cols[best])
			best = c;
	}
	return best;
}

static void fit(struct table *t)
{
	size_t room = (size_t)t->e->env->out.width_cols;

	for (size_t c = 0; c < t->e->n_shown; c++)
		t->cols[c] = t->cols[c] < room ? t->cols[c] : room;
	while (width_of(t) > room) {
		size_t c = widest(t, true);

		if (c == STR_NONE)
			c = widest(t, false);
		if (c == STR_NONE)
			return;
		t->cols[c]--;
	}
}

/* As much of a cell as fits, with a mark when it was cut; *used counts its columns. */
static struct str cut(struct str s, size_t cols, size_t *used, bool *is_cut)
{
	size_t at = 0, next, wide;

	*used = utf8_cols(s);
	*is_cut = *used > cols;
	if (!*is_cut)
		return s;
	for (*used = 1; at < s.len; at = next, *used += wide) {
		next = utf8_next_cluster(s, at);
		wide = utf8_cols(str_sub(s, at, next));
		if (*used + wide > cols)
			break;
	}
	return str_sub(s, 0, at);
}

static void pad(struct out *o, size_t n)
{
	static const char blanks[] = "                ";

	for (; n > sizeof(blanks) - 1; n -= sizeof(blanks) - 1)
		out_c(o, blanks);
	out_str(o, (struct str){ blanks, n });
}

/* Style repeats what the word says; it is never the only sign. */
static enum out_style style_of(const struct field *f, struct str cell)
{
	/* clang-format off */
	static const struct {
		const char *word;
		enum out_style style;
	} words[] = {
		{ "ok", OUT_GOOD }, { "yes", OUT_GOOD }, { "exact", OUT_GOOD }, { "complete", OUT_GOOD },
		{ "added", OUT_GOOD }, { "warn", OUT_WARN }, { "weak", OUT_WARN }, { "stale", OUT_WARN },
		{ "skipped", OUT_WARN }, { "stopped", OUT_WARN }, { "fail", OUT_BAD }, { "failed", OUT_BAD },
		{ "unsupported", OUT_BAD }, { "conflict", OUT_BAD },
	};
	/* clang-format on */

	for (size_t i = 0; f->flags & FIELD_STATE && i < sizeof(words) / sizeof(*words); i++)
		if (str_is(cell, words[i].word))
			return words[i].style;
	return OUT_PLAIN;
}

static void show_cell(struct table *t, size_t c, struct str cell, bool is_head)
{
	struct out *o = &t->e->env->out;
	const struct field *f = &t->e->fields[t->e->shown[c]];
	bool is_cut;
	size_t used, rest;
	struct str text = cut(cell, t->cols[c], &used, &is_cut);

	rest = t->cols[c] - used;
	if (text.len) {
		pad(o, t->owed_cols + (is_right(f) ? rest : 0));
		out_styled(o, is_head ? OUT_HEADING : style_of(f, cell), text);
		out_c(o, is_cut ? "…" : "");
		t->owed_cols = is_right(f) ? 0 : rest;
	} else {
		t->owed_cols += t->cols[c];
	}
	t->owed_cols += GAP_COLS;
}

static void end_row(struct table *t)
{
	out_c(&t->e->env->out, "\n");
	t->owed_cols = 0;
}

void emit_show_table(struct emit *e)
{
	struct table t = { .e = e };

	if (!e->n)
		return;
	measure(&t);
	if (e->env->out.is_tty)
		fit(&t);
	for (size_t c = 0; c < e->n_shown; c++)
		show_cell(&t, c, str_c(head_of(&e->fields[e->shown[c]])), true);
	end_row(&t);
	for (size_t r = 0; r < e->n; r++) {
		for (size_t c = 0; c < e->n_shown; c++)
			show_cell(&t, c, t.cells[r * e->n_shown + c], false);
		end_row(&t);
	}
}

void emit_show_card(struct emit *e, const struct emit_value *record)
{
	struct out *o = &e->env->out;
	size_t widest_head = 0;

	for (size_t c = 0; c < e->n_shown; c++) {
		size_t n = strlen(head_of(&e->fields[e->shown[c]]));

		widest_head = n > widest_head ? n : widest_head;
	}
	for (size_t c = 0; c < e->n_shown; c++) {
		const struct field *f = &e->fields[e->shown[c]];
		SCOPED(buf) cell = BUF_INIT;

		add_cell(&cell, e, f, &record[e->shown[c]]);
		if (!cell.len)
			continue;
		out_styled(o, OUT_HEADING, str_c(head_of(f)));
		pad(o, GAP_COLS + widest_head - strlen(head_of(f)));
		out_styled(o, style_of(f, buf_view(&cell)), buf_view(&cell));
		out_c(o, "\n");
	}
}
