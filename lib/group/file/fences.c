/* fences: keeps a commit within the lease under which its lines were read. */

/*
 * kack learns the tenure of a shard when the first position of that shard comes by. From then on
 * only tenures of the same kread count, so that the lines of one that has lost the shard, or has
 * ended, are refused once another reads it. What nobody else has taken may still be committed. A
 * group that is read as a whole has no leases, and no tenures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/file/internal.h"
#include "group/tenure.h"

struct fence {
	char shard[POSITION_SHARD + 1];
	char session[TENURE_SESSION + 1]; /* of the kread; "": there is no lease */
};

struct holder {
	char owner[GROUP_WORKER + 1];
	char session[TENURE_SESSION + 1];
};

/* Who has the shard. Zeroed: nobody has had it. */
static bool
find_holder(struct checkpoints_file *file, const char *group, const char *shard,
    struct holder *holder, struct failure *failure)
{
	sqlite3_stmt *statement;
	int code;

	*holder = (struct holder){.owner = ""};
	if (!file->has_leases)
		return true;
	statement = checkpoints_prepare(file,
	    "SELECT owner, tenure FROM lease WHERE name = ? AND shard = ?", group, shard, failure);
	if (statement == NULL)
		return false;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		const char *owner = (const char *)sqlite3_column_text(statement, 0);
		const char *tenure = (const char *)sqlite3_column_text(statement, 1);

		snprintf(holder->owner, sizeof holder->owner, "%s", owner != NULL ? owner : "");
		snprintf(
		    holder->session, sizeof holder->session, "%s", tenure != NULL ? tenure : "");
	} else if (code != SQLITE_DONE) {
		database_failed(&file->database, failure, "read");
	}
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool
fences_pass(
    struct checkpoints_file *file, const char *group, const char *shard, struct failure *failure)
{
	struct holder holder;
	struct fence *fence;

	if (!find_holder(file, group, shard, &holder, failure))
		return false;
	for (size_t i = 0; i < file->fence_count; i++) {
		fence = &file->fences[i];
		if (strcmp(fence->shard, shard) == 0)
			return strcmp(fence->session, holder.session) == 0 ||
			       tenure_lost(group, shard, holder.owner, failure);
	}
	file->fences = memory_resize(file->fences, file->fence_count + 1, sizeof *file->fences);
	fence = &file->fences[file->fence_count++];
	snprintf(fence->shard, sizeof fence->shard, "%s", shard);
	memcpy(fence->session, holder.session, sizeof fence->session);
	return true;
}
