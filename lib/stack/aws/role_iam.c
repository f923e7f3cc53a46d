/* role_iam: a role in IAM: who may assume it, and its inline policy "fxpipe". */

/*
 * Source: IAM API Reference, CreateRole, GetRole, UpdateAssumeRolePolicy, PutRolePolicy,
 * DeleteRole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/aws/kinds.h"
#include "stack/aws/query.h"
#include "stack/iam/document.h"
#include "stack/iam/policy.h"
#include "text/form.h"
#include "text/xml.h"

#define INLINE_POLICY "fxpipe"
#define MISSING "NoSuchEntity"

static const char *const settings[] = {"trust", "document", NULL};

static void
begin(struct request *request, const char *action)
{
	query_begin(request, action);
	query_add(request, "RoleName", request->resource->plain);
}

/* The document for the setting trust, to free; NULL: failure. */
static char *
write_trust(const struct resource *resource, const char *trust, struct failure *failure)
{
	enum { MOST = 4096 };
	struct buffer document;

	buffer_init(&document, MOST);
	if (policy_trust(trust, &document))
		return buffer_take_text(&document);
	buffer_free(&document);
	fail(failure, FAILURE_PERMANENT, "%s: member \"trust\" is too long", resource->name);
	return NULL;
}

/* --- reading it --- */

#define TRUST "AssumeRolePolicyDocument"

/* Does this value of the setting trust mean the document that the role has? */
static bool
is_trusted(const struct request *request, const char *trust)
{
	struct failure ignored;
	char *document = write_trust(request->resource, trust, &ignored);
	char *found =
	    document != NULL ? iam_document_found(request->reply.body, TRUST, document) : NULL;
	bool same = found != NULL && strcmp(found, document) == 0;

	free(document);
	free(found);
	return same;
}

/* Whom the role trusts, as a value of the setting if one fits, else its document. To free. */
static char *
find_trust(const struct request *request)
{
	const char *wanted = request_wanted(request, "trust");
	char *principal = iam_document_principal(request->reply.body, TRUST);
	char *word = principal != NULL ? memory_copy(principal, strcspn(principal, ".")) : NULL;
	char *found = NULL;

	if (is_trusted(request, wanted))
		found = memory_copy_text(wanted);
	else if (word != NULL && is_trusted(request, word))
		found = memory_copy_text(word);
	else if (principal != NULL && is_trusted(request, principal))
		found = memory_copy_text(principal);
	else
		found = iam_document_found(request->reply.body, TRUST, NULL);
	free(principal);
	free(word);
	return found;
}

static void
read_trust(struct request *request, struct presence *presence)
{
	char *found = find_trust(request);

	settings_set(&presence->found, "trust", found != NULL ? found : "none");
	free(found);
}

static bool
read_document(struct request *request, struct presence *presence, struct failure *failure)
{
	const char *wanted = request_wanted(request, "document");
	char *found = NULL;

	begin(request, "GetRolePolicy");
	query_add(request, "PolicyName", INLINE_POLICY);
	if (query_send(request, failure))
		found = iam_document_found(request->reply.body, "PolicyDocument", wanted);
	else if (!request_failed_with(request, MISSING))
		return false;
	settings_set(&presence->found, "document", found != NULL ? found : "none");
	free(found);
	return true;
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	char *arn;

	if (!policy_want(request->stack, request->resource, failure))
		return false;
	begin(request, "GetRole");
	if (!query_send(request, failure))
		return false;
	presence->exists = true;
	presence->ours = query_is_tagged(request->reply.body, "member");
	arn = xml_text(request->reply.body, "Arn");
	snprintf(presence->arn, sizeof presence->arn, "%s", arn != NULL ? arn : "");
	free(arn);
	read_trust(request, presence);
	return read_document(request, presence, failure);
}

/* --- changing it --- */

static bool
make(struct request *request, struct failure *failure)
{
	char *trust;

	if (resource_is_arn(request->resource))
		return fail(failure, FAILURE_PERMANENT,
		    "%s: no such role; to create one, give a name (iam:NAME) instead of an ARN",
		    request->resource->name);
	trust = write_trust(request->resource, request_wanted(request, "trust"), failure);
	if (trust == NULL)
		return false;
	begin(request, "CreateRole");
	query_add(request, "AssumeRolePolicyDocument", trust);
	query_add(request, "Description", "made by fxstack");
	query_add_tag(request);
	free(trust);
	/* IAM may not show it everywhere yet, or somebody else created it: the caller reads it
	 * again. */
	return query_try(request, "EntityAlreadyExists", failure);
}

/* A role that was just created may still be missing for a while: the caller reads it again. */
static bool
change_trust(struct request *request, const struct presence *presence, struct failure *failure)
{
	char *trust = write_trust(request->resource, request_wanted(request, "trust"), failure);

	(void)presence;
	if (trust == NULL)
		return false;
	begin(request, "UpdateAssumeRolePolicy");
	query_add(request, "PolicyDocument", trust);
	free(trust);
	return query_try(request, MISSING, failure);
}

static bool
change_document(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	begin(request, "PutRolePolicy");
	query_add(request, "PolicyName", INLINE_POLICY);
	query_add(request, "PolicyDocument", request_wanted(request, "document"));
	return query_try(request, MISSING, failure);
}

/* First its inline policy. Policies and instance profiles that others attached stay. */
static bool
remove_role(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	begin(request, "DeleteRolePolicy");
	query_add(request, "PolicyName", INLINE_POLICY);
	if (!query_try(request, MISSING, failure))
		return false;
	begin(request, "DeleteRole");
	if (query_send(request, failure))
		return true;
	if (request_failed_with(request, "DeleteConflict"))
		resource_advise(failure, FAILURE_PERMANENT,
		    "%s: fxstack does not detach policies or instance profiles that others "
		    "attached: "
		    "detach them, then destroy again",
		    request->resource->name);
	return false;
}

const struct aws_kind resource_role_iam = {
    .kind = {.settings = settings, AWS_KIND_STEPS},
    .service = &aws_iam,
    .version = FORM_IAM,
    .missing = {MISSING},
    .read = read_presence,
    .make = make,
    .change = {change_trust, change_document},
    .remove = remove_role,
};
