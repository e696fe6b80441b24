#include "ibid/provider/provider.h"

#include "ibid/net/url.h"

static const char *const effort_words[EFFORT_COUNT] = {
#define X(effort, word) [effort] = word,
	EFFORTS(X)
#undef X
};

const char *effort_word(enum effort effort)
{
	return effort_words[effort];
}

bool effort_of(struct str word, enum effort *effort)
{
	for (int i = 0; i < EFFORT_COUNT; i++)
		if (str_is(word, effort_words[i])) {
			*effort = i;
			return true;
		}
	return false;
}

const struct provider_ops *provider_ops_of(struct str name)
{
	static const struct provider_ops *const all[] = { &provider_anthropic, &provider_openai_chat };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (str_is(name, all[i]->name))
			return all[i];
	return NULL;
}

/*
 * People write base_url with and without /v1. Messages endpoints behind gateways
 * live at .../anthropic/v1/messages, so /v1 is always added; Chat endpoints live
 * at any path, so it is added only where there is none.
 */
static bool wants_v1(const struct provider *p)
{
	SCOPED(url) u = URL_INIT;
	struct str path;

	if (url_parse(p->base_url, &u, NULL) != OK)
		return false;
	path = buf_view(&u.path);
	while (path.len && path.p[path.len - 1] == '/')
		path.len--;
	return p->ops->always_v1 ? !str_ends(path, STR("/v1")) : !path.len;
}

void provider_url(const struct provider *p, const char *path, struct buf *out)
{
	url_join(out, p->base_url, wants_v1(p) ? STR("v1/") : STR_EMPTY);
	if (out->p[out->len - 1] == '/')
		buf_cut(out, out->len - 1);
	buf_ch(out, '/');
	buf_c(out, path);
}
