#include "ibid/config/settings.h"

#include <string.h>

#include "ibid/base/clock.h"
#include "ibid/config/value.h"

static const char *const colors[] = { "auto", "always", "never", NULL };
static const char *const policies[] = { "warn", "strip", "strict", NULL };
static const char *const http_versions[] = { "auto", "1.1", NULL };
static const char *const encodings[] = { "auto", "identity", NULL };
/* In the order of enum conversation_grounding, term_mouse and theme_kind, and of what is left on the main screen. */
static const char *const groundings[] = { "auto", "off", "require", NULL };
static const char *const mice[] = { "scroll", "full", "off", NULL };
static const char *const themes[] = { "auto", "light", "dark", "mono", NULL };
static const char *const exits[] = { "last", "transcript", "none", NULL };

#define HOUR_MS 3600000

/* clang-format off */
const struct setting setting_table[] = {
	/* name                     type           flags            environment      range */
	{ "core.library",           SETTING_STR,   SETTING_PROJECT, "IBID_LIBRARY",
		.help = "the library: a name in the data directory, or a path" },
	{ "core.model",             SETTING_STR,   SETTING_PROJECT, "IBID_MODEL",
		.help = "the model that answers: PROVIDER/MODEL or PROVIDER" },
	{ "core.keep",              SETTING_AGE,   0,               NULL,
		.help = "how long conversations are kept: an age or forever" },
	{ "core.tags",              SETTING_WORDS, SETTING_PROJECT, "IBID_TAGS",
		.help = "tags that new documents and conversations get" },
	{ "core.pager",             SETTING_STR,   SETTING_COMMAND, "IBID_PAGER",
		.help = "program for long output; empty: $PAGER or less" },
	{ "core.editor",            SETTING_STR,   SETTING_COMMAND, "IBID_EDITOR",
		.help = "program to edit text; empty: $VISUAL, $EDITOR or vi" },
	{ "core.opener",            SETTING_STR,   SETTING_COMMAND, "IBID_OPENER",
		.help = "program to open sources; $IBID_PAGE is the page" },
	{ "core.color",             SETTING_ENUM,  0,               "IBID_COLOR",     .values = colors,
		.help = "whether output is coloured" },
	{ "core.advice",            SETTING_BOOL,  0,               "IBID_ADVICE",
		.help = "suggest next steps on standard error" },
	{ "query.policy",           SETTING_ENUM,  SETTING_PROJECT, "IBID_POLICY",    .values = policies,
		.help = "what happens to a sentence whose proof fails" },
	{ "query.top",              SETTING_INT,   SETTING_PROJECT, NULL,             1, 100,
		.help = "passages given to the model" },
	{ "query.evidence_words",   SETTING_INT,   SETTING_PROJECT, NULL,             100, 100000,
		.help = "words of evidence given to the model, at most" },
	{ "chat.grounding",         SETTING_ENUM,  SETTING_PROJECT, NULL,             .values = groundings,
		.help = "whether answers of a conversation come from the library" },
	{ "chat.theme",             SETTING_ENUM,  0,               "IBID_THEME",     .values = themes,
		.help = "colours of the screen" },
	{ "chat.mouse",             SETTING_ENUM,  0,               NULL,             .values = mice,
		.help = "the wheel only, all of the mouse, or nothing of it" },
	{ "chat.hints",             SETTING_BOOL,  0,               NULL,
		.help = "show the keys valid now in the bottom row" },
	{ "chat.bell",              SETTING_BOOL,  0,               NULL,
		.help = "ring when a long answer is done and nobody looks" },
	{ "chat.exit_output",       SETTING_ENUM,  0,               NULL,             .values = exits,
		.help = "what stays on the main screen: last exchange, transcript, none" },
	{ "chat.copy_command",      SETTING_STR,   SETTING_COMMAND, NULL,
		.help = "program that takes what is copied; empty: the first that works" },
	{ "ingest.jobs",            SETTING_INT,   0,               NULL,             1, 64,
		.help = "documents read at the same time" },
	{ "ingest.max_size",        SETTING_SIZE,  SETTING_PROJECT, NULL,             1024, (int64_t)2 << 30,
		.help = "larger files are skipped" },
	{ "net.connect_timeout",    SETTING_TIME,  0,               NULL,             100, HOUR_MS,
		.help = "longest wait for name, connection and encryption" },
	{ "net.first_byte_timeout", SETTING_TIME,  0,               NULL,             0, 24 * HOUR_MS,
		.help = "longest wait for an answer to begin; 0: no limit" },
	{ "net.idle_timeout",       SETTING_TIME,  0,               NULL,             0, 24 * HOUR_MS,
		.help = "longest silence within an answer; 0: no limit" },
	{ "net.total_timeout",      SETTING_TIME,  0,               "IBID_TIMEOUT",   0, 24 * HOUR_MS,
		.help = "longest time for a whole answer; 0: no limit" },
	{ "net.ca_file",            SETTING_PATH,  0,               NULL,
		.help = "file of certificates (PEM) instead of the system's" },
	{ "net.http_version",       SETTING_ENUM,  0,               NULL,             .values = http_versions,
		.help = "1.1 where HTTP/2 breaks" },
	{ "net.encoding",           SETTING_ENUM,  0,               NULL,             .values = encodings,
		.help = "identity where compressed streams are held back" },
	{ "provider.*.protocol",    SETTING_STR,   0,               NULL,
		.help = "the language it speaks; empty: as its preset says" },
	{ "provider.*.base_url",    SETTING_STR,   0,               NULL,
		.help = "where it answers: https://host/path" },
	{ "provider.*.model",       SETTING_STR,   0,               NULL,
		.help = "its model when only the provider is named" },
	{ "provider.*.key_env",     SETTING_STR,   0,               NULL,
		.help = "name of the environment variable that holds its key" },
	{ "provider.*.key_file",    SETTING_PATH,  0,               NULL,
		.help = "file that holds its key, readable by you alone" },
	{ "provider.*.key_cmd",     SETTING_STR,   SETTING_COMMAND, NULL,
		.help = "command that prints its key: pass show claude" },
	{ "provider.*.auth_header", SETTING_STR,   0,               NULL,
		.help = "header that carries the key" },
	{ "provider.*.system_role", SETTING_STR,   0,               NULL,
		.help = "role of the system prompt: system, developer or user" },
	{ "provider.*.max_tokens_key", SETTING_STR, 0,              NULL,
		.help = "max_tokens or max_completion_tokens" },
	{ "provider.*.stream_usage", SETTING_BOOL, 0,               NULL,
		.help = "ask for token counts in the stream" },
	{ "provider.*.open_end",    SETTING_BOOL,  0,               NULL,
		.help = "the server does not mark the end of its answers" },
	{ "provider.*.compress",    SETTING_BOOL,  0,               NULL,
		.help = "accept compressed answers" },
	{ "provider.*.retries",     SETTING_INT,   0,               NULL,             0, 10,
		.help = "repeats after a failure that allows them" },
	{ "provider.*.connect_timeout", SETTING_TIME, 0,            NULL,             100, HOUR_MS,
		.help = "as net.connect_timeout, for this provider" },
	{ "provider.*.first_byte_timeout", SETTING_TIME, 0,         NULL,             0, 24 * HOUR_MS,
		.help = "as net.first_byte_timeout, for this provider" },
	{ "provider.*.idle_timeout", SETTING_TIME, 0,               NULL,             0, 24 * HOUR_MS,
		.help = "as net.idle_timeout, for this provider" },
	{ "provider.*.total_timeout", SETTING_TIME, 0,              NULL,             0, 24 * HOUR_MS,
		.help = "as net.total_timeout, for this provider" },
	{ "keys.*.*",               SETTING_STR,   SETTING_COMMAND, NULL,
		.help = "what a key does: an action of ibid-keys(7), a /command, none" },
	{ NULL }
};
/* clang-format on */

bool setting_split(struct str name, struct str *section, struct str *sub, struct str *key)
{
	size_t first = str_find_ch(name, '.', 0), last = name.len;

	if (first == STR_NONE)
		return false;
	while (name.p[last - 1] != '.')
		last--;
	*section = str_sub(name, 0, first);
	*key = str_sub(name, last, name.len);
	*sub = last - 1 > first ? str_sub(name, first + 1, last - 1) : STR_EMPTY;
	return section->len && key->len && (last - 1 == first || sub->len);
}

static bool row_describes(const struct setting *s, struct str section, struct str sub, struct str key)
{
	struct str s_section, s_sub, s_key;

	setting_split(str_c(s->name), &s_section, &s_sub, &s_key);
	return str_eq(section, s_section) && (str_is(s_key, "*") || str_eq(key, s_key)) &&
	       (s_sub.len > 0) == (sub.len > 0);
}

const struct setting *setting_find(struct str name)
{
	struct str section, sub, key;

	if (!setting_split(name, &section, &sub, &key))
		return NULL;
	for (const struct setting *s = setting_table; s->name; s++)
		if (row_describes(s, section, sub, key))
			return s;
	return NULL;
}

/* Letters that differ, place by place from both ends: enough to tell a slip from another word. */
static size_t slips(struct str a, struct str b)
{
	size_t from = 0, longer = a.len > b.len ? a.len : b.len;
	size_t shorter = a.len < b.len ? a.len : b.len, to = 0;

	while (from < shorter && a.p[from] == b.p[from])
		from++;
	while (to < shorter - from && a.p[a.len - 1 - to] == b.p[b.len - 1 - to])
		to++;
	return longer - from - to;
}

const struct setting *setting_nearest(struct str name)
{
	struct str section, sub, key, s_section, s_sub, s_key;
	const struct setting *best = NULL;
	size_t least = 3;

	if (!setting_split(name, &section, &sub, &key))
		return NULL;
	for (const struct setting *s = setting_table; s->name; s++) {
		size_t n;

		setting_split(str_c(s->name), &s_section, &s_sub, &s_key);
		n = slips(section, s_section) + (str_is(s_key, "*") ? 0 : slips(key, s_key));
		if (n >= least || (s_sub.len > 0) != (sub.len > 0))
			continue;
		least = n;
		best = s;
	}
	return best;
}

/* --- values */

static bool index_of(const char *const *values, struct str value, int64_t *number)
{
	for (int i = 0; values[i]; i++) {
		if (!str_is(value, values[i]))
			continue;
		*number = i;
		return true;
	}
	return false;
}

static bool parse_number(struct str value, int64_t *thousandths)
{
	double v;

	if (!str_to_double(value, &v) || !(v >= -1e12 && v <= 1e12))
		return false;
	*thousandths = (int64_t)(v * 1000 + (v < 0 ? -0.5 : 0.5));
	return true;
}

static bool parse_int(struct str value, int64_t *number)
{
	long long v;

	if (!str_to_int(value, &v))
		return false;
	*number = v;
	return true;
}

static bool parse(const struct setting *s, struct str value, int64_t *number)
{
	bool yes;

	switch (s->type) {
	case SETTING_BOOL:
		if (!value_parse_bool(value, &yes))
			return false;
		*number = yes;
		return true;
	case SETTING_INT:
		return parse_int(value, number);
	case SETTING_NUMBER:
		return parse_number(value, number);
	case SETTING_ENUM:
		return index_of(s->values, value, number);
	case SETTING_TIME:
		return value_parse_time(value, number);
	case SETTING_SIZE:
		return value_parse_size(value, number);
	case SETTING_AGE:
		*number = 0;
		return str_is(value, "forever") || clock_parse_age(value, number);
	default:
		*number = 0;
		return str_find_ch(value, '\n', 0) == STR_NONE && !memchr(value.p ? value.p : "", '\0', value.len);
	}
}

static bool in_range(const struct setting *s, int64_t number)
{
	int64_t unit = s->type == SETTING_NUMBER ? 1000 : 1;

	if (s->type != SETTING_INT && s->type != SETTING_NUMBER && s->type != SETTING_TIME && s->type != SETTING_SIZE)
		return true;
	if (!s->min && !s->max)
		return number >= 0;
	return number >= s->min * unit && number <= s->max * unit;
}

enum err_code setting_check(
	const struct setting *s, struct str name, struct str value, int64_t *number, struct err *err)
{
	SCOPED(buf) range = BUF_INIT;
	int64_t n;

	if (parse(s, value, &n) && in_range(s, n)) {
		*number = n;
		return OK;
	}
	setting_add_range(&range, s);
	return err_set(err, ERR_CONFIG, "%.*s: '%.*s' is not accepted; it takes %s", STR_ARG(name), STR_ARG(value),
		buf_cstr(&range));
}

static void add_words(struct buf *out, const char *const *values)
{
	for (int i = 0; values[i]; i++)
		buf_fmt(out, "%s%s", !i ? "" : values[i + 1] ? ", " : " or ", values[i]);
}

static void add_from_to(struct buf *out, const struct setting *s, void (*add)(struct buf *, int64_t))
{
	add(out, s->min);
	buf_c(out, " to ");
	add(out, s->max);
}

static void add_plain(struct buf *out, int64_t n)
{
	buf_fmt(out, "%lld", (long long)n);
}

void setting_add_range(struct buf *out, const struct setting *s)
{
	static const char *const words[SETTING_TYPE_COUNT] = {
		[SETTING_STR] = "text of one line",
		[SETTING_PATH] = "a file name",
		[SETTING_WORDS] = "words",
		[SETTING_BOOL] = "true or false",
		[SETTING_INT] = "a whole number",
		[SETTING_NUMBER] = "a number",
		[SETTING_TIME] = "a time such as 30s or 5min",
		[SETTING_SIZE] = "a size such as 500k or 64M",
		[SETTING_AGE] = "an age such as 90d or 1y, or forever",
	};
	bool ranged = s->min || s->max;

	if (s->type == SETTING_ENUM)
		add_words(out, s->values);
	else if (ranged && s->type == SETTING_TIME)
		add_from_to(out, s, value_add_time);
	else if (ranged && s->type == SETTING_SIZE)
		add_from_to(out, s, value_add_size);
	else if (ranged)
		add_from_to(out, s, add_plain);
	else
		buf_c(out, words[s->type]);
}

struct str setting_defaults(void)
{
	static const char text[] =
#include "src/config/defaults.ini.inc"
		;

	return (struct str){ text, sizeof(text) - 1 };
}
