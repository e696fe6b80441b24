#include "ibid/cite/polarity.h"

#include <string.h>

#include "ibid/base/words.h"
#include "ibid/model/citation.h"

/* Longest word in a list; most words that a negation reaches over. */
#define LISTED_MAX 16
#define SCOPE_WORDS 4

/* clang-format off */
static const char denying[] =
	" not no never without neither nor none cannot nothing nobody nowhere hardly scarcely barely rarely seldom "
	"lack lacks lacking lacked absence absent fail fails failed failing failure unable unlikely non "
	"don't doesn't didn't isn't aren't wasn't weren't can't couldn't won't wouldn't hasn't haven't hadn't shouldn't "
	"false falsely wrong wrongly untrue incorrect incorrectly deny denies denied denying refute refutes refuted myth "
	"disprove disproved contradict contradicts contradicted "
	"nicht kein keine keinen keiner nie niemals ohne pas jamais aucun aucune sans nunca sin ninguna senza mai ";

static const char weighing[] =
	" may might could would should must can will probably possibly perhaps likely allegedly reportedly apparently "
	"only all every some most many few several always often sometimes usually nearly almost partly partially "
	"entirely completely mainly mostly least up if unless except ";

/* Stems. */
static const char rising[] =
	" increas rise rose risen rais grow grew grown growth gain higher elev enhanc improv promot upregul stimul "
	"acceler expand surg climb greater larger stronger boost doubl tripl augment amplifi intensifi exceed more "
	"longer faster better worsen aggrav ";

static const char falling[] =
	" decreas declin fall fell fallen drop reduc reduct lower diminish shrink shrank less fewer smaller weaker "
	"suppress inhibit attenu downregul impair lessen halv deplet abrog prevent shorter slower protect "
	"mitig allevi block ";

/* Folded words that say the opposite of each other. */
static const char *const opposites[][2] = {
	{ "before", "after" }, { "above", "below" }, { "over", "under" }, { "inside", "outside" }, { "all", "none" },
	{ "more", "less" }, { "more", "fewer" }, { "most", "least" }, { "higher", "lower" }, { "high", "low" },
	{ "first", "last" }, { "always", "never" }, { "positive", "negative" }, { "benign", "malicious" },
	{ "with", "without" }, { "same", "different" }, { "true", "false" }, { "allow", "deny" }, { "allowed", "denied" },
	{ "enable", "disable" }, { "enabled", "disabled" }, { "accept", "reject" }, { "accepted", "rejected" },
	{ "success", "failure" }, { "win", "lose" }, { "won", "lost" }, { "internal", "external" },
	{ "minimum", "maximum" }, { "min", "max" }, { "left", "right" }, { "male", "female" }, { "men", "women" },
	{ "older", "younger" }, { "old", "new" }, { "north", "south" }, { "east", "west" }, { "early", "late" },
	{ "earlier", "later" }, { "best", "worst" }, { "better", "worse" }, { "strong", "weak" }, { "large", "small" },
	{ "larger", "smaller" }, { "long", "short" }, { "longer", "shorter" }, { "up", "down" }, { "for", "against" },
	{ "public", "private" }, { "present", "absent" }, { "open", "closed" }, { "begin", "end" }, { "began", "ended" },
	{ "confirmed", "denied" }, { "agree", "disagree" }, { "many", "few" }, { "both", "neither" },
	{ "either", "neither" }, { "can", "cannot" }, { "north", "east" }, { "north", "west" }, { "south", "west" },
};
static const char *const turning[] = { "un", "in", "im", "ir", "il", "non", "dis", "anti", "mis", "de" };
/* clang-format on */

static bool is_listed(const char *list, size_t len, struct str word)
{
	char key[LISTED_MAX + 2];

	if (!word.len || word.len > LISTED_MAX)
		return false;
	key[0] = ' ';
	memcpy(key + 1, word.p, word.len);
	key[word.len + 1] = ' ';
	return memmem(list, len, key, word.len + 2) != NULL;
}
#define IS_LISTED(list, word) is_listed(list, sizeof(list) - 1, word)

bool polarity_denies(struct str fold)
{
	return IS_LISTED(denying, fold);
}

bool polarity_weighs(struct str fold)
{
	return IS_LISTED(weighing, fold);
}

int polarity_direction(struct str stem)
{
	return IS_LISTED(rising, stem) - IS_LISTED(falling, stem);
}

/* "able" and "unable": one is the other behind a prefix that turns it. */
static bool is_turned(struct str word, struct str by)
{
	for (size_t i = 0; i < sizeof(turning) / sizeof(*turning); i++) {
		size_t len = strlen(turning[i]);

		if (word.len >= 4 && by.len == word.len + len && str_starts(by, str_c(turning[i])) && str_ends(by, word))
			return true;
	}
	return false;
}

static bool are_listed_opposites(struct str a, struct str b)
{
	for (size_t i = 0; i < sizeof(opposites) / sizeof(*opposites); i++)
		if ((str_is(a, opposites[i][0]) && str_is(b, opposites[i][1])) ||
			(str_is(a, opposites[i][1]) && str_is(b, opposites[i][0])))
			return true;
	return false;
}

bool polarity_opposed(const struct token *a, const struct token *b)
{
	return are_listed_opposites(a->fold, b->fold) || is_turned(a->fold, b->fold) || is_turned(b->fold, a->fold) ||
		polarity_direction(a->stem) * polarity_direction(b->stem) < 0;
}

static bool is_content(const struct token *t)
{
	return t->kind != TOKEN_NUMBER && !words_is_function(t->fold);
}

/* Whether v[at] is denied: a negation stands a few words before it in the same clause. Two of them cancel. */
static bool is_denied(const struct token *v, size_t at)
{
	bool denied = false;

	for (size_t back = 0; back < SCOPE_WORDS && at > back && !(v[at - back].flags & TOKEN_CLAUSE); back++)
		if (polarity_denies(v[at - back - 1].fold))
			denied = !denied;
	return denied;
}

/* Whether the negation hits this very word: no other content stands between. */
static bool is_hit(const struct token *v, size_t at)
{
	for (size_t back = 0; back < SCOPE_WORDS && at > back && !(v[at - back].flags & TOKEN_CLAUSE); back++) {
		if (polarity_denies(v[at - back - 1].fold))
			return is_denied(v, at);
		if (is_content(&v[at - back - 1]))
			return false;
	}
	return false;
}

/* How often a stem is affirmed, somehow denied, and hit by a negation in a passage. */
struct stance {
	size_t affirmed, denied, hit;
	const struct token *last;
};

static struct stance stance_on(const struct token *v, size_t n, struct str stem)
{
	struct stance s = { 0 };

	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].stem, stem)) {
			is_denied(v, i) ? s.denied++ : s.affirmed++;
			s.hit += is_hit(v, i);
			s.last = &v[i];
		}
	return s;
}

/* One side only rises, the other only falls. */
static bool directions_differ(const struct token *a, size_t n, const struct token *b, size_t m, struct polarity *p)
{
	const struct token *side[2][2] = { { NULL } };	/* [claim or source][rises or falls] */

	for (size_t i = 0; i < n + m; i++) {
		const struct token *t = i < n ? &a[i] : &b[i - n];
		int direction = polarity_direction(t->stem);
		bool denied = i < n ? is_denied(a, i) : is_denied(b, i - n);

		if (direction)
			side[i >= n][(direction < 0) != denied] = t;
	}
	for (int k = 0; k < 2; k++)
		if (side[0][k] && !side[0][!k] && side[1][!k] && !side[1][k]) {
			bool same = str_eq(side[0][k]->stem, side[1][!k]->stem);

			*p = (struct polarity){ same ? CITE_NEGATION : CITE_DIRECTION, side[0][k], side[1][!k] };
			return true;
		}
	return false;
}

/* Both sides deny the same thing: what else their negations reach is a matter of word order. */
static bool deny_alike(const struct token *a, size_t n, const struct token *b, size_t m)
{
	for (size_t i = 0; i < n; i++)
		if (is_content(&a[i]) && is_hit(a, i) && stance_on(b, m, a[i].stem).hit)
			return true;
	return false;
}

struct polarity polarity_compare(const struct token *claim, size_t n_claim, const struct token *source, size_t n_source)
{
	struct polarity p = { 0 };

	if (directions_differ(claim, n_claim, source, n_source, &p))
		return p;
	if (deny_alike(claim, n_claim, source, n_source))
		return p;
	for (size_t i = 0; i < n_claim; i++) {
		struct stance here, there;

		if (!is_content(&claim[i]) || polarity_denies(claim[i].fold))
			continue;
		here = stance_on(claim, n_claim, claim[i].stem);
		there = stance_on(source, n_source, claim[i].stem);
		if ((here.denied && !here.affirmed && there.affirmed && !there.denied) ||
			(here.affirmed && !here.denied && there.denied && !there.affirmed))
			return (struct polarity){ CITE_NEGATION, &claim[i], there.last };
	}
	return p;
}
