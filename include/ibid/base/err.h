/*
 * base/err.h - errors: made where they happen, printed once
 *
 * A function that can fail returns enum err_code and takes `struct err *err`
 * last. The sentence says what failed first, in lower case without a full stop,
 * the subject in single quotes, and names a file, line or page; the hint of the
 * code says what to do next. Only main.c and the message line of the screen
 * show an error.
 *
 *	if (!f)
 *		return err_set(err, ERR_MISSING, "cannot open '%s': %s", path, strerror(errno));
 *	if (pdf_text(f, &text, err) != OK)
 *		return err_ctx(err, "reading '%s'", path);	// reading 'a.pdf': page 3 has no text
 *
 * The exit statuses are sysexits(3) where one fits; 80 and 81 are ibid's own.
 */
#ifndef IBID_BASE_ERR_H
#define IBID_BASE_ERR_H
#include <stdbool.h>
#include <stddef.h>

/* code, exit status, name in JSON, next step offered to the user ("" when the sentence says it all) */
#define ERR_CODES(X)                                                                                                   \
	X(OK, 0, "ok", "")                                                                                             \
	X(ERR_NO, 1, "no", "")                                                                                         \
	X(ERR_USAGE, 2, "usage", "see 'ibid help'")                                                                    \
	X(ERR_DATA, 65, "bad_data", "")                                                                                \
	X(ERR_KIND, 65, "unknown_kind", "")                                                                             \
	X(ERR_LIMIT, 65, "too_large", "")                                                                              \
	X(ERR_CORRUPT, 65, "corrupt", "see 'ibid db check' and 'ibid db restore'")                                     \
	X(ERR_MISSING, 66, "missing", "")                                                                              \
	X(ERR_REFUSED, 69, "refused", "")                                                                              \
	X(ERR_PROTOCOL, 69, "protocol", "check the provider's base_url and protocol: 'ibid model test'")               \
	X(ERR_BUG, 70, "bug", "this is a fault of ibid's; please report it")                                           \
	X(ERR_NOMEM, 71, "out_of_memory", "")                                                                          \
	X(ERR_CREATE, 73, "cannot_create", "")                                                                         \
	X(ERR_IO, 74, "io", "")                                                                                        \
	X(ERR_FULL, 74, "disk_full", "free some space, then try again")                                                \
	X(ERR_NETWORK, 75, "network", "check the connection, then try again")                                          \
	X(ERR_TIMEOUT, 75, "timeout", "try again, or raise --timeout")                                                 \
	X(ERR_BUSY, 75, "busy", "try again later")                                                                     \
	X(ERR_TRUNCATED, 75, "truncated", "what was received is kept; try again")                                      \
	X(ERR_LOCKED, 75, "locked", "another ibid is writing; try again")                                              \
	X(ERR_DENIED, 77, "denied", "")                                                                                \
	X(ERR_KEY, 77, "key_refused", "check the key: 'ibid model test'")                                              \
	X(ERR_CONFIG, 78, "config", "see 'ibid config list --origin'")                                                 \
	X(ERR_BUDGET, 80, "budget", "")                                                                                \
	X(ERR_PARTLY, 81, "partly", "")                                                                                \
	X(ERR_CANCELLED, 130, "cancelled", "")                                                                         \
	X(ERR_PIPE, 141, "pipe", "")                                                                                   \
	X(ERR_TERMINATED, 143, "terminated", "")

enum err_code {
#define X(code, exit_status, name, hint) code,
	ERR_CODES(X)
#undef X
		ERR_CODE_COUNT
};

/* Longest sentence kept, in bytes with the NUL; what is longer is cut at a character and ends in "...". */
#define ERR_TEXT_MAX 1024

struct err {
	enum err_code code;
	char text[ERR_TEXT_MAX];
	/* What a provider said of the failure, for --json; zero and empty when none did. */
	int http_status;
	int retry_after_s;
	char provider[48];
	char request_id[80];
};
#define ERR_INIT { .code = OK }

/* Fill `err` (NULL is fine) and return `code`, so that a failing function ends in one line. */
enum err_code err_set(struct err *err, enum err_code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Put "fmt: " before the sentence and return the code it already has. */
enum err_code err_ctx(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As it was after ERR_INIT. */
void err_reset(struct err *err);

/* The exit status, JSON name and hint of a code. Static strings, never NULL. */
int err_exit_status(enum err_code code);
const char *err_name(enum err_code code);
const char *err_hint(enum err_code code);

/* ERR_FULL for ENOSPC and EDQUOT, ERR_DENIED for EACCES and EPERM, ERR_MISSING for ENOENT, else `otherwise`. */
enum err_code err_of_errno(int errnum, enum err_code otherwise);
#endif
