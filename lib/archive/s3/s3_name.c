/* s3_name: splits the name of an archive into a bucket and a prefix. */
#include <stdlib.h>
#include <string.h>

#include "archive/s3/s3_name.h"
#include "base/memory.h"

enum { PREFIX_MOST = 512 /* of the 1024 bytes of a key */ };

bool
s3_name_read(const char *text, struct s3_name *name, struct failure *failure)
{
	const char *bucket = text + strlen(S3_SCHEME);
	size_t length = strcspn(bucket, "/"), prefix;
	const char *at = bucket + length;
	struct shown shown;

	at += strspn(at, "/");
	prefix = strlen(at);
	while (prefix > 0 && at[prefix - 1] == '/')
		prefix--;
	if (length == 0 || prefix > PREFIX_MOST)
		return fail(failure, FAILURE_PERMANENT,
		    "\"%s\" is not the name of an archive in S3: use s3://BUCKET/PREFIX, with a "
		    "prefix of up to %d bytes",
		    show(&shown, text, length == 0 ? strlen(text) : 60), PREFIX_MOST);
	name->bucket = memory_copy(bucket, length);
	name->prefix = memory_format("%.*s%s", (int)prefix, at, prefix > 0 ? "/" : "");
	return true;
}

void
s3_name_free(struct s3_name *name)
{
	free(name->bucket);
	free(name->prefix);
}
