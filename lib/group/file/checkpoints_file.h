/*
 * checkpoints_file: the checkpoints of all groups of a stream, in the file NAME.groups beside it,
 * never in the stream's own file; for a stream on AWS in $FX_HOME.
 */
#ifndef GROUP_FILE_CHECKPOINTS_FILE_H
#define GROUP_FILE_CHECKPOINTS_FILE_H

#include "group/checkpoints.h"

/* As checkpoints_open. */
struct checkpoints *checkpoints_file_open(const char *stream_name, enum checkpoints_use use,
    bool *missing, const struct caller *caller, struct failure *failure);
/* To read, for one reading at once; FAILURE_TEMPORARY, from reading too, if another program begins
 * to write to them: then open them to read. */
struct checkpoints *checkpoints_file_glance(
    const char *stream_name, bool *missing, const struct caller *caller, struct failure *failure);
/* As checkpoints_sandbox. */
void checkpoints_file_sandbox(
    const char *stream_name, bool create, const struct caller *caller, struct sandbox *sandbox);
/* The path of a file STREAM.ENDING beside the checkpoints; the caller frees it. NULL on failure. */
char *checkpoints_file_beside(const char *stream_name, const char *ending,
    const struct caller *caller, struct failure *failure);
/* Calls visit for each position that a group has committed in the stream with that id. */
bool checkpoints_file_positions(struct checkpoints *groups, const char *id,
    void (*visit)(void *context, const char *group, const struct position *position), void *context,
    struct failure *failure);
/* Deletes the checkpoints of a stream that is gone, and their file if no others are in it. */
bool checkpoints_file_forget(
    const char *stream_name, const char *id, const struct caller *caller, struct failure *failure);

#endif
