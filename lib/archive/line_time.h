/* line_time: the time of a line, by one of its members. */
#ifndef ARCHIVE_LINE_TIME_H
#define ARCHIVE_LINE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define LINE_TIME_MEMBER "last_refreshed" /* unless -T names another */

/*
 * Reads a member's value, a JSON string or number: all that timestamp_read does, but no time zone
 * with a name; a time without a zone is taken for UTC. ms since 1970. False: it is not a time.
 */
bool line_time_of_value(struct span value, int64_t *time);
/* Finds the member in a line. False: the line is no JSON object, or has no time there. */
bool line_time_find(struct span line, struct span member, int64_t *time);

#endif
