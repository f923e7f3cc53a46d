/* losses: reports records that a reader should have read, but which are gone. */
#ifndef KREAD_LOSSES_H
#define KREAD_LOSSES_H

#include "stream/stream.h"
#include "tool/tool.h"

/* group NULL: there is none. */
void losses_report(struct tool *tool, const char *group, const struct chunk *chunk);

#endif
