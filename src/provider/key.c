#include "ibid/provider/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ibid/net/url.h"
#include "key_internal.h"

void key_add_variable(struct buf *out, struct str provider)
{
	buf_c(out, "IBID_KEY_");
	for (size_t i = 0; i < provider.len; i++) {
		char c = provider.p[i];

		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		buf_ch(out, (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_');
	}
}

static const char *look_up(const struct key_env *env, const char *name)
{
	return env && env->get ? env->get(env->ctx, name) : getenv(name);
}

/* -- A file -- */

/* Closed to all others: the sentence says how to mend it. */
static enum err_code check_file(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_set(err, ERR_IO, "cannot look at the key file '%s': %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_DENIED, "the key file '%s' is not a regular file", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(err, ERR_DENIED, "the key file '%s' belongs to another user", path);
	if (st.st_mode & 077)
		return err_set(err, ERR_DENIED, "others may read the key file '%s': run 'chmod 600 %s'", path, path);
	return OK;
}

static enum err_code set_key(struct secret *key, char *bytes, size_t len, const struct provider *p, struct err *err)
{
	enum err_code code = secret_set(key, str_of(bytes, len), p->key_origin, err);

	explicit_bzero(bytes, len);
	return code;
}

static enum err_code read_file(int fd, const char *path, const struct provider *p, struct secret *key, struct err *err)
{
	char bytes[SECRET_MAX + 1];
	enum err_code code = check_file(fd, path, err);
	ssize_t n;

	if (code != OK)
		return code;
	n = read(fd, bytes, sizeof(bytes));
	if (n < 0)
		return err_set(err, ERR_IO, "cannot read the key file '%s': %s", path, strerror(errno));
	if (set_key(key, bytes, (size_t)n, p, err) != OK)
		return err_ctx(err, "the key file '%s'", path);
	return OK;
}

static void add_path(struct buf *out, struct str path, const struct key_env *env)
{
	const char *home = str_starts(path, STR("~/")) ? look_up(env, "HOME") : NULL;

	if (home) {
		buf_c(out, home);
		path = str_sub(path, 1, path.len);
	}
	buf_str(out, path);
}

static enum err_code from_file(const struct provider *p, const struct key_env *env, struct secret *key, struct err *err)
{
	SCOPED(buf) path = BUF_INIT;
	enum err_code code;
	int fd;

	add_path(&path, p->key_file, env);
	fd = open(buf_cstr(&path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return err_set(err, err_of_errno(errno, ERR_IO), "cannot open the key file '%s': %s", buf_cstr(&path),
			strerror(errno));
	code = read_file(fd, buf_cstr(&path), p, key, err);
	close(fd);
	return code;
}

/* -- The environment -- */

static enum err_code from_variable(const char *name, const char *value, const struct provider *p, struct secret *key,
	struct err *err)
{
	if (secret_set(key, str_c(value), p->key_origin, err) != OK)
		return err_ctx(err, "the variable %s", name);
	return OK;
}

static enum err_code missing(const struct provider *p, const char *own_variable, struct err *err)
{
	SCOPED(buf) variable = BUF_INIT;

	if (p->key_env.len)
		buf_fmt(&variable, "%.*s or ", STR_ARG(p->key_env));
	return err_set(err, ERR_CONFIG,
		"provider '%.*s' needs a key: set the variable %s%s, or key_file or key_cmd in [provider \"%.*s\"]",
		STR_ARG(p->name), buf_cstr(&variable), own_variable, STR_ARG(p->name));
}

static enum err_code from_settings(const struct provider *p, const struct key_env *env, const char *own_variable,
	struct secret *key, struct err *err)
{
	SCOPED(buf) name = BUF_INIT;
	const char *value;

	buf_str(&name, p->key_env);
	value = name.len ? look_up(env, buf_cstr(&name)) : NULL;
	if (value && *value)
		return from_variable(buf_cstr(&name), value, p, key, err);
	if (p->key_file.len)
		return from_file(p, env, key, err);
	if (p->key_cmd.len)
		return key_from_command(p, env, key, err);
	return p->needs_key ? missing(p, own_variable, err) : OK;
}

/* Refuse early and in words: net/http would not send it either. */
static enum err_code check_origin(const struct provider *p, struct secret *key, struct err *err)
{
	SCOPED(url) u = URL_INIT;
	SCOPED(buf) origin = BUF_INIT;

	if (!secret_is_set(key) || url_parse(p->base_url, &u, err) != OK)
		return secret_is_set(key) ? ERR_CONFIG : OK;
	url_add_origin(&origin, &u);
	if (str_eq(buf_view(&origin), p->key_origin))
		return OK;
	secret_release(key);
	if (!p->needs_key)
		return OK;
	return err_set(err, ERR_CONFIG,
		"the key in %.*s belongs to '%.*s': name one for '%s' with key_env, key_file or key_cmd in [provider \"%.*s\"]",
		STR_ARG(p->key_env), STR_ARG(p->key_origin), buf_cstr(&origin), STR_ARG(p->name));
}

/* ibid's own variable is meant for this provider by name, so it belongs to whatever address the provider has. */
static enum err_code from_own_variable(const struct provider *p, const char *name, const char *value, struct secret *key,
	struct err *err)
{
	SCOPED(url) u = URL_INIT;
	SCOPED(buf) origin = BUF_INIT;
	struct provider bound = *p;

	if (url_parse(p->base_url, &u, err) != OK)
		return ERR_CONFIG;
	url_add_origin(&origin, &u);
	bound.key_origin = buf_view(&origin);
	return from_variable(name, value, &bound, key, err);
}

enum err_code key_get(const struct provider *p, const struct key_env *env, struct secret *key, struct err *err)
{
	SCOPED(buf) name = BUF_INIT;
	const char *value;
	enum err_code code;

	key_add_variable(&name, p->name);
	value = look_up(env, buf_cstr(&name));
	if (value && *value)
		return from_own_variable(p, buf_cstr(&name), value, key, err);
	code = from_settings(p, env, buf_cstr(&name), key, err);
	return code == OK ? check_origin(p, key, err) : code;
}
