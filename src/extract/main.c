/*
 * ibid-extract - one document on descriptor 3, its text as frames on descriptor 1
 *
 *	ibid-extract EXT [MIME] [SECONDS]
 *
 * Started by ingest/helper.c with an empty environment; not meant for hands. It
 * reads the whole document, locks itself in and only then looks at the bytes.
 * The exit status tells nothing: the last frame does.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ibid/base/path.h"
#include "ibid/extract/charset.h"
#include "ibid/extract/extract.h"
#include "ibid/extract/sandbox.h"

#define DOCUMENT_FD 3
/* The parent refuses larger files before they get here (HELPER_FILE_MAX). */
#define DOCUMENT_MAX ((size_t)512 << 20)
#define SECONDS_DEFAULT 60

#if defined(__SANITIZE_ADDRESS__)
/* The leak checker starts a thread and a tracer, which the sandbox forbids. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

static bool to_pipe(void *ctx, struct str frames)
{
	(void)ctx;
	return path_write_fd(STDOUT_FILENO, frames, "the pipe", NULL) == OK;
}

static enum err_code lock_in(struct writer *w, size_t size, unsigned seconds, struct err *err)
{
	struct sandbox_limits limits = { .memory_bytes = SANDBOX_MEMORY_MAX + 2 * size, .cpu_s = seconds };
	bool is_weak = false;

	if (sandbox_enter(&limits, &is_weak, err) != OK)
		return err->code;
	if (is_weak)
		writer_warn(w, WARN_SANDBOX, 1);
	return OK;
}

/* Neither holds text of another encoding as such; loading what converts it would cost more than reading a page. */
static bool is_container(struct str bytes)
{
	return str_starts(bytes, STR("%PDF-")) || str_starts(bytes, STR("PK"));
}

static enum err_code run(const struct extract_input *hints, unsigned seconds, struct writer *w, struct err *err)
{
	SCOPED(buf) bytes = BUF_INIT;
	struct extract_input in = *hints;

	if (path_read_fd(DOCUMENT_FD, "the document", DOCUMENT_MAX, &bytes, err) != OK) {
		writer_fail(w, err);
		return err->code;
	}
	in.bytes = buf_view(&bytes);
	if (!is_container(in.bytes) && charset_is_foreign(in.bytes))
		charset_preload();
	if (lock_in(w, in.bytes.len, seconds, err) != OK) {
		writer_fail(w, err);
		return err->code;
	}
	return extract_run(&in, w, err);
}

int main(int argc, char **argv)
{
	struct writer w = WRITER_INIT(to_pipe, NULL);
	struct extract_input hints = { .ext = STR_EMPTY, .mime = STR_EMPTY };
	struct err err = ERR_INIT;
	long long seconds = SECONDS_DEFAULT;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (argc > 1)
		hints.ext = str_c(argv[1]);
	if (argc > 2)
		hints.mime = str_c(argv[2]);
	if (argc > 3 && (!str_to_int(str_c(argv[3]), &seconds) || seconds < 1 || seconds > 86400))
		seconds = SECONDS_DEFAULT;
	/* Straight to the end: what libraries would do at exit has no use here. */
	_exit(err_exit_status(run(&hints, (unsigned)seconds, &w, &err)));
}
