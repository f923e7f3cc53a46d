/* archive_source: opens an archive by its name to read it; apart from what opens it to write. */
#include <string.h>

#include "archive/s3/s3_name.h"
#include "archive/source_kind.h"
#include "aws/client/aws.h"

static bool
begins_with(const char *name, const char *scheme)
{
	return strncmp(name, scheme, strlen(scheme)) == 0;
}

struct archive_source *
archive_source_open(const struct archive_source_settings *settings, struct failure *failure)
{
	if (begins_with(settings->name, S3_SCHEME))
		return archive_source_s3_open(settings, failure);
	if (settings->name[0] != '\0' && !begins_with(settings->name, "firehose:"))
		return archive_source_directory_open(settings, failure);
	fail(failure, FAILURE_PERMANENT,
	    settings->name[0] == '\0'
	        ? "the name of the archive is empty: use a directory or s3://BUCKET/PREFIX"
	        : "a Firehose stream cannot be read: name the bucket that it delivers to, "
	          "s3://BUCKET/PREFIX");
	return NULL;
}

void
archive_source_sandbox(const char *name, const struct caller *caller, struct sandbox *sandbox)
{
	if (begins_with(name, S3_SCHEME))
		aws_sandbox(caller, sandbox);
	else
		sandbox_read(sandbox, name);
}
