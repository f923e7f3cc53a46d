/*
 * sender: what the sinks of services have in common that take several items in a call: items wait
 * in a queue, calls are filled with those that arrived while earlier calls were in flight, and what
 * failed is sent again: after a growing wait, for a minute without a success at most. A call that
 * the service refuses for its content is halved until the item at fault is in a call of its own.
 * What is sent, and how, is the kind's.
 */
#ifndef RECORD_SENDER_H
#define RECORD_SENDER_H

#include "base/backoff.h"
#include "base/buffer.h"
#include "base/caller.h"
#include "record/sink.h"

/* What became of an item of a call that was answered item by item. */
enum sender_outcome { SENDER_DONE, SENDER_REFUSED, SENDER_AGAIN };

/* The first member of each kind's own struct, which is one block of memory, freed with free(). */
struct sender_item {
	struct sender_item *next;
	uint64_t ticket;
	unsigned most; /* items that a call with it may hold */
	enum sender_outcome outcome;
	char *refused; /* why it was refused, freed with it; NULL: it was not */
};

struct sender_queue {
	struct sender_item *first, **last;
	size_t count;
};

struct sender_call {
	bool used;
	struct sender_queue items;
	struct buffer body; /* empty when the first item is added */
};

enum sender_fit {
	SENDER_FITS, /* it was added to the body */
	SENDER_NOT_NOW, /* not into this call; a later item may fit */
	SENDER_FULL
};

struct sender_reply {
	struct sender_call *call;
	struct failure failure; /* FAILURE_NONE: all items are done */
	bool unfit; /* with failure: it is for the content of the call */
	bool each; /* with failure: each item has a result; failure is that of SENDER_AGAIN */
	bool throttled;
	int64_t wait; /* ms before the next call, as the service asks for; 0: it does not */
};

struct sender;

struct sender_kind {
	enum sender_fit (*add)(struct sender *, struct sender_call *, struct sender_item *);
	bool (*start)(struct sender *, struct sender_call *, struct failure *);
	/* As http_wait. */
	bool (*wait)(struct sender *, int input, int watch, int timeout, struct failure *);
	bool (*next)(struct sender *, struct sender_reply *);
};

struct sender_settings {
	unsigned most; /* items in a call */
	unsigned in_flight; /* calls in flight at most */
	size_t ceiling; /* bytes of a body */
	struct caller caller;
};

/* The first member of each kind's own struct. */
struct sender {
	struct sink sink;
	const struct sender_kind *kind;
	struct sender_settings settings;
	struct sender_queue ready, results;
	struct sender_call *calls;
	unsigned in_flight;
	struct backoff backoff;
	uint64_t retries; /* items sent again */
	uint64_t throttled;
	int64_t good; /* clock_steady: the last success, or when the first item was added */
	int64_t held; /* clock_steady: no call starts before then; 0: it may */
	int64_t warned;
	unsigned failures; /* in a row */
	struct failure last; /* the reason of the current wait */
	struct failure failed; /* why sending ends once all in flight is back; NONE: it does not */
};

/* Initialises all but the sink. */
void sender_init(
    struct sender *sender, const struct sender_kind *kind, const struct sender_settings *settings);
void sender_free(struct sender *sender); /* not the struct itself */

/* Adds an item, which is the sender's from then on. */
void sender_add(struct sender *sender, struct sender_item *item, uint64_t ticket);

/* For the sink's kind. */
bool sender_poll(struct sink *sink, int input, int watch, int timeout, struct failure *failure);
bool sender_next_result(struct sink *sink, struct sink_result *result);

#endif
