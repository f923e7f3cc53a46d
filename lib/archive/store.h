/*
 * store: where finished objects go: a directory or a bucket of S3. The keeper has one, and creates,
 * fills and hands it the files of objects; create and seal are called in another thread, all else
 * is not.
 */
#ifndef ARCHIVE_STORE_H
#define ARCHIVE_STORE_H

#include "archive/archive.h"
#include "archive/object.h"

struct store;

/* What happened to an object. */
struct store_reply {
	struct object *object;
	struct failure failure; /* FAILURE_NONE: it is in the archive */
};

struct store_kind {
	/* Creates the file for an object; -1: failure. It needs no name. */
	int (*create)(struct store *store, const struct object *object, struct failure *failure);
	/* The file is complete, and the object has its name. NULL: nothing is to be done. */
	bool (*seal)(struct store *store, struct object *object, struct failure *failure);
	/* Starts to store an object; NULL: seal has stored it, and there are no replies. */
	bool (*start)(struct store *store, struct object *object, struct failure *failure);
	/* As http_wait; also until worker (-1: none) is readable. */
	bool (*wait)(struct store *store, int input, int watch, int worker, int timeout,
	    struct failure *failure);
	bool (*next)(struct store *store, struct store_reply *reply);
	void (*count)(const struct store *store, struct sink_counters *counters);
	void (*close)(struct store *store);
};

/* The first member of each kind's own struct. */
struct store {
	const struct store_kind *kind;
	unsigned in_flight; /* objects that may be stored at once */
	size_t prefix; /* bytes that the store puts in front of the names of objects */
};

#endif
