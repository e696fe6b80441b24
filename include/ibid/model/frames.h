/*
 * model/frames.h - an extraction on a pipe: length-framed, typed, checked
 *
 * The helper writes, ibid reads and believes nothing: a parser that a hostile
 * document took over can send whatever it likes, so every length, order, range,
 * enumeration and byte of UTF-8 is checked before it becomes part of a struct
 * extraction. What cannot be right is an error, never a repair.
 *
 * A frame is one letter, a length in four bytes and that many bytes. Numbers
 * are little endian; a string is four bytes of length and its bytes.
 *
 *	H  version u8, format, extractor, mime			first, once
 *	T  bytes of text, whole characters
 *	B  kind u8, level u8, from u64, to u64			in order, over text that was sent
 *	P  number u32, from u64, to u64, label			in order, each from where the last ended
 *	S  level u8, from u64, to u64, title			a heading (section), in order
 *	M  field u8, origin u8, confidence in percent u8, value
 *	W  kind u8, count u64					counts of one kind add up
 *	E  length of the text u64				last, the document is whole
 *	F  error name, sentence					last, the document is refused
 *
 *	struct frames f = FRAMES_INIT(&x);
 *	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
 *		if (frames_feed(&f, str_of(chunk, (size_t)n), err) != OK)
 *			break;
 */
#ifndef IBID_MODEL_FRAMES_H
#define IBID_MODEL_FRAMES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/model/extraction.h"

#define FRAMES_VERSION 1

/* Longest payload of one frame, in bytes. Longer text goes in several. */
#define FRAME_MAX ((size_t)1 << 20)
/* Longest title of a heading and label of a page, in bytes; the writer cuts at a character. */
#define FRAME_TITLE_MAX ((size_t)1024)
#define FRAME_LABEL_MAX ((size_t)64)
/* Longest sentence of a refusal. */
#define FRAME_SENTENCE_MAX ((size_t)600)

/* Writing: each appends whole frames to `out`. What is too long is cut; text is split. */
void frame_add_hello(struct buf *out, struct str format, struct str extractor, struct str mime);
void frame_add_text(struct buf *out, struct str text);
void frame_add_block(struct buf *out, const struct extraction_block *block);
void frame_add_page(struct buf *out, const struct text_page *page);
void frame_add_head(struct buf *out, const struct text_head *head);
void frame_add_meta(struct buf *out, const struct extraction_meta *meta);
void frame_add_warning(struct buf *out, enum extraction_warning_kind kind, uint64_t count);
void frame_add_end(struct buf *out, uint64_t text_len);
void frame_add_failed(struct buf *out, enum err_code code, struct str sentence);

struct frames {
	struct extraction *x;	/* filled as frames arrive; borrowed */
	/* Private from here on. */
	struct buf held;
	bool is_begun, is_ended, is_refused;
};
#define FRAMES_INIT(extraction) { .x = (extraction), .held = BUF_INIT }

/*
 * Take some bytes, cut anywhere.
 *
 * Errors: ERR_DATA          "sent ...": the writer broke the protocol
 *         ERR_LIMIT         the text crosses EXTRACTION_TEXT_MAX
 *         any code          of a frame F, with its sentence: "is encrypted: a password is needed"
 * After an error the reader may only be released, or frames_cut called.
 */
enum err_code frames_feed(struct frames *f, struct str bytes, struct err *err);

/* Whether frame E has come: the extraction is whole. */
bool frames_is_ended(const struct frames *f);
/* Whether the error came from the writer (frame F) and speaks of the document. */
bool frames_is_refused(const struct frames *f);

/*
 * The writer was stopped. Keep what is proved: the text up to the end of its
 * last block, with EXTRACTION_CUT and WARN_CUT = after_s. False when there is no block.
 */
bool frames_cut(struct frames *f, uint64_t after_s);

void frames_release(struct frames *f);
#endif
