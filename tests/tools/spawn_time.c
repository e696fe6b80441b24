/*
 * How long a command takes from fork to exit, and the most memory it held:
 * spawn_time RUNS COMMAND [ARG...] prints "median_us max_rss_kib" of RUNS runs
 * after two that warm the caches. Its output goes to /dev/null.
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

static double run_once(char **argv, long *rss_kib)
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
	if (usage.ru_maxrss > *rss_kib)
		*rss_kib = usage.ru_maxrss;
	return now_us() - began;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0;
	double *us;
	long rss_kib = 0;

	if (runs < 1) {
		fprintf(stderr, "usage: spawn_time RUNS COMMAND [ARG...]\n");
		return 2;
	}
	us = malloc((size_t)runs * sizeof(*us));
	for (int i = -2; i < runs; i++) {
		double took = run_once(argv + 2, &rss_kib);

		if (i >= 0)
			us[i] = took;
	}
	qsort(us, (size_t)runs, sizeof(*us), by_size);
	printf("%.0f %ld\n", us[runs / 2], rss_kib);
	free(us);
	return 0;
}
