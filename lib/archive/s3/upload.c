/* upload: makes the calls of an upload, one after the other. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/s3/upload.h"
#include "base/memory.h"
#include "text/base64.h"
#include "text/digest.h"
#include "text/url.h"
#include "text/xml.h"

enum { REPLY = 64 * 1024, PATH = 4 * OBJECT_NAME_SIZE, ID = 4096 };

static void
make_path(struct upload *upload)
{
	struct buffer path;

	buffer_init(&path, PATH);
	buffer_add_text(&path, "/");
	url_encode(&path, span_of(upload->target->name.prefix), "/");
	url_encode(&path, span_of(upload->object->name), "/");
	free(upload->path);
	upload->path = buffer_take_text(&path);
}

void
upload_begin(struct upload *upload, const struct upload_target *target, struct object *object)
{
	upload->object = object;
	upload->target = target;
	make_path(upload);
	upload->step = object->size <= UPLOAD_WHOLE ? UPLOAD_PUT : UPLOAD_CREATE;
	buffer_init(&upload->body, (size_t)UPLOAD_WHOLE + 1);
}

/* It starts over: what is known of its parts is forgotten. */
static void
forget_parts(struct upload *upload)
{
	for (size_t i = 0; i < upload->part_count; i++)
		free(upload->parts[i].tag);
	free(upload->parts);
	free(upload->id);
	upload->parts = NULL;
	upload->id = NULL;
	upload->part_count = 0;
}

void
upload_end(struct upload *upload)
{
	forget_parts(upload);
	free(upload->path);
	free(upload->query);
	buffer_free(&upload->body);
	*upload = (struct upload){.object = NULL};
}

static void
add_header(struct upload *upload, const char *name, const char *value)
{
	if (value != NULL)
		upload->headers[upload->header_count++] = (struct http_header){name, value};
}

/* The headers that say how the object is stored. */
static void
add_storage(struct upload *upload)
{
	const struct upload_target *target = upload->target;

	add_header(upload, "Content-Type", target->content);
	add_header(upload, "x-amz-server-side-encryption", target->algorithm);
	add_header(upload, "x-amz-server-side-encryption-aws-kms-key-id", target->key);
	add_header(upload, "x-amz-storage-class", target->storage_class);
}

/* Reads bytes of the object's file into the body, with their checksum. */
static bool
read_body(struct upload *upload, uint64_t at, size_t length, struct failure *failure)
{
	struct buffer *body = &upload->body;
	unsigned char digest[DIGEST_MOST];

	buffer_clear(body);
	buffer_reserve(body, length);
	while (body->length < length) {
		ssize_t got = pread(upload->object->file, body->data + body->length,
		    length - body->length, (off_t)(at + body->length));

		if (got == 0)
			return fail(failure, FAILURE_TEMPORARY, "the file of an object was cut");
		if (got < 0 && errno != EINTR)
			return fail_errno(failure, errno, "could not read an object");
		body->length += got > 0 ? (size_t)got : 0;
	}
	if (!digest_make(DIGEST_SHA256, buffer_span(body), digest, failure))
		return false;
	upload->checksum[base64_write(upload->checksum, digest, SHA256_BYTES)] = '\0';
	return true;
}

static bool
fill_put(struct upload *upload, struct aws_call *call, struct failure *failure)
{
	call->action = "PutObject";
	call->method = "PUT";
	add_storage(upload);
	add_header(upload, "x-amz-checksum-sha256", upload->checksum);
	add_header(upload, "If-None-Match", "*");
	return read_body(upload, 0, (size_t)upload->object->size, failure);
}

static void
fill_create(struct upload *upload, struct aws_call *call)
{
	call->action = "CreateMultipartUpload";
	upload->query = memory_copy_text("uploads=");
	add_storage(upload);
	add_header(upload, "x-amz-checksum-algorithm", "SHA256");
}

static bool
fill_part(struct upload *upload, struct aws_call *call, struct failure *failure)
{
	uint64_t at = (uint64_t)upload->part_count * UPLOAD_PART;
	uint64_t left = upload->object->size - at;

	call->action = "UploadPart";
	call->method = "PUT";
	upload->query =
	    memory_format("partNumber=%zu&uploadId=%s", upload->part_count + 1, upload->id);
	add_header(upload, "x-amz-checksum-sha256", upload->checksum);
	return read_body(
	    upload, at, left < UPLOAD_PART ? (size_t)left : (size_t)UPLOAD_PART, failure);
}

static void
fill_complete(struct upload *upload, struct aws_call *call)
{
	struct buffer *body = &upload->body;

	call->action = "CompleteMultipartUpload";
	upload->query = memory_format("uploadId=%s", upload->id);
	add_header(upload, "Content-Type", "application/xml");
	add_header(upload, "If-None-Match", "*");
	buffer_clear(body);
	buffer_add_text(
	    body, "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
	for (size_t i = 0; i < upload->part_count; i++) {
		buffer_add_format(body, "<Part><PartNumber>%zu</PartNumber>", i + 1);
		xml_add(body, "ETag", upload->parts[i].tag);
		xml_add(body, "ChecksumSHA256", upload->parts[i].checksum);
		buffer_add_text(body, "</Part>");
	}
	buffer_add_text(body, "</CompleteMultipartUpload>");
}

static void
fill_abort(struct upload *upload, struct aws_call *call)
{
	call->action = "AbortMultipartUpload";
	call->method = "DELETE";
	upload->query = memory_format("uploadId=%s", upload->id);
	buffer_clear(&upload->body);
}

static bool
fill(struct upload *upload, struct aws_call *call, struct failure *failure)
{
	buffer_clear(&upload->body);
	switch (upload->step) {
	case UPLOAD_PUT:
		return fill_put(upload, call, failure);
	case UPLOAD_CREATE:
		fill_create(upload, call);
		return true;
	case UPLOAD_SEND:
		return fill_part(upload, call, failure);
	case UPLOAD_COMPLETE:
		fill_complete(upload, call);
		return true;
	default:
		fill_abort(upload, call);
		return true;
	}
}

bool
upload_start(struct upload *upload, struct aws *aws, struct failure *failure)
{
	struct aws_call call = {
	    .permission = upload->step == UPLOAD_ABORT ? "s3:AbortMultipartUpload" : "s3:PutObject",
	    .ceiling = REPLY,
	    .bucket = upload->target->name.bucket,
	    .path = upload->path,
	    .headers = upload->headers,
	    .context = upload};

	free(upload->query);
	upload->query = NULL;
	upload->header_count = 0;
	if (!fill(upload, &call, failure))
		return false;
	call.query = upload->query;
	call.header_count = upload->header_count;
	if (upload->step != UPLOAD_ABORT)
		call.body = upload->body.length > 0 ? buffer_span(&upload->body) : span_of("");
	return aws_start(aws, &call, failure);
}

/* Notes the part that was sent. False: the reply lacks its tag. */
static bool
note_part(struct upload *upload, const char *tag)
{
	struct upload_part *part;

	if (tag == NULL)
		return false;
	upload->parts = memory_resize(upload->parts, upload->part_count + 1, sizeof *upload->parts);
	part = &upload->parts[upload->part_count++];
	part->tag = memory_copy_text(tag);
	memcpy(part->checksum, upload->checksum, sizeof part->checksum);
	return true;
}

static bool
note_id(struct upload *upload, struct span reply)
{
	char *id = xml_text(reply, "UploadId");
	struct buffer encoded;

	if (id == NULL)
		return false;
	buffer_init(&encoded, ID);
	if (url_encode(&encoded, span_of(id), ""))
		upload->id = buffer_take_text(&encoded);
	buffer_free(&encoded);
	free(id);
	return upload->id != NULL;
}

/* A reply with the status of a success is not one. */
static void
fail_odd(struct failure *failure, const struct aws_reply *reply)
{
	char *code = xml_text(reply->body, "Code");
	struct shown shown;

	fail(failure, FAILURE_TEMPORARY, "S3 %s: %s", reply->action,
	    code != NULL ? show(&shown, code, strlen(code)) : "the reply is not complete");
	free(code);
}

static enum upload_outcome
again(struct upload *upload, const struct aws_reply *reply)
{
	if (reply->failure.kind != FAILURE_NONE)
		upload->failure = reply->failure;
	else
		fail_odd(&upload->failure, reply);
	return UPLOAD_AGAIN;
}

/* The step has succeeded. */
static enum upload_outcome
step_on(struct upload *upload, const struct aws *aws, const struct aws_reply *reply)
{
	char *tag;

	switch (upload->step) {
	case UPLOAD_PUT:
		/* Proxies answer with 200, too. */
		return aws_reply_header(aws, "ETag") != NULL ? UPLOAD_DONE : again(upload, reply);
	case UPLOAD_CREATE:
		if (!note_id(upload, reply->body))
			return again(upload, reply);
		upload->step = UPLOAD_SEND;
		return UPLOAD_GOES_ON;
	case UPLOAD_SEND:
		if (!note_part(upload, aws_reply_header(aws, "ETag")))
			return again(upload, reply);
		if ((uint64_t)upload->part_count * UPLOAD_PART >= upload->object->size)
			upload->step = UPLOAD_COMPLETE;
		return UPLOAD_GOES_ON;
	case UPLOAD_COMPLETE:
		/* It answers with 200 before it is done, and may then send an error. */
		tag = xml_text(reply->body, "ETag");
		free(tag);
		return tag != NULL ? UPLOAD_DONE : again(upload, reply);
	default:
		return UPLOAD_FAILED;
	}
}

enum upload_outcome
upload_give_up(struct upload *upload, const struct failure *failure)
{
	upload->failure = *failure;
	if (upload->id == NULL)
		return UPLOAD_FAILED;
	upload->step = UPLOAD_ABORT;
	return UPLOAD_GOES_ON;
}

/* Can an object of this name be of another process? Not if an earlier call may have stored it. */
static bool
is_foreign(const struct upload *upload, const struct aws_reply *reply)
{
	return !upload->object->positioned && upload->step == UPLOAD_PUT && upload->failures == 0 &&
	       reply->attempts == 1;
}

/* An object of this name, and so with these lines, is there. */
static enum upload_outcome
find_present(struct upload *upload, const struct aws_reply *reply)
{
	if (is_foreign(upload, reply)) {
		object_rename(upload->object);
		make_path(upload);
		return UPLOAD_GOES_ON;
	}
	upload->object->present = true;
	if (upload->id == NULL)
		return UPLOAD_DONE;
	upload->failure.kind = FAILURE_NONE;
	upload->step = UPLOAD_ABORT;
	return UPLOAD_GOES_ON;
}

enum upload_outcome
upload_take(struct upload *upload, const struct aws *aws, const struct aws_reply *reply)
{
	if (upload->step == UPLOAD_CREATE)
		upload->doubtful = upload->doubtful || reply->attempts > 1 ||
		                   reply->failure.kind == FAILURE_TEMPORARY;
	if (upload->step == UPLOAD_ABORT) {
		upload->doubtful =
		    upload->doubtful || (reply->failure.kind != FAILURE_NONE &&
		                            strcmp(reply->code, "NoSuchUpload") != 0);
		return upload->object->present ? UPLOAD_DONE : UPLOAD_FAILED;
	}
	if (reply->failure.kind == FAILURE_NONE)
		return step_on(upload, aws, reply);
	if (reply->status == 412 && strcmp(reply->code, "PreconditionFailed") == 0)
		return find_present(upload, reply);
	if (strcmp(reply->code, "NoSuchUpload") == 0) {
		/* It was completed, and the reply got lost, or somebody has aborted it. */
		forget_parts(upload);
		upload->step = UPLOAD_CREATE;
		again(upload, reply);
		upload->failure.kind = FAILURE_TEMPORARY;
		return UPLOAD_AGAIN;
	}
	if (reply->failure.kind == FAILURE_TEMPORARY)
		return again(upload, reply);
	return upload_give_up(upload, &reply->failure);
}
