/*
 * Any bytes as a configuration, and as a value that is set in it: the value is
 * what stands before the first NUL, the file what stands after it.
 * Oracles: a value that is accepted reads back as it is, a setting that is unset
 * is gone, and all other lines are there.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/ini_internal.h"
#include "ibid/config/edit.h"

static void must(bool truth)
{
	if (!truth)
		abort();
}

struct seen {
	struct buf value;
	int n, n_others;
};

static enum err_code look(void *ctx, const struct ini_line *l, struct err *err)
{
	struct seen *s = ctx;

	(void)err;
	must(l->line > 0 && l->section.len && l->key.len);
	if (!str_is(l->section, "provider") || !str_is(l->sub, "x") || !str_is(l->key, "key_cmd")) {
		s->n_others++;
		return OK;
	}
	buf_reset(&s->value);
	buf_str(&s->value, l->value);
	s->n++;
	return OK;
}

/* Settings set by a text; false when it cannot be read. */
static bool read_all(struct str text, struct seen *s)
{
	struct err err = ERR_INIT;

	return ini_read(text, "f", look, s, &err) == OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str file = str_of((const char *)data, size), value = str_cut(&file, '\0'), name = STR("provider.x.key_cmd");
	SCOPED(buf) set = BUF_INIT;
	SCOPED(buf) unset = BUF_INIT;
	struct seen before = { 0 }, after = { 0 }, gone = { 0 };
	struct err err = ERR_INIT;

	if (!file.p)
		file = STR_EMPTY;
	if (read_all(file, &before) && config_edit_set(file, name, value, &set, &err) == OK) {
		must(read_all(buf_view(&set), &after));
		must(str_eq(buf_view(&after.value), value));
		must(after.n_others == before.n_others && after.n == (before.n ? before.n : 1));
		must(config_edit_unset(buf_view(&set), name, &unset) > 0);
		must(read_all(buf_view(&unset), &gone));
		must(!gone.n && gone.n_others == before.n_others);
	}
	buf_release(&before.value);
	buf_release(&after.value);
	buf_release(&gone.value);
	return 0;
}
