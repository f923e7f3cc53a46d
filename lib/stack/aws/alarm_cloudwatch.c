/* alarm_cloudwatch: an alarm in CloudWatch. Each change replaces all of it but its tags. */

/*
 * Source: CloudWatch API Reference, PutMetricAlarm, DescribeAlarms, ListTagsForResource,
 * DeleteAlarms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/alarm.h"
#include "stack/aws/kinds.h"
#include "text/json.h"
#include "text/timestamp.h"

enum { DIMENSIONS = 64, NUMBER = 40 };

static const char *const settings[] = {
    "metric", "dimensions", "statistic", "period", "periods", "when", "missing", "action", NULL};

static const char *
name_of(const struct request *request)
{
	return request->resource->plain;
}

/* Sets the wanted action: the topic's ARN contains the account's number. */
static bool
want_action(const struct request *request, struct failure *failure)
{
	const struct resource *topic =
	    stack_serves(request->stack, request->resource, RESOURCE_TOPIC);
	char arn[600] = "none";

	if (topic != NULL && !stack_arn(request->stack, topic, arn, sizeof arn, failure))
		return false;
	stack_want(request->stack, request->resource, "action", arn);
	return true;
}

/* --- reading it --- */

static double
number_of(const cJSON *object, const char *name)
{
	const cJSON *number = request_member(object, name);

	return cJSON_IsNumber(number) ? number->valuedouble : 0;
}

static void
found_metric(const cJSON *alarm, struct settings *found)
{
	const cJSON *one;
	char *lines[DIMENSIONS], *text;
	size_t count = 0;

	text = memory_format(
	    "%s/%s", request_text(alarm, "Namespace"), request_text(alarm, "MetricName"));
	settings_set(found, "metric", text);
	free(text);
	cJSON_ArrayForEach(one, request_member(alarm, "Dimensions"))
	{
		if (count < DIMENSIONS)
			lines[count++] = memory_format(
			    "%s=%s", request_text(one, "Name"), request_text(one, "Value"));
	}
	text = alarm_dimensions(lines, count);
	settings_set(found, "dimensions", text);
	free(text);
}

static void
found_condition(const cJSON *alarm, struct settings *found)
{
	const char *name = request_text(alarm, "ComparisonOperator"), *sign = "?";
	const char *statistic = request_text(alarm, "Statistic");
	const char *missing = request_text(alarm, "TreatMissingData");
	const cJSON *points = request_member(alarm, "DatapointsToAlarm");
	char text[ALARM_WHEN], duration[RESOURCE_DURATION], periods[NUMBER];
	double all = number_of(alarm, "EvaluationPeriods");

	for (size_t i = 0; alarm_operators[i].sign != NULL; i++) {
		if (strcmp(alarm_operators[i].name, name) == 0)
			sign = alarm_operators[i].sign;
	}
	settings_set(found, "when", alarm_when(sign, number_of(alarm, "Threshold"), text));
	settings_set(found, "statistic",
	    statistic[0] != '\0' ? statistic : request_text(alarm, "ExtendedStatistic"));
	settings_set(found, "missing", missing[0] != '\0' ? missing : "missing");
	settings_set(found, "period",
	    resource_duration(1000 * (int64_t)number_of(alarm, "Period"), duration));
	snprintf(periods, sizeof periods, "%.0f of %.0f",
	    cJSON_IsNumber(points) ? points->valuedouble : all, all);
	settings_set(found, "periods", periods);
}

/* One action, which is on; anything else differs from every wanted setting. */
static void
found_action(const cJSON *alarm, struct settings *found)
{
	const cJSON *actions = request_member(alarm, "AlarmActions");
	int count = cJSON_GetArraySize(actions);
	const char *action = count > 0 ? cJSON_GetStringValue(actions->child) : "none";

	if (count > 1 || action == NULL)
		action = "several";
	else if (count > 0 && cJSON_IsFalse(request_member(alarm, "ActionsEnabled")))
		action = "disabled";
	settings_set(found, "action", action);
}

static bool
read_tags(struct request *request, struct presence *presence, struct failure *failure)
{
	request_string(request, "ResourceARN", presence->arn);
	return request_read_tags(request, "ListTagsForResource", &presence->ours, failure);
}

static void
add_names(struct request *request)
{
	struct buffer names;

	buffer_init(&names, RESOURCE_LINE_MOST);
	buffer_add_text(&names, "[");
	json_add_string(&names, name_of(request), strlen(name_of(request)));
	buffer_add_text(&names, "]");
	request_json(request, "AlarmNames", buffer_text(&names));
	buffer_free(&names);
}

static bool
read_presence(struct request *request, struct presence *presence, struct failure *failure)
{
	const cJSON *alarm;
	cJSON *reply;

	if (!want_action(request, failure))
		return false;
	add_names(request);
	reply = request_ask(request, "DescribeAlarms", failure);
	if (reply == NULL)
		return false;
	alarm = cJSON_GetArrayItem(request_member(reply, "MetricAlarms"), 0);
	presence->exists = alarm != NULL;
	if (alarm != NULL) {
		snprintf(
		    presence->arn, sizeof presence->arn, "%s", request_text(alarm, "AlarmArn"));
		found_metric(alarm, &presence->found);
		found_condition(alarm, &presence->found);
		found_action(alarm, &presence->found);
	}
	cJSON_Delete(reply);
	return !presence->exists || read_tags(request, presence, failure);
}

/* --- changing it --- */

static void
add_dimensions(struct request *request)
{
	const char *at = request_wanted(request, "dimensions");
	struct buffer all;

	if (strcmp(at, "none") == 0)
		return;
	buffer_init(&all, 2 * RESOURCE_LINE_MOST);
	for (const char *comma = "["; *at != '\0'; comma = ",") {
		size_t name = strcspn(at, "="), line = strcspn(at, ",");

		buffer_add_format(&all, "%s{\"Name\":", comma);
		json_add_string(&all, at, name);
		buffer_add_text(&all, ",\"Value\":");
		json_add_string(&all, at + name + 1, line - name - 1);
		buffer_add_text(&all, "}");
		at += line + (at[line] == ',');
	}
	buffer_add_text(&all, "]");
	request_json(request, "Dimensions", buffer_text(&all));
	buffer_free(&all);
}

static void
add_metric(struct request *request)
{
	const char *metric = request_wanted(request, "metric"),
	           *statistic = request_wanted(request, "statistic");
	const char *slash =
	    metric + strlen(metric) - strlen(resource_member(request->resource, "metric")) - 1;
	char *name_space = memory_copy(metric, (size_t)(slash - metric));

	request_string(request, "Namespace", name_space);
	request_string(request, "MetricName", slash + 1);
	request_string(request, statistic[0] == 'p' ? "ExtendedStatistic" : "Statistic", statistic);
	add_dimensions(request);
	free(name_space);
}

static void
add_condition(struct request *request)
{
	const char *when = request_wanted(request, "when");
	const struct alarm_operator *comparison = alarm_operators;
	size_t sign = strcspn(when, " ");
	char number[NUMBER];
	int some, all;
	int64_t period;

	while (strlen(comparison->sign) != sign || strncmp(when, comparison->sign, sign) != 0)
		comparison++;
	request_string(request, "ComparisonOperator", comparison->name);
	request_json(request, "Threshold", when + sign + 1);
	if (sscanf(request_wanted(request, "periods"), "%d of %d", &some, &all) != 2)
		some = all = 1;
	snprintf(number, sizeof number, "%d", all);
	request_json(request, "EvaluationPeriods", number);
	snprintf(number, sizeof number, "%d", some);
	request_json(request, "DatapointsToAlarm", number);
	if (!duration_parse(span_of(request_wanted(request, "period")), &period))
		period = 0;
	snprintf(number, sizeof number, "%lld", (long long)period / 1000);
	request_json(request, "Period", number);
	request_string(request, "TreatMissingData", request_wanted(request, "missing"));
}

static bool
put(struct request *request, bool tagged, struct failure *failure)
{
	struct buffer actions;

	request_string(request, "AlarmName", name_of(request));
	add_metric(request);
	add_condition(request);
	buffer_init(&actions, RESOURCE_LINE_MOST);
	buffer_add_text(&actions, "[");
	if (strcmp(request_wanted(request, "action"), "none") != 0)
		json_add_string(&actions, request_wanted(request, "action"),
		    strlen(request_wanted(request, "action")));
	buffer_add_text(&actions, "]");
	request_json(request, "AlarmActions", buffer_text(&actions));
	request_json(request, "ActionsEnabled", "true");
	buffer_free(&actions);
	if (tagged)
		request_json(
		    request, "Tags", "[{\"Key\":\"" STACK_TAG "\",\"Value\":\"" STACK_MAKER "\"}]");
	return request_send(request, "PutMetricAlarm", failure);
}

static bool
make(struct request *request, struct failure *failure)
{
	return put(request, true, failure);
}

static bool
change(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	return put(request, false, failure);
}

static bool
remove_alarm(struct request *request, const struct presence *presence, struct failure *failure)
{
	(void)presence;
	add_names(request);
	return request_send(request, "DeleteAlarms", failure);
}

const struct aws_kind resource_alarm_cloudwatch = {
    .kind = {.settings = settings, AWS_KIND_STEPS},
    .service = &aws_cloudwatch,
    .missing = {"ResourceNotFound", "ResourceNotFoundException"},
    .read = read_presence,
    .make = make,
    .change = {change, change, change, change, change, change, change, change},
    .remove = remove_alarm,
};
