/*
 * sockets: waits for the sockets of libcurl's transfers, and drives those that are ready. With
 * multi_perform, libcurl would visit and poll each transfer in flight at each turn.
 */
#ifndef NET_SOCKETS_H
#define NET_SOCKETS_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include "net/curl.h"

struct sockets {
	const struct http_curl *curl;
	CURLM *multi;
	struct pollfd *all; /* the first two: what the caller waits for */
	struct pollfd *ready; /* of the last poll */
	size_t count;
	size_t capacity;
	int64_t due; /* steady clock: when libcurl is to be called; -1: never */
	int64_t looked; /* steady clock: when all transfers were last visited */
	int running; /* transfers that have not ended */
};

/* Of a multi handle without transfers. */
void sockets_init(struct sockets *sockets, const struct http_curl *curl, CURLM *multi);
void sockets_free(struct sockets *sockets);

/* Does what libcurl has to do now: starts transfers, notices timeouts. */
CURLMcode sockets_turn(struct sockets *sockets);
/*
 * Waits up to timeout ms, until a transfer continues, there is something to read from input, or
 * the reader of watch has gone (-1: there is none). Each transfer is visited once a second, so that
 * one that has become idle is noticed.
 */
CURLMcode sockets_wait(struct sockets *sockets, int input, int watch, int timeout);

#endif
