/* service: a stack's connections to AWS, its account, and the ARNs of its resources. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/client/account.h"
#include "base/memory.h"
#include "stack/internal.h"

enum { REPLY_MOST = 4 * 1024 * 1024 };

static bool
is_region(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

struct aws *
stack_service(struct stack *stack, const struct aws_service *service, const char *region,
    struct failure *failure)
{
	struct aws_settings settings = {
	    .service = service, .region = region, .in_flight = 1, .caller = stack->settings.caller};
	struct aws *aws;

	for (size_t i = 0; i < stack->service_count; i++) {
		const struct stack_service *known = &stack->services[i];

		if (known->service == service && is_region(known->region, region))
			return known->aws;
	}
	if (stack->service_count == STACK_SERVICES) {
		fail(failure, FAILURE_PERMANENT,
		    "the stack uses more than %d combinations of service and region",
		    STACK_SERVICES);
		return NULL;
	}
	aws = aws_open(&settings, failure);
	if (aws != NULL)
		stack->services[stack->service_count++] = (struct stack_service){
		    service, region != NULL ? memory_copy_text(region) : NULL, aws};
	return aws;
}

bool
stack_call(struct stack *stack, const struct resource *resource, const struct aws_service *service,
    const char *action, const char *body, struct aws_reply *reply, struct failure *failure)
{
	const char *region = resource != NULL ? resource->region : NULL;
	struct aws_call call = {.action = action, .body = span_of(body), .ceiling = REPLY_MOST};
	struct aws *aws = stack_service(stack, service, region, failure);

	*reply = (struct aws_reply){.status = 0};
	if (aws == NULL)
		return false;
	if (aws_call_and_wait(aws, &call, reply, failure))
		return true;
	if (strncmp(reply->code, "AccessDenied", 12) == 0)
		resource_advise(failure, failure->kind,
		    "\"fxstack policy fxstack\", given this stack, writes the policy that it "
		    "needs");
	return false;
}

const char *
stack_account(struct stack *stack, struct failure *failure)
{
	struct aws *sts;

	if (stack->account.number == NULL) {
		sts = stack_service(stack, &aws_sts, NULL, failure);
		if (sts != NULL)
			(void)account_ask(sts, &stack->account, failure);
	}
	return stack->account.number;
}

bool
stack_owns(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	const char *account, *owner = resource_is_arn(resource) ? resource->name : NULL;

	for (int part = 0; owner != NULL && part < 4; part++) {
		owner = strchr(owner, ':');
		owner += owner != NULL;
	}
	/* The ARN of a bucket has no account. */
	if (owner == NULL || *owner == ':')
		return true;
	account = stack_account(stack, failure);
	if (account == NULL)
		return false;
	return (strncmp(owner, account, strlen(account)) == 0 && owner[strlen(account)] == ':') ||
	       fail(failure, FAILURE_PERMANENT,
	           "it belongs to another account; the credentials are of account %s", account);
}

/* How the ARN of a type is formed. */
struct place {
	const char *service;
	bool regional, owned; /* does the ARN contain the region, and the account? */
	const char *before, *after; /* the name, in the ARN's last part */
};

static const struct place places[RESOURCE_TYPES] = {
    [RESOURCE_STREAM] = {"kinesis", true, true, "stream/", ""},
    [RESOURCE_TABLE] = {"dynamodb", true, true, "table/", ""},
    [RESOURCE_GROUP] = {"dynamodb", true, true, "table/", ""},
    /* Secrets Manager appends a dash and six random letters. */
    [RESOURCE_SECRET] = {"secretsmanager", true, true, "secret:", "-??????"},
    [RESOURCE_TOPIC] = {"sns", true, true, "", ""},
    [RESOURCE_BUCKET] = {"s3", false, false, "", ""},
    [RESOURCE_DELIVERY] = {"firehose", true, true, "deliverystream/", ""},
    [RESOURCE_ALARM] = {"cloudwatch", true, true, "alarm:", ""},
    [RESOURCE_ROLE] = {"iam", false, true, "role/", ""},
    [RESOURCE_POLICY] = {"iam", false, true, "policy/", ""},
};

bool
stack_arn(struct stack *stack, const struct resource *resource, char *text, size_t size,
    struct failure *failure)
{
	const struct place *place = &places[resource->type];
	const char *account, *region = "";

	if (resource_is_arn(resource)) {
		snprintf(text, size, "%s", resource->name);
		return true;
	}
	if (place->service == NULL || !resource->aws)
		return fail(failure, FAILURE_PERMANENT, "the %s %s is not on AWS",
		    resource_type_name(resource->type), resource->name);
	account = stack_account(stack, failure);
	if (account == NULL)
		return false;
	if (place->regional)
		region = resource->region != NULL
		             ? resource->region
		             : aws_region(stack_service(stack, &aws_sts, NULL, failure));
	snprintf(text, size, "arn:%s:%s:%s:%s:%s%s%s", stack->account.partition, place->service,
	    region, place->owned ? account : "", place->before, resource->plain, place->after);
	return true;
}
