#include "ibid/extract/program.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "ibid/base/path.h"
#include "ibid/extract/sandbox.h"

#define DOCUMENT_FD 3
/* The parent refuses larger files before they get here (HELPER_FILE_MAX). */
#define DOCUMENT_MAX ((size_t)512 << 20)
/* A day: more is a mistake. */
#define SECONDS_MAX 86400

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

struct job {
	const struct extract_ops *const *formats;
	void (*prepare)(struct str bytes);
	struct extract_input in;
	unsigned seconds;
};

static enum err_code run(struct job *job, struct writer *w, struct err *err)
{
	SCOPED(buf) bytes = BUF_INIT;

	if (path_read_fd(DOCUMENT_FD, "the document", DOCUMENT_MAX, &bytes, err) != OK) {
		writer_fail(w, err);
		return err->code;
	}
	job->in.bytes = buf_view(&bytes);
	if (job->prepare)
		job->prepare(job->in.bytes);
	if (lock_in(w, bytes.len, job->seconds, err) != OK) {
		writer_fail(w, err);
		return err->code;
	}
	return extract_run(job->formats, &job->in, w, err);
}

int program_run(int argc, char **argv, const struct extract_ops *const *formats, void (*prepare)(struct str bytes))
{
	SCOPED(writer) w = WRITER_INIT(to_pipe, NULL);
	struct job job = { formats, prepare, { .ext = STR_EMPTY, .mime = STR_EMPTY }, PROGRAM_SECONDS };
	struct err err = ERR_INIT;
	long long seconds;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (argc > 1)
		job.in.ext = str_c(argv[1]);
	if (argc > 2)
		job.in.mime = str_c(argv[2]);
	if (argc > 3 && str_to_int(str_c(argv[3]), &seconds) && seconds > 0 && seconds <= SECONDS_MAX)
		job.seconds = (unsigned)seconds;
	return err_exit_status(run(&job, &w, &err));
}
