/*
 * net/ndjson.h - incremental splitter for one JSON text per line
 *
 * LF ends a line, a CR before it is dropped, blank lines are skipped, the last
 * line may lack its LF. Any slicing of the same bytes yields the same lines. It
 * does not look into them: whoever reads a line parses it.
 */
#ifndef IBID_NET_NDJSON_H
#define IBID_NET_NDJSON_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/scope.h"
#include "ibid/base/str.h"

/* Largest line accepted, in bytes, unless the splitter is given a limit of its own. */
#define NDJSON_LINE_MAX ((size_t)64 << 20)

/* `line` dies when the callback returns. Return false to stop reading. */
typedef bool ndjson_line_fn(void *ctx, struct str line);

struct ndjson {
	ndjson_line_fn *on_line;
	void *ctx;		/* borrowed */
	size_t line_max;	/* bytes; 0 means NDJSON_LINE_MAX */
	/* Private from here on. */
	struct buf held;
};
#define NDJSON_INIT(fn, context) { .on_line = (fn), .ctx = (context), .held = BUF_INIT }

/* Errors: ERR_PROTOCOL a line is longer than line_max; ERR_CANCELLED on_line returned false. */
enum err_code ndjson_feed(struct ndjson *n, struct str bytes, struct err *err);

/* The stream ended: hand over a last line without LF. */
enum err_code ndjson_end(struct ndjson *n, struct err *err);

void ndjson_release(struct ndjson *n);
#endif
