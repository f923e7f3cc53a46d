/*
 * resource_role_iam: a role in IAM: who may take it on (trust), and what it may
 * do, as its inline policy "fxpipe". Source: IAM API Reference, CreateRole,
 * GetRole, UpdateAssumeRolePolicy, PutRolePolicy, DeleteRole.
 */
#include <stdio.h>
#include <stdlib.h>

#include "text/form.h"
#include "stack/iam_document.h"
#include "base/memory.h"
#include "stack/policy.h"
#include "stack/aws/call.h"
#include "stack/aws/form.h"
#include "text/xml.h"

#define INLINE_POLICY "fxpipe"
#define MISSING "NoSuchEntity"

static const char *const settings[] = {"trust", "document", NULL};
static const char *const fixed[] = {NULL};

static void
begin(struct resource_form *form, const char *action)
{
	resource_form_begin(form, action);
	resource_form_add(form, "RoleName", form->resource->plain);
}

/* Who may take it on, as a document; NULL: failure. To be freed. */
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

/* --- what there is --- */

#define TRUST "AssumeRolePolicyDocument"

/* Does this word of a line mean what the role has? */
static bool
is_trusted(const struct resource_form *form, const char *word)
{
	struct failure ignored;
	char *document = write_trust(form->resource, word, &ignored);
	char *found =
	    document != NULL ? iam_document_found(form->reply.body, TRUST, document) : NULL;
	bool same = found != NULL && strcmp(found, document) == 0;

	free(document);
	free(found);
	return same;
}

/* Whom it trusts, in the word of a line where there is one, else as it is. */
static char *
find_trust(const struct resource_form *form)
{
	const char *wanted = settings_get(&form->resource->wanted, "trust");
	char *principal = iam_document_principal(form->reply.body, TRUST);
	char *word = principal != NULL ? memory_copy(principal, strcspn(principal, ".")) : NULL;
	char *found = NULL;

	if (is_trusted(form, wanted))
		found = memory_copy_text(wanted);
	else if (word != NULL && is_trusted(form, word))
		found = memory_copy_text(word);
	else if (principal != NULL && is_trusted(form, principal))
		found = memory_copy_text(principal);
	else
		found = iam_document_found(form->reply.body, TRUST, NULL);
	free(principal);
	free(word);
	return found;
}

static void
look_at_trust(struct resource_form *form, struct presence *presence)
{
	char *found = find_trust(form);

	settings_set(&presence->found, "trust", found != NULL ? found : "none");
	free(found);
}

static bool
look_at_document(struct resource_form *form, struct presence *presence, struct failure *failure)
{
	const char *wanted = settings_get(&form->resource->wanted, "document");
	char *found = NULL;

	begin(form, "GetRolePolicy");
	resource_form_add(form, "PolicyName", INLINE_POLICY);
	if (resource_form_send(form, failure))
		found = iam_document_found(form->reply.body, "PolicyDocument", wanted);
	else if (!resource_form_was(form, MISSING))
		return false;
	settings_set(&presence->found, "document", found != NULL ? found : "none");
	free(found);
	return true;
}

static bool
look(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct resource_form form;
	bool good;

	*presence = (struct presence){.exists = false};
	resource_form_open(&form, stack, resource, &aws_iam, FORM_IAM);
	begin(&form, "GetRole");
	good =
	    stack_document(stack, resource, failure) && resource_form_try(&form, MISSING, failure);
	if (good && form.reply.status == 200) {
		char *arn = xml_text(form.reply.body, "Arn");

		presence->exists = true;
		presence->ours = resource_is_tagged(form.reply.body, "member");
		snprintf(presence->arn, sizeof presence->arn, "%s", arn != NULL ? arn : "");
		free(arn);
		look_at_trust(&form, presence);
		good = look_at_document(&form, presence, failure);
	}
	resource_form_close(&form);
	return good;
}

/* --- what is done to it --- */

static bool
create(struct resource_form *form, struct failure *failure)
{
	char *trust;

	if (resource_is_arn(form->resource))
		return fail(failure, FAILURE_PERMANENT,
		    "%s: there is no such role; give its name (iam:NAME) for one that is to be "
		    "made",
		    form->resource->name);
	trust =
	    write_trust(form->resource, settings_get(&form->resource->wanted, "trust"), failure);
	if (trust == NULL)
		return false;
	begin(form, "CreateRole");
	resource_form_add(form, "AssumeRolePolicyDocument", trust);
	resource_form_add(form, "Description", "made by fxstack");
	resource_form_mark(form);
	free(trust);
	/* Perhaps it is not seen everywhere yet, perhaps another made it: the next look tells. */
	return resource_form_try(form, "EntityAlreadyExists", failure);
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct resource_form form;
	bool good;

	resource_form_open(&form, stack, resource, &aws_iam, FORM_IAM);
	good = create(&form, failure);
	resource_form_close(&form);
	return good;
}

static bool
change_trust(struct resource_form *form, struct failure *failure)
{
	char *trust =
	    write_trust(form->resource, settings_get(&form->resource->wanted, "trust"), failure);

	if (trust == NULL)
		return false;
	begin(form, "UpdateAssumeRolePolicy");
	resource_form_add(form, "PolicyDocument", trust);
	free(trust);
	return resource_form_try(form, MISSING, failure);
}

static bool
change_document(struct resource_form *form, struct failure *failure)
{
	begin(form, "PutRolePolicy");
	resource_form_add(form, "PolicyName", INLINE_POLICY);
	resource_form_add(
	    form, "PolicyDocument", settings_get(&form->resource->wanted, "document"));
	return resource_form_try(form, MISSING, failure);
}

/* One that is made already may be missing for a while still: the next look tells. */
static bool
change(struct stack *stack, const struct resource *resource, const struct presence *presence,
    const char *setting, struct failure *failure)
{
	struct resource_form form;
	bool good;

	(void)presence;
	resource_form_open(&form, stack, resource, &aws_iam, FORM_IAM);
	good = strcmp(setting, "trust") == 0 ? change_trust(&form, failure)
	                                     : change_document(&form, failure);
	resource_form_close(&form);
	return good;
}

/* Its own policy first. What others gave it is theirs to take away. */
static bool
destroy(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct resource_form form;
	bool good;

	(void)presence;
	resource_form_open(&form, stack, resource, &aws_iam, FORM_IAM);
	begin(&form, "DeleteRolePolicy");
	resource_form_add(&form, "PolicyName", INLINE_POLICY);
	good = resource_form_try(&form, MISSING, failure);
	if (good) {
		begin(&form, "DeleteRole");
		good = resource_form_try(&form, MISSING, failure);
		if (!good && resource_form_was(&form, "DeleteConflict"))
			resource_advise(failure, FAILURE_PERMANENT,
			    "%s: policies or instance profiles that fxstack did not give it are "
			    "not taken away: detach them, then destroy again",
			    resource->name);
	}
	resource_form_close(&form);
	return good;
}

const struct resource_kind resource_role_iam = {.settings = settings,
    .fixed = fixed,
    .look = look,
    .make = make,
    .change = change,
    .remove = destroy};
