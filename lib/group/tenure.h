/*
 * tenure: the time during which a kread holds the lease of a shard, from its take on. kread notes
 * each in a file of this machine, TABLE.leases/REGION.ACCOUNT/SHARD in $FX_HOME, where kack finds
 * it: a commit is fenced by the tenure in which its lines were read.
 */
#ifndef GROUP_TENURE_H
#define GROUP_TENURE_H

#include "base/failure.h"
#include "base/span.h"
#include "group/lease.h"

/* Of leases in a file, a tenure begins with digits that all tenures of one process have. */
enum { TENURE_SESSION = 16 };

struct tenure {
	char worker[GROUP_WORKER + 1]; /* as in leaseOwner */
	char id[LEASE_TENURE + 1]; /* random; as in fxTenure */
	char run[LEASE_TENURE + 1]; /* random; the same in all tenures of a process */
};

/*
 * The directory of the notes of a group, dynamodb:NAME or an ARN; the caller frees it. place: the
 * table's "REGION.ACCOUNT"; NULL: the directory in which those of all places are. NULL on failure.
 */
char *tenure_directory(const char *group, const char *place, struct failure *failure);
/* The place of a table, by its ARN; the caller frees it. */
char *tenure_place(struct span arn);

/* The directory must exist: directory_make. The texts must hold no line breaks. */
bool tenure_note(
    const char *directory, const char *shard, const struct tenure *tenure, struct failure *failure);
/* *found false: no kread on this machine has noted the shard. */
bool tenure_find(const char *directory, const char *shard, struct tenure *tenure, bool *found,
    struct failure *failure);
/* False (75): the lease of the shard was lost, to the owner unless that is "". */
bool tenure_lost(const char *group, const char *shard, const char *owner, struct failure *failure);
/* Removes the note, if it is still that of the tenure, and nobody is writing one. */
void tenure_forget(const char *directory, const char *shard, const struct tenure *tenure);

#endif
