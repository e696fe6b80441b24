/*
 * Every format but PDF (poppler is fuzzed by others, and dies by design when
 * memory is short). The first byte chooses the ending that the file seems to
 * have. Oracle: the writer's frames are accepted by the reader, which believes
 * nothing, and a document that is not refused is whole.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ibid/extract/extract.h"
#include "ibid/model/frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool feed(void *ctx, struct str frames)
{
	if (frames_feed(ctx, frames, NULL) != OK && !frames_is_refused(ctx))
		abort();
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct extract_ops *const formats[] = {
		&extract_docx, &extract_epub, &extract_html, &extract_md, &extract_txt, NULL
	};
	static const char *const exts[] = { "html", "md", "txt", "" };
	SCOPED(extraction) x = EXTRACTION_INIT;
	SCOPED(frames) f = FRAMES_INIT(&x);
	SCOPED(writer) w = WRITER_INIT(feed, &f);
	struct extract_input in = { .ext = STR("html"), .mime = STR_EMPTY };

	if (!size)
		return 0;
	in.ext = str_c(exts[data[0] % 4]);
	in.bytes = str_of((const char *)data + 1, size - 1);
	if (extract_run(formats, &in, &w, NULL) == OK && !frames_is_ended(&f))
		abort();
	return 0;
}
