/* follower: the thread that reads the stream, and the events that it keeps. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "serve/follower_internal.h"
#include "stream/stream.h"
#include "system/thread.h"

enum {
	BEAT = 15000, /* ms between comments to clients */
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

/* Forgets the oldest runs, until only this number of bytes is kept; the caller has the mutex. */
static void
forget(struct follower *follower, size_t bytes)
{
	while (follower->first != follower->last && follower->bytes > bytes) {
		struct run *run = follower->first;

		follower->first = run->next;
		follower->first->previous = NULL;
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

/* The caller has the mutex. */
static void
append(struct follower *follower, struct run *run)
{
	run->previous = follower->last;
	follower->last->next = run;
	follower->last = run;
}

/* What was read so far is known to clients; the caller has the mutex. */
static void
publish(struct follower *follower)
{
	vector_free(&follower->read);
	vector_copy(&follower->read, &follower->vector);
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
	publish(follower);
	append(follower, run);
	follower->bytes += run->length;
	follower->counts.records += records;
	forget(follower, follower->settings.bytes);
	wake_all(follower, false);
	pthread_mutex_unlock(&follower->mutex);
}

static void
note_chunk(struct follower *follower, const struct chunk *chunk)
{
	pthread_mutex_lock(&follower->mutex);
	follower->counts.lost += chunk->lost + chunk->missing;
	/* Of all shards. */
	if (chunk->count > 0 && chunk->records[chunk->count - 1].arrived > follower->counts.newest)
		follower->counts.newest = chunk->records[chunk->count - 1].arrived;
	pthread_mutex_unlock(&follower->mutex);
}

/*
 * The stream was opened again: ids of before do not count if it has become an earlier copy of
 * itself. What was put to it by now hides how far it went back, so that any other file is one.
 */
static void
begin_epoch(struct follower *follower)
{
	uint32_t now = (uint32_t)(clock_now() / 1000), epoch = follower->read.epoch;

	if (strcmp(follower->read.stream, follower->vector.stream) == 0 &&
	    (follower->replaced || vector_is_beyond(&follower->read, &follower->vector)))
		epoch = now > epoch ? now : epoch + 1;
	follower->vector.epoch = epoch;
	follower->replaced = false;
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
		vector_note_start(&follower->vector, &chunk, stream_now(follower->stream));
		for (size_t i = 0; i < chunk.count; i++) {
			vector_note(&follower->vector, &chunk, i);
			events_add_record(text, chunk.records[i].data, &follower->vector);
		}
		note_chunk(follower, &chunk);
		records += chunk.count;
		if (text->length >= RUN) {
			add_run(follower, text, records);
			records = 0;
		}
	}
	if (!begun)
		begin_epoch(follower);
	/* The first one has no records, but an id for those who come before there are any. */
	if (text->length > 0 || !begun)
		add_run(follower, text, records);
	return news;
}

/*
 * Opens the stream, and finds where it is now: what is put from here on is read once, by the
 * follower, and what was put before, by the replays.
 */
static bool
begin(struct follower *follower, struct buffer *text, struct failure *failure)
{
	struct stream_settings settings = {.patient = true, .caller = follower->settings.caller};
	struct stream_start from = {.from = FROM_LATEST, .follow = true};

	stream_close(follower->stream);
	follower->stream =
	    stream_open(follower->settings.stream, STREAM_READ, &settings, NULL, failure);
	if (follower->stream == NULL)
		return false;
	vector_begin(&follower->vector, stream_id(follower->stream));
	if (!stream_begin(follower->stream, &from, failure) ||
	    read_all(follower, text, false, failure) != STREAM_IDLE)
		return false;
	pthread_mutex_lock(&follower->mutex);
	publish(follower);
	follower->failed = false;
	pthread_mutex_unlock(&follower->mutex);
	return true;
}

static bool
is_same(struct follower *follower, struct failure *failure)
{
	follower->replaced = !stream_still_there(follower->stream, failure);
	return !follower->replaced;
}

/* Reads what comes, until that fails. */
static void
read_on(struct follower *follower, struct buffer *text, struct failure *failure)
{
	int64_t beat = clock_steady() + (int64_t)BEAT * 1000;
	int left = BEAT;

	while (stream_wait(follower->stream, follower->ends[1], left, failure) &&
	       is_same(follower, failure) &&
	       read_all(follower, text, true, failure) == STREAM_IDLE) {
		left = (int)((beat - clock_steady() + 999) / 1000);
		if (left > 0)
			continue;
		beat += (int64_t)BEAT * 1000;
		left = BEAT;
		pthread_mutex_lock(&follower->mutex);
		wake_all(follower, true);
		pthread_mutex_unlock(&follower->mutex);
	}
}

/*
 * Ends the clients, who ask again, and waits a while. What is read after it does not continue the
 * runs before it. False: the program ends.
 */
static bool
rest(struct follower *follower, const struct failure *failure)
{
	struct pollfd end = {.fd = follower->ends[1], .events = 0};
	struct run *run = memory_new(1, sizeof *run);

	if (!follower->failed)
		caller_warn(&follower->settings.caller,
		    "the stream cannot be read: %s; trying again", failure->text);
	pthread_mutex_lock(&follower->mutex);
	follower->failed = true;
	append(follower, run);
	follower->bytes++; /* so that all are forgotten, also empty ones */
	forget(follower, 0);
	follower->bytes = 0;
	wake_all(follower, false);
	pthread_mutex_unlock(&follower->mutex);
	return poll(&end, 1, FOLLOWER_REST) == 0;
}

static void *
follow(void *context)
{
	struct follower *follower = context;
	struct failure failure = {.kind = FAILURE_NONE};
	struct buffer text;
	bool good = true;

	buffer_init(&text, CEILING);
	do {
		if (good)
			read_on(follower, &text, &failure);
		if (failure.kind == FAILURE_READER_GONE || failure.kind == FAILURE_STOPPED ||
		    !rest(follower, &failure))
			break;
		buffer_clear(&text);
		good = begin(follower, &text, &failure);
		if (good)
			caller_warn(&follower->settings.caller, "the stream is read again");
	} while (true);
	buffer_free(&text);
	return NULL;
}

static bool
start(struct follower *follower, struct failure *failure)
{
	struct buffer text;
	bool good;

	buffer_init(&text, CEILING);
	good = begin(follower, &text, failure);
	buffer_free(&text);
	if (!good)
		return false;
	if (pipe2(follower->ends, O_CLOEXEC) != 0)
		return fail_errno(failure, errno, "could not create a pipe");
	follower->running = thread_start(&follower->thread, follow, follower, failure);
	return follower->running;
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
