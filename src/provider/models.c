#include "ibid/provider/models.h"

#include "ibid/base/mem.h"

static const char builtin[] =
#include "models.def"
	;

/* Rates are kept as whole numbers: six decimals of a USD per million tokens. */
#define RATE_DECIMALS 6
#define WORDS_MAX 9

struct words {
	struct str v[WORDS_MAX];
	size_t n;
};

static struct words split(struct str line)
{
	struct words w = { .n = 0 };

	line = str_trim(str_sub(line, 0, str_find_ch(line, '#', 0)));
	while (line.len && w.n < WORDS_MAX) {
		w.v[w.n++] = str_cut(&line, ' ');
		line = str_trim(line);
	}
	if (line.len)
		w.n++;		/* too many: no row has that count */
	return w;
}

static bool is_dash(struct str s)
{
	return str_is(s, "-");
}

static bool read_count(struct str s, int64_t *count)
{
	long long n = -1;

	if (!is_dash(s) && (!str_to_int(s, &n) || n < 0))
		return false;
	*count = n;
	return true;
}

/* 2.50 -> 2500000, exactly. */
static bool read_rate(struct str s, int64_t *rate)
{
	struct str rest = s, whole = str_cut(&rest, '.');
	long long n = 0;

	if (is_dash(s)) {
		*rate = -1;
		return true;
	}
	if (!str_to_int(whole, &n) || n < 0 || n > 1000000 || (rest.p && (!rest.len || rest.len > RATE_DECIMALS)))
		return false;
	for (size_t i = 0; i < RATE_DECIMALS; i++) {
		char digit = i < rest.len ? rest.p[i] : '0';

		if (digit < '0' || digit > '9')
			return false;
		n = n * 10 + (digit - '0');
	}
	*rate = n;
	return true;
}

/* 2026-11-07 -> 20261107; "-" is open. */
static bool read_day(struct str s, int *day)
{
	long long y, m, d;

	*day = 0;
	if (is_dash(s))
		return true;
	if (s.len != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	if (!str_to_int(str_sub(s, 0, 4), &y) || !str_to_int(str_sub(s, 5, 7), &m) || !str_to_int(str_sub(s, 8, 10), &d))
		return false;
	*day = (int)(y * 10000 + m * 100 + d);
	return y >= 2000 && m >= 1 && m <= 12 && d >= 1 && d <= 31;
}

static struct model *add_model(struct models *m)
{
	m->v = mem_grow(m->v, &m->cap, m->n + 1, sizeof(*m->v));
	m->v[m->n] = (struct model){ .context_tokens = -1, .max_out_tokens = -1 };
	return &m->v[m->n++];
}

static bool read_model(struct models *m, const struct words *w)
{
	struct model *model;

	if (w->n != 6)
		return false;
	model = add_model(m);
	model->provider = arena_str(m->arena, w->v[1]);
	model->id = arena_str(m->arena, w->v[2]);
	model->abilities = is_dash(w->v[5]) ? STR_EMPTY : arena_str(m->arena, w->v[5]);
	return read_count(w->v[3], &model->context_tokens) && read_count(w->v[4], &model->max_out_tokens);
}

static bool read_price(struct models *m, const struct words *w, size_t first_new)
{
	struct model_price p;
	struct model *model;

	if (w->n != 9 || m->n == first_new)
		return false;
	if (!read_day(w->v[1], &p.from) || !read_day(w->v[2], &p.to) || !read_count(w->v[3], &p.over_tokens) ||
		!read_rate(w->v[4], &p.in) || !read_rate(w->v[5], &p.out) || !read_rate(w->v[6], &p.cache_read) ||
		!read_rate(w->v[7], &p.cache_write_5m) || !read_rate(w->v[8], &p.cache_write_1h))
		return false;
	model = &m->v[m->n - 1];
	model->prices = mem_grow(model->prices, &model->cap_prices, model->n_prices + 1, sizeof(p));
	model->prices[model->n_prices++] = p;
	return true;
}

static bool read_line(struct models *m, struct str line, size_t first_new)
{
	struct words w = split(line);
	int day;

	if (!w.n)
		return true;
	if (str_is(w.v[0], "model"))
		return read_model(m, &w);
	if (str_is(w.v[0], "price"))
		return read_price(m, &w, first_new);
	if (!str_is(w.v[0], "as-of") || w.n != 2 || !read_day(w.v[1], &day))
		return false;
	m->as_of = arena_str(m->arena, w.v[1]);
	return true;
}

static void cut(struct models *m, size_t n)
{
	while (m->n > n)
		mem_free(m->v[--m->n].prices);
}

enum err_code models_add(struct models *m, struct str text, struct err *err)
{
	size_t before = m->n;
	struct str as_of = m->as_of;
	int number = 0;

	for (struct str rest = text; rest.p;) {
		struct str line = str_cut(&rest, '\n');

		number++;
		if (read_line(m, line, before))
			continue;
		cut(m, before);
		m->as_of = as_of;
		return err_set(err, ERR_CONFIG, "line %d of the list of models is wrong: '%.*s'", number,
			STR_ARG(str_sub(line, 0, 120)));
	}
	return OK;
}

void models_init(struct models *m, struct arena *a)
{
	*m = (struct models){ .arena = a, .as_of = STR_EMPTY };
	models_add(m, str_c(builtin), NULL);
}

/* -- Finding -- */

static bool is_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len;
}

/* -20251001, -2026-03-05 and Mistral's -2603. */
static size_t date_len(struct str id)
{
	struct str tail = str_sub(id, id.len > 11 ? id.len - 11 : 0, id.len);

	if (tail.len == 11 && tail.p[0] == '-' && tail.p[5] == '-' && tail.p[8] == '-' && is_digits(str_sub(tail, 1, 5)) &&
		is_digits(str_sub(tail, 6, 8)) && is_digits(str_sub(tail, 9, 11)))
		return 11;
	for (size_t len = 9; len >= 5; len -= 4) {
		tail = str_sub(id, id.len > len ? id.len - len : 0, id.len);
		if (tail.len == len && tail.p[0] == '-' && is_digits(str_sub(tail, 1, len)))
			return len;
	}
	return 0;
}

static struct str without_date(struct str id)
{
	if (str_ends(id, STR("-latest")))
		return str_sub(id, 0, id.len - 7);
	return str_sub(id, 0, id.len - date_len(id));
}

const struct model *models_find(const struct models *m, struct str provider, struct str id)
{
	for (size_t i = m->n; i > 0; i--)
		if (str_eq(m->v[i - 1].provider, provider) && str_eq(m->v[i - 1].id, id))
			return &m->v[i - 1];
	for (size_t i = m->n; i > 0; i--)
		if (str_eq(m->v[i - 1].provider, provider) && str_eq(without_date(m->v[i - 1].id), without_date(id)))
			return &m->v[i - 1];
	return NULL;
}

const struct model *models_at(const struct models *m, size_t i)
{
	for (size_t at = 0; at < m->n; at++) {
		const struct model *model = &m->v[at];

		if (models_find(m, model->provider, model->id) == model && i-- == 0)
			return model;
	}
	return NULL;
}

bool model_has(const struct model *model, const char *ability)
{
	for (struct str rest = model->abilities; rest.p;)
		if (str_is(str_cut(&rest, ','), ability))
			return true;
	return false;
}

void models_release(struct models *m)
{
	cut(m, 0);
	mem_free(m->v);
	m->v = NULL;
	m->cap = 0;
}
