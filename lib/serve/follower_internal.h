/* follower_internal: private to the follower: runs of events, and the clients that take them. */
#ifndef SERVE_FOLLOWER_INTERNAL_H
#define SERVE_FOLLOWER_INTERNAL_H

#include <pthread.h>

#include "serve/events.h"
#include "serve/follower.h"
#include "serve/replay.h"

/* Some events that were read at once; it stays while a client is in it. */
struct run {
	struct run *previous, *next; /* of those that are kept */
	unsigned users;
	size_t length, records; /* of its text; of it without the id at its end */
	char *id; /* the vector at its end; NULL: too long */
	char *text;
};

struct client {
	struct client *previous, *next;
	struct follower *follower;
	struct request *request;
	struct vector after; /* where it continues, once there is room for its replay */
	struct vector until; /* where its run begins */
	bool waits; /* for that; then other threads set replay or failed */
	struct replay *replay; /* what is before its run; NULL: nothing */
	bool failed; /* it could not begin */
	struct run *run; /* that it is in */
	size_t offset; /* in its text */
	bool beat; /* a comment is due, which shows whether the client is still there */
	bool behind; /* its run is no longer kept: it ends, and continues by its last id */
};

enum { FOLLOWER_REST = 5000 /* ms until a stream that could not be read is tried again */ };

struct follower {
	struct follower_settings settings;
	struct stream *stream;
	pthread_t thread;
	bool running;
	int ends[2]; /* a pipe: closing the first interrupts the thread */
	struct vector vector; /* the thread's */
	bool replaced; /* the stream's file was, since it was opened; the thread's */
	pthread_mutex_t mutex; /* guards all below */
	struct run *first, *last; /* last: never NULL */
	struct vector read; /* at the end of last */
	unsigned replays;
	pthread_cond_t replayed;
	size_t bytes;
	struct client *clients;
	struct follower_counts counts;
	bool failed; /* it is not reading now */
};

#endif
