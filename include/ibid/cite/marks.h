/*
 * cite/marks.h - source ids in streaming model text become numbered marks
 *
 * A model is given sentences that begin with ids such as [d3.s17] and writes
 * them behind what it says. The filter takes its text in pieces cut anywhere and
 * turns every id into a mark [1], [2] ... as soon as the id is complete: the
 * first use of a target gives the next number, the same target the same number.
 * Any slicing of the same text yields the same output.
 *
 * Read as ids:  [d3.s17]  [d3.s17, d3.s18]  [d3.s17; s20 and d4.s2]  [d3.s17-s19]
 *               [d3.s17-d3.s19]  (d3.s17)  \[d3.s17\]  [^d3.s17]  [[d3.s17]]
 *               and the brackets of East Asian typography; also d3.s17 alone
 *               between spaces or punctuation, but only when it is known.
 * Ids of one bracket that name sentences in a row share a mark.
 *
 * Left alone: code blocks, code spans, and all that is no id. An id that
 * `resolve` does not know is recorded and, unless keep_bad is set, taken out
 * together with the space it would leave behind; it is never guessed. With
 * refuse_numbers (the default) a bracketed number of the model's own ("[7]") is
 * treated the same way, because a reader would take it for a mark, and several
 * ("[1, 2]", perhaps an interval) get round brackets; not inside quotation
 * marks, in indexes ("v[1]"), links and footnotes.
 *
 * Held back at most: white space until the next character; an id until its
 * bracket closes (MARKS_GROUP_MAX bytes); an id in an open code span until the
 * span or the line ends (MARKS_CODE_MAX bytes). Nothing else.
 *
 *	SCOPED(marks) m = MARKS_INIT(evidence_resolve, &evidence);
 *	while (piece arrives) {
 *		size_t shown = m.text.len;
 *
 *		marks_feed(&m, piece);
 *		show(str_sub(buf_view(&m.text), shown, m.text.len));
 *	}
 *	marks_end(&m);
 */
#ifndef IBID_CITE_MARKS_H
#define IBID_CITE_MARKS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"
#include "ibid/model/text.h"

/* Longest bracket that is read as ids, in bytes; most ids in it. */
#define MARKS_GROUP_MAX 512
#define MARKS_IDS_MAX 32
/* Bytes within which an open code span must close when there is an id in it. */
#define MARKS_CODE_MAX 2048
/* Longest range, in sentences; a longer one is a bad id. */
#define MARKS_RANGE_MAX 40

/* Sentences of a text, half open, by their index in text.sentences. */
struct mark_target {
	int64_t doc_id, text_id;
	uint32_t sentence_from, sentence_to;
};

/* The sentence that id d<doc>.s<sentence> was given to; false when none was. *target is one sentence. */
typedef bool marks_resolve_fn(void *ctx, uint32_t doc, uint32_t sentence, struct mark_target *target);

struct mark {
	int n;			/* from 1 */
	struct mark_target target;
	struct span at;		/* of "[n]" in the output */
};

/* An id that leads nowhere. */
struct mark_bad {
	struct str id;		/* as the model wrote it; lives as long as the filter */
	size_t at;		/* where it stands, or stood, in the output */
};

struct marks {
	marks_resolve_fn *resolve;
	void *ctx;		/* borrowed, handed back untouched */
	bool keep_bad;		/* unknown ids stay in the text as they were written */
	bool refuse_numbers;
	/* What came out so far. */
	struct buf text;
	struct mark *v;		/* in the order of the text */
	size_t n;
	struct mark_bad *bad;
	size_t n_bad;
	/* Private from here on. */
	struct arena names;
	struct buf held;
	size_t cap, cap_bad;
	int last_n;
	size_t code, fence;	/* length of the open run of backticks (span) and of the fence (block); 0: none */
	size_t fence_run;
	size_t gap;		/* white space before an id that was taken out */
	char fence_ch;
	bool may_fence, fence_line, in_line, in_gap, in_quote, is_end;
};
#define MARKS_INIT(fn, context) { .resolve = (fn), .ctx = (context), .refuse_numbers = true, .text = BUF_INIT, \
	.held = BUF_INIT, .names = ARENA_INIT }

/* Take the next piece of the model's text; what is decided is appended to m->text. */
void marks_feed(struct marks *m, struct str piece);

/*
 * Put a mark behind the text so far, before what is held back: for servers that
 * tell beside the text which passage it rests on.
 */
void marks_cite(struct marks *m, const struct mark_target *target);

/* The text is over: what was held back is decided and appended. Nothing may be fed afterwards. */
void marks_end(struct marks *m);

void marks_release(struct marks *m);
#endif
