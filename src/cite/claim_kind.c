#include <string.h>

#include "claims_internal.h"
#include "ibid/cite/polarity.h"
#include "ibid/cite/token.h"

/* Words in which a lead-in with a colon may introduce what follows, and in which "the sources" stand near the beginning. */
#define LEAD_WORDS_MAX 12
#define NEAR_WORDS 8

/* clang-format off */
/* How talk about the answer begins; folded words. */
static const char *const meta_beginnings[][4] = {
	{ "i" }, { "i'm" }, { "i've" }, { "i'll" }, { "let", "me" }, { "let's" }, { "here", "is" }, { "here", "are" },
	{ "here's" }, { "below", "is" }, { "below", "are" }, { "sure" }, { "certainly" }, { "of", "course" }, { "please" },
	{ "hope", "this" }, { "feel", "free" }, { "note", "that", "i" }, { "as", "an", "ai" }, { "thanks" },
	{ "thank", "you" }, { "if", "you" }, { "would", "you" }, { "do", "you" }, { "sorry" }, { "unfortunately", "i" },
	{ "this", "answer" }, { "my", "answer" },
};
static const char *const sources[] = { "source", "sources", "document", "documents", "passage", "passages", "excerpt",
	"excerpts", "text", "texts", "material", "context", "library", "provided" };
static const char *const information[] = { "information", "mention", "details", "detail", "answer" };
static const char *const source_heads[] = { "sources", "source", "references", "citations", "bibliography",
	"further reading", "quellen", "literatur", "sources cited", "works cited" };
/* clang-format on */

#define IS_IN(list, word) is_in(list, sizeof(list) / sizeof(*(list)), word)

static bool is_in(const char *const *list, size_t n, struct str word)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(word, list[i]))
			return true;
	return false;
}

static bool begins_meta(const struct token *v, size_t n)
{
	for (size_t i = 0; i < sizeof(meta_beginnings) / sizeof(*meta_beginnings); i++) {
		size_t k = 0;

		while (k < 4 && meta_beginnings[i][k] && k < n && str_is(v[k].fold, meta_beginnings[i][k]))
			k++;
		if (k == 4 || !meta_beginnings[i][k])
			return true;
	}
	return false;
}

/* "Yes." is true or false only with what follows. */
static bool is_bare_answer(const struct token *v, size_t n)
{
	static const char *const answers[] = { "yes", "no", "ok", "okay", "correct", "right", "true", "false" };

	return n == 1 && IS_IN(answers, v[0].fold);
}

/* "The sources do not say", "There is no information in the documents", "not mentioned in the text". */
static bool tells_absence(const struct token *v, size_t n)
{
	bool source = false, denied = false, info = false;
	size_t near = n < NEAR_WORDS ? n : NEAR_WORDS;

	for (size_t i = 0; i < near; i++) {
		source |= IS_IN(sources, v[i].fold);
		denied |= polarity_denies(v[i].fold);
	}
	if (source && denied)
		return true;
	for (size_t i = 0; i < n; i++) {
		source |= IS_IN(sources, v[i].fold) || str_is(v[i].fold, "found") || str_is(v[i].fold, "available");
		info |= IS_IN(information, v[i].fold) && i && str_is(v[i - 1].fold, "no");
	}
	return info && source;
}

static bool has_quantity(const struct token *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (token_is_quantity(&v[i]) || v[i].kind == TOKEN_NAME)
			return true;
	return false;
}

/* The last sign, not counting what closes behind it. */
static struct str last_sign(struct str s)
{
	static const char *const closing[] = { "\"", "'", ")", "]", "*", "_", "\xE2\x80\x9D", "\xE2\x80\x99", "\xC2\xBB" };
	bool cut = true;

	while (cut) {
		cut = false;
		s = str_trim(s);
		for (size_t i = 0; i < sizeof(closing) / sizeof(*closing); i++)
			if (str_ends(s, str_c(closing[i]))) {
				s = str_sub(s, 0, s.len - strlen(closing[i]));
				cut = true;
			}
	}
	return s;
}

enum claim_kind claim_kind_of(struct str plain, bool has_mark)
{
	SCOPED(arena) a = ARENA_INIT;
	struct str end = last_sign(plain);
	struct token *v;
	size_t n;

	if (str_ends(end, STR("?")) || str_ends(end, STR("\xEF\xBC\x9F")))
		return CLAIM_QUESTION;
	if (has_mark)
		return CLAIM_FACT;
	n = tokens_read(&a, plain, &v);
	if (!n || is_bare_answer(v, n) || begins_meta(v, n) || tells_absence(v, n))
		return CLAIM_META;
	if (str_ends(end, STR(":")) && n <= LEAD_WORDS_MAX && !has_quantity(v, n))
		return CLAIM_META;
	return CLAIM_FACT;
}

bool claim_heads_sources(struct str plain)
{
	while (plain.len && (plain.p[plain.len - 1] == ':' || plain.p[plain.len - 1] == ' '))
		plain.len--;
	for (size_t i = 0; i < sizeof(source_heads) / sizeof(*source_heads); i++)
		if (str_is_nocase(plain, source_heads[i]))
			return true;
	return false;
}
