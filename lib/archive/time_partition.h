/*
 * time_partition: the times that lines in a partition can have, by the format that the partition
 * was made with. The formats are those of s3put --partition: NAME=FORMAT with %Y %m %d %H %M %S %j
 * %%, in UTC.
 */
#ifndef ARCHIVE_TIME_PARTITION_H
#define ARCHIVE_TIME_PARTITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "base/span.h"

enum { TIME_PARTITIONS = 16 };

struct time_partitions {
	struct {
		struct span name, format; /* borrowed from the list */
	} all[TIME_PARTITIONS];
	size_t count;
};

/* Takes the partitions with a format off a list: "ticker,dt=%Y-%m-%d,hour=%H". */
bool time_partitions_read(
    const char *list, struct time_partitions *partitions, struct failure *failure);

/*
 * The times from *begin on and before *end (ms since 1970) of a directory of an object's name,
 * which need not be complete. *complete: it has all of the partitions. False: it does not say.
 */
bool time_partitions_range(const struct time_partitions *partitions, struct span directory,
    int64_t *begin, int64_t *end, bool *complete);

#endif
