#include "ibid/model/extraction.h"

#include <inttypes.h>

#include "ibid/base/mem.h"

#define HEAD_LEVELS 6

static const char *const kinds[] = {
#define X(code, name) [code] = name,
	EXTRACTION_KINDS(X)
#undef X
};

static const char *const fields[] = {
#define X(code, name) [code] = name,
	META_FIELDS(X)
#undef X
};

static const char *const origins[] = {
#define X(code, name) [code] = name,
	META_ORIGINS(X)
#undef X
};

static const struct {
	const char *name, *says;
} warnings[] = {
#define X(code, name, says) [code] = { name, says },
	EXTRACTION_WARNINGS(X)
#undef X
};

const char *extraction_kind_name(enum extraction_kind kind)
{
	return kinds[kind];
}

const char *meta_field_name(enum meta_field field)
{
	return fields[field];
}

const char *meta_origin_name(enum meta_origin origin)
{
	return origins[origin];
}

const char *extraction_warning_name(enum extraction_warning_kind kind)
{
	return warnings[kind].name;
}

void extraction_warning_add(struct buf *out, enum extraction_warning_kind kind, uint64_t count)
{
	buf_fmt(out, "%" PRIu64 " %s", count, warnings[kind].says);
}

struct str extraction_best(const struct extraction *x, enum meta_field field)
{
	const struct extraction_meta *best = NULL;

	for (size_t i = 0; i < x->n_meta; i++) {
		const struct extraction_meta *m = &x->meta[i];

		if (m->field != field)
			continue;
		if (!best || m->confidence > best->confidence ||
			(m->confidence >= best->confidence && m->origin < best->origin))
			best = m;
	}
	return best ? best->value : STR_EMPTY;
}

struct str extraction_at(const struct extraction *x, struct span at)
{
	return str_sub(buf_view(&x->text), at.byte_from, at.byte_to);
}

/* The headings that are open at one point, by level; -1 where there is none. */
struct open_heads {
	int at[HEAD_LEVELS + 1];
};

static struct str path_to(struct extraction *x, const struct open_heads *open, const struct text_head *head)
{
	for (int level = head->level - 1; level > 0; level--)
		if (open->at[level] >= 0) {
			struct str above = x->heads[open->at[level]].path;

			return arena_fmt(&x->strings, "%.*s > %.*s", STR_ARG(above), STR_ARG(head->title));
		}
	return head->title;
}

void extraction_link_heads(struct extraction *x)
{
	struct open_heads open;

	for (int level = 0; level <= HEAD_LEVELS; level++)
		open.at[level] = -1;
	for (size_t i = 0; i < x->n_heads; i++) {
		struct text_head *head = &x->heads[i];

		for (int level = head->level; level <= HEAD_LEVELS; level++) {
			if (open.at[level] >= 0)
				x->heads[open.at[level]].section_to = head->at.byte_from;
			open.at[level] = -1;
		}
		head->path = path_to(x, &open, head);
		head->section_to = x->text.len;
		open.at[head->level] = (int)i;
	}
}

void extraction_release(struct extraction *x)
{
	buf_release(&x->text);
	arena_release(&x->strings);
	mem_free(x->pages);
	mem_free(x->heads);
	mem_free(x->blocks);
	mem_free(x->meta);
	*x = (struct extraction)EXTRACTION_INIT;
}
