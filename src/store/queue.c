#include "queue_internal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ibid/base/buf.h"

/* Who pauses does so for longer than who waits sleeps, so that a waiting one wakes meanwhile. */
#define WAIT_US 1000
#define PAUSE_US 3000

static void sleep_us(long us)
{
	struct timespec t = { .tv_nsec = us * 1000 };

	nanosleep(&t, NULL);
}

static bool open_queue(struct queue *q, const char *library, int flags)
{
	SCOPED(buf) name = BUF_INIT;

	if (q->fd > 0)
		return true;
	buf_fmt(&name, "%s-queue", library);
	q->fd = open(buf_cstr(&name), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	return q->fd > 0;
}

static int lock(int fd, int cmd, short type, struct flock *l)
{
	*l = (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_len = 1 };
	return fcntl(fd, cmd, l);
}

void queue_wait(struct queue *q, const char *library)
{
	struct flock l;

	if (!q->is_waiting && open_queue(q, library, O_CREAT))
		q->is_waiting = lock(q->fd, F_OFD_SETLK, F_RDLCK, &l) == 0;
	sleep_us(WAIT_US);
}

void queue_leave(struct queue *q)
{
	struct flock l;

	if (q->is_waiting)
		lock(q->fd, F_OFD_SETLK, F_UNLCK, &l);
	q->is_waiting = false;
}

void queue_let_others(struct queue *q, const char *library)
{
	struct flock l;

	if (open_queue(q, library, 0) && lock(q->fd, F_OFD_GETLK, F_WRLCK, &l) == 0 && l.l_type != F_UNLCK)
		sleep_us(PAUSE_US);
}

void queue_release(struct queue *q)
{
	if (q->fd > 0)
		close(q->fd);
	*q = (struct queue){ 0 };
}
