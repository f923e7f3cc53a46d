/* follower_client: gives each client the runs after the one that it is in. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "serve/follower_internal.h"

static const char beat[] = ":\n\n";

/* Leaves its run, which is freed after its last client if it is no longer kept. */
static void
leave(struct client *client)
{
	struct run *run = client->run;

	client->run = NULL;
	if (run == NULL || --run->users > 0 || !client->behind)
		return;
	free(run->id);
	free(run->text);
	free(run);
}

/* Moves to another run; the caller has the mutex. */
static void
enter(struct client *client, struct run *run)
{
	leave(client);
	run->users++;
	client->run = run;
	client->offset = 0;
}

static size_t
read_events(void *context, char *to, size_t room)
{
	struct client *client = context;
	struct follower *follower = client->follower;
	size_t given = 0;

	pthread_mutex_lock(&follower->mutex);
	while (given < room) {
		struct run *run = client->run;
		size_t left = run->length - client->offset;
		size_t part = left < room - given ? left : room - given;

		if (part == 0 && run->next == NULL)
			break;
		if (part == 0) {
			enter(client, run->next);
			continue;
		}
		memcpy(to + given, run->text + client->offset, part);
		client->offset += part;
		given += part;
	}
	if (given == 0 && client->beat && room >= sizeof beat - 1) {
		memcpy(to, beat, sizeof beat - 1);
		given = sizeof beat - 1;
	}
	if (given > 0)
		client->beat = false;
	else if (client->behind || follower->failed.kind != FAILURE_NONE)
		given = REQUEST_END;
	pthread_mutex_unlock(&follower->mutex);
	return given;
}

static void
close_client(void *context)
{
	struct client *client = context;
	struct follower *follower = client->follower;

	pthread_mutex_lock(&follower->mutex);
	if (client->next != NULL)
		client->next->previous = client->previous;
	if (client->previous != NULL)
		client->previous->next = client->next;
	else
		follower->clients = client->next;
	follower->counts.following--;
	leave(client);
	pthread_mutex_unlock(&follower->mutex);
	free(client);
}

/* The run that ends at a vector; NULL: it is not kept. The caller has the mutex. */
static struct run *
find_run(const struct follower *follower, const char *after)
{
	for (struct run *run = follower->first; run != NULL; run = run->next) {
		if (run->id != NULL && strcmp(run->id, after) == 0)
			return run;
	}
	return NULL;
}

void
follower_join(struct follower *follower, struct request *request, const char *after)
{
	struct client *client = memory_new(1, sizeof *client);
	struct reply_stream stream = {.type = "text/event-stream",
	    .read = read_events,
	    .close = close_client,
	    .context = client};
	struct run *run;

	*client = (struct client){.follower = follower, .request = request, .beat = true};
	pthread_mutex_lock(&follower->mutex);
	run = after != NULL ? find_run(follower, after) : follower->last;
	if (run != NULL) {
		enter(client, run);
		client->offset = run->length;
		client->next = follower->clients;
		if (client->next != NULL)
			client->next->previous = client;
		follower->clients = client;
		follower->counts.following++;
		follower->counts.clients++;
	}
	pthread_mutex_unlock(&follower->mutex);
	if (run != NULL) {
		request_stream(request, &stream);
		return;
	}
	free(client);
	request_problem(request, 503, "the events after that id are not kept");
}
