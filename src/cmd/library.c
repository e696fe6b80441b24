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
