/*
 * process_internal.h - which process writes a message, and whether it still runs
 *
 * A number alone is given to another process sooner or later, so a process is
 * named by boot, number and start: "1c8a93f2-...:4711:882301". Without /proc
 * (not Linux) boot and start are empty and the number alone decides.
 */
#ifndef IBID_STORE_PROCESS_INTERNAL_H
#define IBID_STORE_PROCESS_INTERNAL_H
#include <stdbool.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

void process_add_self(struct buf *out);
bool process_is_alive(struct str name);
#endif
