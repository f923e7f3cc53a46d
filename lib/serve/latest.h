/*
 * latest: the newest item of each partition key of a table. Of a service only the keys that were
 * named are read.
 */
#ifndef SERVE_LATEST_H
#define SERVE_LATEST_H

#include "serve/shared.h"
#include "table/table.h"

struct latest_settings {
	const struct table_key *key;
	const char *const *keys; /* the partition keys, the last NULL; NULL: all that there are */
	int64_t most_time; /* us that a query takes */
};

enum latest_form {
	/* With "more":true at the end if there are more than LATEST_BODY holds. */
	LATEST_ITEMS, /* {"items":[…]} */
	LATEST_KEYS /* {"keys":["…",…]} */
};

enum { LATEST_BODY = 4 * 1024 * 1024 /* bytes at most */ };

/* As in struct shared_settings, with settings for its owner; its bodies are by form. */
bool latest_make(
    void *settings, void *context, struct shared_answer *answer, struct failure *failure);

#endif
