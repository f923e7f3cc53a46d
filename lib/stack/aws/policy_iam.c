/*
 * resource_policy_iam: a managed policy in IAM, which people attach to users
 * and roles of their own. Source: IAM API Reference, CreatePolicy, GetPolicy,
 * CreatePolicyVersion, DeletePolicy.
 */
#include <stdio.h>
#include <stdlib.h>

#include "text/form.h"
#include "stack/iam_document.h"
#include "stack/aws/call.h"
#include "stack/aws/form.h"
#include "text/xml.h"

#define MISSING "NoSuchEntity"

enum { VERSIONS_MOST = 5 /* that IAM keeps of a policy */ };

static const char *const settings[] = {"document", NULL};
static const char *const fixed[] = {NULL};

static bool
open_form(struct resource_form *form, struct stack *stack, const struct resource *resource,
    char *arn, size_t size, struct failure *failure)
{
	resource_form_open(form, stack, resource, &aws_iam, FORM_IAM);
	return stack_arn(stack, resource, arn, size, failure);
}

static void
begin(struct resource_form *form, const char *action, const char *arn)
{
	resource_form_begin(form, action);
	resource_form_add(form, "PolicyArn", arn);
}

/* --- what there is --- */

static bool
look_at_document(struct resource_form *form, struct presence *presence, struct failure *failure)
{
	char *version = xml_text(form->reply.body, "DefaultVersionId"), *found = NULL;
	bool good;

	begin(form, "GetPolicyVersion", presence->arn);
	resource_form_add(form, "VersionId", version);
	good = version != NULL ? resource_form_try(form, MISSING, failure)
	                       : fail(failure, FAILURE_TEMPORARY,
	                             "%s: IAM did not say which version of it is in force",
	                             form->resource->name);
	if (good && form->reply.status == 200)
		found = iam_document_found(form->reply.body, "Document",
		    settings_get(&form->resource->wanted, "document"));
	settings_set(&presence->found, "document", found != NULL ? found : "none");
	free(version);
	free(found);
	return good;
}

static bool
look(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct resource_form form;
	bool good;

	*presence = (struct presence){.exists = false};
	good = open_form(&form, stack, resource, presence->arn, sizeof presence->arn, failure) &&
	       stack_document(stack, resource, failure);
	if (good) {
		begin(&form, "GetPolicy", presence->arn);
		good = resource_form_try(&form, MISSING, failure);
	}
	if (good && form.reply.status == 200) {
		presence->exists = true;
		presence->ours = resource_is_tagged(form.reply.body, "member");
		good = look_at_document(&form, presence, failure);
	} else {
		presence->arn[0] = '\0';
	}
	resource_form_close(&form);
	return good;
}

/* --- what is done to it --- */

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct resource_form form;
	bool good;

	if (resource_is_arn(resource))
		return fail(failure, FAILURE_PERMANENT,
		    "%s: there is no such policy; give its name (iam:NAME) for one that is to be "
		    "made",
		    resource->name);
	resource_form_open(&form, stack, resource, &aws_iam, FORM_IAM);
	resource_form_begin(&form, "CreatePolicy");
	resource_form_add(&form, "PolicyName", resource->plain);
	resource_form_add(&form, "PolicyDocument", settings_get(&resource->wanted, "document"));
	resource_form_add(&form, "Description", "made by fxstack");
	resource_form_mark(&form);
	good = resource_form_try(&form, "EntityAlreadyExists", failure);
	resource_form_close(&form);
	return good;
}

/* The versions that are not in force: at most so many, the oldest first. Each to be freed. */
struct versions {
	char *id[VERSIONS_MOST];
	size_t count;
	size_t all; /* the one in force included */
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

/* None of one that is missing, perhaps for a while still: the next look tells. */
static bool
list_versions(
    struct resource_form *form, const char *arn, struct versions *versions, struct failure *failure)
{
	struct span rest, version;

	*versions = (struct versions){.count = 0};
	begin(form, "ListPolicyVersions", arn);
	if (!resource_form_send(form, failure))
		return resource_form_was(form, MISSING);
	rest = form->reply.body;
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
delete_version(struct resource_form *form, const char *arn, const char *id, struct failure *failure)
{
	begin(form, "DeletePolicyVersion", arn);
	resource_form_add(form, "VersionId", id);
	return resource_form_try(form, MISSING, failure);
}

static bool
change(struct stack *stack, const struct resource *resource, const struct presence *presence,
    const char *setting, struct failure *failure)
{
	struct resource_form form;
	struct versions versions = {.count = 0};
	bool good;

	(void)setting;
	resource_form_open(&form, stack, resource, &aws_iam, FORM_IAM);
	good = list_versions(&form, presence->arn, &versions, failure);
	/* There is room for one more, or the oldest goes. */
	if (good && versions.all >= VERSIONS_MOST && versions.count > 0)
		good = delete_version(&form, presence->arn, versions.id[0], failure);
	if (good) {
		begin(&form, "CreatePolicyVersion", presence->arn);
		resource_form_add(
		    &form, "PolicyDocument", settings_get(&resource->wanted, "document"));
		resource_form_add(&form, "SetAsDefault", "true");
		good = resource_form_try(&form, MISSING, failure);
	}
	free_versions(&versions);
	resource_form_close(&form);
	return good;
}

static bool
refuse_attached(const struct resource_form *form, struct failure *failure)
{
	return fail(failure, FAILURE_PERMANENT,
	    "%s: it is not taken from whom it is attached to: detach it, then destroy again",
	    form->resource->name);
}

/* Before its versions go. */
static bool
is_free(struct resource_form *form, const char *arn, struct failure *failure)
{
	char *count;
	bool attached;

	begin(form, "GetPolicy", arn);
	if (!resource_form_send(form, failure))
		return resource_form_was(form, MISSING);
	count = xml_text(form->reply.body, "AttachmentCount");
	attached = count != NULL && strcmp(count, "0") != 0;
	free(count);
	return !attached || refuse_attached(form, failure);
}

static bool
delete_policy(struct resource_form *form, const char *arn, struct failure *failure)
{
	begin(form, "DeletePolicy", arn);
	if (resource_form_try(form, MISSING, failure))
		return true;
	if (resource_form_was(form, "DeleteConflict"))
		refuse_attached(form, failure);
	return false;
}

/* IAM deletes a policy that has one version, and is attached to nobody. */
static bool
destroy(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct resource_form form;
	struct versions versions = {.count = 0};
	bool good;

	resource_form_open(&form, stack, resource, &aws_iam, FORM_IAM);
	good = is_free(&form, presence->arn, failure) &&
	       list_versions(&form, presence->arn, &versions, failure);
	for (size_t i = 0; good && i < versions.count; i++)
		good = delete_version(&form, presence->arn, versions.id[i], failure);
	good = good && delete_policy(&form, presence->arn, failure);
	free_versions(&versions);
	resource_form_close(&form);
	return good;
}

const struct resource_kind resource_policy_iam = {.settings = settings,
    .fixed = fixed,
    .look = look,
    .make = make,
    .change = change,
    .remove = destroy};
