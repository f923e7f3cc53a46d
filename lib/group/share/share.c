/* share: runs a sharer in a thread. */

/*
 * The thread alone uses the sharer and its store. What the two threads tell each other is guarded
 * by the mutex, which is never held during a call.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "group/share/share.h"
#include "group/share/word.h"
#include "system/output.h"
#include "system/thread.h"

enum {
	RENEWALS = 3, /* in a failover time */
	PATIENCE = 3, /* failover times */
	SLEEP_MOST = 1000, /* ms: the clock that runs through sleep may have moved on */
	AWAIT_STEP = 50 /* ms */
};

struct until {
	char shard[POSITION_SHARD + 1];
	int64_t time;
};

struct share {
	struct sharer *sharer;
	struct sharer_settings settings;
	struct caller caller;
	pthread_t thread;
	int64_t renew_at, read_at; /* clock_boot; read_at: the last look that succeeded */
	bool failing; /* the last calls failed */
	int64_t end_by; /* clock_boot: until then the commit of a shard's end is awaited */
	pthread_mutex_t mutex; /* guards the rest */
	pthread_cond_t wake;
	bool stop;
	struct word *words;
	size_t word_count;
	struct share_event *events;
	size_t event_first, event_count;
	struct until *until;
	size_t until_count;
	struct sharer_counts counts;
	bool looked_once; /* and it is known of the owners of all other leases whether they live,
	                   * and no end of a shard waits for its commit */
	uint64_t looks; /* at the table, also failed ones */
	bool unheard; /* the reader has said something, and what came of it is not published */
	struct failure failure; /* NONE: it is well */
};

/* --- the thread --- */

static void
take_words(struct share *share)
{
	struct word *words;
	size_t count;

	pthread_mutex_lock(&share->mutex);
	words = share->words;
	count = share->word_count;
	share->words = NULL;
	share->word_count = 0;
	pthread_mutex_unlock(&share->mutex);
	for (size_t i = 0; i < count; i++) {
		if (words[i].kind == WORD_ENDED)
			share->end_by = clock_boot() + share->settings.handover;
		word_pass(&words[i], share->sharer);
		free(words[i].children);
	}
	free(words);
}

static void
note_failure(struct share *share, bool good, const struct failure *failure)
{
	/* A run that ends by itself does not wait for the table for ever. */
	bool lasts = !share->settings.asks &&
	             clock_boot() - share->read_at >= PATIENCE * share->settings.failover;
	bool unfit = failure->kind == FAILURE_PERMANENT || !sharer_is_fit(share->sharer);
	bool over = !good && (unfit || lasts);

	if (!good && !over && !share->failing)
		caller_warn(&share->caller, "could not look after the leases: %s; trying again",
		    failure->text);
	share->failing = !good;
	if (!over || share->failure.kind != FAILURE_NONE)
		return;
	pthread_mutex_lock(&share->mutex);
	share->failure = *failure;
	pthread_mutex_unlock(&share->mutex);
}

/* Renews and looks, as is due. */
static void
work(struct share *share)
{
	struct failure failure = {.kind = FAILURE_NONE};
	int64_t every = share->settings.failover / RENEWALS, now = clock_boot();

	if (now >= share->renew_at) {
		share->renew_at = now + every;
		note_failure(share, sharer_renew(share->sharer, now, &failure), &failure);
	}
	now = clock_boot();
	if (now >= sharer_due(share->sharer)) {
		size_t ending = sharer_count(share->sharer).ending;
		bool good = sharer_look(share->sharer, now, &failure);

		share->read_at = good ? now : share->read_at;
		note_failure(share, good, &failure);
		if (sharer_count(share->sharer).ending < ending)
			sharer_rescan(share->sharer);
		pthread_mutex_lock(&share->mutex);
		share->looks++;
		pthread_mutex_unlock(&share->mutex);
	}
}

/* Lets the reader know. */
static void
publish(struct share *share)
{
	struct share_event event;
	struct sharer_counts counts = sharer_count(share->sharer);
	bool ending = counts.ending > 0 && clock_boot() < share->end_by;

	pthread_mutex_lock(&share->mutex);
	while (sharer_next(share->sharer, &event)) {
		share->events =
		    memory_resize(share->events, share->event_count + 1, sizeof *share->events);
		share->events[share->event_count++] = event;
	}
	share->until = memory_resize(share->until, counts.held + 1, sizeof *share->until);
	share->until_count = 0;
	for (size_t i = 0; i < counts.held; i++) {
		struct until *until = &share->until[share->until_count];

		until->time = sharer_held_until(share->sharer, sharer_shard(share->sharer, i));
		memcpy(until->shard, sharer_shard(share->sharer, i), sizeof until->shard);
		share->until_count += until->time > 0;
	}
	share->counts = counts;
	share->looked_once = counts.scanned && counts.doubtful == 0 && !ending;
	share->unheard = share->word_count > 0;
	pthread_mutex_unlock(&share->mutex);
}

/* Waits until something is due, or said. */
static void
wait_until_due(struct share *share)
{
	int64_t look_at = sharer_due(share->sharer);
	int64_t due = share->renew_at < look_at ? share->renew_at : look_at;
	int64_t wait = due - clock_boot();
	struct timespec end;

	if (wait > SLEEP_MOST)
		wait = SLEEP_MOST;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += wait / 1000;
	end.tv_nsec += wait % 1000 * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&share->mutex);
	if (wait > 0 && !share->stop && share->word_count == 0)
		pthread_cond_timedwait(&share->wake, &share->mutex, &end);
	pthread_mutex_unlock(&share->mutex);
}

static bool
is_stopped(struct share *share)
{
	bool stop;

	pthread_mutex_lock(&share->mutex);
	stop = share->stop;
	pthread_mutex_unlock(&share->mutex);
	return stop;
}

static void *
run(void *context)
{
	struct share *share = context;

	while (!is_stopped(share)) {
		take_words(share);
		work(share);
		publish(share);
		wait_until_due(share);
	}
	return NULL;
}

/* --- the reader --- */

struct share *
share_open(
    const struct sharer_settings *settings, const struct caller *caller, struct failure *failure)
{
	struct share *share = memory_new(1, sizeof *share);
	pthread_condattr_t attributes;

	share->settings = *settings;
	share->caller = *caller;
	share->sharer = sharer_open(settings);
	share->read_at = clock_boot();
	pthread_mutex_init(&share->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&share->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	if (thread_start(&share->thread, run, share, failure))
		return share;
	share->stop = true;
	sharer_close(share->sharer);
	settings->store->close(settings->store);
	free(share);
	return NULL;
}

void
share_close(struct share *share)
{
	pthread_mutex_lock(&share->mutex);
	share->stop = true;
	pthread_cond_signal(&share->wake);
	pthread_mutex_unlock(&share->mutex);
	pthread_join(share->thread, NULL);
	pthread_cond_destroy(&share->wake);
	pthread_mutex_destroy(&share->mutex);
	for (size_t i = 0; i < share->word_count; i++)
		free(share->words[i].children);
	free(share->words);
	free(share->events);
	free(share->until);
	sharer_close(share->sharer);
	share->settings.store->close(share->settings.store);
	free(share);
}

bool
share_next(struct share *share, struct share_event *event)
{
	bool has;

	pthread_mutex_lock(&share->mutex);
	has = share->event_first < share->event_count;
	if (has)
		*event = share->events[share->event_first++];
	else
		share->event_first = share->event_count = 0;
	pthread_mutex_unlock(&share->mutex);
	return has;
}

bool
share_holds(struct share *share, const char *shard)
{
	int64_t now = clock_boot(), time = 0;

	pthread_mutex_lock(&share->mutex);
	for (size_t i = 0; i < share->until_count && time == 0; i++) {
		if (strcmp(share->until[i].shard, shard) == 0)
			time = share->until[i].time;
	}
	pthread_mutex_unlock(&share->mutex);
	return now < time;
}

bool
share_is_well(struct share *share, struct failure *failure)
{
	bool well;

	pthread_mutex_lock(&share->mutex);
	well = share->failure.kind == FAILURE_NONE;
	if (!well)
		*failure = share->failure;
	pthread_mutex_unlock(&share->mutex);
	return well;
}

static void
say(struct share *share, enum word_kind kind, const char *shard, const char *mark,
    const struct lease *children, size_t count)
{
	struct word word;

	word_make(&word, kind, shard, mark);
	word_add_children(&word, children, count);
	pthread_mutex_lock(&share->mutex);
	share->words = memory_resize(share->words, share->word_count + 1, sizeof *share->words);
	share->words[share->word_count++] = word;
	share->unheard = true;
	pthread_cond_signal(&share->wake);
	pthread_mutex_unlock(&share->mutex);
}

void
share_yielded(struct share *share, const char *shard, const char *mark)
{
	say(share, WORD_YIELDED, shard, mark, NULL, 0);
}

void
share_ended(struct share *share, const char *shard, const char *mark, const struct lease *children,
    size_t count)
{
	say(share, WORD_ENDED, shard, mark, children, count);
}

void
share_drop(struct share *share, const char *shard)
{
	say(share, WORD_DROP, shard, "", NULL, 0);
}

void
share_finish(struct share *share, const char *shard, const char *mark)
{
	say(share, WORD_FINISH, shard, mark, NULL, 0);
}

void
share_finish_rest(struct share *share)
{
	say(share, WORD_FINISH_REST, "", "", NULL, 0);
}

bool
share_is_idle(struct share *share)
{
	bool idle;

	pthread_mutex_lock(&share->mutex);
	idle = share->looked_once && !share->unheard && share->event_first == share->event_count;
	pthread_mutex_unlock(&share->mutex);
	return idle;
}

static bool
has_ended(struct share *share, uint64_t *looks)
{
	bool ended;

	pthread_mutex_lock(&share->mutex);
	ended = !share->unheard && share->counts.held == 0;
	*looks = share->looks;
	pthread_mutex_unlock(&share->mutex);
	return ended;
}

/* What was committed when the reader of watch ended, the second look from then on sees. */
void
share_await(struct share *share, int64_t timeout, int watch)
{
	int64_t end = clock_boot() + timeout;
	uint64_t looks, last = UINT64_MAX;

	while (!has_ended(share, &looks) && clock_boot() < end && looks < last) {
		if (watch >= 0 && last == UINT64_MAX && output_reader_gone(watch))
			last = looks + 2;
		nanosleep(&(struct timespec){.tv_nsec = AWAIT_STEP * 1000000L}, NULL);
	}
}
