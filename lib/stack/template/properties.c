/* properties: of subscriptions, deliveries and alarms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/alarm.h"
#include "stack/delivery.h"
#include "stack/subscription.h"
#include "stack/template/properties.h"
#include "text/timestamp.h"

static const char *
setting(const struct resource *resource, const char *name)
{
	return settings_get(&resource->wanted, name);
}

void
template_subscription(const struct resource *resource, cJSON *properties)
{
	const char *endpoint = setting(resource, "endpoint");
	const char *filter = setting(resource, "filter");

	cJSON_AddStringToObject(properties, "Endpoint", endpoint);
	cJSON_AddStringToObject(properties, "Protocol", subscription_protocol(endpoint));
	if (strcmp(filter, "none") != 0) {
		cJSON_AddRawToObject(properties, "FilterPolicy", filter);
		cJSON_AddStringToObject(properties, "FilterPolicyScope",
		    strcmp(setting(resource, "filter_on"), "body") == 0 ? "MessageBody"
		                                                        : "MessageAttributes");
	}
	if (strcmp(setting(resource, "raw"), "on") == 0)
		cJSON_AddTrueToObject(properties, "RawMessageDelivery");
}

void
template_delivery(const struct resource *resource, cJSON *properties)
{
	const struct delivery_format *format = delivery_formats;
	bool direct = resource_member(resource, "stream") == NULL;
	cJSON *destination, *hints;
	int size, interval;

	while (strcmp(format->name, setting(resource, "compression")) != 0)
		format++;
	delivery_buffer_read(setting(resource, "buffer"), &size, &interval);
	cJSON_AddStringToObject(properties, "DeliveryStreamName", resource->plain);
	cJSON_AddStringToObject(
	    properties, "DeliveryStreamType", direct ? "DirectPut" : "KinesisStreamAsSource");
	destination = cJSON_AddObjectToObject(properties, "ExtendedS3DestinationConfiguration");
	cJSON_AddStringToObject(destination, "Prefix", setting(resource, "prefix"));
	cJSON_AddStringToObject(
	    destination, "ErrorOutputPrefix", setting(resource, "error_prefix"));
	cJSON_AddStringToObject(destination, "CompressionFormat", format->format);
	hints = cJSON_AddObjectToObject(destination, "BufferingHints");
	cJSON_AddNumberToObject(hints, "SizeInMBs", size);
	cJSON_AddNumberToObject(hints, "IntervalInSeconds", interval);
	if (!direct)
		cJSON_AddRawToObject(destination, "ProcessingConfiguration", DELIVERY_PROCESSING);
}

/* "TableName=rates,Other=x" */
static void
add_dimensions(const char *at, cJSON *properties)
{
	cJSON *all;

	if (strcmp(at, "none") == 0)
		return;
	all = cJSON_AddArrayToObject(properties, "Dimensions");
	while (*at != '\0') {
		size_t name = strcspn(at, "="), line = strcspn(at, ",");
		char *key = memory_copy(at, name);
		char *value = memory_copy(at + name + 1, line - name - 1);
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "Name", key);
		cJSON_AddStringToObject(one, "Value", value);
		cJSON_AddItemToArray(all, one);
		free(key);
		free(value);
		at += line + (at[line] == ',');
	}
}

static void
add_condition(const struct resource *resource, cJSON *properties)
{
	const struct alarm_operator *operator= alarm_operators;
	const char *when = setting(resource, "when");
	size_t sign = strcspn(when, " ");
	int some = 1, all = 1;
	int64_t period;

	while (strlen(operator->sign) != sign || strncmp(when, operator->sign, sign) != 0)
		operator++;
	cJSON_AddStringToObject(properties, "ComparisonOperator", operator->name);
	cJSON_AddRawToObject(properties, "Threshold", when + sign + 1);
	if (sscanf(setting(resource, "periods"), "%d of %d", &some, &all) == 2)
		cJSON_AddNumberToObject(properties, "DatapointsToAlarm", some);
	cJSON_AddNumberToObject(properties, "EvaluationPeriods", all);
	if (duration_parse(span_of(setting(resource, "period")), &period))
		cJSON_AddNumberToObject(properties, "Period", (double)period / 1000);
	cJSON_AddStringToObject(properties, "TreatMissingData", setting(resource, "missing"));
}

void
template_alarm(const struct resource *resource, cJSON *properties)
{
	const char *name = resource_member(resource, "metric");
	const char *metric = setting(resource, "metric");
	const char *statistic = setting(resource, "statistic");
	char *namespace = memory_copy(metric, strlen(metric) - strlen(name) - 1);

	cJSON_AddStringToObject(properties, "AlarmName", resource->plain);
	cJSON_AddStringToObject(properties, "Namespace", namespace);
	cJSON_AddStringToObject(properties, "MetricName", name);
	cJSON_AddStringToObject(
	    properties, statistic[0] == 'p' ? "ExtendedStatistic" : "Statistic", statistic);
	add_dimensions(setting(resource, "dimensions"), properties);
	add_condition(resource, properties);
	free(namespace);
}
