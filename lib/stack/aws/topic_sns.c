/*
 * resource_topic_sns: a topic in SNS. Source: SNS API Reference, CreateTopic,
 * ListTagsForResource, DeleteTopic.
 */
#include <stdio.h>

#include "text/form.h"
#include "stack/aws/call.h"
#include "stack/aws/form.h"

static const char *const none[] = {NULL};

static bool
begin(struct resource_form *form, struct stack *stack, const struct resource *resource,
    const char *action, const char *name_of_arn, char *arn, size_t size, struct failure *failure)
{
	resource_form_open(form, stack, resource, &aws_sns, FORM_SNS);
	if (!stack_arn(stack, resource, arn, size, failure))
		return false;
	resource_form_begin(form, action);
	resource_form_add(form, name_of_arn, arn);
	return true;
}

static bool
look(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct resource_form form;
	bool good;

	*presence = (struct presence){.exists = false};
	good = begin(&form, stack, resource, "ListTagsForResource", "ResourceArn", presence->arn,
	    sizeof presence->arn, failure);
	if (good && resource_form_send(&form, failure)) {
		presence->exists = true;
		presence->ours = resource_is_tagged(form.reply.body, "member");
	} else if (good) {
		good = resource_form_was(&form, "ResourceNotFound") ||
		       resource_form_was(&form, "NotFound");
		presence->arn[0] = '\0';
	}
	resource_form_close(&form);
	return good;
}

/* One that somebody else made in between is left as it is: the next look tells whose it is. */
static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct resource_form form;
	bool good;

	resource_form_open(&form, stack, resource, &aws_sns, FORM_SNS);
	resource_form_begin(&form, "CreateTopic");
	resource_form_add(&form, "Name", resource->plain);
	resource_form_mark(&form);
	good = resource_form_send(&form, failure);
	if (!good && resource_form_was(&form, "InvalidParameter"))
		resource_advise(failure, FAILURE_PERMANENT,
		    "a topic of that name may be there already, with other tags");
	resource_form_close(&form);
	return good;
}

static bool
destroy(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct resource_form form;
	char arn[sizeof presence->arn];
	bool good;

	(void)presence;
	good = begin(&form, stack, resource, "DeleteTopic", "TopicArn", arn, sizeof arn, failure) &&
	       resource_form_try(&form, "NotFound", failure);
	resource_form_close(&form);
	return good;
}

const struct resource_kind resource_topic_sns = {
    .settings = none, .fixed = none, .look = look, .make = make, .remove = destroy};
