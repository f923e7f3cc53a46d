/*
 * by_time: writes the lines of all shards in order of time, as far as bounded memory allows: the
 * shards are merged by the times of their next lines, and lines are held back and sorted until they
 * are too many. A line whose place was passed by then is written at once.
 */
#ifndef S3GET_BY_TIME_H
#define S3GET_BY_TIME_H

#include "s3get/selection.h"

bool by_time_write(struct selection *selection, struct archive_source *source,
    const struct catalog *catalog, struct failure *failure);

#endif
