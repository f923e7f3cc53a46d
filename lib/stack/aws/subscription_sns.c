/* subscription_sns: a subscription to a topic in SNS. */

/*
 * A subscription has no name and no tags: it is the one of an endpoint to a topic. It counts as
 * created by fxstack if its topic does. Until its owner confirms it, it has no ARN, so that it can
 * neither be compared nor deleted; SNS deletes it with its topic, or after two days. Source: SNS
 * API Reference, Subscribe, ListSubscriptionsByTopic, GetSubscriptionAttributes,
 * SetSubscriptionAttributes, Unsubscribe; SNS Developer Guide, "Message filtering".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/aws/kinds.h"
#include "stack/aws/query.h"
#include "stack/subscription.h"
#include "text/form.h"
#include "text/xml.h"

#define SCOPE "FilterPolicyScope"
#define POLICY "FilterPolicy"
#define RAW "RawMessageDelivery"

enum { PAGES = 1000 }; /* of a hundred subscriptions */

static const char *const settings[] = {"filter", "filter_on", "raw", NULL};

static bool
is_none(const char *value)
{
	return strcmp(value, "none") == 0;
}

static const char *
scope_of(const struct request *request)
{
	return strcmp(request_wanted(request, "filter_on"), "body") == 0 ? "MessageBody"
	                                                                 : "MessageAttributes";
}

/* Begins a form with the ARN of the topic. */
static bool
begin(struct request *request, const char *action, struct failure *failure)
{
	const struct resource *topic =
	    stack_serves(request->stack, request->resource, RESOURCE_TOPIC);
	char arn[600];

	if (!stack_arn(request->stack, topic, arn, sizeof arn, failure))
		return false;
	query_begin(request, action);
	query_add(
	    request, strcmp(action, "ListTagsForResource") == 0 ? "ResourceArn" : "TopicArn", arn);
	return true;
}

/* --- reading it --- */

/* Is this the subscription of the endpoint? */
static bool
is_wanted(const struct request *request, struct span member)
{
	const char *endpoint = request_wanted(request, "endpoint");
	char *its = xml_text(member, "Endpoint"), *protocol = xml_text(member, "Protocol");
	bool same = its != NULL && protocol != NULL && strcmp(its, endpoint) == 0 &&
	            strcmp(protocol, subscription_protocol(endpoint)) == 0;

	free(its);
	free(protocol);
	return same;
}

/* Its ARN, to free, from a page of subscriptions; NULL: it is not there. */
static char *
find_on_page(const struct request *request)
{
	struct span document = request->reply.body, member;

	while (xml_next(&document, "member", &member)) {
		char *arn = is_wanted(request, member) ? xml_text(member, "SubscriptionArn") : NULL;

		/* "Deleted": by its owner. */
		if (arn != NULL && strcmp(arn, "Deleted") != 0)
			return arn;
		free(arn);
	}
	return NULL;
}

/* *arn: to free; NULL: there is no such subscription. */
static bool
find(struct request *request, char **arn, struct failure *failure)
{
	char *token = NULL;
	bool good = true;

	*arn = NULL;
	for (int page = 0; page < PAGES; page++) {
		good = begin(request, "ListSubscriptionsByTopic", failure);
		if (good && token != NULL)
			query_add(request, "NextToken", token);
		good = good && query_send(request, failure);
		free(token);
		token = NULL;
		if (!good)
			break;
		*arn = find_on_page(request);
		if (*arn != NULL || (token = xml_text(request->reply.body, "NextToken")) == NULL)
			break;
	}
	free(token);
	return good;
}

/* As it is wanted, if it means the same. */
static void
found_filter(const struct request *request, struct presence *presence, const char *text)
{
	cJSON *filter = text != NULL ? cJSON_Parse(text) : NULL;
	cJSON *other = cJSON_Parse(request_wanted(request, "filter"));
	char *plain = filter != NULL ? cJSON_PrintUnformatted(filter) : NULL;

	if (filter == NULL || filter->child == NULL)
		settings_set(&presence->found, "filter", "none");
	else if (cJSON_Compare(filter, other, true))
		settings_set(&presence->found, "filter", request_wanted(request, "filter"));
	else
		settings_set(&presence->found, "filter", plain);
	cJSON_free(plain);
	cJSON_Delete(filter);
	cJSON_Delete(other);
}

static bool
read_attributes(struct request *request, struct presence *presence, struct failure *failure)
{
	char *filter, *scope, *raw;

	query_begin(request, "GetSubscriptionAttributes");
	query_add(request, "SubscriptionArn", presence->arn);
	if (!query_send(request, failure))
		return false;
	filter = query_attribute(request->reply.body, POLICY);
	scope = query_attribute(request->reply.body, SCOPE);
	raw = query_attribute(request->reply.body, RAW);
	found_filter(request, presence, filter);
	/* SNS shows the scope of a filter only. */
	if (is_none(settings_get(&presence->found, "filter")))
		settings_set(&presence->found, "filter_on", request_wanted(request, "filter_on"));
	else
		settings_set(&presence->found, "filter_on",
		    scope != NULL && strcmp(scope, "MessageBody") == 0 ? "body" : "attributes");
	settings_set(
	    &presence->found, "raw", raw != NULL && strcmp(raw, "true") == 0 ? "on" : "off");
	free(filter);
	free(scope);
	free(raw);
	return true;
}

/* It cannot be compared: it counts as wanted. */
static void
read_pending(const struct request *request, struct presence *presence)
{
	for (size_t i = 0; settings[i] != NULL; i++)
		settings_set(&presence->found, settings[i], request_wanted(request, settings[i]));
	presence->arn[0] = '\0';
	presence->note =
	    "it waits for its confirmation: SNS has asked the endpoint for it, within two days";
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	char *arn;

	if (!begin(request, "ListTagsForResource", failure) || !query_send(request, failure))
		return false;
	presence->ours = query_is_tagged(request->reply.body, "member");
	if (!find(request, &arn, failure))
		return false;
	presence->exists = arn != NULL;
	snprintf(presence->arn, sizeof presence->arn, "%s", arn != NULL ? arn : "");
	free(arn);
	if (!presence->exists)
		return true;
	if (strncmp(presence->arn, "arn:", 4) == 0)
		return read_attributes(request, presence, failure);
	read_pending(request, presence);
	return true;
}

/* --- changing it --- */

static bool
make(struct request *request, struct failure *failure)
{
	const char *endpoint = request_wanted(request, "endpoint");
	unsigned count = 0;

	if (!begin(request, "Subscribe", failure))
		return false;
	query_add(request, "Protocol", subscription_protocol(endpoint));
	query_add(request, "Endpoint", endpoint);
	if (strcmp(request_wanted(request, "raw"), "on") == 0)
		query_add_attribute(request, ++count, RAW, "true");
	if (!is_none(request_wanted(request, "filter"))) {
		query_add_attribute(request, ++count, SCOPE, scope_of(request));
		query_add_attribute(request, ++count, POLICY, request_wanted(request, "filter"));
	}
	return query_send(request, failure);
}

static bool
set(struct request *request, const struct presence *presence, const char *name, const char *value,
    struct failure *failure)
{
	query_begin(request, "SetSubscriptionAttributes");
	query_add(request, "SubscriptionArn", presence->arn);
	query_add(request, "AttributeName", name);
	query_add(request, "AttributeValue", value);
	return query_send(request, failure);
}

/*
 * A filter must fit its scope, and a scope its filter. An empty filter means no filter: all
 * messages are delivered until the new one is set.
 */
static bool
change_filter(struct request *request, const struct presence *presence, struct failure *failure)
{
	const char *filter = request_wanted(request, "filter");
	const char *scope = settings_get(&presence->found, "filter_on");

	if (is_none(filter))
		return set(request, presence, POLICY, "{}", failure);
	if (!is_none(settings_get(&presence->found, "filter")) &&
	    strcmp(scope, request_wanted(request, "filter_on")) != 0 &&
	    !set(request, presence, POLICY, "{}", failure))
		return false;
	return set(request, presence, SCOPE, scope_of(request), failure) &&
	       set(request, presence, POLICY, filter, failure);
}

static bool
change_raw(struct request *request, const struct presence *presence, struct failure *failure)
{
	return set(request, presence, RAW,
	    strcmp(request_wanted(request, "raw"), "on") == 0 ? "true" : "false", failure);
}

static bool
remove_subscription(
    struct request *request, const struct presence *presence, struct failure *failure)
{
	if (presence->arn[0] == '\0')
		return fail(failure, FAILURE_REFUSED,
		    "kept, since it was not confirmed yet: SNS deletes it with its topic, or "
		    "after two days");
	query_begin(request, "Unsubscribe");
	query_add(request, "SubscriptionArn", presence->arn);
	return query_send(request, failure);
}

const struct aws_kind resource_subscription_sns = {
    .kind = {.settings = settings, AWS_KIND_STEPS},
    .service = &aws_sns,
    .version = FORM_SNS,
    .missing = {"ResourceNotFound", "NotFound"},
    .read = read_presence,
    .make = make,
    .change = {change_filter, change_filter, change_raw},
    .remove = remove_subscription,
};
