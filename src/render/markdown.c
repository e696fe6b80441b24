#include "ibid/render/markdown.h"

#include "ibid/base/mem.h"
#include "render/render_internal.h"

struct render_md {
	struct split split;
	struct layout layout;
};

static void on_piece(void *ctx, const struct piece *p)
{
	struct render_md *md = ctx;

	layout_piece(&md->layout, p);
}

struct render_md *render_md_new(struct out *out, int width_cols)
{
	struct render_md *md = mem_zalloc(1, sizeof(*md));

	md->split.on_piece = on_piece;
	md->split.ctx = md;
	md->layout.out = out;
	md->layout.cols = width_cols > 0 ? (size_t)width_cols : 1;
	return md;
}

void render_md_feed(struct render_md *md, struct str source)
{
	split_feed(&md->split, source);
}

void render_md_end(struct render_md *md)
{
	split_end(&md->split);
	md->layout = (struct layout){ .out = md->layout.out, .cols = md->layout.cols };
}

bool render_md_is_pending(const struct render_md *md)
{
	return md->split.block.len || md->split.line.len;
}

void render_md_free(struct render_md *md)
{
	if (!md)
		return;
	split_release(&md->split);
	mem_free(md);
}
