#include "render/convert_internal.h"

#include <stdint.h>
#include <stdlib.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"

void convert_parse(struct str markdown, const MD_PARSER *parser, void *ctx)
{
	struct str s = str_sub(markdown, 0, utf8_floor(markdown, markdown.len < UINT32_MAX ? markdown.len : UINT32_MAX));

	/* -1 is md4c's word for lack of memory; the callbacks never fail. */
	if (md_parse(s.p, (MD_SIZE)s.len, parser, ctx) == -1)
		mem_exhausted();
}

void convert_entity(struct buf *out, struct str entity, void (*escape)(struct buf *out, struct str text))
{
	SCOPED(buf) c = BUF_INIT;
	bool is_hex = entity.len > 3 && (entity.p[2] == 'x' || entity.p[2] == 'X');
	char digits[16] = "";

	for (size_t i = is_hex ? 3 : 2, k = 0; i + 1 < entity.len && k + 1 < sizeof(digits); i++, k++)
		digits[k] = entity.p[i];
	utf8_add(&c, (uint32_t)strtoul(digits, NULL, is_hex ? 16 : 10));
	escape(out, buf_view(&c));
}
