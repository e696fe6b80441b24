/*
 * extract/sandbox.h - what the reader of a hostile file may still do
 *
 * Read the fonts and character maps that poppler needs, compute, and write to
 * the descriptors it has. Nothing else: a parser that is taken over finds no
 * network, no other process, no file of the user's and no way to start a program.
 *
 *	rlimits		address space, processor time, open files, no file growth, no core
 *	Landlock	the directories below may be read, nothing else opened
 *	seccomp		an allow-list; anything else ends the process (SIGSYS)
 *
 * A kernel without Landlock (before 5.13, or switched off) loses the directories:
 * then every open fails, documents that need a character map lose text, and
 * WARN_SANDBOX says so. Without seccomp the document is refused.
 *
 * Under AddressSanitizer the limit on address space is left out (its shadow is
 * terabytes), and the calls its runtime makes are allowed as well.
 *
 * Source: seccomp(2), landlock(7); the idea of the pair from zathura and file(1).
 */
#ifndef IBID_EXTRACT_SANDBOX_H
#define IBID_EXTRACT_SANDBOX_H
#include <stdbool.h>
#include <stddef.h>

#include "ibid/base/err.h"

/* On top of the document's own size, in bytes. poppler needs hundreds of MB for maps as large as a wall. */
#define SANDBOX_MEMORY_MAX ((size_t)1536 << 20)
#define SANDBOX_FILES_MAX 32

struct sandbox_limits {
	size_t memory_bytes;
	unsigned cpu_s;
};

/*
 * Close it, for good. *is_weak tells that Landlock is missing.
 *
 * Errors: ERR_DENIED  the kernel refuses seccomp or a limit
 */
enum err_code sandbox_enter(const struct sandbox_limits *limits, bool *is_weak, struct err *err);
#endif
