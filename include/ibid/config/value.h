/*
 * config/value.h - the spellings of values: sizes, times, yes and no
 *
 * One spelling for the configuration file, the environment and the command line.
 */
#ifndef IBID_CONFIG_VALUE_H
#define IBID_CONFIG_VALUE_H
#include <stdbool.h>
#include <stdint.h>

#include "ibid/base/buf.h"
#include "ibid/base/str.h"

/* Bytes: 4096, 500k, 64M, 2G (powers of 1,024; the letter in either case). False for all else and for what does not fit. */
bool value_parse_size(struct str s, int64_t *bytes);

/* A time to wait: 500ms, 30s, 5min, 2h; a bare number is seconds and may have a fraction. */
bool value_parse_time(struct str s, int64_t *ms);

/* true yes on 1, false no off 0. */
bool value_parse_bool(struct str s, bool *value);

/* The shortest spelling that reads back as the same number: 64M, 90s. */
void value_add_size(struct buf *out, int64_t bytes);
void value_add_time(struct buf *out, int64_t ms);
#endif
