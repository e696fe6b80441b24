#include <langinfo.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cmd/doctor_internal.h"
#include "ibid/ingest/helper.h"

/* A clock before this was never set; the first lines of ibid are younger. */
#define YOUNGEST_SANE_MS 1735689600000 /* 2025-01-01 */
#define OLDEST_SANE_MS 4102444800000 /* 2100-01-01 */

void doctor_system(struct doctor *d)
{
	struct utsname u;

	if (uname(&u))
		memset(&u, 0, sizeof(u));
	doctor_find(d, DOCTOR_OK, NULL, "ibid %s on %s %s, %s", IBID_VERSION, u.sysname, u.release, u.machine);
}

/* --- the reader of documents */

static void judge(struct doctor *d, const char *program, const struct extraction *x)
{
	if (x->flags & EXTRACTION_UNBOXED)
		doctor_find(d, DOCTOR_FAIL, "install ibid-extract anew; this one was built for tests",
			"%s runs without a sandbox", program);
	else if (x->warnings[WARN_SANDBOX])
		doctor_find(d, DOCTOR_WARN, "a kernel with Landlock (5.13 or newer) closes the rest",
			"%s runs, but parts of its sandbox are missing in this kernel", program);
	else
		doctor_find(d, DOCTOR_OK, NULL, "%s runs in its sandbox", program);
}

void doctor_extract(struct doctor *d)
{
	SCOPED(buf) program = BUF_INIT;
	SCOPED(extraction) x = EXTRACTION_INIT;
	struct helper_opts opts = { .clock = d->env->clock, .timeout_s = 10 };
	struct err err = ERR_INIT;
	int fd;

	if (helper_find(&program, &err) != OK) {
		doctor_find(d, DOCTOR_FAIL, "install ibid-extract beside ibid or in libexec/ibid", "%s", err.text);
		return;
	}
	opts.program = buf_cstr(&program);
	if (helper_open_bytes(STR("One sentence.\n"), &fd, &err) != OK) {
		doctor_find(d, DOCTOR_FAIL, "documents cannot be read on this system", "%s", err.text);
		return;
	}
	if (helper_extract_fd(&opts, fd, STR("doctor.txt"), &x, &err) == OK)
		judge(d, opts.program, &x);
	else
		doctor_find(d, DOCTOR_FAIL, "run it by hand: ibid ingest on any text file with -v", "%s", err.text);
	close(fd);
}

/* --- surroundings */

void doctor_locale(struct doctor *d)
{
	const char *codeset = nl_langinfo(CODESET);

	if (!strcmp(codeset, "UTF-8"))
		doctor_find(d, DOCTOR_OK, NULL, "UTF-8");
	else
		doctor_find(d, DOCTOR_WARN, "set LC_ALL=C.UTF-8 or another UTF-8 locale",
			"the locale's characters are %s", codeset);
}

void doctor_terminal(struct doctor *d)
{
	const char *term = cmd_getenv(d->env, "TERM");
	struct out *o = &d->env->out;
	bool is_dumb = !term || !*term || !strcmp(term, "dumb");

	if (!o->is_tty)
		doctor_find(d, DOCTOR_OK, NULL, "standard output is no terminal; nothing to check");
	else if (is_dumb)
		doctor_find(d, DOCTOR_WARN, "set TERM to your terminal's name; until then use ibid chat --inline",
			"TERM is '%s'", term ? term : "");
	else
		doctor_find(d, DOCTOR_OK, NULL, "%s, %d columns, colour %s%s", term, o->width_cols,
			o->color ? "on" : "off", cmd_getenv(d->env, "TMUX") ? ", in tmux" : "");
}

void doctor_clock(struct doctor *d)
{
	int64_t now_ms = clock_now_ms(d->env->clock);
	SCOPED(buf) text = BUF_INIT;

	clock_add_rfc3339(&text, now_ms);
	if (now_ms < YOUNGEST_SANE_MS || now_ms > OLDEST_SANE_MS)
		doctor_find(d, DOCTOR_WARN,
			"set the system's clock; dates of conversations and certificates depend on it", "it is %s",
			buf_cstr(&text));
	else
		doctor_find(d, DOCTOR_OK, NULL, "%s", buf_cstr(&text));
}
