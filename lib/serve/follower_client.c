/* follower_client: gives each client the runs after the one that it is in. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "serve/follower_internal.h"
#include "serve/trouble.h"

static const char beat[] = ":\n\n";

enum { REPLAYS = 8 /* clients at once for whom what they missed is read */ };

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

static void
replay_ready(void *context)
{
	struct client *client = context;

	request_wake(client->request);
}

/* Wakes the client that waits for its replay longest; the caller has the mutex. */
static void
wake_waiting(struct follower *follower)
{
	struct client *longest = NULL;

	for (struct client *client = follower->clients; client != NULL; client = client->next)
		longest = client->waits ? client : longest;
	if (longest != NULL)
		request_wake(longest->request);
}

static void
replay_ended(void *context)
{
	struct follower *follower = context;

	pthread_mutex_lock(&follower->mutex);
	follower->replays--;
	wake_waiting(follower);
	pthread_cond_signal(&follower->replayed);
	pthread_mutex_unlock(&follower->mutex);
}

/* Lets what the client missed be read, if there is room. False: that failed. */
static bool
begin_replay(struct client *client)
{
	struct follower *follower = client->follower;
	struct replay_settings settings = {.stream = follower->settings.stream,
	    .caller = follower->settings.caller,
	    .ready = replay_ready,
	    .ended = replay_ended,
	    .context = client,
	    .owner = follower};
	struct failure failure;

	pthread_mutex_lock(&follower->mutex);
	client->waits = follower->replays == REPLAYS;
	follower->replays += !client->waits;
	/* Two may have ended at once, and have woken this one only. */
	if (!client->waits && follower->replays < REPLAYS)
		wake_waiting(follower);
	pthread_mutex_unlock(&follower->mutex);
	if (client->waits)
		return true;
	settings.after = client->after;
	settings.until = client->until;
	client->after = client->until = (struct vector){.places = NULL};
	client->replay = replay_open(&settings, &failure);
	if (client->replay != NULL)
		return true;
	caller_warn(&follower->settings.caller, "a client that was away: %s", failure.text);
	replay_ended(follower);
	return false;
}

static size_t
read_events(void *context, char *to, size_t room)
{
	struct client *client = context;
	struct follower *follower = client->follower;
	size_t given = 0;
	bool over = false;

	if (client->waits)
		over = !begin_replay(client);
	if (client->replay != NULL)
		given = read_replay(client, to, room, &over);
	pthread_mutex_lock(&follower->mutex);
	if (client->replay == NULL && given == 0 && !over && !client->waits)
		given = read_runs(client, to, room);
	if (given == 0 && !over && client->beat && room >= sizeof beat - 1) {
		memcpy(to, beat, sizeof beat - 1);
		given = sizeof beat - 1;
	}
	if (given > 0)
		client->beat = false;
	else if (over ||
	         (client->replay == NULL && !client->waits && (client->behind || follower->failed)))
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
	wake_waiting(follower);
	pthread_mutex_unlock(&follower->mutex);
}

static void
close_client(void *context)
{
	struct client *client = context;

	if (client->replay != NULL)
		replay_close(client->replay);
	remove_client(client);
	vector_free(&client->after);
	vector_free(&client->until);
	free(client);
}

/* The run that ends at a vector; NULL: it is not kept. The caller has the mutex. */
static struct run *
find_run(const struct follower *follower, const char *after)
{
	/* Most clients were away for a moment only. */
	for (struct run *run = follower->last; run != NULL; run = run->previous) {
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
}

/* Is the stream read, so that clients can join? */
static bool
is_read(struct follower *follower)
{
	bool read;

	pthread_mutex_lock(&follower->mutex);
	read = !follower->failed;
	pthread_mutex_unlock(&follower->mutex);
	return read;
}

/* Adds the client where it continues: after: as in follower_join, read into client->after. */
static void
join(struct client *client, const char *after)
{
	struct follower *follower = client->follower;
	struct run *run;

	pthread_mutex_lock(&follower->mutex);
	run = after != NULL ? find_run(follower, after) : follower->last;
	client->waits = run == NULL;
	if (client->waits)
		vector_copy(&client->until, &follower->read);
	add_client(client, run != NULL ? run : follower->last);
	pthread_mutex_unlock(&follower->mutex);
}

void
follower_join(struct follower *follower, struct request *request, const char *after)
{
	struct client *client = memory_new(1, sizeof *client);
	struct reply_stream stream = {.type = "text/event-stream",
	    .read = read_events,
	    .close = close_client,
	    .context = client};

	*client = (struct client){.follower = follower, .request = request, .beat = true};
	if (after != NULL && after[0] != '\0' && !vector_read(&client->after, after)) {
		request_problem(request, 400, "that is not the id of an event of this stream");
	} else if (!is_read(follower)) {
		request_later(request, 503, FOLLOWER_REST / 1000,
		    "the stream cannot be read: " TROUBLE_WHERE);
	} else {
		join(client, after);
		request_stream(request, &stream);
		return;
	}
	vector_free(&client->after);
	free(client);
}
