/*
 * latest: the newest item of each partition key of a table, read at most once in a while however
 * many ask. Of a service only the keys that were named are read.
 */
#ifndef SERVE_LATEST_H
#define SERVE_LATEST_H

#include "serve/crew.h"
#include "table/table.h"
#include "web/request.h"

struct latest_settings {
	struct crew *crew; /* its contexts are tables */
	const struct table_key *key;
	const char *const *keys; /* the partition keys, the last NULL; NULL: all that there are */
	int64_t age; /* ms for which what was read is good enough */
};

enum latest_form {
	LATEST_ITEMS, /* {"items":[…]} */
	LATEST_KEYS /* {"keys":["…",…]} */
};

struct latest;

struct latest *latest_open(const struct latest_settings *settings);
void latest_close(struct latest *latest); /* the crew must be closed; NULL is allowed */
/* Replies to the request, at once or when they were read. The server's thread. */
void latest_reply(struct latest *latest, struct request *request, enum latest_form form);

#endif
