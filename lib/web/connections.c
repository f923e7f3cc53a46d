/* connections: ends those of clients that are too slow or gone, and the oldest if they are too
 * many. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/memory.h"
#include "web/internal.h"

static const int64_t second = 1000000; /* of clock_steady */

void
connection_limit_silence(struct server *server, const struct connection *connection)
{
#ifdef TCP_USER_TIMEOUT
	unsigned milliseconds = server->settings.patience * 1000;

	/* A Unix socket has no such option, and needs none. */
	setsockopt(
	    connection->socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, sizeof milliseconds);
#else
	(void)server, (void)connection;
#endif
}

void
connection_enter(struct server *server, struct connection *connection, enum phase phase)
{
	connection->phase = phase;
	connection->since = clock_steady();
	/* Pauses while a reply is sent are noticed by libmicrohttpd. */
	connection->until =
	    phase == PHASE_READING ? connection->since + server->settings.patience * second : 0;
}

/* The server's thread then finds the connection closed by its peer. */
static void
end(struct server *server, struct connection *connection)
{
	shutdown(connection->socket, SHUT_RDWR);
	connection->until = 0;
	server->ended += !connection->ended;
	connection->ended = true;
}

/* The connection that has been in the phase longest; NULL: none is. */
static struct connection *
find_longest(const struct server *server, enum phase phase, const struct connection *but)
{
	struct connection *longest = NULL;

	for (struct connection *at = server->connections; at != NULL; at = at->next) {
		if (at != but && at->phase == phase && !at->ended &&
		    (longest == NULL || at->since < longest->since))
			longest = at;
	}
	return longest;
}

bool
connections_limit(struct server *server, const struct connection *newest)
{
	struct connection *longest;

	if (server->counts.open - server->ended <= server->settings.connections)
		return true;
	longest = find_longest(server, PHASE_READING, newest);
	if (longest == NULL) {
		longest = find_longest(server, PHASE_SENDING, newest);
		if (longest == NULL ||
		    clock_steady() - longest->since < server->settings.patience * second)
			return false;
	}
	end(server, longest);
	return true;
}

void
connections_end_slowest(struct server *server)
{
	struct connection *slowest;

	pthread_mutex_lock(&server->mutex);
	slowest = find_longest(server, PHASE_SENDING, NULL);
	if (slowest != NULL && clock_steady() - slowest->since > second)
		end(server, slowest);
	pthread_mutex_unlock(&server->mutex);
}

/*
 * A stream that waits for events is suspended: nobody looks at its socket. And libmicrohttpd waits
 * for the rest of a request although the client has closed its end.
 */
static bool
may_be_gone(const struct connection *connection, int64_t now)
{
	return !connection->ended &&
	       (connection->phase == PHASE_STREAM ||
	           (connection->phase == PHASE_READING && now - connection->since > second));
}

/* Ends a connection whose client is gone. */
static void
end_gone(struct server *server, struct connection *connection)
{
	struct request *request = connection->request;

	end(server, connection);
	if (connection->phase != PHASE_STREAM)
		return;
	request->gone = true;
	if (request->suspended) {
		request->suspended = false;
		MHD_resume_connection(request->mhd);
	}
}

static void
end_all_gone(struct server *server, int64_t now)
{
	size_t count = 0;

	if (server->polled_most < server->counts.open) {
		server->polled_most = server->counts.open;
		server->polled =
		    memory_resize(server->polled, server->polled_most, sizeof *server->polled);
	}
	for (struct connection *at = server->connections; at != NULL; at = at->next) {
		if (may_be_gone(at, now))
			server->polled[count++] =
			    (struct pollfd){.fd = at->socket, .events = POLLRDHUP};
	}
	if (count == 0 || poll(server->polled, count, 0) <= 0)
		return;
	count = 0;
	for (struct connection *at = server->connections; at != NULL; at = at->next) {
		if (may_be_gone(at, now) && server->polled[count++].revents != 0)
			end_gone(server, at);
	}
}

void
connections_sweep(struct server *server, int64_t now)
{
	for (struct connection *at = server->connections; at != NULL; at = at->next) {
		if (at->until != 0 && at->until <= now)
			end(server, at);
	}
	end_all_gone(server, now);
}

bool
connections_are_busy(struct server *server)
{
	bool busy = false;

	pthread_mutex_lock(&server->mutex);
	for (struct connection *at = server->connections; at != NULL && !busy; at = at->next)
		busy = at->phase != PHASE_READING && !at->ended;
	pthread_mutex_unlock(&server->mutex);
	return busy;
}
