/* archive: opens an archive by its name. The only file that knows all kinds of archives. */
#include <stdlib.h>
#include <string.h>

#include "archive/keeper.h"
#include "archive/kind.h"
#include "aws/client/aws.h"
#include "base/memory.h"
#include "system/directory.h"

static bool
begins(const char *name, const char *scheme)
{
	return strncmp(name, scheme, strlen(scheme)) == 0;
}

struct sink *
archive_open(const struct archive_settings *settings, struct failure *failure)
{
	if (begins(settings->name, "firehose:"))
		return archive_firehose_open(settings, failure);
	return begins(settings->name, "s3://") ? archive_s3_open(settings, failure)
	                                       : archive_directory_open(settings, failure);
}

static bool
add_directory(const char *name, struct sandbox *sandbox, struct failure *failure)
{
	char *path = memory_format("%s/", name);
	bool made = directory_make(path, failure);

	if (made)
		sandbox_write(sandbox, path);
	free(path);
	return made;
}

bool
archive_sandbox(
    const struct archive_settings *settings, struct sandbox *sandbox, struct failure *failure)
{
	char *spool;

	if (begins(settings->name, "firehose:")) {
		aws_sandbox(&settings->caller, sandbox);
		return true;
	}
	if (begins(settings->name, "s3://"))
		aws_sandbox(&settings->caller, sandbox);
	else if (!add_directory(settings->name, sandbox, failure))
		return false;
	spool = keeper_spool(settings, failure);
	if (spool != NULL)
		sandbox_write(sandbox, spool);
	free(spool);
	return spool != NULL;
}
