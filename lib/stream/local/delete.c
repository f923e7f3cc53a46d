/* delete: deletes an embedded stream and what its groups have committed. */
#include "sqlite/remove.h"
#include "stream/local/change.h"
#include "stream/local/deletion.h"
#include "stream/local/local.h"

bool
stream_local_delete(const char *path, const struct caller *caller, struct failure *failure)
{
	struct deletion deletion;
	struct stream_shape shape;
	bool missing, deleted;

	deletion_init(&deletion, path, caller);
	/* The deletion of an earlier stream of this name may be incomplete. */
	deleted = (stream_local_read(path, &shape, &missing, caller, failure) || missing) &&
	          deletion_complete(path, shape.id, caller, failure) &&
	          (missing || deletion_begin(&deletion, shape.id, failure)) &&
	          remove_database(path, &stream_local_format,
	              missing ? NULL : deletion_forget_groups, &deletion, caller, failure) &&
	          deletion_end(&deletion, failure);
	deletion_free(&deletion);
	return deleted;
}
