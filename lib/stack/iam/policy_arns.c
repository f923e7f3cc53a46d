/* policy_arns: writes the ARNs of resources, and texts with parts of them. */
#include <stdio.h>
#include <string.h>

#include "aws/settings/endpoint.h"
#include "stack/iam/policy.h"
#include "stack/iam/policy_arns.h"
#include "text/json.h"

bool
policy_arns_add(
    void *context, const struct resource *resource, struct buffer *json, struct failure *failure)
{
	char text[600];

	return stack_arn(context, resource, text, sizeof text, failure) &&
	       (json_add_string(json, text, strlen(text)) ||
	           fail(failure, FAILURE_PERMANENT, "the policy would be longer than %d bytes",
	               POLICY_MOST));
}

/* A part of an ARN, divided by colons; part 1 is the partition. */
static struct span
part_of(const char *arn, unsigned number)
{
	for (; number > 0 && arn != NULL; number--) {
		arn = strchr(arn, ':');
		arn = arn != NULL ? arn + 1 : NULL;
	}
	return arn != NULL ? (struct span){arn, strcspn(arn, ":")} : span_of("");
}

bool
policy_arns_fill(void *context, const struct resource *resource, const char *text,
    struct buffer *json, struct failure *failure)
{
	static const char *const names[] = {
	    "${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}", "${AWS::URLSuffix}"};
	char arn[600], region[64], filled[1024] = "";
	struct span values[4];
	size_t length = 0;

	if (!stack_arn(context, resource, arn, sizeof arn, failure))
		return false;
	values[0] = part_of(arn, 1);
	values[1] = part_of(arn, 3);
	values[2] = part_of(arn, 4);
	snprintf(region, sizeof region, "%.*s", (int)values[1].length, values[1].start);
	values[3] = span_of(endpoint_suffix(region, false));
	while (*text != '\0' && length < sizeof filled - 128) {
		size_t name = 0;

		while (name < 4 && strncmp(text, names[name], strlen(names[name])) != 0)
			name++;
		if (name < 4) {
			length += (size_t)snprintf(filled + length, sizeof filled - length, "%.*s",
			    (int)values[name].length, values[name].start);
			text += strlen(names[name]);
		} else {
			filled[length++] = *text++;
		}
	}
	return json_add_string(json, filled, length) ||
	       fail(failure, FAILURE_PERMANENT, "the policy would be longer than %d bytes",
	           POLICY_MOST);
}
