#include "ibid/extract/program.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ibid/base/pass.h"
#include "ibid/base/path.h"
#include "ibid/extract/sandbox.h"
#include "ibid/model/task.h"

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

	if (path_read_fd(TASK_DOCUMENT_FD, "the document", DOCUMENT_MAX, &bytes, err) != OK) {
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

/* --- one program, many documents --- */

/* A child of the parent's own, who waits for it and kills it. glibc has no wrapper for a fork with flags. */
static pid_t fork_sibling(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
}

/* In the place of the channel and of the pipe's: what a program started for this document has. */
static void adopt(const int fds[2])
{
	dup2(fds[0], TASK_DOCUMENT_FD);
	dup2(fds[1], STDOUT_FILENO);
	close(fds[0]);
	close(fds[1]);
	(void)setpgid(0, 0);
}

/* True in each child, which has its task; false when the channel is closed. What is loaded here serves all of them. */
static bool serve(struct task *task)
{
	int fds[2];

	while (pass_receive(TASK_DOCUMENT_FD, task, sizeof(*task), fds, 2)) {
		pid_t pid = fork_sibling();

		if (!pid) {
			adopt(fds);
			return true;
		}
		close(fds[0]);
		close(fds[1]);
		if (!pass_send(TASK_DOCUMENT_FD, &pid, sizeof(pid), NULL, 0))
			break;
	}
	return false;
}

/* --- one document --- */

static int read_document(struct job *job, const char *seconds)
{
	SCOPED(writer) w = WRITER_INIT(to_pipe, NULL);
	struct err err = ERR_INIT;
	long long n;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (str_to_int(str_c(seconds), &n) && n > 0 && n <= SECONDS_MAX)
		job->seconds = (unsigned)n;
	return err_exit_status(run(job, &w, &err));
}

int program_run(int argc, char **argv, const struct extract_ops *const *formats, void (*prepare)(struct str bytes))
{
	struct job job = { formats, prepare, { .ext = STR_EMPTY, .mime = STR_EMPTY }, PROGRAM_SECONDS };
	struct task task;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (argc == 2 && !strcmp(argv[1], TASK_SERVE)) {
		if (!serve(&task))
			return 0;
		job.in.ext = str_c(task.ext);
		job.in.mime = str_c(task.mime);
		return read_document(&job, task.seconds);
	}
	job.in.ext = str_c(argc > 1 ? argv[1] : "");
	job.in.mime = str_c(argc > 2 ? argv[2] : "");
	return read_document(&job, argc > 3 ? argv[3] : "");
}
