/*
 * time_format: writes times in UTC by a format: %Y %m %d %H %M %S %j (the day of the year) and %%,
 * as in strftime(3).
 */
#ifndef ARCHIVE_TIME_FORMAT_H
#define ARCHIVE_TIME_FORMAT_H

#include <stdint.h>

#include "base/buffer.h"

#define TIME_FORMAT_CONVERSIONS "%Y %m %d %H %M %S %j %%"

/* time: ms since 1970. False: the format has another conversion, or text has no room. */
bool time_format(struct buffer *text, struct span format, int64_t time);

#endif
