/*
 * extract/extract.h - one hostile file to frames
 *
 * What the helper program does after it has locked itself in: look at the first
 * bytes, choose a format, run it. Formats are rows; each reads bytes in memory
 * and writes to struct writer, opens nothing and knows no names.
 *
 * A refusal is a sentence that follows the file's name: "is empty", "looks like
 * binary data (image/png)". It is written as a frame and returned as well.
 */
#ifndef IBID_EXTRACT_EXTRACT_H
#define IBID_EXTRACT_EXTRACT_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/err.h"
#include "ibid/base/str.h"
#include "ibid/extract/writer.h"

struct extract_input {
	struct str bytes;
	struct str ext;		/* ending of the file's name without the dot, any case; may be empty */
	struct str mime;	/* what a server said, "text/html; charset=utf-8"; may be empty */
};

struct extract_ops {
	const char *name;	/* "pdf": the format's name everywhere */
	const char *extractor;	/* "pdf/1": the number grows when the same file would give another text */
	const char *mime;
	const char *const *exts, *const *mimes;	/* lower case, NULL at the end */
	bool is_named;		/* an ending or a type is enough: its content may look like any text */
	/* The content alone decides: a file that is it and no other. NULL: only endings and types tell. */
	bool (*is_it)(struct str bytes);
	enum err_code (*run)(const struct extract_input *in, struct writer *w, struct err *err);
};

extern const struct extract_ops extract_pdf, extract_docx, extract_epub, extract_html, extract_md, extract_txt;

/*
 * The row of `formats` (NULL at the end; the last one takes what is text and no
 * other's) for these bytes. NULL with an error that tells what they are.
 */
const struct extract_ops *extract_format(const struct extract_ops *const *formats, const struct extract_input *in,
	struct err *err);

/* All of it: greeting, text, end or refusal. The same error is returned. */
enum err_code extract_run(const struct extract_ops *const *formats, const struct extract_input *in, struct writer *w,
	struct err *err);
#endif
