/* catalog: the objects of an archive that are wanted, in the order in which they are read. */
#ifndef ARCHIVE_CATALOG_H
#define ARCHIVE_CATALOG_H

#include "archive/archive_source.h"
#include "archive/object_name.h"
#include "archive/time_partition.h"
#include "base/pool.h"

enum {
	CATALOG_WHERES = 16,
	CATALOG_MOST = 1000000 /* objects, which take about 350 MB */
};

/* Which objects are wanted. Zeroed: all. */
struct catalog_query {
	/* Partitions that an object must have, encoded as in its name. */
	struct {
		struct span member, value;
	} wheres[CATALOG_WHERES];
	size_t where_count;
	/* Only this shard, and lines at or after from, and before to (sequence.start NULL: any). */
	struct span shard;
	struct position from, to;
	/* Only partitions with lines at or after begin, and before end, if times says so. */
	const struct time_partitions *times; /* NULL: any */
	int64_t begin, end; /* ms since 1970 */
};

struct catalog_entry {
	const char *path;
	struct object_name name; /* borrowed from path */
	uint64_t size; /* bytes, compressed */
};

/* Zeroed: empty. */
struct catalog {
	struct catalog_entry *entries; /* by object_name_compare */
	size_t count, capacity;
	struct pool pool;
	uint64_t objects; /* listed, wanted or not */
	uint64_t others; /* listed, and not named as objects are */
	bool found; /* there was something in the archive, wanted or not */
	bool skipped; /* a directory was not listed, as nothing in it is wanted */
};

/* Lists the archive. FAILURE_PERMANENT also for more than CATALOG_MOST objects. */
bool catalog_read(struct catalog *catalog, struct archive_source *source,
    const struct catalog_query *query, struct failure *failure);
void catalog_free(struct catalog *catalog);

#endif
