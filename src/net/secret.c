#include "ibid/net/secret.h"

#include <string.h>

#include "ibid/base/mem.h"

/* Shorter values are placeholders for servers that want any key ("none", "ollama"): replacing them would garble texts. */
#define SCRUB_MIN 8

static bool is_header_safe(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.p[i] < 0x20 || value.p[i] > 0x7E)
			return false;
	return true;
}

static void forget_value(struct secret *s)
{
	if (s->value)
		explicit_bzero(s->value, s->len);
	mem_free(s->value);
	s->value = NULL;
	s->len = 0;
}

enum err_code secret_set(struct secret *s, struct str value, struct str origin, struct err *err)
{
	value = str_trim(value);
	if (!value.len)
		return err_set(err, ERR_CONFIG, "the key is empty");
	if (value.len > SECRET_MAX)
		return err_set(err, ERR_CONFIG, "the key is longer than %zu bytes", SECRET_MAX);
	if (!is_header_safe(value))
		return err_set(err, ERR_CONFIG, "the key holds a control or non-ASCII character");
	forget_value(s);
	s->value = mem_dup(value.p, value.len);
	s->len = value.len;
	buf_reset(&s->origin);
	buf_str(&s->origin, origin);
	return OK;
}

struct str secret_value(const struct secret *s)
{
	return s->value ? str_of(s->value, s->len) : STR_EMPTY;
}

bool secret_is_set(const struct secret *s)
{
	return s->value;
}

void secret_scrub(const struct secret *s, struct buf *text)
{
	size_t at = 0;

	if (!s || s->len < SCRUB_MIN)
		return;
	while ((at = str_find(buf_view(text), secret_value(s), at)) != STR_NONE) {
		buf_splice(text, at, at + s->len, STR("[key]"));
		at += strlen("[key]");
	}
}

void secret_scrub_err(const struct secret *s, struct err *err)
{
	SCOPED(buf) text = BUF_INIT;

	if (!s || s->len < SCRUB_MIN || !err || !strstr(err->text, s->value))
		return;
	buf_c(&text, err->text);
	secret_scrub(s, &text);
	buf_cut(&text, sizeof(err->text) - 1);
	memcpy(err->text, buf_cstr(&text), text.len + 1);
}

void secret_release(struct secret *s)
{
	forget_value(s);
	buf_release(&s->origin);
}
