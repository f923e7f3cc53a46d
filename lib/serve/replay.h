/*
 * replay: reads a stream from the vector of a client on, up to where the follower is, in a thread
 * of its own, for a client that was away for longer than events are kept.
 */
#ifndef SERVE_REPLAY_H
#define SERVE_REPLAY_H

#include "base/caller.h"
#include "serve/vector.h"

struct replay_settings {
	const char *stream;
	struct caller caller;
	struct vector after; /* where the client is; taken over */
	struct vector until; /* taken over */
	/* Called in the thread: there is something to read, or it has ended. */
	void (*ready)(void *context);
	/* Called last: nothing of the settings is used any more. */
	void (*ended)(void *context);
	/* Does another client wait? Called in the thread. */
	bool (*wanted)(void *context);
	void *context, *owner; /* for ready; for ended and wanted */
};

struct replay;

/* NULL: failure says why; then after and until are freed, and ended is not called. */
struct replay *replay_open(struct replay_settings *settings, struct failure *failure);
/*
 * Reads up to room bytes of events; 0: none now. *done: there is no more, and *failed says whether
 * it ended too early. Does not wait.
 */
size_t replay_read(struct replay *replay, char *to, size_t room, bool *done, bool *failed);
/*
 * Has it, done now, given way to others before its end? Then its client continues later with after
 * and until, which are empty and get the vectors.
 */
bool replay_gave_way(struct replay *replay, struct vector *after, struct vector *until);
/* Ends it, without waiting for the thread; ready is not called any more. */
void replay_close(struct replay *replay);

#endif
