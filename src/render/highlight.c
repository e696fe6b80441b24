#include "ibid/render/highlight.h"

#include <stdlib.h>
#include <string.h>

#include <t3highlight/highlight.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/render/rows.h"

/*
 * Each new nesting of constructs is a state the library keeps for good and looks
 * for in a list; a block with more of them than any program has goes on plain.
 */
#define STATES_MAX 1000

/* Those the library has none for. They include nothing, so they load from memory. */
static const char lang_ecmascript[] =
#include "src/render/lang/ecmascript.lang.inc"
	;
static const char lang_go[] =
#include "src/render/lang/go.lang.inc"
	;
static const char lang_json[] =
#include "src/render/lang/json.lang.inc"
	;
static const char lang_rust[] =
#include "src/render/lang/rust.lang.inc"
	;
static const char lang_sql[] =
#include "src/render/lang/sql.lang.inc"
	;
static const char lang_toml[] =
#include "src/render/lang/toml.lang.inc"
	;
static const char lang_yaml[] =
#include "src/render/lang/yaml.lang.inc"
	;

/* A file of the library, or the text of one of ours. */
enum lang {
	LANG_C, LANG_CONF, LANG_CSS, LANG_CXX, LANG_DIFF, LANG_HTML, LANG_JAVA, LANG_MAKE,
	LANG_MARKDOWN, LANG_PERL, LANG_PHP, LANG_PYTHON, LANG_RUBY, LANG_SH, LANG_SVG, LANG_XML,
	LANG_ECMASCRIPT, LANG_GO, LANG_JSON, LANG_RUST, LANG_SQL, LANG_TOML, LANG_YAML,
	LANG_COUNT
};

/* clang-format off */
static const struct {
	const char *file, *text;
} langs[LANG_COUNT] = {
	[LANG_C] = { "c.lang", NULL },
	[LANG_CONF] = { "conf.lang", NULL },
	[LANG_CSS] = { "css.lang", NULL },
	[LANG_CXX] = { "cxx.lang", NULL },
	[LANG_DIFF] = { "diff.lang", NULL },
	[LANG_HTML] = { "html.lang", NULL },
	[LANG_JAVA] = { "java.lang", NULL },
	[LANG_MAKE] = { "make.lang", NULL },
	[LANG_MARKDOWN] = { "markdown.lang", NULL },
	[LANG_PERL] = { "perl.lang", NULL },
	[LANG_PHP] = { "php.lang", NULL },
	[LANG_PYTHON] = { "python3.lang", NULL },
	[LANG_RUBY] = { "ruby.lang", NULL },
	[LANG_SH] = { "sh.lang", NULL },
	[LANG_SVG] = { "svg.lang", NULL },
	[LANG_XML] = { "xml.lang", NULL },
	[LANG_ECMASCRIPT] = { NULL, lang_ecmascript },
	[LANG_GO] = { NULL, lang_go },
	[LANG_JSON] = { NULL, lang_json },
	[LANG_RUST] = { NULL, lang_rust },
	[LANG_SQL] = { NULL, lang_sql },
	[LANG_TOML] = { NULL, lang_toml },
	[LANG_YAML] = { NULL, lang_yaml },
};

/* What models write behind a fence, in lower case. */
static const struct {
	const char *word;
	enum lang lang;
} words[] = {
	{ "c", LANG_C }, { "h", LANG_C },
	{ "cpp", LANG_CXX }, { "c++", LANG_CXX }, { "cxx", LANG_CXX }, { "cc", LANG_CXX }, { "hpp", LANG_CXX },
	{ "arduino", LANG_CXX }, { "cuda", LANG_CXX },
	{ "conf", LANG_CONF }, { "ini", LANG_CONF }, { "cfg", LANG_CONF }, { "properties", LANG_CONF },
	{ "gitconfig", LANG_CONF }, { "systemd", LANG_CONF }, { "desktop", LANG_CONF },
	{ "css", LANG_CSS }, { "scss", LANG_CSS }, { "less", LANG_CSS },
	{ "diff", LANG_DIFF }, { "patch", LANG_DIFF },
	{ "html", LANG_HTML }, { "htm", LANG_HTML }, { "xhtml", LANG_HTML }, { "vue", LANG_HTML }, { "svelte", LANG_HTML },
	{ "java", LANG_JAVA }, { "kotlin", LANG_JAVA }, { "scala", LANG_JAVA }, { "csharp", LANG_JAVA },
	{ "c#", LANG_JAVA }, { "cs", LANG_JAVA },
	{ "javascript", LANG_ECMASCRIPT }, { "js", LANG_ECMASCRIPT }, { "jsx", LANG_ECMASCRIPT },
	{ "mjs", LANG_ECMASCRIPT }, { "node", LANG_ECMASCRIPT },
	{ "make", LANG_MAKE }, { "makefile", LANG_MAKE }, { "mk", LANG_MAKE },
	{ "markdown", LANG_MARKDOWN }, { "md", LANG_MARKDOWN },
	{ "perl", LANG_PERL }, { "pl", LANG_PERL },
	{ "php", LANG_PHP },
	{ "python", LANG_PYTHON }, { "py", LANG_PYTHON }, { "python3", LANG_PYTHON }, { "pycon", LANG_PYTHON },
	{ "ruby", LANG_RUBY }, { "rb", LANG_RUBY },
	{ "sh", LANG_SH }, { "bash", LANG_SH }, { "zsh", LANG_SH }, { "shell", LANG_SH }, { "console", LANG_SH },
	{ "shell-session", LANG_SH }, { "ksh", LANG_SH }, { "dockerfile", LANG_SH }, { "docker", LANG_SH },
	{ "svg", LANG_SVG },
	{ "xml", LANG_XML }, { "xsd", LANG_XML }, { "xsl", LANG_XML },
	{ "go", LANG_GO }, { "golang", LANG_GO },
	{ "json", LANG_JSON }, { "jsonl", LANG_JSON }, { "ndjson", LANG_JSON }, { "json5", LANG_JSON }, { "jsonc", LANG_JSON },
	{ "rust", LANG_RUST }, { "rs", LANG_RUST },
	{ "sql", LANG_SQL }, { "sqlite", LANG_SQL }, { "postgresql", LANG_SQL }, { "mysql", LANG_SQL },
	{ "plsql", LANG_SQL },
	{ "toml", LANG_TOML },
	{ "typescript", LANG_ECMASCRIPT }, { "ts", LANG_ECMASCRIPT }, { "tsx", LANG_ECMASCRIPT },
	{ "yaml", LANG_YAML }, { "yml", LANG_YAML },
};

/* The styles of its languages; those that are not here are plain code. */
static const struct {
	const char *name;
	unsigned style;
} styles[] = {
	{ "keyword", ROW_KEYWORD },
	{ "misc", ROW_KEYWORD },
	{ "variable", ROW_NUMBER },
	{ "number", ROW_NUMBER },
	{ "string", ROW_STRING },
	{ "string-escape", ROW_STRING },
	{ "comment", ROW_COMMENT },
	{ "comment-keyword", ROW_COMMENT },
	{ "addition", OUT_GOOD },
	{ "deletion", OUT_BAD },
};
/* clang-format on */
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

struct highlight {
	t3_highlight_t *loaded[LANG_COUNT];
	bool failed[LANG_COUNT];
};

struct paint {
	t3_highlight_match_t *match;
	int place;
	bool is_over;	/* too many states */
};

struct highlight *highlight_new(void)
{
	return mem_zalloc(1, sizeof(struct highlight));
}

void highlight_free(struct highlight *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < LANG_COUNT; i++)
		t3_highlight_free(h->loaded[i]);
	mem_free(h);
}

/* --- languages */

static int style_of(void *ctx, const char *name)
{
	(void)ctx;
	for (size_t i = 0; i < COUNT(styles); i++)
		if (!strcmp(styles[i].name, name))
			return (int)styles[i].style;
	return OUT_CODE;
}

/* "```{.python}" and "```py:file.py" name their language as well. */
static struct str first_word(struct str info)
{
	size_t from = 0, to;

	while (from < info.len && strchr("{. \t", info.p[from]))
		from++;
	for (to = from; to < info.len && !strchr("}:, \t{(", info.p[to]); to++)
		;
	return str_sub(info, from, to);
}

static enum lang lang_of(struct str info)
{
	struct str word = first_word(info);

	for (size_t i = 0; i < COUNT(words); i++)
		if (str_is_nocase(word, words[i].word))
			return words[i].lang;
	return LANG_COUNT;
}

static t3_highlight_t *load_text(const char *text, int flags, t3_highlight_error_t *error)
{
	t3_config_error_t unread = { 0 };
	t3_config_t *config = t3_config_read_buffer(text, strlen(text), &unread, NULL);
	t3_highlight_t *loaded;

	error->error = unread.error;
	if (!config)
		return NULL;
	loaded = t3_highlight_new(config, style_of, NULL, flags, error);
	t3_config_delete(config);
	return loaded;
}

static t3_highlight_t *load(struct highlight *h, enum lang lang)
{
	t3_highlight_error_t error = { 0 };

	if (h->loaded[lang] || h->failed[lang])
		return h->loaded[lang];
	if (langs[lang].file)
		h->loaded[lang] = t3_highlight_load(
			langs[lang].file, style_of, NULL, T3_HIGHLIGHT_UTF8 | T3_HIGHLIGHT_USE_PATH, &error);
	else
		h->loaded[lang] = load_text(langs[lang].text, T3_HIGHLIGHT_UTF8, &error);
	if (!h->loaded[lang] && error.error == T3_ERR_OUT_OF_MEMORY)
		mem_exhausted();
	h->failed[lang] = !h->loaded[lang];
	return h->loaded[lang];
}

/* --- code */

struct paint *paint_new(struct highlight *h, struct str info)
{
	enum lang lang = lang_of(info);
	t3_highlight_t *loaded = lang == LANG_COUNT ? NULL : load(h, lang);
	struct paint *p;

	if (!loaded)
		return NULL;
	p = mem_zalloc(1, sizeof(*p));
	p->match = t3_highlight_new_match(loaded);
	if (!p->match)
		mem_exhausted();
	return p;
}

void paint_free(struct paint *p)
{
	if (!p)
		return;
	t3_highlight_free_match(p->match);
	mem_free(p);
}

/* What no pattern of the language took has no style of its own. */
static void hand_out(struct str line, size_t from, size_t to, int style, paint_fn *run, void *ctx)
{
	if (to > from && to <= line.len)
		run(ctx, str_sub(line, from, to), style ? (unsigned)style : OUT_CODE);
}

/* The library's own loop (highlight.h); each match moves on, or the line is left as it is. */
static void paint(struct paint *p, struct str line, paint_fn *run, void *ctx)
{
	t3_highlight_match_t *m = p->match;
	bool more = true;
	size_t done = 0;

	for (size_t n = 0; more && n < 2 * line.len + 8 && !p->is_over; n++) {
		more = t3_highlight_match(m, line.p, line.len);
		if (t3_highlight_get_end(m) > line.len || t3_highlight_get_start(m) != done)
			break;
		hand_out(line, done, t3_highlight_get_match_start(m), t3_highlight_get_begin_attr(m), run, ctx);
		hand_out(line, t3_highlight_get_match_start(m), t3_highlight_get_end(m),
			t3_highlight_get_match_attr(m), run, ctx);
		done = t3_highlight_get_end(m);
		p->is_over = t3_highlight_get_state(m) > STATES_MAX;
	}
	hand_out(line, done, line.len, OUT_CODE, run, ctx);
}

void paint_line(struct paint *p, struct str line, paint_fn *run, void *ctx)
{
	if (p->is_over || line.len > HIGHLIGHT_LINE_MAX || utf8_invalid_at(line) != STR_NONE) {
		hand_out(line, 0, line.len, OUT_CODE, run, ctx);
		return;
	}
	t3_highlight_reset(p->match, p->place);
	paint(p, line, run, ctx);
	p->place = t3_highlight_next_line(p->match);
}

int paint_place(struct paint *p)
{
	return p->is_over ? -1 : p->place;
}

void paint_return(struct paint *p, int place)
{
	p->is_over = place < 0;
	if (!p->is_over)
		p->place = place;
}
