/* bucket_s3: a bucket in S3, closed to the public, with an optional expiry of its objects. */

/*
 * Source: S3 API Reference, CreateBucket, GetBucketTagging, PutPublicAccessBlock,
 * PutBucketLifecycleConfiguration, DeleteBucket.
 *
 * The request that creates it contains its tag. If the service ignores the tag (some that are
 * compatible with S3 do), a second request sets it; killed in between, the bucket counts as not
 * ours.
 */
#include <stdlib.h>
#include <string.h>

#include "stack/aws/bucket_rules.h"
#include "stack/aws/kinds.h"
#include "stack/aws/query.h"
#include "stack/aws/s3.h"
#include "text/xml.h"

#define TAG "<Tag><Key>" STACK_TAG "</Key><Value>" STACK_MAKER "</Value></Tag>"
#define CLOSED "PublicAccessBlockConfiguration"

static const char *const settings[] = {"public_access", "expire_days", "abort_uploads_days", NULL};

/* All must be true for a bucket to be closed to the public. */
static const char *const blocks[] = {
    "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"};

/* --- reading it --- */

static bool
read_access(struct request *request, struct presence *presence, struct failure *failure)
{
	bool closed = true;

	if (!s3_get(request, "GetBucketPublicAccessBlock",
	        "publicAccessBlock=", "NoSuchPublicAccessBlockConfiguration", failure))
		return false;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		char *value = request->missing ? NULL : xml_text(request->reply.body, blocks[i]);

		closed = closed && value != NULL && strcmp(value, "true") == 0;
		free(value);
	}
	settings_set(&presence->found, "public_access", closed ? "blocked" : "open");
	return true;
}

/* Gets the lifecycle; request->missing: the bucket has none. */
static bool
ask_rules(struct request *request, struct failure *failure)
{
	return s3_get(request, "GetLifecycleConfiguration",
	    "lifecycle=", "NoSuchLifecycleConfiguration", failure);
}

/* Takes days. */
static void
found_days(struct presence *presence, const char *setting, char *days)
{
	settings_set(&presence->found, setting, days != NULL ? days : "none");
	free(days);
}

static bool
read_rules(struct request *request, struct presence *presence, struct failure *failure)
{
	struct span rules;

	if (!ask_rules(request, failure))
		return false;
	rules = request->missing ? span_of("") : request->reply.body;
	found_days(presence, "expire_days", bucket_rules_days(rules, BUCKET_EXPIRES));
	found_days(presence, "abort_uploads_days", bucket_rules_days(rules, BUCKET_ABORTS));
	return true;
}

/* A bucket that was just created may be missing for some of these: it does not exist then. */
static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	if (!s3_get(request, "GetBucketTagging", "tagging=", "NoSuchTagSet", failure))
		return false;
	presence->exists = true;
	presence->ours = !request->missing && query_is_tagged(request->reply.body, "Tag");
	return stack_arn(request->stack, request->resource, presence->arn, sizeof presence->arn,
	           failure) &&
	       read_access(request, presence, failure) && read_rules(request, presence, failure);
}

/* --- changing it --- */

static bool
create(struct request *request, struct failure *failure)
{
	const char *region = s3_region(request, failure);

	if (region == NULL)
		return false;
	buffer_clear(&request->body);
	buffer_add_text(&request->body, "<CreateBucketConfiguration xmlns=\"" S3_XML "\">");
	/* The first region must not be named. */
	if (strcmp(region, "us-east-1") != 0)
		xml_add(&request->body, "LocationConstraint", region);
	buffer_add_text(&request->body, "<Tags>" TAG "</Tags></CreateBucketConfiguration>");
	if (s3_put(request, "CreateBucket", NULL, failure))
		return true;
	if (request_failed_with(request, "BucketAlreadyExists"))
		return resource_advise(failure, FAILURE_PERMANENT,
		    "%s: names of buckets are unique across all accounts, and another account has "
		    "this one",
		    request->resource->name);
	/* It is being deleted or created by another request. */
	if (request_failed_with(request, "OperationAborted"))
		failure->kind = FAILURE_TEMPORARY;
	return request_failed_with(request, "BucketAlreadyOwnedByYou");
}

/* Tags it, unless it has tags. */
static bool
add_tag(struct request *request, struct failure *failure)
{
	if (!s3_get(request, "GetBucketTagging", "tagging=", "NoSuchTagSet", failure) ||
	    !request->missing)
		return request->reply.status == 200;
	buffer_clear(&request->body);
	buffer_add_text(
	    &request->body, "<Tagging xmlns=\"" S3_XML "\"><TagSet>" TAG "</TagSet></Tagging>");
	return s3_put(request, "PutBucketTagging", "tagging=", failure);
}

static bool
make(struct request *request, struct failure *failure)
{
	return create(request, failure) && add_tag(request, failure);
}

static bool
close_access(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	buffer_clear(&request->body);
	buffer_add_text(&request->body, "<" CLOSED " xmlns=\"" S3_XML "\">");
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		xml_add(&request->body, blocks[i], "true");
	buffer_add_text(&request->body, "</" CLOSED ">");
	return s3_put(request, "PutBucketPublicAccessBlock", "publicAccessBlock=", failure);
}

/* Replaces one of our rules; the rules of others stay. */
static bool
change_rule(
    struct request *request, enum bucket_rule which, const char *setting, struct failure *failure)
{
	const char *days = request_wanted(request, setting);
	struct span rules;
	size_t count;

	if (!ask_rules(request, failure))
		return false;
	rules = request->missing ? span_of("") : request->reply.body;
	buffer_clear(&request->body);
	if (!bucket_rules_write(
	        rules, which, strcmp(days, "none") != 0 ? days : NULL, &request->body, &count))
		return fail(failure, FAILURE_PERMANENT, "%s: its lifecycle has too many rules",
		    request->resource->name);
	if (count == 0)
		return s3_delete(request, "PutLifecycleConfiguration", "lifecycle=", failure);
	return s3_put(request, "PutLifecycleConfiguration", "lifecycle=", failure);
}

static bool
change_expiry(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	return change_rule(request, BUCKET_EXPIRES, "expire_days", failure);
}

static bool
change_aborting(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	return change_rule(request, BUCKET_ABORTS, "abort_uploads_days", failure);
}

static bool
remove_bucket(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	if (s3_delete(request, "DeleteBucket", NULL, failure))
		return true;
	if (request_failed_with(request, "BucketNotEmpty"))
		resource_advise(failure, FAILURE_PERMANENT,
		    "%s: fxstack does not delete objects: empty the bucket (aws s3 rm "
		    "--recursive s3://%s), then destroy again",
		    request->resource->name, request->resource->plain);
	return false;
}

const struct aws_kind resource_bucket_s3 = {
    .kind = {.settings = settings, AWS_KIND_STEPS},
    .service = &aws_s3,
    .missing = {"NoSuchBucket"},
    .read = read_presence,
    .make = make,
    .change = {close_access, change_expiry, change_aborting},
    .remove = remove_bucket,
};
