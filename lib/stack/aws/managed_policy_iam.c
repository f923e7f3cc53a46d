/* managed_policy_iam: a managed policy in IAM, to attach to users and roles. */
/* Source: IAM API Reference, CreatePolicy, GetPolicy, CreatePolicyVersion, DeletePolicy. */
#include <stdlib.h>
#include <string.h>

#include "stack/aws/kinds.h"
#include "stack/aws/query.h"
#include "stack/iam/document.h"
#include "stack/iam/policy.h"
#include "text/form.h"
#include "text/xml.h"

#define MISSING "NoSuchEntity"

enum { VERSIONS_MOST = 5 /* IAM's limit for a policy */ };

static const char *const settings[] = {"document", NULL};

static void
begin(struct request *request, const char *action, const char *arn)
{
	query_begin(request, action);
	query_add(request, "PolicyArn", arn);
}

/* --- reading it --- */

static bool
read_document(struct request *request, struct presence *presence, struct failure *failure)
{
	char *version = xml_text(request->reply.body, "DefaultVersionId"), *found = NULL;
	bool good;

	begin(request, "GetPolicyVersion", presence->arn);
	query_add(request, "VersionId", version);
	good = version != NULL ? query_try(request, MISSING, failure)
	                       : fail(failure, FAILURE_TEMPORARY,
	                             "%s: the reply of IAM GetPolicy has no DefaultVersionId",
	                             request->resource->name);
	if (good && request->reply.status == 200)
		found = iam_document_found(
		    request->reply.body, "Document", request_wanted(request, "document"));
	settings_set(&presence->found, "document", found != NULL ? found : "none");
	free(version);
	free(found);
	return good;
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	if (!stack_arn(
	        request->stack, request->resource, presence->arn, sizeof presence->arn, failure) ||
	    !policy_want(request->stack, request->resource, failure))
		return false;
	begin(request, "GetPolicy", presence->arn);
	if (!query_send(request, failure))
		return false;
	presence->exists = true;
	presence->ours = query_is_tagged(request->reply.body, "member");
	return read_document(request, presence, failure);
}

/* --- changing it --- */

static bool
make(struct request *request, struct failure *failure)
{
	const struct resource *resource = request->resource;

	if (resource_is_arn(resource))
		return fail(failure, FAILURE_PERMANENT,
		    "%s: no such policy; to create one, give a name (iam:NAME) instead of an ARN",
		    resource->name);
	query_begin(request, "CreatePolicy");
	query_add(request, "PolicyName", resource->plain);
	query_add(request, "PolicyDocument", settings_get(&resource->wanted, "document"));
	query_add(request, "Description", "made by fxstack");
	query_add_tag(request);
	return query_try(request, "EntityAlreadyExists", failure);
}

/* The versions of a policy. */
struct versions {
	char *id[VERSIONS_MOST]; /* of those that are not the default, oldest first; to free */
	size_t count;
	size_t all; /* including the default version */
};

static void
free_versions(struct versions *versions)
{
	for (size_t i = 0; i < versions->count; i++)
		free(versions->id[i]);
}

/* "v12" */
static int
compare_versions(const void *a, const void *b)
{
	const char *const *first = a, *const *second = b;
	size_t length = strlen(*first), other = strlen(*second);

	return length != other ? (length > other) - (length < other) : strcmp(*first, *second);
}

/* None if the policy is missing, perhaps only for a while: the caller reads it again. */
static bool
list_versions(
    struct request *request, const char *arn, struct versions *versions, struct failure *failure)
{
	struct span rest, version;

	*versions = (struct versions){.count = 0};
	begin(request, "ListPolicyVersions", arn);
	if (!query_send(request, failure))
		return request_failed_with(request, MISSING);
	rest = request->reply.body;
	while (xml_next(&rest, "member", &version) && versions->count < VERSIONS_MOST) {
		char *in_force = xml_text(version, "IsDefaultVersion");
		char *id = xml_text(version, "VersionId");
		bool other = in_force != NULL && strcmp(in_force, "false") == 0;

		versions->all++;
		if (other && id != NULL)
			versions->id[versions->count++] = id;
		else
			free(id);
		free(in_force);
	}
	qsort(versions->id, versions->count, sizeof *versions->id, compare_versions);
	return true;
}

static bool
delete_version(struct request *request, const char *arn, const char *id, struct failure *failure)
{
	begin(request, "DeletePolicyVersion", arn);
	query_add(request, "VersionId", id);
	return query_try(request, MISSING, failure);
}

static bool
change_document(struct request *request, const struct presence *presence, struct failure *failure)
{
	struct versions versions = {.count = 0};
	bool good = list_versions(request, presence->arn, &versions, failure);

	/* At the limit, the oldest is deleted to make room. */
	if (good && versions.all >= VERSIONS_MOST && versions.count > 0)
		good = delete_version(request, presence->arn, versions.id[0], failure);
	if (good) {
		begin(request, "CreatePolicyVersion", presence->arn);
		query_add(request, "PolicyDocument", request_wanted(request, "document"));
		query_add(request, "SetAsDefault", "true");
		good = query_try(request, MISSING, failure);
	}
	free_versions(&versions);
	return good;
}

static bool
refuse_attached(const struct request *request, struct failure *failure)
{
	return fail(failure, FAILURE_PERMANENT,
	    "%s: it is attached to users, groups or roles: detach it, then destroy again",
	    request->resource->name);
}

/* Asked before any version is deleted. */
static bool
is_free(struct request *request, const char *arn, struct failure *failure)
{
	char *count;
	bool attached;

	begin(request, "GetPolicy", arn);
	if (!query_send(request, failure))
		return request_failed_with(request, MISSING);
	count = xml_text(request->reply.body, "AttachmentCount");
	attached = count != NULL && strcmp(count, "0") != 0;
	free(count);
	return !attached || refuse_attached(request, failure);
}

static bool
delete_policy(struct request *request, const char *arn, struct failure *failure)
{
	begin(request, "DeletePolicy", arn);
	if (query_send(request, failure))
		return true;
	if (request_failed_with(request, "DeleteConflict"))
		refuse_attached(request, failure);
	return false;
}

/* IAM deletes a policy only if it has a single version and is not attached. */
static bool
remove_policy(struct request *request, const struct presence *presence, struct failure *failure)
{
	struct versions versions = {.count = 0};
	bool good;

	good = is_free(request, presence->arn, failure) &&
	       list_versions(request, presence->arn, &versions, failure);
	for (size_t i = 0; good && i < versions.count; i++)
		good = delete_version(request, presence->arn, versions.id[i], failure);
	good = good && delete_policy(request, presence->arn, failure);
	free_versions(&versions);
	return good;
}

const struct aws_kind resource_managed_policy_iam = {
    .kind = {.settings = settings, AWS_KIND_STEPS},
    .service = &aws_iam,
    .version = FORM_IAM,
    .missing = {MISSING},
    .read = read_presence,
    .make = make,
    .change = {change_document},
    .remove = remove_policy,
};
