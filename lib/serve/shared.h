/*
 * shared: an answer that is the same for all who ask for it. It is made in the crew, at most once
 * in a while however many ask; who asks meanwhile waits for it.
 */
#ifndef SERVE_SHARED_H
#define SERVE_SHARED_H

#include "serve/crew.h"
#include "serve/trouble.h"
#include "web/request.h"

enum { SHARED_BODIES = 2 /* in which an answer is made at once */ };

struct shared_answer {
	unsigned status;
	struct buffer bodies[SHARED_BODIES]; /* JSON */
};

struct shared_settings {
	struct crew *crew;
	/*
	 * Microseconds for which an answer is good, but at least four times as long as making it
	 * took.
	 */
	int64_t age;
	size_t ceiling; /* bytes of a body */
	/* In the crew, with the context of its thread. answer: 200, and empty bodies. */
	bool (*make)(
	    void *owner, void *context, struct shared_answer *answer, struct failure *failure);
	void *owner;
	struct trouble *trouble;
	const char *what; /* for trouble, if making fails: "the table rates cannot be read" */
};

struct shared;

struct shared *shared_open(const struct shared_settings *settings);
void shared_close(struct shared *shared); /* the crew must be closed; NULL is allowed */
/*
 * Replies with one of the bodies, at once or when it was made. status: instead of the answer's; 0:
 * that. The server's thread.
 */
void shared_reply(struct shared *shared, struct request *request, size_t body, unsigned status);

#endif
