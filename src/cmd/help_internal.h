/*
 * cmd/help_internal.h - laying out help: entries in two columns, paragraphs, all within 80
 */
#ifndef IBID_CMD_HELP_INTERNAL_H
#define IBID_CMD_HELP_INTERNAL_H
#include "ibid/base/err.h"
#include "ibid/base/out.h"
#include "ibid/cmd/cmd.h"

#define HELP_WIDTH_COLS 80
/* Where the second column begins; a longer name puts its text on the next line. */
#define HELP_COLUMN 26

void help_heading(struct out *o, const char *title);
/* Words wrapped between `indent` and the width; blank lines part paragraphs, lines that begin with a space stay as they are. */
void help_paragraph(struct out *o, int indent, struct str text);
/* "  name    what it is", the second column wrapped. */
void help_entry(struct out *o, struct str name, int column, struct str text);
void help_options(struct out *o, const struct opt *rows);

/* help_topics.c: subjects besides commands, for `ibid help TOPIC`; name NULL at the end. */
struct help_topic {
	const char *name, *summary;
	void (*show)(struct cmd_env *env);
};
extern const struct help_topic help_topics[];
#endif
