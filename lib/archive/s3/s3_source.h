/*
 * s3_source: reads an archive in S3; private to its folder. s3_source.c opens it and reads objects,
 * s3_list.c lists them. Source: S3 API Reference, ListObjectsV2 and GetObject.
 */
#ifndef ARCHIVE_S3_S3_SOURCE_H
#define ARCHIVE_S3_S3_SOURCE_H

#include "archive/s3/s3_name.h"
#include "archive/source_kind.h"
#include "aws/client/aws.h"
#include "base/buffer.h"

struct s3_object;

struct s3_source {
	struct archive_source source;
	struct caller caller;
	struct s3_name name;
	struct aws *aws;
	unsigned open; /* objects */
	struct s3_object *abandoned; /* closed while their calls are in flight */
};

bool s3_source_list(
    struct archive_source *source, const struct archive_visitor *visitor, struct failure *failure);

#endif
