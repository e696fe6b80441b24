#include "ibid/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int exit_status;
	const char *name, *hint;
} codes[ERR_CODE_COUNT] = {
#define X(code, exit_status, name, hint) [code] = { exit_status, name, hint },
	ERR_CODES(X)
#undef X
};

/* snprintf cuts at a byte; step back to a character and say that something is missing. */
static void mark_cut(char text[ERR_TEXT_MAX])
{
	size_t at = ERR_TEXT_MAX - 4;

	while (at && ((unsigned char)text[at] & 0xC0) == 0x80)
		at--;
	memcpy(text + at, "...", 4);
}

enum err_code err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!err)
		return code;
	err_reset(err);
	err->code = code;
	va_start(ap, fmt);
	n = vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(err->text))
		mark_cut(err->text);
	return code;
}

enum err_code err_ctx(struct err *err, const char *fmt, ...)
{
	char old[ERR_TEXT_MAX];
	va_list ap;
	int n, room;

	if (!err)
		return ERR_BUG;
	memcpy(old, err->text, sizeof(old));
	va_start(ap, fmt);
	n = vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof(err->text)) {
		memcpy(err->text, old, sizeof(old));
		return err->code;
	}
	room = (int)sizeof(err->text) - n;
	if (snprintf(err->text + n, (size_t)room, ": %s", old) >= room)
		mark_cut(err->text);
	return err->code;
}

void err_reset(struct err *err)
{
	*err = (struct err)ERR_INIT;
}

int err_exit_status(enum err_code code)
{
	return codes[code].exit_status;
}

const char *err_name(enum err_code code)
{
	return codes[code].name;
}

const char *err_hint(enum err_code code)
{
	return codes[code].hint;
}

enum err_code err_of_errno(int errnum, enum err_code otherwise)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case ENOENT:
		return ERR_MISSING;
	default:
		return otherwise;
	}
}
