/* follower_client: gives each client the runs after the one that it is in. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "serve/follower_internal.h"

static const char beat[] = ":\n\n";

enum { REPLAYS = 4 /* clients at once for whom what they missed is read */ };

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

/* The events of its runs; the caller has the mutex. */
static size_t
read_runs(struct client *client, char *to, size_t room)
{
	size_t given = 0;

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
	return given;
}

/* What the client missed. *over: it ends too early, and the client asks again. */
static size_t
read_replay(struct client *client, char *to, size_t room, bool *over)
{
	bool done, failed;
	size_t given = replay_read(client->replay, to, room, &done, &failed);

	*over = false;
	if (given > 0 || !done)
		return given;
	replay_close(client->replay);
	client->replay = NULL;
	*over = failed;
	return 0;
}

static size_t
read_events(void *context, char *to, size_t room)
{
	struct client *client = context;
	struct follower *follower = client->follower;
	size_t given = 0;
	bool over = false;

	if (client->replay != NULL)
		given = read_replay(client, to, room, &over);
	pthread_mutex_lock(&follower->mutex);
	if (client->replay == NULL && given == 0 && !over && !client->cut)
		given = read_runs(client, to, room);
	if (given == 0 && client->beat && room >= sizeof beat - 1) {
		memcpy(to, beat, sizeof beat - 1);
		given = sizeof beat - 1;
	}
	if (given > 0)
		client->beat = false;
	else if (over || (client->replay == NULL && (client->behind || client->cut)))
		given = REQUEST_END;
	pthread_mutex_unlock(&follower->mutex);
	return given;
}

static void
remove_client(struct client *client)
{
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
}

static void
close_client(void *context)
{
	struct client *client = context;

	if (client->replay != NULL)
		replay_close(client->replay);
	remove_client(client);
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

/* Adds the client, at the end of a run, whose id it gets; the caller has the mutex. */
static void
add_client(struct client *client, struct run *run)
{
	struct follower *follower = client->follower;

	enter(client, run);
	client->offset = run->records;
	client->next = follower->clients;
	if (client->next != NULL)
		client->next->previous = client;
	follower->clients = client;
	follower->counts.following++;
	follower->counts.clients++;
}

static void
replay_ready(void *context)
{
	struct client *client = context;

	request_wake(client->request);
}

static void
replay_ended(void *context)
{
	struct follower *follower = context;

	pthread_mutex_lock(&follower->mutex);
	follower->replays--;
	pthread_cond_signal(&follower->replayed);
	pthread_mutex_unlock(&follower->mutex);
}

/* Lets what the client missed be read, up to the end of the last run. False: it was replied to. */
static bool
begin_replay(struct client *client, const char *after)
{
	struct follower *follower = client->follower;
	struct replay_settings settings = {.stream = follower->settings.stream,
	    .caller = follower->settings.caller,
	    .ready = replay_ready,
	    .ended = replay_ended,
	    .context = client,
	    .owner = follower};
	struct failure failure;
	bool full;

	if (after[0] != '\0' && !vector_read(&settings.after, after)) {
		vector_free(&settings.after);
		request_problem(
		    client->request, 400, "that is not the id of an event of this stream");
		return false;
	}
	pthread_mutex_lock(&follower->mutex);
	full = follower->replays == REPLAYS;
	if (!full) {
		follower->replays++;
		vector_copy(&settings.until, &follower->read);
		add_client(client, follower->last);
	}
	pthread_mutex_unlock(&follower->mutex);
	if (full) {
		vector_free(&settings.after);
		request_problem(
		    client->request, 503, "others that were away for long are served first");
		return false;
	}
	client->replay = replay_open(&settings, &failure);
	if (client->replay != NULL)
		return true;
	replay_ended(follower);
	/* Nobody may wake a request that was replied to. */
	remove_client(client);
	request_failed(client->request, &failure);
	return false;
}

void
follower_join(struct follower *follower, struct request *request, const char *after)
{
	struct client *client = memory_new(1, sizeof *client);
	struct reply_stream stream = {.type = "text/event-stream",
	    .read = read_events,
	    .close = close_client,
	    .context = client};
	struct failure failure;
	struct run *run;

	*client = (struct client){.follower = follower, .request = request, .beat = true};
	pthread_mutex_lock(&follower->mutex);
	failure = follower->failed;
	run = after != NULL ? find_run(follower, after) : follower->last;
	if (run != NULL && failure.kind == FAILURE_NONE)
		add_client(client, run);
	pthread_mutex_unlock(&follower->mutex);
	if (failure.kind != FAILURE_NONE) {
		free(client);
		request_problem(request, 503, "the stream cannot be read: %s", failure.text);
	} else if (run != NULL || begin_replay(client, after)) {
		request_stream(request, &stream);
	} else {
		free(client);
	}
}
