/*
 * key_internal.h - the command half of provider/key
 */
#ifndef IBID_SRC_PROVIDER_KEY_INTERNAL_H
#define IBID_SRC_PROVIDER_KEY_INTERNAL_H
#include "ibid/provider/key.h"

/* Errors as key_get. */
enum err_code key_from_command(const struct provider *p, const struct key_env *env, struct secret *key, struct err *err);
#endif
