/* follower: the thread that reads the stream, and the events that it keeps. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "serve/follower_internal.h"
#include "stream/stream.h"

enum {
	BEAT = 15000, /* ms between comments to clients */
	AGAIN = 5000, /* ms until a stream that could not be read is tried again */
	RUN = 256 * 1024, /* bytes after which a run ends */
	CEILING = 64 * 1024 * 1024 /* of a run: the largest record in base64 */
};

/* Wakes all clients; the caller has the mutex. */
static void
wake_all(struct follower *follower, bool beat)
{
	for (struct client *client = follower->clients; client != NULL; client = client->next) {
		client->beat = beat || client->beat;
		request_wake(client->request);
	}
}

/* Forgets the oldest runs; the caller has the mutex. */
static void
forget(struct follower *follower)
{
	while (follower->first != follower->last && follower->bytes > follower->settings.bytes) {
		struct run *run = follower->first;

		follower->first = run->next;
		follower->bytes -= run->length;
		run->next = NULL;
		if (run->users == 0) {
			free(run->id);
			free(run->text);
			free(run);
			continue;
		}
		for (struct client *client = follower->clients; client != NULL;
		     client = client->next)
			client->behind = client->behind || client->run == run;
	}
}

/* Makes a run of what was written, and hands it to the clients. */
static void
add_run(struct follower *follower, struct buffer *text, uint64_t records)
{
	struct run *run = memory_new(1, sizeof *run);
	struct buffer id;

	buffer_init(&id, VECTOR_TEXT + 1);
	if (vector_write(&follower->vector, &id) && id.length > 0)
		run->id = buffer_take_text(&id);
	buffer_free(&id);
	run->records = text->length;
	events_add_id(text, &follower->vector);
	run->length = text->length;
	run->text = memory_copy(text->data, text->length);
	buffer_clear(text);
	pthread_mutex_lock(&follower->mutex);
	vector_free(&follower->read);
	vector_copy(&follower->read, &follower->vector);
	follower->last->next = run;
	follower->last = run;
	follower->bytes += run->length;
	follower->counts.records += records;
	forget(follower);
	wake_all(follower, false);
	pthread_mutex_unlock(&follower->mutex);
}

static void
note_chunk(struct follower *follower, const struct chunk *chunk)
{
	pthread_mutex_lock(&follower->mutex);
	follower->counts.lost += chunk->lost + chunk->missing;
	if (chunk->count > 0)
		follower->counts.newest = chunk->records[chunk->count - 1].arrived;
	pthread_mutex_unlock(&follower->mutex);
}

/* Whoever continues before this is read for up to here. */
static void
note_start(struct follower *follower)
{
	pthread_mutex_lock(&follower->mutex);
	vector_free(&follower->read);
	vector_copy(&follower->read, &follower->vector);
	pthread_mutex_unlock(&follower->mutex);
}

/* Reads what there is. */
static enum stream_news
read_all(struct follower *follower, struct buffer *text, bool begun, struct failure *failure)
{
	enum stream_news news;
	struct chunk chunk;
	uint64_t records = 0;

	while ((news = stream_next(follower->stream, &chunk, failure)) == STREAM_CHUNK) {
		bool fresh = begun && chunk.number >= follower->vector.count;

		events_add_news(text, &chunk, fresh);
		for (size_t i = 0; i < chunk.count; i++)
			events_add_record(text, chunk.records[i].data);
		vector_note_start(&follower->vector, &chunk, stream_now(follower->stream));
		if (chunk.count > 0)
			vector_note(&follower->vector, &chunk, chunk.count - 1);
		note_chunk(follower, &chunk);
		records += chunk.count;
		if (text->length >= RUN) {
			add_run(follower, text, records);
			records = 0;
		}
	}
	/* The first one has no records, but an id for those who come before there are any. */
	if (text->length > 0 || !begun)
		add_run(follower, text, records);
	return news;
}

/* Reads until that fails. */
static void
read_on(struct follower *follower, struct failure *failure)
{
	enum stream_news news = STREAM_IDLE;
	struct buffer text;
	bool begun = false;

	buffer_init(&text, CEILING);
	while (news == STREAM_IDLE) {
		int64_t began = clock_steady();

		news = read_all(follower, &text, begun, failure);
		if (!begun)
			note_start(follower);
		begun = true;
		if (news == STREAM_IDLE &&
		    (!stream_wait(follower->stream, follower->ends[1], BEAT, failure) ||
		        !stream_still_there(follower->stream, failure)))
			news = STREAM_FAILED;
		if (clock_steady() - began >= (int64_t)BEAT * 1000) {
			pthread_mutex_lock(&follower->mutex);
			wake_all(follower, true);
			pthread_mutex_unlock(&follower->mutex);
		}
	}
	buffer_free(&text);
}

/* Reads from the end of the stream. */
static bool
begin(struct follower *follower, struct failure *failure)
{
	struct stream_settings settings = {.patient = true, .caller = follower->settings.caller};
	struct stream_start from = {.from = FROM_LATEST, .follow = true};

	follower->stream =
	    stream_open(follower->settings.stream, STREAM_READ, &settings, NULL, failure);
	return follower->stream != NULL && stream_begin(follower->stream, &from, failure);
}

/*
 * Its clients end, and so that nothing is missing they continue behind what they have: events of
 * before are no longer a place to continue at.
 */
static void
stop_clients(struct follower *follower, const struct failure *failure)
{
	pthread_mutex_lock(&follower->mutex);
	follower->failed = *failure;
	for (struct client *client = follower->clients; client != NULL; client = client->next)
		client->cut = true;
	for (struct run *run = follower->first; run != NULL; run = run->next) {
		free(run->id);
		run->id = NULL;
	}
	vector_free(&follower->read);
	wake_all(follower, false);
	pthread_mutex_unlock(&follower->mutex);
	stream_close(follower->stream);
	follower->stream = NULL;
	vector_free(&follower->vector);
}

/* Opens the stream again, as soon as that works. False: the follower ends. */
static bool
begin_again(struct follower *follower)
{
	struct pollfd end = {.fd = follower->ends[1]};
	struct failure failure = {.kind = FAILURE_NONE};

	caller_warn(&follower->settings.caller, "the stream cannot be read: %s; trying again",
	    follower->failed.text);
	do {
		stream_close(follower->stream);
		follower->stream = NULL;
		if (poll(&end, 1, AGAIN) != 0)
			return false;
	} while (!begin(follower, &failure));
	pthread_mutex_lock(&follower->mutex);
	follower->failed.kind = FAILURE_NONE;
	pthread_mutex_unlock(&follower->mutex);
	caller_warn(&follower->settings.caller, "the stream is read again");
	return true;
}

static void *
follow(void *context)
{
	struct follower *follower = context;
	struct failure failure;

	do {
		failure.kind = FAILURE_NONE;
		read_on(follower, &failure);
		stop_clients(follower, &failure);
	} while (failure.kind != FAILURE_READER_GONE && begin_again(follower));
	return NULL;
}

static bool
start(struct follower *follower, struct failure *failure)
{
	sigset_t all, before;
	int error;

	if (!begin(follower, failure))
		return false;
	if (pipe(follower->ends) != 0)
		return fail_errno(failure, errno, "could not create a pipe");
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&follower->thread, NULL, follow, follower);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	follower->running = error == 0;
	return error == 0 || fail_errno(failure, error, "could not start a thread");
}

struct follower *
follower_open(const struct follower_settings *settings, struct failure *failure)
{
	struct follower *follower = memory_new(1, sizeof *follower);

	follower->settings = *settings;
	follower->ends[0] = follower->ends[1] = -1;
	pthread_mutex_init(&follower->mutex, NULL);
	pthread_cond_init(&follower->replayed, NULL);
	/* The clients that wait are in the last run, which is empty at the start. */
	follower->first = follower->last = memory_new(1, sizeof *follower->last);
	if (start(follower, failure))
		return follower;
	follower_close(follower);
	return NULL;
}

void
follower_close(struct follower *follower)
{
	if (follower == NULL)
		return;
	pthread_mutex_lock(&follower->mutex);
	while (follower->replays > 0)
		pthread_cond_wait(&follower->replayed, &follower->mutex);
	pthread_mutex_unlock(&follower->mutex);
	if (follower->ends[0] >= 0)
		close(follower->ends[0]);
	if (follower->running)
		pthread_join(follower->thread, NULL);
	if (follower->ends[1] >= 0)
		close(follower->ends[1]);
	stream_close(follower->stream);
	while (follower->first != NULL) {
		struct run *run = follower->first;

		follower->first = run->next;
		free(run->id);
		free(run->text);
		free(run);
	}
	vector_free(&follower->vector);
	vector_free(&follower->read);
	pthread_cond_destroy(&follower->replayed);
	pthread_mutex_destroy(&follower->mutex);
	free(follower);
}

void
follower_count(struct follower *follower, struct follower_counts *counts)
{
	pthread_mutex_lock(&follower->mutex);
	*counts = follower->counts;
	pthread_mutex_unlock(&follower->mutex);
}
