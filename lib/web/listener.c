/* listener: makes the socket of an address, or takes the one that was passed. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "web/listener.h"

enum { BACKLOG = 512, PASSED = 3 /* the first descriptor that sd_listen_fds(3) names */ };

/* Fills in what the socket says of itself. */
static bool
describe(struct listener *listener, struct failure *failure)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;
	char host[64], port[16];
	bool six;

	if (getsockname(listener->fd, (struct sockaddr *)&address, &length) != 0)
		return fail_errno(failure, errno, "the socket has no address");
	if (address.ss_family == AF_UNIX) {
		const struct sockaddr_un *local = (const struct sockaddr_un *)&address;

		listener->local = listener->loopback = true;
		snprintf(listener->host, sizeof listener->host, "%s", local->sun_path);
		return true;
	}
	if (getnameinfo((struct sockaddr *)&address, length, host, sizeof host, port, sizeof port,
	        NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return fail(failure, FAILURE_PERMANENT, "the socket has no internet address");
	six = address.ss_family == AF_INET6;
	listener->any = strcmp(host, six ? "::" : "0.0.0.0") == 0;
	listener->loopback = six ? strcmp(host, "::1") == 0 : strncmp(host, "127.", 4) == 0;
	snprintf(listener->host, sizeof listener->host, six ? "[%s]:%s" : "%s:%s", host, port);
	return true;
}

/* Takes the file of a server that has ended; false: somebody listens there. */
static bool
take_path(const struct sockaddr_un *address, struct failure *failure)
{
	struct stat status;
	int probe;
	bool used;

	if (lstat(address->sun_path, &status) != 0)
		return true;
	if (!S_ISSOCK(status.st_mode))
		return fail(failure, FAILURE_PERMANENT, "%s exists, and is not a socket",
		    address->sun_path);
	probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (probe < 0)
		return fail_errno(failure, errno, "could not create a socket");
	used = connect(probe, (const struct sockaddr *)address, sizeof *address) == 0 ||
	       errno != ECONNREFUSED;
	close(probe);
	if (used)
		return fail(failure, FAILURE_PERMANENT,
		    "another program listens at %s: stop it, or choose another path",
		    address->sun_path);
	return unlink(address->sun_path) == 0 || errno == ENOENT ||
	       fail_errno(failure, errno, "could not remove the old socket %s", address->sun_path);
}

static bool
open_local(struct listener *listener, const char *path, struct failure *failure)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mode_t before;
	bool bound;

	if (path[0] == '\0' || strlen(path) >= sizeof address.sun_path)
		return fail(failure, FAILURE_PERMANENT,
		    "a path of 1 to %zu bytes is expected after unix:",
		    sizeof address.sun_path - 1);
	memcpy(address.sun_path, path, strlen(path));
	if (!take_path(&address, failure))
		return false;
	listener->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0)
		return fail_errno(failure, errno, "could not create a socket");
	before = umask(077);
	bound = bind(listener->fd, (struct sockaddr *)&address, sizeof address) == 0;
	umask(before);
	if (!bound)
		return fail_errno(failure, errno, "could not create the socket %s", path);
	listener->path = memory_copy_text(path);
	return listen(listener->fd, BACKLOG) == 0 ||
	       fail_errno(failure, errno, "could not listen at %s", path);
}

/* Splits HOST:PORT or [HOST]:PORT. host and port have LISTENER_TEXT bytes. */
static bool
split(const char *address, char *host, char *port)
{
	const char *colon = strrchr(address, ':');
	size_t length = colon != NULL ? (size_t)(colon - address) : 0;

	if (length == 0 || length >= LISTENER_TEXT || colon[1] == '\0' ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1) || strlen(colon) > 6 ||
	    atoi(colon + 1) > 65535)
		return false;
	strcpy(port, colon + 1);
	if (address[0] == '[' && colon[-1] == ']') {
		address++;
		length -= 2;
	} else if (memchr(address, ':', length) != NULL) {
		return false;
	}
	memcpy(host, address, length);
	host[length] = '\0';
	if (strcmp(host, "localhost") == 0)
		strcpy(host, "127.0.0.1");
	return true;
}

static bool
open_address(struct listener *listener, const char *address, struct failure *failure)
{
	struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char host[LISTENER_TEXT], port[LISTENER_TEXT];
	int on = 1, error;

	if (!split(address, host, port) || getaddrinfo(host, port, &hints, &found) != 0)
		return fail(failure, FAILURE_PERMANENT,
		    "\"%s\" is not an address: 127.0.0.1:8080, [::1]:8080 or unix:PATH is expected",
		    address);
	listener->fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd >= 0)
		setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (listener->fd < 0 || bind(listener->fd, found->ai_addr, found->ai_addrlen) != 0 ||
	    listen(listener->fd, BACKLOG) != 0) {
		error = errno;
		freeaddrinfo(found);
		return error == EADDRINUSE
		           ? fail(failure, FAILURE_PERMANENT,
		                 "another program listens at %s: choose another port", address)
		           : fail_errno(failure, error, "could not listen at %s", address);
	}
	freeaddrinfo(found);
	return true;
}

bool
listener_open(struct listener *listener, const char *address, struct failure *failure)
{
	*listener = (struct listener){.fd = -1};
	if ((strncmp(address, "unix:", 5) == 0 ? open_local(listener, address + 5, failure)
	                                       : open_address(listener, address, failure)) &&
	    describe(listener, failure))
		return true;
	listener_close(listener);
	return false;
}

bool
listener_take_passed(struct listener *listener, bool *passed, struct failure *failure)
{
	unsigned count = environment_passed_sockets();
	int accepting = 0;
	socklen_t length = sizeof accepting;

	*listener = (struct listener){.fd = -1};
	*passed = count > 0;
	if (count == 0)
		return true;
	if (count > 1)
		return fail(failure, FAILURE_PERMANENT,
		    "%u sockets were passed, but one is expected: one ListenStream= in the unit",
		    count);
	if (getsockopt(PASSED, SOL_SOCKET, SO_ACCEPTCONN, &accepting, &length) != 0 || !accepting)
		return fail(failure, FAILURE_PERMANENT,
		    "what was passed does not listen: ListenStream= and Accept=no are expected in "
		    "the unit");
	listener->fd = PASSED;
	fcntl(PASSED, F_SETFD, FD_CLOEXEC);
	fcntl(PASSED, F_SETFL, fcntl(PASSED, F_GETFL) | O_NONBLOCK);
	return describe(listener, failure);
}

void
listener_close(struct listener *listener)
{
	if (listener->fd >= 0)
		close(listener->fd);
	if (listener->path != NULL)
		unlink(listener->path);
	free(listener->path);
	*listener = (struct listener){.fd = -1};
}
