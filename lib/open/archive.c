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

/* A directory is not made of a mistyped scheme, such as S3:// or an ARN, or of an empty variable. */
static bool
check_name(const char *name, struct failure *failure)
{
	size_t word = strcspn(name, ":/");
	struct shown shown;

	if (begins(name, "firehose:") || begins(name, "s3://") ||
	    (name[0] != '\0' && name[word] != ':'))
		return true;
	if (name[0] == '\0')
		return fail(failure, FAILURE_PERMANENT,
		    "the name of the archive is empty: use a directory, s3://BUCKET/PREFIX or "
		    "firehose:NAME");
	return fail(failure, FAILURE_PERMANENT,
	    "\"%s\" is not the name of an archive: use a directory (with ./ before a name that "
	    "has a colon), s3://BUCKET/PREFIX or firehose:NAME",
	    show(&shown, name, strlen(name) < 60 ? strlen(name) : 60));
}

struct sink *
archive_open(const struct archive_settings *settings, struct failure *failure)
{
	if (!check_name(settings->name, failure))
		return NULL;
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

	if (!check_name(settings->name, failure))
		return false;
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
