/*
 * ibid doctor - is everything as it must be, and if not, what to do
 *
 * Changes nothing, sends nothing, shows no key and no document.
 */
#include <stdarg.h>
#include <string.h>

#include "cmd/cmd_internal.h"
#include "cmd/doctor_internal.h"
#include "ibid/base/mem.h"
#include "ibid/cmd/emit.h"

static struct {
	bool report;
} arg;

static const struct {
	const char *name;
	void (*run)(struct doctor *d);
} checks[] = {
	{ "system", doctor_system },
	{ "config", doctor_config },
	{ "library", doctor_library },
	{ "modes", doctor_modes },
	{ "keys", doctor_keys },
	{ "extract", doctor_extract },
	{ "locale", doctor_locale },
	{ "terminal", doctor_terminal },
	{ "clock", doctor_clock },
};

static const char *const state_names[] = { "ok", "warn", "fail" };

void doctor_find(struct doctor *d, enum doctor_state state, const char *remedy, const char *fmt, ...)
{
	SCOPED(buf) detail = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&detail, fmt, ap);
	va_end(ap);
	d->findings = mem_grow(d->findings, &d->cap, d->n + 1, sizeof(*d->findings));
	d->findings[d->n++] = (struct finding){
		.name = d->check,
		.state = state,
		.detail = arena_str(&d->arena, buf_view(&detail)),
		.remedy = arena_str(&d->arena, str_c(remedy)),
	};
}

/* A report goes to strangers: the home directory and the user's name say who wrote it. */
static struct str redacted(struct doctor *d, struct str text)
{
	const char *const names[] = { "HOME", "USER", "LOGNAME" };
	SCOPED(buf) b = BUF_INIT;

	buf_str(&b, text);
	for (size_t i = 0; arg.report && i < sizeof(names) / sizeof(*names); i++) {
		struct str word = str_c(cmd_getenv(d->env, names[i]));
		struct str mask = i ? STR("USER") : STR("~");
		size_t at = 0;

		while (word.len > 1 && (at = str_find(buf_view(&b), word, at)) != STR_NONE) {
			buf_splice(&b, at, at + word.len, mask);
			at += mask.len;
		}
	}
	return arena_str(&d->arena, buf_view(&b));
}

/* --- showing */

static const struct field check_fields[] = {
	{ FIELD_STR, "name", "name" },
	{ FIELD_STR, "state", "state", FIELD_STATE },
	{ FIELD_STR, "detail", "detail", FIELD_CUT },
	{ FIELD_STR, "remedy", "remedy", FIELD_CUT },
	{ .kind = FIELD_END },
};

static enum err_code show_records(struct doctor *d, struct err *err)
{
	SCOPED(emit) e = EMIT_INIT;

	if (emit_list(&e, d->env, "check", check_fields, NULL, err) != OK)
		return err->code;
	for (size_t i = 0; i < d->n; i++) {
		emit_record(&e);
		emit_c(&e, "name", d->findings[i].name);
		emit_c(&e, "state", state_names[d->findings[i].state]);
		emit_str(&e, "detail", redacted(d, d->findings[i].detail));
		emit_str(&e, "remedy", redacted(d, d->findings[i].remedy));
	}
	return emit_end(&e, err);
}

/* A person reads a sentence and what to do below it, better than a table cut to the terminal. */
static void show_finding(struct doctor *d, const struct finding *f)
{
	static const enum out_style styles[] = { OUT_GOOD, OUT_WARN, OUT_BAD };
	struct out *o = &d->env->out;

	out_styled(o, styles[f->state], str_c(state_names[f->state]));
	out_fmt(o, "%*s%-10s", (int)(6 - strlen(state_names[f->state])), "", f->name);
	out_line(o, redacted(d, f->detail));
	out_c(o, "\n");
	if (!f->remedy.len)
		return;
	out_c(o, "                -> ");
	out_line(o, redacted(d, f->remedy));
	out_c(o, "\n");
}

static enum err_code show(struct doctor *d, struct err *err)
{
	if (d->env->mode != MODE_HUMAN)
		return show_records(d, err);
	if (arg.report)
		out_c(&d->env->out, "ibid doctor --report (no keys, no names of yours)\n\n");
	for (size_t i = 0; i < d->n; i++)
		show_finding(d, &d->findings[i]);
	return OK;
}

static enum err_code conclude(const struct doctor *d, struct err *err)
{
	size_t failed = 0;

	for (size_t i = 0; i < d->n; i++)
		failed += d->findings[i].state == DOCTOR_FAIL;
	if (!failed)
		return OK;
	return err_set(err, ERR_NO, "%zu %s failed", failed, failed == 1 ? "check" : "checks");
}

static enum err_code doctor_run(struct cmd_env *env, const struct cmd_args *args, struct err *err)
{
	struct doctor d = { .env = env };
	enum err_code code;

	(void)args;
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		d.check = checks[i].name;
		checks[i].run(&d);
	}
	code = show(&d, err);
	if (code == OK)
		code = conclude(&d, err);
	arena_release(&d.arena);
	mem_free(d.findings);
	return code;
}

/* clang-format off */
static const struct opt doctor_opts[] = {
	{ OPT_FLAG, 0, "report", &arg.report, NULL, "leave out your name, for a report of a fault" },
	{ .kind = OPT_END },
};

const struct cmd cmd_doctor = {
	.name = "doctor",
	.group = GROUP_CARE,
	.flags = CMD_NO_CONFIG,
	.opts = doctor_opts,
	.run = doctor_run,
	.summary = "check that everything is in order, and say what to do",
	.examples = (const char *const[]){ "ibid doctor", "ibid doctor --report", NULL },
	.details = "Each line is ok, warn or fail, with what to do below it. Nothing is changed and nothing is sent. Keys are "
		   "looked for but never shown; a command that prints a key is not run.",
	.exits = (const struct cmd_exit[]){ { 1, "a check failed" }, { 0, NULL } },
};
/* clang-format on */
