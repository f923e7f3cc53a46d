/* object_list: s3get --list. */
#ifndef S3GET_OBJECT_LIST_H
#define S3GET_OBJECT_LIST_H

#include "archive/catalog.h"
#include "tool/tool.h"

/* Writes a JSON object for each object, in their order, up to limit of them (0: all). */
bool object_list_write(
    struct tool *tool, const struct catalog *catalog, uint64_t limit, struct failure *failure);

#endif
