/* checkpoints: opens the checkpoints of a group by its name. The only file that knows all kinds. */
#include <string.h>

#include "base/name.h"
#include "group/dynamodb/checkpoints_table.h"
#include "group/file/checkpoints_file.h"
#include "group/several.h"
#include "stream/stream.h"

bool
checkpoints_is_shared(const char *group)
{
	return group != NULL &&
	       (strncmp(group, "dynamodb:", 9) == 0 || strncmp(group, "arn:", 4) == 0);
}

bool
checkpoints_is_group(const char *text)
{
	struct failure ignored;
	struct name name;
	bool good = name_is_valid(text);

	if (!good && checkpoints_is_shared(text)) {
		good = name_parse(text, &name_table, &name, &ignored);
		name_free(&name);
	}
	return good;
}

struct checkpoints *
checkpoints_open(const char *stream_name, const char *group, enum checkpoints_use use,
    bool *missing, const struct caller *caller, struct failure *failure)
{
	if (!checkpoints_is_shared(group))
		return checkpoints_file_open(stream_name, use, missing, caller, failure);
	if (missing != NULL)
		*missing = false;
	if (stream_is_service(stream_name))
		return checkpoints_table_open(group, use, missing, caller, failure);
	fail(failure, FAILURE_PERMANENT,
	    "the group %s is kept in DynamoDB, for readers on several machines, and the stream %s "
	    "is a file on this one: use a group name without a scheme",
	    group, stream_name);
	return NULL;
}

/* Adds the place of a group that is not kept beside the stream, if it has one. */
static bool
add_table(struct checkpoints *several, const char *stream_name, const char *group,
    const struct caller *caller, struct failure *failure)
{
	bool missing = false;
	struct checkpoints *place =
	    checkpoints_open(stream_name, group, CHECKPOINTS_READ, &missing, caller, failure);

	if (place != NULL)
		several_add(several, group, place);
	return place != NULL || missing;
}

struct checkpoints *
checkpoints_open_all(const char *stream_name, const char *const *groups, size_t count,
    bool *missing, const struct caller *caller, struct failure *failure)
{
	bool none = false, good = true;
	struct checkpoints *several, *file;
	size_t tables = 0;

	for (size_t i = 0; i < count; i++)
		tables += checkpoints_is_shared(groups[i]);
	if (tables == 0)
		return checkpoints_file_open(
		    stream_name, CHECKPOINTS_READ, missing, caller, failure);
	if (missing != NULL)
		*missing = false;
	several = several_new();
	for (size_t i = 0; i < count && good; i++)
		good = !checkpoints_is_shared(groups[i]) ||
		       add_table(several, stream_name, groups[i], caller, failure);
	if (good && tables < count) {
		file = checkpoints_file_open(stream_name, CHECKPOINTS_READ, &none, caller, failure);
		if (file != NULL)
			several_add(several, NULL, file);
		good = file != NULL || none;
	}
	if (good)
		return several;
	checkpoints_close(several);
	return NULL;
}

void
checkpoints_sandbox(const char *stream_name, const char *group, bool create,
    const struct caller *caller, struct sandbox *sandbox)
{
	if (checkpoints_is_shared(group))
		checkpoints_table_sandbox(group, create, caller, sandbox);
	else
		checkpoints_file_sandbox(stream_name, create, caller, sandbox);
}
