/*
 * base/pass.h - messages with open descriptors, between two processes of one machine
 *
 * A channel keeps messages whole, so no length goes before them. Both ends are
 * this program's own: a message of another size than was asked for is a fault of
 * the other side, not a longer or shorter message.
 *
 * Source: unix(7), SCM_RIGHTS on a pair of SOCK_SEQPACKET sockets.
 */
#ifndef IBID_BASE_PASS_H
#define IBID_BASE_PASS_H
#include <stdbool.h>
#include <stddef.h>

/* Descriptors that go with one message, at most. */
#define PASS_FDS_MAX 2

/* Both ends of a new channel, closed on exec. False: errno tells. */
bool pass_pair(int ends[2]);

/* The descriptors stay the caller's. False when the other side is gone, without SIGPIPE. */
bool pass_send(int channel, const void *message, size_t len, const int *fds, size_t n);

/* Wait for a message of exactly `len` bytes and `n` descriptors, which are closed on exec. False: none is to come. */
bool pass_receive(int channel, void *message, size_t len, int *fds, size_t n);
#endif
