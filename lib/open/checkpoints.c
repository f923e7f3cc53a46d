/* checkpoints: opens the checkpoints of a group by its name. The only file that knows all kinds. */
#include "group/file/checkpoints_file.h"

struct checkpoints *
checkpoints_open(const char *stream_name, const char *group, enum checkpoints_use use,
    bool *missing, const struct caller *caller, struct failure *failure)
{
	(void)group;
	return checkpoints_file_open(stream_name, use, missing, caller, failure);
}

void
checkpoints_sandbox(const char *stream_name, const char *group, bool create,
    const struct caller *caller, struct sandbox *sandbox)
{
	(void)group;
	checkpoints_file_sandbox(stream_name, create, caller, sandbox);
}
