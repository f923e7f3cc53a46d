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

static void
replay_ready(void *context)
{
	struct client *client = context;

	request_wake(client->request);
}

/* The client that waits for its replay longest; NULL: none. The caller has the mutex. */
static struct client *
longest_waiting(const struct follower *follower)
{
	struct client *longest = NULL;

	for (struct client *client = follower->clients; client != NULL; client = client->next)
		longest = client->waits ? client : longest;
	return longest;
}

static bool
is_wanted(void *context)
{
	struct follower *follower = context;
	bool wanted;

	pthread_mutex_lock(&follower->mutex);
	wanted = longest_waiting(follower) != NULL;
	pthread_mutex_unlock(&follower->mutex);
	return wanted;
}

static void begin_waiting(struct follower *follower);

static void
replay_ended(void *context)
{
	struct follower *follower = context;

	pthread_mutex_lock(&follower->mutex);
	follower->replays--;
	begin_waiting(follower);
	pthread_cond_signal(&follower->replayed);
	pthread_mutex_unlock(&follower->mutex);
}

/* Lets what the client missed be read; the caller has the mutex. */
static void
begin_replay(struct client *client)
{
	struct follower *follower = client->follower;
	struct replay_settings settings = {.stream = follower->settings.stream,
	    .caller = follower->settings.caller,
	    .after = client->after,
	    .until = client->until,
	    .ready = replay_ready,
	    .ended = replay_ended,
	    .wanted = is_wanted,
	    .context = client,
	    .owner = follower};
	struct failure failure;

	client->waits = false;
	client->after = client->until = (struct vector){.places = NULL};
	client->replay = replay_open(&settings, &failure);
	client->failed = client->replay == NULL;
	if (client->failed)
		caller_warn(&follower->settings.caller, "a client that was away: %s", failure.text);
	else
		follower->replays++;
	request_wake(client->request);
}

/*
 * Begins the replays of those who wait longest, as far as there is room: not only once they ask, as
 * one that takes nothing would keep its place. The caller has the mutex.
 */
static void
begin_waiting(struct follower *follower)
{
	struct client *client;

	while (follower->replays < REPLAYS && (client = longest_waiting(follower)) != NULL)
		begin_replay(client);
}

/* Adds it as the newest; the caller has the mutex. */
static void
link_client(struct client *client)
{
	struct follower *follower = client->follower;

	client->previous = NULL;
	client->next = follower->clients;
	if (client->next != NULL)
		client->next->previous = client;
	follower->clients = client;
}

/* The caller has the mutex. */
static void
unlink_client(struct client *client)
{
	struct follower *follower = client->follower;

	if (client->next != NULL)
		client->next->previous = client->previous;
	if (client->previous != NULL)
		client->previous->next = client->next;
	else
		follower->clients = client->next;
}

/* It waits for a replay, after the others that do; the caller has the mutex. */
static void
wait_again(struct client *client)
{
	struct follower *follower = client->follower;

	unlink_client(client);
	link_client(client);
	client->waits = true;
	begin_waiting(follower);
}

/* What the client missed. *over: it ends too early, and the client asks again. */
static size_t
read_replay(struct client *client, char *to, size_t room, bool *over)
{
	struct follower *follower = client->follower;
	bool done, failed, again;
	size_t given = replay_read(client->replay, to, room, &done, &failed);

	if (given > 0 || !done)
		return given;
	again = replay_gave_way(client->replay, &client->after, &client->until);
	replay_close(client->replay);
	pthread_mutex_lock(&follower->mutex);
	client->replay = NULL;
	if (again)
		wait_again(client);
	pthread_mutex_unlock(&follower->mutex);
	*over = failed;
	return 0;
}

static size_t
read_events(void *context, char *to, size_t room)
{
	struct client *client = context;
	struct follower *follower = client->follower;
	size_t given = 0;
	bool over = false, replays;

	/* Other threads set it, once. */
	pthread_mutex_lock(&follower->mutex);
	if (client->waits)
		begin_waiting(follower);
	replays = client->replay != NULL;
	pthread_mutex_unlock(&follower->mutex);
	if (replays)
		given = read_replay(client, to, room, &over);
	pthread_mutex_lock(&follower->mutex);
	over = over || client->failed;
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
	unlink_client(client);
	follower->counts.following--;
	leave(client);
	pthread_mutex_unlock(&follower->mutex);
}

static void
close_client(void *context)
{
	struct client *client = context;

	remove_client(client);
	if (client->replay != NULL)
		replay_close(client->replay);
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
	link_client(client);
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
