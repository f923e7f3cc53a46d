/* s3_store: objects in a bucket: several uploads at once, each sent again for a minute if it fails.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/keeper.h"
#include "archive/kind.h"
#include "archive/s3/unfinished.h"
#include "archive/s3/upload.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "base/memory.h"
#include "system/unnamed_file.h"

enum {
	IN_FLIGHT = 2,
	PATIENCE = 60 * 1000, /* ms without a success */
	FIRST = 500, /* ms before the first retry of a step, doubled each time */
	LONGEST = 10000,
	WORKER = 10 /* ms between looks whether the worker is done */
};

struct s3_store {
	struct store store;
	struct upload_target target;
	struct caller caller;
	char *spool;
	struct aws *aws;
	struct unfinished *unfinished;
	struct upload *uploads; /* in_flight of them */
	struct backoff backoff;
	uint64_t retries;
	int64_t warned; /* clock_steady */
};

static int
create(struct store *store, const struct object *object, struct failure *failure)
{
	const struct s3_store *s3 = (const struct s3_store *)store;
	int file = unnamed_file_create(s3->spool);

	(void)object;
	if (file < 0)
		fail_errno(failure, errno, "could not create a file in the spool %s", s3->spool);
	return file;
}

static bool
start_step(struct s3_store *s3, struct upload *upload, struct failure *failure)
{
	upload->held = 0;
	if (upload->step == UPLOAD_CREATE && upload->failures == 0 &&
	    !unfinished_add(s3->unfinished, s3->target.name.bucket, upload->path, failure))
		return false;
	upload->in_call = upload_start(upload, s3->aws, failure);
	return upload->in_call;
}

static bool
start(struct store *store, struct object *object, struct failure *failure)
{
	struct s3_store *s3 = (struct s3_store *)store;
	struct upload *upload = s3->uploads;

	while (upload->object != NULL)
		upload++;
	upload_begin(upload, &s3->target, object);
	upload->since = clock_steady();
	return start_step(s3, upload, failure);
}

/* Sends the steps that are due; returns the ms until the next one is, -1: there is none. */
static int
send_due(struct s3_store *s3, struct failure *failure)
{
	int64_t now = clock_steady(), next = -1;

	for (unsigned i = 0; i < s3->store.in_flight; i++) {
		struct upload *upload = &s3->uploads[i];
		int64_t left = (upload->held - now + 999) / 1000;

		if (upload->object == NULL || upload->in_call)
			continue;
		if (left > 0 && !caller_is_stopped(&s3->caller)) {
			next = next < 0 || left < next ? left : next;
			continue;
		}
		if (!start_step(s3, upload, failure))
			return -2;
	}
	return (int)next;
}

static bool
wait(struct store *store, int input, int watch, int worker, int timeout, struct failure *failure)
{
	struct s3_store *s3 = (struct s3_store *)store;
	int due = send_due(s3, failure);

	if (due < -1)
		return false;
	if (due >= 0 && (timeout < 0 || due < timeout))
		timeout = due;
	if (worker >= 0 && (timeout < 0 || WORKER < timeout))
		timeout = WORKER;
	return aws_wait(s3->aws, input, watch, timeout, failure);
}

/* A step has failed, and may be sent again. True: it will be. */
static bool
hold(struct s3_store *s3, struct upload *upload)
{
	int64_t now = clock_steady();

	if (caller_is_stopped(&s3->caller) || now - upload->since >= 1000 * (int64_t)PATIENCE)
		return false;
	upload->held = now + 1000 * backoff_delay(&s3->backoff, upload->failures++, FIRST, LONGEST);
	s3->retries++;
	if (s3->warned == 0 || now - s3->warned >= 1000 * (int64_t)LONGEST) {
		s3->warned = now;
		caller_warn(&s3->caller, "%s", upload->failure.text);
	}
	return true;
}

static void
end_upload(struct s3_store *s3, struct upload *upload, struct store_reply *reply, bool done)
{
	reply->object = upload->object;
	reply->failure = done ? (struct failure){.kind = FAILURE_NONE} : upload->failure;
	/* What stays noted is looked for at the next start. */
	if (upload->object->size > UPLOAD_WHOLE && !upload->doubtful)
		unfinished_remove(s3->unfinished);
	upload_end(upload);
}

/* Takes the outcome of a step. True: the upload has ended. */
static bool
take_outcome(struct s3_store *s3, struct upload *upload, enum upload_outcome outcome,
    struct store_reply *reply)
{
	struct failure failure;

	if (outcome == UPLOAD_AGAIN && hold(s3, upload))
		return false;
	if (outcome == UPLOAD_AGAIN) {
		failure = upload->failure;
		outcome = upload_give_up(upload, &failure);
	}
	if (outcome == UPLOAD_GOES_ON) {
		upload->failures = 0;
		upload->since = clock_steady();
		if (start_step(s3, upload, &failure))
			return false;
		upload->failure = failure;
		outcome = UPLOAD_FAILED;
	}
	end_upload(s3, upload, reply, outcome == UPLOAD_DONE);
	return true;
}

static bool
next(struct store *store, struct store_reply *reply)
{
	struct s3_store *s3 = (struct s3_store *)store;
	struct aws_reply from;

	while (aws_next(s3->aws, &from)) {
		struct upload *upload = from.context;

		upload->in_call = false;
		if (take_outcome(s3, upload, upload_take(upload, s3->aws, &from), reply))
			return true;
	}
	return false;
}

static void
count(const struct store *store, struct sink_counters *counters)
{
	const struct s3_store *s3 = (const struct s3_store *)store;

	counters->retries = aws_retries(s3->aws) + s3->retries;
	counters->throttled = aws_throttles(s3->aws);
}

static void
close_s3(struct store *store)
{
	struct s3_store *s3 = (struct s3_store *)store;

	aws_close(s3->aws);
	for (unsigned i = 0; i < s3->store.in_flight; i++) {
		if (s3->uploads[i].object != NULL)
			upload_end(&s3->uploads[i]);
	}
	unfinished_close(s3->unfinished);
	s3_name_free(&s3->target.name);
	free(s3->target.algorithm);
	free(s3->uploads);
	free(s3->spool);
	free(s3);
}

static const struct store_kind kind = {
    .create = create, .start = start, .wait = wait, .next = next, .count = count, .close = close_s3};

/* Is it what a header may hold? */
static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text <= ' ' || *text > '~')
			return false;
	}
	return true;
}

static bool
read_storage(
    struct upload_target *target, const struct archive_settings *settings, struct failure *failure)
{
	static const char kms[] = "aws:kms";
	static const char *const contents[] = {[PACK_PLAIN] = "application/x-ndjson",
	    [PACK_GZIP] = "application/gzip",
	    [PACK_ZSTD] = "application/zstd"};
	const char *encryption = settings->encryption, *class = settings->storage_class;
	struct shown shown;

	target->content = contents[settings->compression];
	target->storage_class = class;
	if (class != NULL && (class[0] == '\0' || !is_plain(class)))
		return fail(failure, FAILURE_PERMANENT, "--storage-class \"%s\" is not a class",
		    show(&shown, class, strlen(class)));
	if (encryption == NULL)
		return true;
	if (strncmp(encryption, "aws:kms:", 8) == 0 && encryption[8] != '\0' &&
	    is_plain(encryption)) {
		target->algorithm = memory_copy_text(kms);
		target->key = encryption + 8;
		return true;
	}
	if (strcmp(encryption, "AES256") != 0 && strcmp(encryption, kms) != 0)
		return fail(failure, FAILURE_PERMANENT,
		    "--sse \"%s\" is not AES256, aws:kms or aws:kms:KEY",
		    show(&shown, encryption, strlen(encryption)));
	target->algorithm = memory_copy_text(encryption);
	return true;
}

static bool
open_parts(struct s3_store *s3, const struct archive_settings *settings, struct failure *failure)
{
	struct aws_settings aws = {.service = &aws_s3,
	    .in_flight = s3->store.in_flight,
	    .timeout = settings->timeout,
	    .caller = settings->caller};

	if (!s3_name_read(settings->name, &s3->target.name, failure))
		return false;
	s3->store.prefix = strlen(s3->target.name.prefix);
	if (!read_storage(&s3->target, settings, failure))
		return false;
	s3->spool = keeper_spool(settings, failure);
	if (s3->spool == NULL)
		return false;
	s3->unfinished = unfinished_open(s3->spool);
	s3->aws = aws_open(&aws, failure);
	if (s3->aws == NULL)
		return false;
	unfinished_abort(s3->spool, s3->target.name.bucket, s3->aws, &s3->caller);
	return true;
}

struct sink *
archive_s3_open(const struct archive_settings *settings, struct failure *failure)
{
	struct s3_store *s3 = memory_new(1, sizeof *s3);

	s3->store.kind = &kind;
	s3->store.in_flight = settings->in_flight > 0 ? settings->in_flight : IN_FLIGHT;
	s3->caller = settings->caller;
	s3->uploads = memory_new(s3->store.in_flight, sizeof *s3->uploads);
	backoff_init(&s3->backoff, (uint64_t)clock_steady());
	if (open_parts(s3, settings, failure))
		return keeper_open(settings, &s3->store, failure);
	close_s3(&s3->store);
	return NULL;
}
