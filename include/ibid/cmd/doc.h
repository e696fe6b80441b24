/*
 * cmd/doc.h - what other commands need of `ibid doc`
 */
#ifndef IBID_CMD_DOC_H
#define IBID_CMD_DOC_H
#include "ibid/cmd/env.h"
#include "ibid/model/document.h"

/* Open the document's file in $IBID_OPENER or xdg-open. ERR_MISSING when it is gone or never was a file. */
enum err_code doc_open(struct cmd_env *env, const struct document *doc, int page, struct err *err);
#endif
