/*
 * What the tests of the formats share: a document through extract_run into an
 * extraction, in this process and without a sandbox, by the same frames.
 */
#ifndef IBID_TESTS_EXTRACTED_H
#define IBID_TESTS_EXTRACTED_H
#include <string.h>

#include "ibid/extract/extract.h"
#include "ibid/model/frames.h"

static inline bool extracted_feed(void *ctx, struct str frames)
{
	(void)frames_feed(ctx, frames, NULL);
	return true;
}

/* The refusal's sentence is in err. */
static inline enum err_code extracted(struct str bytes, const char *ext, struct extraction *x, struct err *err)
{
	SCOPED(frames) f = FRAMES_INIT(x);
	SCOPED(writer) w = WRITER_INIT(extracted_feed, &f);
	static const struct extract_ops *const formats[] = {
		&extract_pdf, &extract_docx, &extract_epub, &extract_html, &extract_md, &extract_txt, NULL
	};
	struct extract_input in = { bytes, str_c(ext), STR_EMPTY };
	enum err_code code = extract_run(formats, &in, &w, err);

	if (code == OK && !frames_is_ended(&f))
		return err_set(err, ERR_BUG, "the frames of the writer were not accepted");
	return code;
}

/* Kinds and words of all blocks, one a line: "heading1 Ode", "paragraph Joy", for comparing with a literal. */
static inline void extracted_outline(const struct extraction *x, struct buf *out)
{
	for (size_t i = 0; i < x->n_blocks; i++) {
		const struct extraction_block *b = &x->blocks[i];
		struct str s = extraction_at(x, b->at);

		buf_c(out, extraction_kind_name(b->kind));
		if (b->level)
			buf_fmt(out, "%d", b->level);
		buf_ch(out, ' ');
		for (size_t k = 0; k < s.len; k++)
			buf_ch(out, s.p[k] == '\n' ? '/' : s.p[k]);
		buf_ch(out, '\n');
	}
}

#define assert_outline(bytes, ext, expected)                                                                           \
	do {                                                                                                           \
		SCOPED(extraction) x_ = EXTRACTION_INIT;                                                               \
		SCOPED(buf) got_ = BUF_INIT;                                                                           \
		struct err err_ = ERR_INIT;                                                                            \
		assert_int_equal(extracted(bytes, ext, &x_, &err_), OK);                                               \
		extracted_outline(&x_, &got_);                                                                         \
		assert_string_equal(buf_cstr(&got_), expected);                                                        \
	} while (0)
#endif
