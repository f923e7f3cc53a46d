/* object_lines: the lines of an object, uncompressed and checked against its name. */
#ifndef ARCHIVE_OBJECT_LINES_H
#define ARCHIVE_OBJECT_LINES_H

#include "archive/archive_source.h"
#include "archive/object_name.h"
#include "record/position.h"

struct object_lines;

/* path: the name as text. name is borrowed. max_line: the most bytes of a line. */
struct object_lines *object_lines_open(struct archive_source *source, const char *path,
    const struct object_name *name, uint64_t size, size_t max_line);
void object_lines_close(struct object_lines *lines); /* NULL is allowed */

enum object_lines_status {
	OBJECT_LINES_NEXT,
	OBJECT_LINES_END, /* all lines were read, and they are those that the name is about */
	/* failure says why: FAILURE_REFUSED: the object is damaged; else it could not be read. */
	OBJECT_LINES_FAILED
};

/*
 * The next line without its newline, borrowed until the next call for this object, and what
 * position_of_line says of it. In an object with positions they are those of its shard, in order
 * of position, and only such lines are returned.
 */
enum object_lines_status object_lines_next(struct object_lines *lines, struct span *line,
    struct positioned *found, bool *positioned, struct failure *failure);

#endif
