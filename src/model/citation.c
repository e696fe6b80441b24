#include "ibid/model/citation.h"

static const struct {
	const char *name, *mark, *says;
	bool holds;
} levels[CITE_LEVEL_COUNT] = {
#define X(level, name, mark, holds, says) [level] = { name, mark, says, holds },
	CITE_LEVELS(X)
#undef X
};

const char *cite_level_name(enum cite_level level)
{
	return levels[level].name;
}

const char *cite_level_mark(enum cite_level level)
{
	return levels[level].mark;
}

const char *cite_level_says(enum cite_level level)
{
	return levels[level].says;
}

bool cite_level_holds(enum cite_level level)
{
	return levels[level].holds;
}

bool cite_level_of(struct str name, enum cite_level *level)
{
	for (int i = 0; i < CITE_LEVEL_COUNT; i++)
		if (str_is(name, levels[i].name)) {
			*level = i;
			return true;
		}
	return false;
}

static const struct {
	uint32_t flag;
	const char *word;
} flag_words[] = {
	{ CITE_MISATTRIBUTED, "misattributed" },
	{ CITE_REANCHORED, "re-anchored" },
	{ CITE_NUMBER, "number" },
	{ CITE_NEGATION, "negation" },
	{ CITE_DIRECTION, "direction" },
	{ CITE_NAME, "name" },
	{ CITE_INHERITED, "inherited" },
};

const char *cite_flag_word(uint32_t flag)
{
	for (size_t i = 0; i < sizeof(flag_words) / sizeof(*flag_words); i++)
		if (flag_words[i].flag == flag)
			return flag_words[i].word;
	return NULL;
}
