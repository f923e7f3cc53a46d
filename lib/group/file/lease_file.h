/*
 * lease_file: the leases of a group whose readers are all on this machine, in the file of its
 * checkpoints. Each reader holds two locks beside that file, which the kernel releases when its
 * process ends, however it ends: one of its worker's name, and, together with the others, the one
 * that a reader of the whole group holds alone.
 */
#ifndef GROUP_FILE_LEASE_FILE_H
#define GROUP_FILE_LEASE_FILE_H

#include "group/share/store.h"

/* As lease_store_open. */
struct lease_store *lease_file_open(struct checkpoints *groups, const char *group, const char *id,
    const struct caller *caller, struct failure *failure);

#endif
