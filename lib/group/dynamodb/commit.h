/* commit: commits positions, each in the tenure in which it was read; private to this folder. */
#ifndef GROUP_DYNAMODB_COMMIT_H
#define GROUP_DYNAMODB_COMMIT_H

#include "group/dynamodb/change.h"

/* A function of the kind. */
/* The directory of the notes of tenures; NULL on failure. */
const char *commit_notes(struct checkpoints *groups, struct failure *failure);
bool commit_positions(struct checkpoints *groups, const char *group, const char *id,
    const struct position *positions, size_t count, struct failure *failure);
void commit_free(struct checkpoints_table *own);

#endif
