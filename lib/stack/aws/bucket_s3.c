/*
 * resource_bucket_s3: a bucket in S3, closed to the public, in which objects
 * expire where that is asked for. Source: S3 API Reference, CreateBucket,
 * GetBucketTagging, PutPublicAccessBlock, PutBucketLifecycleConfiguration, DeleteBucket.
 *
 * Its tag is a part of the call that makes it. A service that leaves the tag out (some that
 * speak S3's language do) is told once more; killed just then, the bucket counts as not ours.
 */
#include <stdio.h>
#include <stdlib.h>

#include "stack/aws/bucket_rules.h"
#include "stack/aws/bucket.h"
#include "stack/aws/call.h"
#include "stack/aws/form.h"
#include "text/xml.h"

#define MARK "<Tag><Key>" STACK_TAG "</Key><Value>" STACK_MAKER "</Value></Tag>"
#define CLOSED "PublicAccessBlockConfiguration"

static const char *const settings[] = {"public_access", "expire_days", NULL};
static const char *const fixed[] = {NULL};

/* What has to be true for a bucket to be closed. */
static const char *const blocks[] = {
    "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"};

/* --- what there is --- */

static bool
look_at_access(struct resource_bucket *bucket, struct presence *presence, struct failure *failure)
{
	bool closed = true;

	if (!resource_bucket_ask(bucket, "GetBucketPublicAccessBlock",
	        "publicAccessBlock=", "NoSuchPublicAccessBlockConfiguration", failure))
		return false;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		char *value = bucket->missing ? NULL : xml_text(bucket->reply.body, blocks[i]);

		closed = closed && value != NULL && strcmp(value, "true") == 0;
		free(value);
	}
	settings_set(&presence->found, "public_access", closed ? "blocked" : "open");
	return true;
}

/* The rules there are; missing: none. */
static bool
ask_rules(struct resource_bucket *bucket, struct failure *failure)
{
	return resource_bucket_ask(bucket, "GetLifecycleConfiguration",
	    "lifecycle=", "NoSuchLifecycleConfiguration", failure);
}

static bool
look_at_rules(struct resource_bucket *bucket, struct presence *presence, struct failure *failure)
{
	char *days;

	if (!ask_rules(bucket, failure))
		return false;
	days = bucket->missing ? NULL : bucket_rules_days(bucket->reply.body);
	settings_set(&presence->found, "expire_days", days != NULL ? days : "none");
	free(days);
	return true;
}

/* Is there one, and has it our tag? */
static bool
look_at_tags(struct resource_bucket *bucket, struct presence *presence, struct failure *failure)
{
	if (!resource_bucket_ask(bucket, "GetBucketTagging", "tagging=", "NoSuchTagSet", failure)) {
		if (!resource_bucket_was(bucket, "NoSuchBucket"))
			return false;
		return true;
	}
	presence->exists = true;
	presence->ours = !bucket->missing && resource_is_tagged(bucket->reply.body, "Tag");
	return true;
}

static bool
look(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct resource_bucket bucket;
	bool good;

	*presence = (struct presence){.exists = false};
	good = resource_bucket_open(&bucket, stack, resource, failure) &&
	       look_at_tags(&bucket, presence, failure);
	if (good && presence->exists)
		good = stack_arn(stack, resource, presence->arn, sizeof presence->arn, failure) &&
		       look_at_access(&bucket, presence, failure) &&
		       look_at_rules(&bucket, presence, failure);
	/* Just made, and not yet there for all of the service; or gone in between. */
	if (!good && resource_bucket_was(&bucket, "NoSuchBucket")) {
		presence->exists = false;
		good = true;
	}
	resource_bucket_close(&bucket);
	return good;
}

/* --- what is done to it --- */

static bool
create(struct resource_bucket *bucket, struct failure *failure)
{
	const char *region = resource_bucket_region(bucket);

	buffer_clear(&bucket->body);
	buffer_add_text(&bucket->body, "<CreateBucketConfiguration xmlns=\"" BUCKET_XML "\">");
	/* The first region goes without its name. */
	if (strcmp(region, "us-east-1") != 0)
		xml_add(&bucket->body, "LocationConstraint", region);
	buffer_add_text(&bucket->body, "<Tags>" MARK "</Tags></CreateBucketConfiguration>");
	if (resource_bucket_put(bucket, "CreateBucket", NULL, failure))
		return true;
	if (resource_bucket_was(bucket, "BucketAlreadyExists"))
		return resource_advise(failure, FAILURE_PERMANENT,
		    "%s: the names of buckets are the same for all accounts, and this one is "
		    "another's",
		    bucket->resource->name);
	/* Deleted a moment ago, or made by another just now. */
	if (resource_bucket_was(bucket, "OperationAborted"))
		failure->kind = FAILURE_TEMPORARY;
	return resource_bucket_was(bucket, "BucketAlreadyOwnedByYou");
}

static bool
mark(struct resource_bucket *bucket, struct failure *failure)
{
	if (!resource_bucket_ask(bucket, "GetBucketTagging", "tagging=", "NoSuchTagSet", failure) ||
	    !bucket->missing)
		return bucket->reply.status == 200;
	buffer_clear(&bucket->body);
	buffer_add_text(
	    &bucket->body, "<Tagging xmlns=\"" BUCKET_XML "\"><TagSet>" MARK "</TagSet></Tagging>");
	return resource_bucket_put(bucket, "PutBucketTagging", "tagging=", failure);
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct resource_bucket bucket;
	bool good = resource_bucket_open(&bucket, stack, resource, failure) &&
	            create(&bucket, failure) && mark(&bucket, failure);

	resource_bucket_close(&bucket);
	return good;
}

static bool
close_access(struct resource_bucket *bucket, struct failure *failure)
{
	buffer_clear(&bucket->body);
	buffer_add_text(&bucket->body, "<" CLOSED " xmlns=\"" BUCKET_XML "\">");
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		xml_add(&bucket->body, blocks[i], "true");
	buffer_add_text(&bucket->body, "</" CLOSED ">");
	return resource_bucket_put(
	    bucket, "PutBucketPublicAccessBlock", "publicAccessBlock=", failure);
}

/* Ours among the rules that others made, which stay. */
static bool
change_rules(struct resource_bucket *bucket, struct failure *failure)
{
	const char *days = settings_get(&bucket->resource->wanted, "expire_days");
	struct span rules;
	size_t count;

	if (!ask_rules(bucket, failure))
		return false;
	rules = bucket->missing ? span_of("") : bucket->reply.body;
	buffer_clear(&bucket->body);
	if (!bucket_rules_write(
	        rules, strcmp(days, "none") != 0 ? days : NULL, &bucket->body, &count))
		return fail(failure, FAILURE_PERMANENT, "%s: its lifecycle has too many rules",
		    bucket->resource->name);
	if (count == 0)
		return resource_bucket_delete(
		    bucket, "PutLifecycleConfiguration", "lifecycle=", failure);
	return resource_bucket_put(bucket, "PutLifecycleConfiguration", "lifecycle=", failure);
}

static bool
change(struct stack *stack, const struct resource *resource, const struct presence *presence,
    const char *setting, struct failure *failure)
{
	struct resource_bucket bucket;
	bool good = resource_bucket_open(&bucket, stack, resource, failure);

	(void)presence;
	if (good)
		good = strcmp(setting, "expire_days") == 0 ? change_rules(&bucket, failure)
		                                           : close_access(&bucket, failure);
	resource_bucket_close(&bucket);
	return good;
}

static bool
destroy(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct resource_bucket bucket;
	bool good = resource_bucket_open(&bucket, stack, resource, failure) &&
	            (resource_bucket_delete(&bucket, "DeleteBucket", NULL, failure) ||
	                resource_bucket_was(&bucket, "NoSuchBucket"));

	(void)presence;
	if (!good && resource_bucket_was(&bucket, "BucketNotEmpty"))
		resource_advise(failure, FAILURE_PERMANENT,
		    "%s: what is in it is not deleted: empty it (aws s3 rm --recursive), then "
		    "destroy again",
		    resource->name);
	resource_bucket_close(&bucket);
	return good;
}

const struct resource_kind resource_bucket_s3 = {.settings = settings,
    .fixed = fixed,
    .look = look,
    .make = make,
    .change = change,
    .remove = destroy};
