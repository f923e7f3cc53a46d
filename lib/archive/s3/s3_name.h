/* s3_name: the name of an archive in S3, s3://BUCKET/PREFIX. */
#ifndef ARCHIVE_S3_S3_NAME_H
#define ARCHIVE_S3_S3_NAME_H

#include <stdbool.h>

#include "base/failure.h"

#define S3_SCHEME "s3://"

struct s3_name {
	char *bucket;
	char *prefix; /* of the keys: "" or with a slash at its end */
};

/* FAILURE_PERMANENT: it is not such a name, and there is nothing to free. */
bool s3_name_read(const char *text, struct s3_name *name, struct failure *failure);
void s3_name_free(struct s3_name *name);

#endif
