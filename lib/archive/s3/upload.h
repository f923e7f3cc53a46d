/*
 * upload: how an object gets into a bucket: by one PutObject, or above 16 MiB in parts. Each step
 * is one call. Source: S3 API Reference, PutObject, CreateMultipartUpload, UploadPart,
 * CompleteMultipartUpload and AbortMultipartUpload; User Guide, "Checking object integrity" and
 * "Conditional writes".
 */
#ifndef ARCHIVE_S3_UPLOAD_H
#define ARCHIVE_S3_UPLOAD_H

#include "archive/object.h"
#include "archive/s3/s3_name.h"
#include "aws/client/aws.h"

enum {
	UPLOAD_WHOLE = 16 * 1024 * 1024, /* bytes that one PutObject sends at most */
	UPLOAD_PART = 8 * 1024 * 1024,
	UPLOAD_CHECKSUM = 45 /* a SHA-256 in base64, and a NUL */
};

/* Where uploads go, and how objects are stored there. */
struct upload_target {
	struct s3_name name;
	char *algorithm; /* "AES256" or "aws:kms"; NULL: none is named */
	const char *key; /* of KMS; NULL: none is named */
	const char *storage_class; /* NULL: none is named */
	const char *content; /* Content-Type */
};

enum upload_step {
	UPLOAD_PUT,
	UPLOAD_CREATE,
	UPLOAD_SEND, /* a part */
	UPLOAD_COMPLETE,
	UPLOAD_ABORT
};

enum upload_outcome {
	UPLOAD_GOES_ON, /* the next step is to be sent */
	UPLOAD_DONE, /* the object is there */
	UPLOAD_AGAIN, /* the same step may be sent again; failure says why */
	UPLOAD_FAILED /* it is given up, and nothing of it is left if possible; failure says why */
};

struct upload_part {
	char *tag;
	char checksum[UPLOAD_CHECKSUM];
};

struct upload {
	struct object *object;
	const struct upload_target *target;
	enum upload_step step;
	char *path; /* percent-encoded */
	char *id; /* percent-encoded; NULL: it is not in parts, or not yet */
	struct upload_part *parts;
	size_t part_count; /* that were sent */
	/* A reply to UPLOAD_CREATE was lost, or UPLOAD_ABORT failed: there may be an upload left. */
	bool doubtful;
	/* Of the call in flight. */
	struct buffer body;
	char checksum[UPLOAD_CHECKSUM];
	char *query;
	struct http_header headers[AWS_CALL_HEADERS];
	size_t header_count;
	/* Of the caller, who sends steps again. */
	bool in_call;
	unsigned failures; /* of this step, in a row */
	int64_t held; /* clock_steady: no call before then */
	int64_t since; /* clock_steady: the last success */
	struct failure failure; /* UPLOAD_ABORT: why it is given up */
};

/* Begins an upload; no call is made. upload is zeroed. target and object are borrowed. */
void upload_begin(struct upload *upload, const struct upload_target *target, struct object *object);
void upload_end(struct upload *upload); /* frees what it holds, and zeroes it */

/* Starts the call of its step. */
bool upload_start(struct upload *upload, struct aws *aws, struct failure *failure);
/* Takes the reply to it. */
enum upload_outcome upload_take(
    struct upload *upload, const struct aws *aws, const struct aws_reply *reply);
/* Gives it up for this reason: its next step, if there is one, removes what was sent of it. */
enum upload_outcome upload_give_up(struct upload *upload, const struct failure *failure);

#endif
