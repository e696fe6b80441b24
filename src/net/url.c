#include "ibid/net/url.h"

#include <string.h>

#include <curl/curl.h>

#include "address.h"

/* Longest address accepted, in bytes: what common servers take. */
#define URL_MAX ((size_t)8 << 10)

static enum err_code check_bytes(struct str text, struct err *err)
{
	if (!text.len)
		return err_set(err, ERR_CONFIG, "the address is empty");
	if (text.len > URL_MAX)
		return err_set(err, ERR_CONFIG, "the address is longer than %zu bytes", URL_MAX);
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] <= 0x20 || text.p[i] > 0x7E || text.p[i] == '\\')
			return err_set(err, ERR_CONFIG, "the address holds byte 0x%02X, which no address may",
				(unsigned char)text.p[i]);
	return OK;
}

/* One part of a parsed address; NULL when it has none. The caller frees with curl_free. */
static char *part(CURLU *parsed, CURLUPart what, unsigned flags)
{
	char *text = NULL;

	return curl_url_get(parsed, what, &text, flags) == CURLUE_OK ? text : NULL;
}

static bool has_part(CURLU *parsed, CURLUPart what)
{
	char *text = part(parsed, what, 0);

	curl_free(text);
	return text;
}

static void add_part(struct buf *out, CURLU *parsed, CURLUPart what)
{
	char *text = part(parsed, what, 0);

	if (text)
		buf_c(out, text);
	curl_free(text);
}

static void lower(struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->p[i] >= 'A' && b->p[i] <= 'Z')
			b->p[i] += 'a' - 'A';
}

static int port_of(CURLU *parsed)
{
	char *text = part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	long long port = 0;

	if (text && !str_to_int(str_c(text), &port))
		port = 0;
	curl_free(text);
	return (int)port;
}

static void fill(CURLU *parsed, struct url *u)
{
	SCOPED(buf) scheme = BUF_INIT;

	url_release(u);
	add_part(&scheme, parsed, CURLUPART_SCHEME);
	u->is_https = str_is_nocase(buf_view(&scheme), "https");
	add_part(&u->host, parsed, CURLUPART_HOST);
	lower(&u->host);
	u->port = port_of(parsed);
	u->place = address_place_of_host(buf_view(&u->host));
	add_part(&u->path, parsed, CURLUPART_PATH);
	if (has_part(parsed, CURLUPART_QUERY)) {
		buf_ch(&u->path, '?');
		add_part(&u->path, parsed, CURLUPART_QUERY);
	}
}

static bool is_web(CURLU *parsed)
{
	char *scheme = part(parsed, CURLUPART_SCHEME, 0);
	bool yes = scheme && (str_is_nocase(str_c(scheme), "https") || str_is_nocase(str_c(scheme), "http"));

	curl_free(scheme);
	return yes;
}

static enum err_code parse(CURLU *parsed, const char *text, struct url *u, struct err *err)
{
	CURLUcode code = curl_url_set(parsed, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);

	if (code != CURLUE_OK)
		return err_set(err, ERR_CONFIG, "'%s' is no web address: %s", strchr(text, '@') ? "..." : text,
			curl_url_strerror(code));	/* what stands before an '@' may be a password */
	if (!is_web(parsed))
		return err_set(err, ERR_CONFIG, "'%s' is no web address: it must begin with https:// or http://", text);
	if (has_part(parsed, CURLUPART_USER) || has_part(parsed, CURLUPART_PASSWORD))
		return err_set(err, ERR_CONFIG, "the address holds a user name or password; give the key in its own setting");
	if (has_part(parsed, CURLUPART_FRAGMENT))
		return err_set(err, ERR_CONFIG, "'%s' holds a '#', which a request cannot carry", text);
	fill(parsed, u);
	return OK;
}

enum err_code url_parse(struct str text, struct url *u, struct err *err)
{
	SCOPED(buf) copy = BUF_INIT;
	enum err_code code = check_bytes(text, err);
	CURLU *parsed;

	if (code != OK)
		return code;
	parsed = curl_url();
	buf_str(&copy, text);
	code = parse(parsed, buf_cstr(&copy), u, err);
	curl_url_cleanup(parsed);
	return code;
}

void url_release(struct url *u)
{
	buf_release(&u->host);
	buf_release(&u->path);
}

void url_add_host(struct buf *out, const struct url *u)
{
	buf_str(out, buf_view(&u->host));
	if (u->port != (u->is_https ? 443 : 80))
		buf_fmt(out, ":%d", u->port);
}

void url_add_origin(struct buf *out, const struct url *u)
{
	buf_c(out, u->is_https ? "https://" : "http://");
	url_add_host(out, u);
}

void url_join(struct buf *out, struct str base, struct str path)
{
	while (base.len && base.p[base.len - 1] == '/')
		base.len--;
	while (path.len && path.p[0] == '/')
		path = str_sub(path, 1, path.len);
	buf_str(out, base);
	buf_ch(out, '/');
	buf_str(out, path);
}

void url_add_encoded(struct buf *out, struct str s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] && strchr(plain, s.p[i]))
			buf_ch(out, s.p[i]);
		else
			buf_fmt(out, "%%%02X", (unsigned char)s.p[i]);
}
