/*
 * archive_source: reads an archive, a directory or a bucket of S3: lists the names in it, and reads
 * the bytes of many objects at once. It knows nothing of what the names mean.
 */
#ifndef ARCHIVE_ARCHIVE_SOURCE_H
#define ARCHIVE_ARCHIVE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/caller.h"
#include "base/failure.h"
#include "base/span.h"
#include "system/sandbox.h"

struct archive_source_settings {
	const char *name; /* a directory, or s3://BUCKET/PREFIX */
	int64_t timeout; /* ms without a byte that end a call; 0: as usual */
	struct caller caller;
};

/* What a listing does with a directory, or a prefix of keys that ends in a slash. */
enum archive_entry {
	ARCHIVE_SKIP,
	ARCHIVE_ENTER, /* asks again for each directory in it */
	ARCHIVE_ALL /* lists all below it */
};

/* The caller of a listing. Names are relative to the archive. */
struct archive_visitor {
	/* directory: "" for the archive itself, else it ends in a slash. */
	enum archive_entry (*enter)(void *context, struct span directory);
	/* A file or object, in any order. False: failure says why, and the listing ends. */
	bool (*found)(void *context, struct span name, uint64_t size, struct failure *failure);
	void *context;
};

struct archive_source;
struct archive_object;

/* NULL: failure says why. lib/open has this function and the next one. */
struct archive_source *archive_source_open(
    const struct archive_source_settings *settings, struct failure *failure);
/* Adds what the archive needs to the rights that a tool keeps, before it is opened. */
void archive_source_sandbox(const char *name, const struct caller *caller, struct sandbox *sandbox);

void archive_source_close(struct archive_source *source);
/*
 * Lists names. Hidden files and directories, and symbolic links, are ignored. FAILURE_PERMANENT:
 * there is no such directory or bucket.
 */
bool archive_source_list(
    struct archive_source *source, const struct archive_visitor *visitor, struct failure *failure);
/* How often calls were retried and throttled. */
uint64_t archive_source_retries(const struct archive_source *source);
uint64_t archive_source_throttles(const struct archive_source *source);

/* An object whose name and size are as listed. Nothing is read yet; name is copied. */
struct archive_object *archive_object_open(
    struct archive_source *source, const char *name, uint64_t size);
void archive_object_close(struct archive_object *object);
/*
 * Reads the next bytes, borrowed until the next call for this object; length 0: its end. The
 * failure does not name the object.
 */
bool archive_object_read(
    struct archive_object *object, struct span *bytes, struct failure *failure);

#endif
