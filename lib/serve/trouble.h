/*
 * trouble: failures whose texts name files, accounts and the like. Whoever runs the program gets
 * them as messages, a client only the name of what failed. Any thread.
 */
#ifndef SERVE_TROUBLE_H
#define SERVE_TROUBLE_H

#include "base/caller.h"
#include "base/failure.h"
#include "web/request.h"

struct trouble;

struct trouble *trouble_open(const struct caller *caller);
void trouble_close(struct trouble *trouble); /* NULL is allowed */
/* Passes "WHAT: TEXT" on, unless the same was passed on within the last minute. */
void trouble_note(struct trouble *trouble, const char *what, const char *text);
/* The same, and replies to the request: 503 if a retry may help, else 500. */
void trouble_reply(struct trouble *trouble, struct request *request, const char *what,
    const struct failure *failure);

/* The end of a sentence for clients, after what failed. */
#define TROUBLE_WHERE "the messages of fxserve say why"

#endif
