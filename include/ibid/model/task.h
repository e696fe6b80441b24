/*
 * model/task.h - what a reader of documents is told: its arguments, or a message that stands for them
 *
 * The document is its descriptor 3, the pipe for its frames descriptor 1. Started
 * with the one argument TASK_SERVE it has a channel (base/pass.h) as descriptor
 * 3 instead, and for every task with a document and a pipe on it forks a child of
 * its own parent's, whose pid it answers.
 */
#ifndef IBID_MODEL_TASK_H
#define IBID_MODEL_TASK_H

#define TASK_DOCUMENT_FD 3
#define TASK_SERVE "--serve"

/* Strings, NUL at their ends. */
struct task {
	char ext[16], mime[128];	/* the ending of the document's name; what a server said of it, or nothing */
	char seconds[16];		/* of processor time */
};
#endif
