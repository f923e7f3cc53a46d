/* trouble: remembers the last messages. */
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/memory.h"
#include "serve/trouble.h"

enum { LATELY = 60 * 1000000 /* us */, MESSAGES = 8 };

/* A message that was passed on. */
struct message {
	uint64_t hash;
	int64_t when; /* clock_steady; 0: none */
};

struct trouble {
	struct caller caller;
	pthread_mutex_t mutex; /* guards the rest */
	struct message messages[MESSAGES];
};

struct trouble *
trouble_open(const struct caller *caller)
{
	struct trouble *trouble = memory_new(1, sizeof *trouble);

	trouble->caller = *caller;
	pthread_mutex_init(&trouble->mutex, NULL);
	return trouble;
}

void
trouble_close(struct trouble *trouble)
{
	if (trouble == NULL)
		return;
	pthread_mutex_destroy(&trouble->mutex);
	free(trouble);
}

/* Notes it in place of the oldest one. False: it was noted lately. The caller has the mutex. */
static bool
is_new(struct trouble *trouble, uint64_t hash, int64_t now)
{
	struct message *oldest = &trouble->messages[0];

	for (size_t i = 0; i < MESSAGES; i++) {
		struct message *at = &trouble->messages[i];

		if (at->when != 0 && at->hash == hash && now - at->when < LATELY)
			return false;
		if (at->when < oldest->when)
			oldest = at;
	}
	*oldest = (struct message){hash, now};
	return true;
}

void
trouble_note(struct trouble *trouble, const char *what, const char *text)
{
	uint64_t hash = hash_add(hash_add(HASH_BEGIN, span_of(what)), span_of(text));
	bool noted;

	pthread_mutex_lock(&trouble->mutex);
	noted = is_new(trouble, hash, clock_steady());
	pthread_mutex_unlock(&trouble->mutex);
	if (noted)
		caller_warn(&trouble->caller, "%s: %s", what, text);
}

void
trouble_reply(struct trouble *trouble, struct request *request, const char *what,
    const struct failure *failure)
{
	if (failure->kind == FAILURE_STOPPED) {
		request_problem(request, 503, "fxserve is ending: ask again later");
		return;
	}
	trouble_note(trouble, what, failure->text);
	request_problem(
	    request, failure->kind == FAILURE_TEMPORARY ? 503 : 500, "%s: " TROUBLE_WHERE, what);
}
