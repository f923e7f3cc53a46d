/*
 * partition: the partitions that a line belongs to, by its members and its time, as the directory
 * of an object's name (object_name.h). They are given as a list with a comma between:
 *
 *     ticker              the member's text
 *     dt=%Y-%m-%d         the line's time, UTC: %Y %m %d %H %M %S %j (day of the year), and %%
 *
 * A line with _raw is in _raw=1 instead.
 */
#ifndef ARCHIVE_PARTITION_H
#define ARCHIVE_PARTITION_H

#include "base/buffer.h"
#include "base/failure.h"

#define PARTITION_DEFAULT "ticker,dt=%Y-%m-%d,hour=%H"

struct partition_plan;

/* list and time (the member that holds the time) are borrowed. FAILURE_PERMANENT: it is not a list.
 */
struct partition_plan *partition_plan_open(
    const char *list, const char *time, struct failure *failure);
void partition_plan_close(struct partition_plan *plan); /* NULL is allowed */

/*
 * Checks a line that is an object, and adds its directory. raw: it has _raw. FAILURE_REFUSED: it is
 * not a JSON object, its time is not a time, or a value is too long.
 */
bool partition_find(struct partition_plan *plan, struct span line, bool raw,
    struct buffer *directory, struct failure *failure);

#endif
