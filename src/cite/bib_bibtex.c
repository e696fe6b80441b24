#include "bib_tex.h"

static void write_bibtex(struct buf *out, const struct bib_item *items, size_t n, const struct bib_use *uses, size_t n_uses)
{
	tex_write(TEX_BIBTEX, out, items, n, uses, n_uses);
}

/* Both are read alike: a file seldom says which of the two it is, and many are a mixture. */
const struct bib_format bib_format_bibtex = {
	.name = "bibtex",
	.alias = NULL,
	.mime = "application/x-bibtex",
	.extension = ".bib",
	.read = tex_read,
	.write = write_bibtex,
};
