/*
 * source_kind: the kinds of archives as they are read; private to them and lib/open. Another kind
 * is one more folder, and a line in lib/open/archive_source.c.
 */
#ifndef ARCHIVE_SOURCE_KIND_H
#define ARCHIVE_SOURCE_KIND_H

#include "archive/archive_source.h"

/* The functions of archive_source.h. */
struct archive_source_kind {
	bool (*list)(struct archive_source *source, const struct archive_visitor *visitor,
	    struct failure *failure);
	uint64_t (*retries)(const struct archive_source *source); /* NULL: never */
	uint64_t (*throttles)(const struct archive_source *source); /* NULL: never */
	void (*close)(struct archive_source *source);
	struct archive_object *(*open_object)(
	    struct archive_source *source, const char *name, uint64_t size);
	bool (*read_object)(
	    struct archive_object *object, struct span *bytes, struct failure *failure);
	void (*close_object)(struct archive_object *object);
};

/* The first members of each kind's own structs. */
struct archive_source {
	const struct archive_source_kind *kind;
};
struct archive_object {
	struct archive_source *source;
};

/* The kinds. */
struct archive_source *archive_source_directory_open(
    const struct archive_source_settings *settings, struct failure *failure);
struct archive_source *archive_source_s3_open(
    const struct archive_source_settings *settings, struct failure *failure);

#endif
