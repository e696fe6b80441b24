/*
 * spawn_time - how long a command takes from fork to exit, and the most memory it held
 *
 *	spawn_time RUNS COMMAND [ARG...]
 *
 * Prints "median_us median_cpu_us max_rss_kib status" of RUNS runs; when there
 * are several, two before them warm the caches. cpu is user and system time of
 * the process without its children; status is the largest one. The output of
 * the command goes to /dev/null. A small program in C, because the memory of
 * the process that forks counts as the child's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

struct run {
	double us, cpu_us;
	long rss_kib;
	int status;
};

static double us_of(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static struct run run_once(char **argv)
{
	double began = now_us();
	struct rusage usage;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 127) {
		fprintf(stderr, "spawn_time: '%s' could not be run\n", argv[0]);
		exit(1);
	}
	return (struct run){ now_us() - began, us_of(usage.ru_utime) + us_of(usage.ru_stime), usage.ru_maxrss,
		WEXITSTATUS(status) };
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0, status = 0;
	double *us, *cpu_us;
	long rss_kib = 0;

	if (runs < 1) {
		fprintf(stderr, "usage: spawn_time RUNS COMMAND [ARG...]\n");
		return 2;
	}
	us = malloc((size_t)runs * sizeof(*us));
	cpu_us = malloc((size_t)runs * sizeof(*cpu_us));
	for (int i = runs > 1 ? -2 : 0; i < runs; i++) {
		struct run r = run_once(argv + 2);

		if (i < 0)
			continue;
		us[i] = r.us;
		cpu_us[i] = r.cpu_us;
		rss_kib = r.rss_kib > rss_kib ? r.rss_kib : rss_kib;
		status = r.status > status ? r.status : status;
	}
	qsort(us, (size_t)runs, sizeof(*us), by_size);
	qsort(cpu_us, (size_t)runs, sizeof(*cpu_us), by_size);
	printf("%.0f %.0f %ld %d\n", us[runs / 2], cpu_us[runs / 2], rss_kib, status);
	free(us);
	free(cpu_us);
	return 0;
}
