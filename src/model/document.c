#include "ibid/model/document.h"

#include "ibid/base/arena.h"

static struct str *copy_words(struct arena *a, const struct str *v, size_t n)
{
	struct str *copy = arena_array(a, n, sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = arena_str(a, v[i]);
	return copy;
}

struct scope scope_copy(struct arena *a, const struct scope *s)
{
	struct scope copy = *s;

	copy.collections = copy_words(a, s->collections, s->n_collections);
	copy.tags = copy_words(a, s->tags, s->n_tags);
	copy.types = copy_words(a, s->types, s->n_types);
	copy.publishers = copy_words(a, s->publishers, s->n_publishers);
	copy.docs = arena_array(a, s->n_docs, sizeof(*copy.docs));
	for (size_t i = 0; i < s->n_docs; i++)
		copy.docs[i] = s->docs[i];
	copy.after = arena_str(a, s->after);
	copy.before = arena_str(a, s->before);
	return copy;
}
