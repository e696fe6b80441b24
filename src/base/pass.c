#include "ibid/base/pass.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* As the kernel wants it aligned. */
union control {
	char bytes[CMSG_SPACE(PASS_FDS_MAX * sizeof(int))];
	struct cmsghdr align;
};

bool pass_pair(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0;
}

bool pass_send(int channel, const void *message, size_t len, const int *fds, size_t n)
{
	struct iovec part = { (void *)(uintptr_t)message, len };
	union control control = { { 0 } };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent;

	if (n) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(*fds));
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(n * sizeof(*fds));
		memcpy(CMSG_DATA(&control.align), fds, n * sizeof(*fds));
	}
	do
		sent = sendmsg(channel, &msg, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)len;
}

/* How many descriptors came. */
static size_t take_fds(struct msghdr *msg, int *fds)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	size_t len = c && c->cmsg_type == SCM_RIGHTS ? c->cmsg_len - CMSG_LEN(0) : 0;

	if (len)
		memcpy(fds, CMSG_DATA(c), len);
	return len / sizeof(*fds);
}

bool pass_receive(int channel, void *message, size_t len, int *fds, size_t n)
{
	struct iovec part = { message, len };
	union control control = { { 0 } };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	int came[PASS_FDS_MAX];
	size_t n_came;
	ssize_t got;

	do
		got = recvmsg(channel, &msg, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	n_came = take_fds(&msg, came);
	if (got == (ssize_t)len && !(msg.msg_flags & MSG_TRUNC) && n_came == n) {
		if (n)
			memcpy(fds, came, n * sizeof(*fds));
		return true;
	}
	while (n_came)
		close(came[--n_came]);
	return false;
}
