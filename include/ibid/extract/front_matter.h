/*
 * extract/front_matter.h - metadata that stands above the text
 *
 * Three forms, found at the very beginning of Markdown and text files:
 *
 *	---			YAML, the part people use: "key: value", quoted values, "[a, b]",
 *	title: A report		lists of "- item" and "- name: item", folded and literal blocks
 *	---
 *	+++			TOML: key = "value", key = ["a", "b"], dates; tables are skipped
 *	+++
 *	title: A report		bare: known keys only, the first line must be "title:" or "url:";
 *	url: https://...	ends at the first line that is none
 */
#ifndef IBID_EXTRACT_FRONT_MATTER_H
#define IBID_EXTRACT_FRONT_MATTER_H
#include <stddef.h>

#include "ibid/base/str.h"
#include "ibid/extract/writer.h"

/* Longest front matter looked at, in bytes. What is longer is text. */
#define FRONT_MATTER_MAX ((size_t)64 << 10)

/* Writes what it knows as metadata; returns the bytes it takes up, 0 when there is none. */
size_t front_matter_fenced(struct str text, struct writer *w);
size_t front_matter_bare(struct str text, struct writer *w);
#endif
