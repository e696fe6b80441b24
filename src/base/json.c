#include "ibid/base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/json_internal.h"
#include "ibid/base/arena.h"
#include "ibid/base/mem.h"

/* struct json_node is cJSON's node under a name of ours: nodes are only ever cast, never looked into. */

/* Bits of cJSON's `type` above its own: the text lies behind its length, because it contains NUL. */
#define COUNTED_VALUE (1 << 16)
#define COUNTED_KEY (1 << 17)

/* All of a document lies in one arena, the document itself too. */
struct json {
	struct arena mem;
	cJSON *root;
};

/*
 * cJSON's hooks take no context, so the arena of the document that is being
 * built is known here, for the time of one call. Forty small allocations an
 * event become forty additions, and none of them can fail without ending the
 * process in order.
 */
static struct arena *building;

static void *build_alloc(size_t size)
{
	return arena_alloc(building, size);
}

static void build_free(void *p)
{
	(void)p;
}

static cJSON *build(struct arena *mem, struct str text)
{
	cJSON_Hooks hooks = { build_alloc, build_free };
	cJSON *root;

	building = mem;
	cJSON_InitHooks(&hooks);
	root = cJSON_ParseWithLengthOpts(text.p, text.len, NULL, false);
	building = NULL;
	return root;
}

/* "a<NUL mark>b" becomes its length, then "a\0b". NULL when there is no mark in it. */
static char *count_text(struct arena *mem, const char *marked)
{
	size_t len = 0, size = marked ? strlen(marked) : 0;
	char *text;

	if (!size || !strstr(marked, JSON_NUL_MARK))
		return NULL;
	text = (char *)arena_alloc(mem, sizeof(len) + size + 1) + sizeof(len);
	for (const char *p = marked; *p; p++) {
		bool is_nul = !strncmp(p, JSON_NUL_MARK, 2);

		text[len++] = is_nul ? '\0' : *p;
		p += is_nul;
	}
	memcpy(text - sizeof(len), &len, sizeof(len));
	return text;
}

static void count_texts(struct arena *mem, cJSON *n)
{
	for (; n; n = n->next) {
		char *value = count_text(mem, n->valuestring), *key = count_text(mem, n->string);

		if (value) {
			n->valuestring = value;
			n->type |= COUNTED_VALUE;
		}
		if (key) {
			n->string = key;
			n->type |= COUNTED_KEY;
		}
		count_texts(mem, n->child);
	}
}

static struct str text_of(const char *p, bool counted)
{
	size_t len;

	if (!counted)
		return str_c(p);
	memcpy(&len, p - sizeof(len), sizeof(len));
	return str_of(p, len);
}

static struct str key_of(const cJSON *n)
{
	return text_of(n->string, n->type & COUNTED_KEY);
}

static int compare_keys(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static const struct str *find_duplicate(struct arena *mem, const cJSON *object)
{
	size_t n = json_count((const struct json_node *)object), i = 0;
	struct str *keys = arena_array(mem, n, sizeof(*keys));

	for (const cJSON *m = object->child; m; m = m->next)
		keys[i++] = key_of(m);
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (i = 1; i < n; i++)
		if (str_eq(keys[i - 1], keys[i]))
			return &keys[i];
	return NULL;
}

static enum err_code refuse_duplicates(struct arena *mem, const cJSON *n, struct err *err)
{
	const struct str *key = cJSON_IsObject(n) ? find_duplicate(mem, n) : NULL;
	enum err_code code = OK;

	if (key)
		return err_set(err, ERR_DATA, "JSON: the member '%.*s' is given twice",
			key->len > 64 ? 64 : (int)key->len, key->p);
	for (const cJSON *m = n->child; m && code == OK; m = m->next)
		code = refuse_duplicates(mem, m, err);
	return code;
}

enum err_code json_parse(struct str text, unsigned flags, struct json **doc, struct err *err)
{
	struct json_checked checked = { .rewritten = BUF_INIT };
	SCOPED(arena) mem = ARENA_INIT;
	enum err_code code = json_check(text, flags, &checked, err);
	cJSON *root = code == OK ? build(&mem, checked.text) : NULL;
	struct json *made;

	buf_release(&checked.rewritten);
	if (code != OK)
		return code;
	if (!root)
		return err_set(err, ERR_BUG, "cJSON refuses what is valid JSON");
	if (checked.has_nul)
		count_texts(&mem, root);
	if (flags & JSON_NO_DUPLICATES && refuse_duplicates(&mem, root, err) != OK)
		return ERR_DATA;
	made = arena_alloc(&mem, sizeof(*made));
	*made = (struct json){ mem, root };
	mem = (struct arena)ARENA_INIT;
	*doc = made;
	return OK;
}

void json_free(struct json *doc)
{
	struct arena mem;

	if (!doc)
		return;
	mem = doc->mem;
	arena_release(&mem);
}

static const cJSON *cjson(const struct json_node *n)
{
	return (const cJSON *)n;
}

static const struct json_node *node(const cJSON *n)
{
	return (const struct json_node *)n;
}

const struct json_node *json_root(const struct json *doc)
{
	return doc ? node(doc->root) : NULL;
}

static bool is_number(const cJSON *n)
{
	return cJSON_IsString(n) && n->valuestring[0] == JSON_NUMBER_MARK[0];
}

enum json_kind json_kind(const struct json_node *n)
{
	if (!n)
		return JSON_ABSENT;
	switch (cjson(n)->type & 0xFF) {
	case cJSON_False:
	case cJSON_True:
		return JSON_BOOL;
	case cJSON_String:
		return is_number(cjson(n)) ? JSON_NUMBER : JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

static const struct json_node *member(const struct json_node *object, struct str key)
{
	if (json_kind(object) != JSON_OBJECT)
		return NULL;
	for (const cJSON *m = cjson(object)->child; m; m = m->next)
		if (str_eq(key_of(m), key))
			return node(m);
	return NULL;
}

static const struct json_node *element(const struct json_node *array, struct str number)
{
	const struct json_node *n = json_first(array);
	long long i;

	if (!str_to_int(number, &i) || i < 0)
		return NULL;
	while (n && i--)
		n = json_next(n);
	return n;
}

const struct json_node *json_get(const struct json_node *n, const char *key)
{
	return member(n, str_c(key));
}

const struct json_node *json_at(const struct json_node *n, const char *path)
{
	struct str rest = str_c(path);

	while (n && rest.p) {
		struct str part = str_cut(&rest, '.');

		n = json_kind(n) == JSON_ARRAY ? element(n, part) : member(n, part);
	}
	return n;
}

const struct json_node *json_first(const struct json_node *n)
{
	return n ? node(cjson(n)->child) : NULL;
}

const struct json_node *json_next(const struct json_node *n)
{
	return n ? node(cjson(n)->next) : NULL;
}

size_t json_count(const struct json_node *n)
{
	size_t count = 0;

	for (n = json_first(n); n; n = json_next(n))
		count++;
	return count;
}

struct str json_key(const struct json_node *n)
{
	return n ? key_of(cjson(n)) : STR_EMPTY;
}

struct str json_str(const struct json_node *n)
{
	if (json_kind(n) != JSON_STRING)
		return STR_EMPTY;
	return text_of(cjson(n)->valuestring, cjson(n)->type & COUNTED_VALUE);
}

struct str json_number(const struct json_node *n)
{
	return json_kind(n) == JSON_NUMBER ? str_c(cjson(n)->valuestring + 1) : STR_EMPTY;
}

/* Exponents beyond this are out of the range of either type, whatever the digits. */
#define EXPONENT_MAX 100000

/* A number as its digits without leading and trailing zeros, and the power of ten behind them. */
struct decimal {
	bool negative;
	char digits[24];
	int n; /* digits there are; only the first of them are kept */
	long long exponent;
};

static void add_digit(struct decimal *d, char digit, int *zeros)
{
	if (digit == '0') {
		*zeros += d->n > 0;
		return;
	}
	for (; *zeros; (*zeros)--)
		if (d->n++ < (int)sizeof(d->digits))
			d->digits[d->n - 1] = '0';
	if (d->n++ < (int)sizeof(d->digits))
		d->digits[d->n - 1] = digit;
}

/* `s` is a number by the grammar. */
static struct decimal decimal_of(struct str s)
{
	struct decimal d = { .negative = s.p[0] == '-' };
	bool fraction = false;
	int zeros = 0;
	size_t i = d.negative;

	for (; i < s.len && (s.p[i] | 0x20) != 'e'; i++) {
		fraction |= s.p[i] == '.';
		if (s.p[i] == '.')
			continue;
		add_digit(&d, s.p[i], &zeros);
		d.exponent -= fraction;
	}
	d.exponent += zeros;
	if (i < s.len) {
		long long e = strtoll(s.p + i + 1, NULL, 10);

		d.exponent += e > EXPONENT_MAX ? EXPONENT_MAX : e < -EXPONENT_MAX ? -EXPONENT_MAX : e;
	}
	return d;
}

/* 5, 5.0 and 0.5e1 are all the integer five: servers written in one-number languages send each of them. */
int64_t json_int(const struct json_node *n, int64_t otherwise)
{
	struct str s = json_number(n);
	struct decimal d;
	char text[32] = "";
	long long v;
	size_t len;

	if (!s.len || str_to_int(s, &v))
		return s.len ? v : otherwise;
	d = decimal_of(s);
	if (!d.n)
		return 0;
	if (d.exponent < 0 || d.n + d.exponent > 19)
		return otherwise;
	text[0] = '-';
	memcpy(text + 1, d.digits, (size_t)d.n);
	memset(text + 1 + d.n, '0', (size_t)d.exponent);
	len = 1 + (size_t)(d.n + d.exponent);
	return str_to_int(d.negative ? str_of(text, len) : str_of(text + 1, len - 1), &v) ? v : otherwise;
}

double json_double(const struct json_node *n, double otherwise)
{
	struct str s = json_number(n);
	double v = s.len ? strtod(s.p, NULL) : otherwise;

	return isfinite(v) ? v : otherwise;
}

bool json_bool(const struct json_node *n, bool otherwise)
{
	return json_kind(n) == JSON_BOOL ? cJSON_IsTrue(cjson(n)) : otherwise;
}

static void print_children(struct buf *out, const struct json_node *n, char open, char close)
{
	bool object = open == '{';

	buf_ch(out, open);
	for (const struct json_node *m = json_first(n); m; m = json_next(m)) {
		if (m != json_first(n))
			buf_ch(out, ',');
		if (object) {
			json_add_string(out, json_key(m));
			buf_ch(out, ':');
		}
		json_print(out, m);
	}
	buf_ch(out, close);
}

void json_print(struct buf *out, const struct json_node *n)
{
	switch (json_kind(n)) {
	case JSON_ABSENT:
	case JSON_NULL:
		buf_c(out, "null");
		break;
	case JSON_BOOL:
		buf_c(out, cJSON_IsTrue(cjson(n)) ? "true" : "false");
		break;
	case JSON_NUMBER:
		buf_str(out, json_number(n));
		break;
	case JSON_STRING:
		json_add_string(out, json_str(n));
		break;
	case JSON_ARRAY:
		print_children(out, n, '[', ']');
		break;
	case JSON_OBJECT:
		print_children(out, n, '{', '}');
		break;
	}
}
