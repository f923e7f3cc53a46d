/*
 * archive: stores lines in an archive: a directory or a bucket of S3, in which they become objects
 * of NDJSON, or an Amazon Data Firehose delivery stream.
 */
#ifndef ARCHIVE_ARCHIVE_H
#define ARCHIVE_ARCHIVE_H

#include <stdint.h>

#include "archive/object_name.h"
#include "base/caller.h"
#include "record/sink.h"
#include "system/sandbox.h"

struct archive_settings {
	const char *name; /* a directory, s3://BUCKET/PREFIX or firehose:NAME */
	unsigned in_flight; /* calls in flight at most; 0: as usual for the kind */
	int64_t timeout; /* ms without a byte that end a call */
	struct caller caller;
	/* The rest is for objects; Firehose has settings of its own for it. */
	const char *partitions; /* as in partition.h; "": none */
	const char *time; /* the member that holds a line's time */
	enum pack_format compression;
	/* An object is closed at this size of its lines in bytes, at this number of lines (0: any),
	 * and at this age of its first line in ms. */
	uint64_t size, count;
	int64_t age;
	const char *spool; /* the directory of the spool; NULL: $FX_HOME/spool */
	uint64_t spool_size; /* bytes that it holds at most */
	bool quiet; /* no receipts are wanted */
	const char *encryption; /* S3: "AES256", "aws:kms" or "aws:kms:KEY"; NULL: the bucket's */
	const char *storage_class; /* S3: "STANDARD_IA", …; NULL: STANDARD */
};

/*
 * A sink of lines, which it takes with their positions. NULL: failure says why: FAILURE_PERMANENT
 * also for settings that do not fit the archive. lib/open has these functions.
 */
struct sink *archive_open(const struct archive_settings *settings, struct failure *failure);
/*
 * Adds what the archive needs to the rights that a tool keeps, before it is opened; creates the
 * directories of the archive and its spool.
 */
bool archive_sandbox(
    const struct archive_settings *settings, struct sandbox *sandbox, struct failure *failure);

#endif
