#include "ibid/provider/fault.h"

#include <stddef.h>

#include "ibid/base/utf8.h"

static const struct {
	const char *name;
	enum err_code code;
	enum backoff_fault repeat;
	const char *says;
} classes[FAULT_CLASS_COUNT] = {
#define X(class, name, code, repeat, says) [class] = { name, code, repeat, says },
	FAULT_CLASSES(X)
#undef X
};

/*
 * The first row that fits decides. `words` is looked for, without regard to
 * case, in the error's code, type, status and sentence; a row without words asks
 * for the status only, a row without status for the words only. Each string was
 * seen in a recording or in a vendor's or server's source.
 */
static const struct {
	int status;
	const char *words;
	enum fault_class class;
} tells[] = {
	/* clang-format off */
	{ 402, NULL,                            FAULT_MONEY },
	{ 0,   "insufficient_quota",            FAULT_MONEY },
	{ 0,   "enforced_spend_limit_reached",  FAULT_MONEY },
	{ 0,   "billing_error",                 FAULT_MONEY },
	{ 0,   "credit balance is too low",     FAULT_MONEY },
	{ 0,   "insufficient balance",          FAULT_MONEY },
	{ 429, "PerDay",                        FAULT_MONEY },	/* Gemini's quotaId */
	{ 413, NULL,                            FAULT_TOO_LONG },
	{ 0,   "context_length_exceeded",       FAULT_TOO_LONG },
	{ 0,   "prompt is too long",            FAULT_TOO_LONG },
	{ 0,   "input token count",             FAULT_TOO_LONG },
	{ 0,   "TOO_MANY_TOKENS",               FAULT_TOO_LONG },
	{ 0,   "too_many_prompt_tokens",        FAULT_TOO_LONG },
	{ 0,   "maximum context length",        FAULT_TOO_LONG },
	{ 0,   "exceeded max context",          FAULT_TOO_LONG },
	{ 0,   "exceed_context_size",           FAULT_TOO_LONG },	/* llama.cpp */
	{ 0,   "available context size",        FAULT_TOO_LONG },
	{ 0,   "exceed context window",         FAULT_TOO_LONG },	/* llama-cpp-python */
	{ 0,   "request_too_large",             FAULT_TOO_LONG },
	{ 0,   "than the context length",       FAULT_TOO_LONG },	/* LM Studio */
	{ 401, NULL,                            FAULT_KEY },
	{ 0,   "API_KEY_INVALID",               FAULT_KEY },
	{ 0,   "invalid_api_key",               FAULT_KEY },
	{ 0,   "authentication_error",          FAULT_KEY },
	{ 400, "API key",                       FAULT_KEY },	/* xAI, Gemini */
	{ 0,   "content_filter",                FAULT_FILTER },
	{ 0,   "content_policy_violation",      FAULT_FILTER },
	{ 0,   "model_not_found",               FAULT_MODEL },
	{ 0,   "DeploymentNotFound",            FAULT_MODEL },
	{ 0,   "model not exist",               FAULT_MODEL },	/* DeepSeek */
	{ 0,   "unexpected endpoint",           FAULT_MODEL },	/* LM Studio, under status 200 */
	{ 404, NULL,                            FAULT_MODEL },
	{ 403, NULL,                            FAULT_DENIED },
	{ 0,   "overloaded",                    FAULT_BUSY },
	{ 0,   "loading model",                 FAULT_BUSY },	/* llama.cpp */
	{ 429, NULL,                            FAULT_PACE },
	{ 0,   "rate_limit",                    FAULT_PACE },
	{ 0,   "rate limit",                    FAULT_PACE },
	{ 0,   "RESOURCE_EXHAUSTED",            FAULT_PACE },
	{ 0,   "unsupported_parameter",         FAULT_OPTION },
	{ 0,   "unsupported_value",             FAULT_OPTION },
	{ 0,   "unknown_parameter",             FAULT_OPTION },
	{ 400, "unrecognized request argument", FAULT_OPTION },
	{ 400, "not supported",                 FAULT_OPTION },
	{ 400, "does not support",              FAULT_OPTION },
	{ 400, "unsupported",                   FAULT_OPTION },
	{ 400, "is deprecated",                 FAULT_OPTION },
	{ 400, "not permitted",                 FAULT_OPTION },	/* pydantic: extra inputs are not permitted */
	{ 422, NULL,                            FAULT_OPTION },	/* Mistral and other pydantic servers: unknown keys */
	{ 0,   "api_error",                     FAULT_BUSY },
	{ 0,   "server_error",                  FAULT_BUSY },
	{ 0,   "timeout_error",                 FAULT_BUSY },
	/* clang-format on */
};

static bool has(struct str s, const char *words)
{
	return str_find_nocase(s, str_c(words), 0) != STR_NONE;
}

static bool fits(size_t row, const struct fault *f)
{
	const char *words = tells[row].words;

	if (tells[row].status && tells[row].status != f->status)
		return false;
	return !words || has(buf_view(&f->word), words) || has(buf_view(&f->text), words);
}

static enum fault_class class_of(const struct fault *f)
{
	for (size_t i = 0; i < sizeof(tells) / sizeof(tells[0]); i++)
		if (fits(i, f))
			return tells[i].class;
	return backoff_is_transient(f->status) ? FAULT_BUSY : FAULT_OTHER;
}

static void set(struct buf *b, struct str s)
{
	buf_reset(b);
	buf_str(b, str_trim(s));
}

/* Everything that is more a word than a sentence, separated by spaces: codes, types, reasons, quota ids. */
static void add_word(struct fault *f, const struct json_node *n)
{
	if (json_kind(n) != JSON_STRING || !json_str(n).len)
		return;
	if (f->word.len)
		buf_ch(&f->word, ' ');
	buf_str(&f->word, json_str(n));
}

static void add_words(struct fault *f, const struct json_node *n)
{
	static const char *const paths[] = { "code", "type", "status", "error_type", "details.error_code", "innererror.code",
		"details.0.reason", "details.0.violations.0.quotaId", "details.1.violations.0.quotaId" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		add_word(f, json_at(n, paths[i]));
}

static const struct json_node *sentence_in(const struct json_node *root)
{
	static const char *const paths[] = { "error.message", "error", "message", "detail", "detail.0.msg", "detail.0.message",
		"error.code", "error.type" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct json_node *n = json_at(root, paths[i]);

		if (json_kind(n) == JSON_STRING && json_str(n).len)
			return n;
	}
	return NULL;
}

static void take_status(struct fault *f, const struct json_node *code)
{
	int64_t n = json_int(code, 0);

	if (f->status < 400 && n >= 400 && n <= 599)
		f->status = (int)n;
}

/* Gemini wraps its error in an array when it streams one. */
static const struct json_node *unwrap(const struct json_node *root)
{
	return json_kind(root) == JSON_ARRAY ? json_first(root) : root;
}

void fault_read_json(struct fault *f, int status, const struct json_node *root)
{
	const struct json_node *error;

	root = unwrap(root);
	error = json_get(root, "error");
	f->status = status;
	buf_reset(&f->word);
	take_status(f, json_get(error, "code"));
	take_status(f, json_get(root, "code"));
	add_words(f, error);
	add_words(f, root);
	set(&f->param, json_str(json_get(error, "param")));
	set(&f->text, json_str(sentence_in(root)));
	f->class = class_of(f);
}

static bool is_html(struct str body)
{
	return body.len && body.p[0] == '<';
}

static void read_plain(struct fault *f, int status, struct str body)
{
	f->status = status;
	buf_reset(&f->word);
	buf_reset(&f->param);
	buf_reset(&f->text);
	if (is_html(body))
		buf_c(&f->text, "a web page instead of data");
	else
		buf_str(&f->text, str_sub(body, 0, utf8_floor(body, FAULT_HEAD_MAX)));
	f->class = class_of(f);
}

void fault_read(struct fault *f, int status, struct str body)
{
	SCOPED_PTR(json) doc = NULL;

	body = str_trim(body);
	if (json_parse(body, JSON_MEND, &doc, NULL) == OK && sentence_in(unwrap(json_root(doc))))
		fault_read_json(f, status, json_root(doc));
	else
		read_plain(f, status, body);
}

bool fault_is_in(const struct json_node *root)
{
	const struct json_node *error = json_get(unwrap(root), "error");

	switch (json_kind(error)) {
	case JSON_OBJECT:
		return json_first(error);
	case JSON_STRING:
		return json_str(error).len;
	default:
		return str_is(json_str(json_get(unwrap(root), "object")), "error");
	}
}

const char *fault_name(enum fault_class class)
{
	return classes[class].name;
}

enum backoff_fault fault_repeat(enum fault_class class)
{
	return classes[class].repeat;
}

enum err_code fault_err(const struct fault *f, const char *provider, const char *advice, struct err *err)
{
	SCOPED(buf) text = BUF_INIT;

	buf_fmt(&text, "provider '%s' %s", provider, classes[f->class].says);
	if (f->status)
		buf_fmt(&text, " (HTTP %d)", f->status);
	if (f->text.len)
		buf_fmt(&text, ": %s", buf_cstr(&f->text));
	if (*advice)
		buf_fmt(&text, "; %s", advice);
	err_set(err, classes[f->class].code, "%s", buf_cstr(&text));
	if (err)
		err->http_status = f->status;
	return classes[f->class].code;
}

void fault_release(struct fault *f)
{
	buf_release(&f->text);
	buf_release(&f->word);
	buf_release(&f->param);
}
