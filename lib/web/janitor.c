/* janitor: the thread that ends connections and requests whose time is over. */
#include <time.h>

#include "base/clock.h"
#include "web/internal.h"

enum { SWEEP = 500000, SECOND = 1000000 /* us */ };

/* The next request that should have been replied to; NULL: there is none. */
static struct request *
take_overdue(struct server *server, int64_t now)
{
	struct request *at;

	pthread_mutex_lock(&server->mutex);
	at = server->requests;
	while (at != NULL && (at->until == 0 || at->until > now))
		at = at->next;
	if (at != NULL)
		at->holders++;
	pthread_mutex_unlock(&server->mutex);
	return at;
}

static void
end_overdue(struct server *server, int64_t now)
{
	struct request *request;

	while ((request = take_overdue(server, now)) != NULL)
		request_later(request, MHD_HTTP_SERVICE_UNAVAILABLE,
		    server->settings.most_time / 1000,
		    "the reply took longer than %u s: try again later, or ask for less",
		    server->settings.most_time / 1000);
}

/* Without connections it sleeps until there is one; the caller has the mutex. */
static void
rest(struct server *server)
{
	int64_t end = clock_steady() + SWEEP;
	const struct timespec until = {.tv_sec = end / SECOND, .tv_nsec = end % SECOND * 1000};

	if (server->connections == NULL)
		pthread_cond_wait(&server->changed, &server->mutex);
	else
		pthread_cond_timedwait(&server->changed, &server->mutex, &until);
}

void *
janitor_run(void *context)
{
	struct server *server = context;

	pthread_mutex_lock(&server->mutex);
	while (!server->ending) {
		rest(server);
		connections_sweep(server, clock_steady());
		pthread_mutex_unlock(&server->mutex);
		end_overdue(server, clock_steady());
		pthread_mutex_lock(&server->mutex);
	}
	pthread_mutex_unlock(&server->mutex);
	return NULL;
}
