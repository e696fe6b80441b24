/*
 * extract/writer.h - the canonical text, written block by block
 *
 * Every format ends here, so that all texts look alike: valid UTF-8, one space
 * for a run of white space, blocks apart (model/extraction.h has the shape).
 * What a reader cannot see is dropped and counted: control characters, tag
 * characters (but not in a flag), zero-width characters, stray variation
 * selectors (CWE-1007, "ASCII smuggling"). Zero-width joiners stay, because
 * Persian, Hindi and emoji need them; soft hyphens go without a word; the
 * ligatures U+FB00-FB06 are spelt out, because people search for their letters.
 * Direction controls stay: base/term_text shows them.
 *
 * The output is frames (model/frames.h), handed on whenever some have gathered.
 *
 *	writer_open(w, EXTRACTION_PARAGRAPH, 0);
 *	writer_add(w, STR("All  happy\nfamilies"));	"All happy families"
 *	writer_close(w);
 */
#ifndef IBID_EXTRACT_WRITER_H
#define IBID_EXTRACT_WRITER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/str.h"
#include "ibid/model/extraction.h"

/* Frames are handed on when this many bytes of text have gathered. */
#define WRITER_GATHER ((size_t)64 << 10)

/* Takes frames. False when nobody reads any more: the writer then drops all that follows. */
typedef bool writer_sink_fn(void *ctx, struct str frames);

struct writer {
	writer_sink_fn *sink;
	void *ctx;		/* borrowed, handed back untouched */
	/* Private from here on. */
	struct buf text;		/* not yet handed on */
	struct buf records;		/* frames of blocks, pages and headings over it */
	size_t sent;			/* bytes of text handed on before `text` */
	struct extraction_block block;	/* the open one */
	struct buf space;		/* white space that waits for a character after it */
	enum extraction_kind last_kind;
	uint32_t last_cp;
	int flag_room;
	bool is_open, has_text, is_apart, after_cr, is_full, is_gone;
	size_t n_blocks, n_pages, n_heads, n_meta, page_from;
	uint64_t warnings[EXTRACTION_WARNING_COUNT];
};
#define WRITER_INIT(fn, context) { .sink = (fn), .ctx = (context) }

/* Once, before all else. */
void writer_hello(struct writer *w, const char *format, const char *extractor, const char *mime);

/*
 * Begin a block; one that is open is closed first. `level` as in struct
 * extraction_block. A block that stays empty leaves no trace.
 */
void writer_open(struct writer *w, enum extraction_kind kind, int level);
void writer_close(struct writer *w);

/*
 * Text of the open block (a paragraph is opened when none is). White space runs
 * become one space; none at the block's ends. In code every line stays as it is.
 * Any bytes: what is invalid becomes U+FFFD and is counted.
 */
void writer_add(struct writer *w, struct str text);
/* A line end that the reader sees. */
void writer_line(struct writer *w);

/* open, add, close */
void writer_block(struct writer *w, enum extraction_kind kind, int level, struct str text);

/* The next block stands apart from this one by an empty line, also between two items or two rows. */
void writer_gap(struct writer *w);

/*
 * The page that was being written ends here and the next begins. `label` is of
 * the page that ends; empty: its number. May be called inside a block, which
 * then spans both pages.
 */
void writer_page(struct writer *w, struct str label);

/* A heading whose words do not stand in the text, at this point of it: an entry of an outline. */
void writer_head(struct writer *w, int level, struct str title);

/* Bytes of text so far. */
size_t writer_at(const struct writer *w);

/* White space is tidied, controls dropped; a value that is empty then is not written. */
void writer_meta(struct writer *w, enum meta_field field, enum meta_origin origin, double confidence, struct str value);
void writer_warn(struct writer *w, enum extraction_warning_kind kind, uint64_t count);

/* The text crossed EXTRACTION_TEXT_MAX, or nobody reads: stop early. */
bool writer_is_full(const struct writer *w);

/* The last frame: the end, or the refusal in `err` (a sentence without the file's name: "is empty"). */
void writer_end(struct writer *w);
void writer_fail(struct writer *w, const struct err *err);

void writer_release(struct writer *w);
#endif
