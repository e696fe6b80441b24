#include "cmd/cmd_internal.h"
#include "ibid/cmd/env.h"
#include "ibid/store/store.h"

void cmd_store_close(struct cmd_env *env)
{
	store_free(env->store);
	env->store = NULL;
}

enum err_code cmd_store(struct cmd_env *env, unsigned flags, struct store **db, struct err *err)
{
	struct store_options options = { .flags = flags | STORE_UPGRADE, .clock = env->clock };
	SCOPED(buf) path = BUF_INIT;

	if (env->store && (env->store_flags & STORE_READ_ONLY) && !(flags & STORE_READ_ONLY))
		cmd_store_close(env);
	if (!env->store) {
		if (cmd_store_path(env, &path, err) != OK ||
			store_open(buf_cstr(&path), &options, &env->store, err) != OK)
			return err->code;
		env->store_flags = flags;
	}
	*db = env->store;
	return OK;
}

enum err_code cmd_store_if_any(struct cmd_env *env, struct store **db, struct err *err)
{
	*db = NULL;
	if (cmd_store(env, STORE_READ_ONLY, db, err) == OK)
		return OK;
	/* A library that was named and is not there is a mistake; the default one is only not made yet. */
	if (err->code != ERR_MISSING || env->opt.library.p)
		return err->code;
	err_reset(err);
	return OK;
}
