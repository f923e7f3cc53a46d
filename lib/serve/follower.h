/*
 * follower: reads a stream once, for all clients that follow it. What it reads it writes as events,
 * and keeps the last of them, so that a client continues where its connection was lost. A client
 * that takes events more slowly than they come, or that was away for longer, is read for by a
 * reader of its own until it has caught up.
 */
#ifndef SERVE_FOLLOWER_H
#define SERVE_FOLLOWER_H

#include "base/caller.h"
#include "web/request.h"

struct follower_settings {
	const char *stream;
	size_t bytes; /* of events that are kept */
	struct caller caller;
};

/* Figures since the start. */
struct follower_counts {
	uint64_t records, lost;
	unsigned following; /* clients now */
	int64_t newest; /* arrival of the newest record that was read, ms since 1970; 0: none */
};

struct follower;

struct follower *follower_open(const struct follower_settings *settings, struct failure *failure);
/* No client may be left. NULL is allowed. */
void follower_close(struct follower *follower);
/*
 * Replies to the request with the events after a vector, the id of an event; NULL: with those that
 * come from now on; "": with all that the stream still has. The server's thread.
 */
void follower_join(struct follower *follower, struct request *request, const char *after);
void follower_count(struct follower *follower, struct follower_counts *counts);

#endif
