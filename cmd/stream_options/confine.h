/* confine: confines a tool that reads a stream and its groups. */
#ifndef STREAM_OPTIONS_CONFINE_H
#define STREAM_OPTIONS_CONFINE_H

#include "group/checkpoints.h"
#include "stream/stream.h"
#include "tool/tool.h"

/* What the tool does with the stream's groups. */
enum confine_groups { CONFINE_NONE, CONFINE_READ, CONFINE_CREATE };

/*
 * Before the stream is opened: confines the tool if the stream belongs to a service. names: those
 * of the groups; count 0: all that are kept beside the stream.
 */
void confine_before(struct tool *tool, const char *stream, const char *const *names, size_t count,
    enum confine_groups groups);
/*
 * Once stream and groups are open: confines the tool, unless it is confined already. groups: NULL
 * if it uses none.
 */
void confine_after(
    struct tool *tool, const struct stream *stream, const struct checkpoints *groups);

#endif
