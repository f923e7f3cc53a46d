/* by_position: writes the lines of an archive shard after shard, in order of position. */
#ifndef S3GET_BY_POSITION_H
#define S3GET_BY_POSITION_H

#include "s3get/selection.h"

bool by_position_write(struct selection *selection, struct archive_source *source,
    const struct catalog *catalog, struct failure *failure);
/* How many of the catalog's entries from first on are of the same shard. */
size_t by_position_shard(const struct catalog *catalog, size_t first);

#endif
