/*
 * cmd/interrupt.h - Ctrl-C and SIGTERM as a flag
 *
 * The one mutable global besides base/mem's: a handler can reach nothing else,
 * and may do nothing but set it (CVE-2024-6387 came of one that did more).
 * The first signal sets the flag, which a command polls in order to stop in
 * order: what was received is kept. The second leaves at once with 130 or 143.
 * Commands without CMD_POLLS_INTERRUPT leave at the first.
 */
#ifndef IBID_CMD_INTERRUPT_H
#define IBID_CMD_INTERRUPT_H
#include <stdbool.h>

#include "ibid/base/err.h"

/* SIGPIPE becomes EPIPE, SIGXFSZ EFBIG; SIGINT and SIGTERM as above. `polls`: the command asks for itself. */
void interrupt_install(bool polls);

/* Whether to stop; cheap enough for every turn of a loop. */
bool interrupt_pending(void);

/* OK, or ERR_CANCELLED / ERR_TERMINATED with a sentence, by the signal that came. */
enum err_code interrupt_check(struct err *err);

/*
 * The signal that came, 0 for none. SIGINT is forgotten by this, for those who stop
 * one thing and go on with the next; SIGTERM stays.
 */
int interrupt_take(void);

/* In a child before exec: handlers are reset by exec, an ignored SIGPIPE or SIGXFSZ and a blocked signal are not. */
void interrupt_reset_child(void);
#endif
