/*
 * listener: the socket on which a server waits for connections: at an address of this machine, at a
 * path (a Unix socket), or one that the service manager has passed.
 */
#ifndef WEB_LISTENER_H
#define WEB_LISTENER_H

#include <stdbool.h>

#include "base/failure.h"

enum { LISTENER_TEXT = 128 };

/* Zeroed but for fd -1: none. */
struct listener {
	int fd;
	bool local; /* a Unix socket: whoever may open its file may connect */
	bool loopback; /* only this machine can connect */
	bool any; /* it is at all addresses of this machine */
	char host[LISTENER_TEXT]; /* as a URL has it, with the port: "127.0.0.1:8080"; local: its
	                             path */
	char *path; /* of the Unix socket that was made here; NULL: none */
};

/*
 * address: HOST:PORT with a numeric HOST ("127.0.0.1:8080", "[::1]:8080") or "localhost", where
 * port 0 is any free one; or unix:PATH, whose socket is this user's only.
 */
bool listener_open(struct listener *listener, const char *address, struct failure *failure);
/* *passed: has the service manager passed a socket (sd_listen_fds(3))? Then it is the listener. */
bool listener_take_passed(struct listener *listener, bool *passed, struct failure *failure);
/* Removes the file of a Unix socket that was made here. */
void listener_close(struct listener *listener);

#endif
