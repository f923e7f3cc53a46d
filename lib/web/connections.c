/* connections: ends those of clients that are too slow. */
#include <sys/socket.h>

#include "base/clock.h"
#include "web/internal.h"

static const int64_t second = 1000000; /* of clock_steady */

void
connection_enter(struct server *server, struct connection *connection, enum phase phase)
{
	int64_t patience = server->settings.patience * second;

	connection->phase = phase;
	connection->until =
	    phase == PHASE_READING || phase == PHASE_SENDING ? clock_steady() + patience : 0;
}

/* The caller has the mutex. The server's thread then finds the connection closed by its peer. */
void
connections_sweep(struct server *server, int64_t now)
{
	for (struct connection *at = server->connections; at != NULL; at = at->next) {
		if (at->until != 0 && at->until <= now) {
			shutdown(at->socket, SHUT_RDWR);
			at->until = 0;
		}
	}
}
