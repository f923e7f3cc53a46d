/* replay: a thread that reads ahead of its client by a few megabytes at most. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "serve/events.h"
#include "serve/replay.h"
#include "serve/trouble.h"
#include "system/thread.h"
#include "text/json.h"

enum {
	AHEAD = 1024 * 1024, /* bytes that wait for the client */
	PIECE = 128 * 1024, /* bytes between two ids */
	SECOND = 1000000, /* us */
	STALLED = 5 * SECOND, /* for which a client that takes nothing is waited for */
	TURN = 2 * SECOND, /* after which one that takes less than is read gives way to others */
	LOOK = SECOND / 4, /* between two looks whether there are any */
	CEILING = 64 * 1024 * 1024
};

struct replay {
	struct replay_settings settings;
	struct stream *stream;
	struct vector at;
	int64_t begun; /* by clock_steady */
	volatile sig_atomic_t stop; /* for lib/ */
	pthread_mutex_t mutex; /* guards all below */
	pthread_cond_t room;
	struct buffer events; /* from taken on */
	size_t taken;
	bool closed, done, failed;
	bool gave_way; /* at is where its events end */
};

static void
free_replay(struct replay *replay)
{
	vector_free(&replay->settings.after);
	vector_free(&replay->settings.until);
	vector_free(&replay->at);
	buffer_free(&replay->events);
	pthread_cond_destroy(&replay->room);
	pthread_mutex_destroy(&replay->mutex);
	free(replay);
}

/* The client's place in a shard. */
static bool
find_place(void *context, const char *shard, char place[POSITION_SIZE], bool *found,
    struct failure *failure)
{
	const struct replay *replay = context;
	const char *text = vector_find(&replay->settings.after, shard);

	(void)failure;
	*found = text != NULL;
	if (*found)
		snprintf(place, POSITION_SIZE, "%s", text);
	return true;
}

/* Is record i of the chunk one that the follower has not read? */
static bool
is_beyond(const struct replay *replay, const struct chunk *chunk, size_t i)
{
	const char *until = vector_find(&replay->settings.until, chunk->shard);
	struct position limit, place = {.sub = -1};
	char number[24];

	if (until == NULL || !position_parse(span_of(until), &limit))
		return false;
	if (chunk->places != NULL) {
		place.sequence = chunk->places[i].sequence;
		place.sub = chunk->places[i].sub;
	} else {
		snprintf(number, sizeof number, "%llu", (unsigned long long)(chunk->first + i));
		place.sequence = span_of(number);
	}
	return position_compare(&place, &limit) > 0;
}

/*
 * Ends the events after the next one that has an id, where the client continues once it has its
 * turn again; the caller has the mutex. What was read beyond is read again. False: none has an id.
 */
static bool
give_way(struct replay *replay)
{
	static const char id[] = "\n\nid: ", end[] = "\n\n";
	const char *from = replay->events.data + replay->taken;
	size_t left = replay->events.length - replay->taken;
	const char *begin = memmem(from, left, id, sizeof id - 1), *stop, *line;
	struct buffer rest;
	char *text;

	if (begin == NULL)
		return false;
	begin += sizeof id - 1;
	left -= (size_t)(begin - from);
	line = memchr(begin, '\n', left);
	stop = memmem(begin, left, end, sizeof end - 1);
	text = memory_copy(begin, (size_t)(line - begin) + 1);
	text[line - begin] = '\0';
	vector_free(&replay->at);
	replay->gave_way = vector_read(&replay->at, text);
	free(text);
	buffer_init(&rest, CEILING + 2 * AHEAD);
	buffer_add(&rest, from, (size_t)(stop - from) + sizeof end - 1);
	buffer_free(&replay->events);
	replay->events = rest;
	replay->taken = 0;
	return replay->gave_way;
}

/*
 * Waits until there is room; the caller has the mutex. False: the client is gone, or takes nothing,
 * and continues later by its last id, or it gives way to others that wait.
 */
static bool
wait_for_room(struct replay *replay)
{
	size_t taken = replay->taken;
	int64_t now = clock_steady(), since = now;
	bool over = false;

	while (!over && !replay->closed && replay->events.length - replay->taken > AHEAD) {
		int64_t end = now + LOOK;
		struct timespec until = {.tv_sec = end / SECOND, .tv_nsec = end % SECOND * 1000};

		pthread_cond_timedwait(&replay->room, &replay->mutex, &until);
		now = clock_steady();
		if (replay->taken != taken)
			since = now;
		taken = replay->taken;
		over = now - since >= STALLED;
		if (now - replay->begun >= TURN && replay->settings.wanted(replay->settings.owner))
			over = give_way(replay) || over;
	}
	if (over && !replay->gave_way) {
		buffer_free(&replay->events);
		replay->taken = 0;
	}
	return !over && !replay->closed;
}

/* Hands over what was written, once there is room. False: *gone. */
static bool
hand_over(struct replay *replay, struct buffer *text, bool *gone)
{
	events_add_id(text, &replay->at);
	pthread_mutex_lock(&replay->mutex);
	*gone = !wait_for_room(replay);
	if (!*gone) {
		/* What is left is short, so that there is always room. */
		replay->events.length -= replay->taken;
		if (replay->events.length > 0)
			memmove(replay->events.data, replay->events.data + replay->taken,
			    replay->events.length);
		replay->taken = 0;
		buffer_add(&replay->events, text->data, text->length);
		replay->settings.ready(replay->settings.context);
	}
	pthread_mutex_unlock(&replay->mutex);
	/* A large record needs memory only as long as it waits. */
	buffer_free(text);
	return !*gone;
}

/* False: enough was written. */
static bool
take_chunk(struct replay *replay, const struct chunk *chunk, struct buffer *text)
{
	struct chunk named = *chunk;

	events_add_news(text, chunk, false);
	/* Ids name all shards of the client's vector, in whatever order they are read. */
	named.number = vector_number(&replay->at, chunk->shard);
	for (size_t i = 0; i < chunk->count && !is_beyond(replay, chunk, i); i++) {
		vector_note(&replay->at, &named, i);
		events_add_record(text, chunk->records[i].data, &replay->at);
	}
	return text->length < PIECE;
}

static void
add_lost(struct buffer *text, const char *message)
{
	buffer_add_text(text, "event: lost\ndata: {\"message\":");
	json_add_string(text, message, strlen(message));
	buffer_add_text(text, "}\n\n");
}

/* The client's places are none of this stream: it gets all of it. */
static void
check_places(struct replay *replay, struct buffer *text)
{
	struct vector *after = &replay->settings.after, now = {.places = NULL};
	const char *message = NULL;

	vector_begin(&now, stream_id(replay->stream));
	if (after->count > 0 && strcmp(after->stream, now.stream) != 0)
		message = "the stream was deleted and created again: all of it follows";
	else if (strcmp(replay->settings.until.stream, now.stream) == 0 &&
	         (vector_is_beyond(after, &replay->settings.until) ||
	             (after->count > 0 && after->epoch < replay->settings.until.epoch)))
		message = "the stream was replaced by an earlier copy of itself: all of it follows";
	if (message != NULL) {
		add_lost(text, message);
		vector_free(after);
		vector_free(&replay->at);
	}
	memcpy(replay->at.stream, now.stream, sizeof now.stream);
	replay->at.epoch = replay->settings.until.epoch;
}

static bool
read_stream(struct replay *replay, struct buffer *text, struct failure *failure)
{
	struct stream_start start = {
	    .from = FROM_TRIM_HORIZON, .checkpoint = find_place, .begun = true, .context = replay};
	struct stream_settings stream = {.caller = replay->settings.caller};
	enum stream_news news;
	struct chunk chunk;
	bool gone = false;

	stream.caller.stop = &replay->stop;
	replay->stream = stream_open(replay->settings.stream, STREAM_READ, &stream, NULL, failure);
	if (replay->stream == NULL)
		return false;
	check_places(replay, text);
	if (!stream_begin(replay->stream, &start, failure))
		return false;
	while ((news = stream_next(replay->stream, &chunk, failure)) != STREAM_END) {
		if (news == STREAM_FAILED)
			return false;
		if (news == STREAM_IDLE
		        ? !stream_wait(replay->stream, -1, -1, failure)
		        : !take_chunk(replay, &chunk, text) && !hand_over(replay, text, &gone))
			return false;
	}
	return text->length == 0 || hand_over(replay, text, &gone);
}

static bool
say_lost(struct replay *replay, struct buffer *text, const struct failure *failure)
{
	bool gone;

	caller_warn(&replay->settings.caller, "a client that was away: %s", failure->text);
	buffer_clear(text);
	add_lost(text, "the records before cannot be read: " TROUBLE_WHERE);
	vector_free(&replay->at);
	vector_copy(&replay->at, &replay->settings.until);
	return hand_over(replay, text, &gone);
}

static void *
run(void *context)
{
	struct replay *replay = context;
	void (*ended)(void *) = replay->settings.ended;
	void *owner = replay->settings.owner;
	struct failure failure = {.kind = FAILURE_NONE};
	struct buffer text;
	bool read, closed;

	buffer_init(&text, CEILING);
	read = read_stream(replay, &text, &failure);
	/* Then another attempt would fail, too: the client continues with what is put now. */
	if (!read && failure.kind == FAILURE_PERMANENT)
		read = say_lost(replay, &text, &failure);
	buffer_free(&text);
	stream_close(replay->stream);
	if (!read && failure.kind != FAILURE_NONE && failure.kind != FAILURE_STOPPED)
		caller_warn(&replay->settings.caller, "a client that was away: %s", failure.text);
	pthread_mutex_lock(&replay->mutex);
	replay->done = true;
	replay->failed = !read && !replay->gave_way;
	closed = replay->closed;
	if (!closed)
		replay->settings.ready(replay->settings.context);
	/* Whoever comes second frees it. */
	replay->closed = true;
	pthread_mutex_unlock(&replay->mutex);
	if (closed)
		free_replay(replay);
	ended(owner);
	return NULL;
}

struct replay *
replay_open(struct replay_settings *settings, struct failure *failure)
{
	struct replay *replay = memory_new(1, sizeof *replay);
	pthread_condattr_t attributes;
	pthread_t thread;

	replay->settings = *settings;
	vector_copy(&replay->at, &replay->settings.after);
	replay->begun = clock_steady();
	pthread_mutex_init(&replay->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&replay->room, &attributes);
	pthread_condattr_destroy(&attributes);
	buffer_init(&replay->events, CEILING + 2 * AHEAD);
	if (thread_start(&thread, run, replay, failure)) {
		pthread_detach(thread);
		return replay;
	}
	free_replay(replay);
	return NULL;
}

size_t
replay_read(struct replay *replay, char *to, size_t room, bool *done, bool *failed)
{
	size_t left, part;

	pthread_mutex_lock(&replay->mutex);
	left = replay->events.length - replay->taken;
	part = left < room ? left : room;
	if (part > 0)
		memcpy(to, replay->events.data + replay->taken, part);
	replay->taken += part;
	if (replay->taken == replay->events.length) {
		buffer_free(&replay->events);
		replay->taken = 0;
	}
	*done = replay->done && part == left;
	*failed = replay->failed;
	pthread_cond_signal(&replay->room);
	pthread_mutex_unlock(&replay->mutex);
	return part;
}

bool
replay_gave_way(struct replay *replay, struct vector *after, struct vector *until)
{
	if (!replay->gave_way)
		return false;
	vector_copy(after, &replay->at);
	vector_copy(until, &replay->settings.until);
	return true;
}

void
replay_close(struct replay *replay)
{
	bool ended;

	pthread_mutex_lock(&replay->mutex);
	ended = replay->closed;
	replay->closed = true;
	replay->stop = SIGTERM;
	pthread_cond_signal(&replay->room);
	pthread_mutex_unlock(&replay->mutex);
	if (ended)
		free_replay(replay);
}
