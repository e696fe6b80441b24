/*
 * cmd/doctor_internal.h - what a check of `ibid doctor` reports
 */
#ifndef IBID_CMD_DOCTOR_INTERNAL_H
#define IBID_CMD_DOCTOR_INTERNAL_H
#include "ibid/base/arena.h"
#include "ibid/cmd/cmd.h"

enum doctor_state { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct finding {
	const char *name;		/* the check's */
	enum doctor_state state;
	struct str detail, remedy;	/* remedy is empty with DOCTOR_OK */
};

struct doctor {
	struct cmd_env *env;
	struct arena arena;
	struct finding *findings;
	size_t n, cap;
	const char *check;		/* that runs */
};

/* Add a finding. Texts are copied. `remedy` NULL: none. */
void doctor_find(struct doctor *d, enum doctor_state state, const char *remedy, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The checks; each adds one finding or more. */
void doctor_system(struct doctor *d);
void doctor_config(struct doctor *d);
void doctor_library(struct doctor *d);
void doctor_modes(struct doctor *d);
void doctor_keys(struct doctor *d);
void doctor_extract(struct doctor *d);
void doctor_locale(struct doctor *d);
void doctor_terminal(struct doctor *d);
void doctor_clock(struct doctor *d);
#endif
