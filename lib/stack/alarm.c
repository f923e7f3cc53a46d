/* alarm: reads the members of an alarm's line. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "stack/alarm.h"
#include "text/json.h"
#include "text/shortest.h"
#include "text/timestamp.h"

enum {
	DIMENSIONS = 30, /* of a metric */
	TEXT = 255, /* bytes of a namespace, a metric's name, or a dimension's */
	DAY = 24 * 3600 * 1000, /* ms */
	MINUTE = 60 * 1000
};

const struct alarm_operator alarm_operators[] = {{">=", "GreaterThanOrEqualToThreshold"},
    {"<=", "LessThanOrEqualToThreshold"}, {">", "GreaterThanThreshold"}, {"<", "LessThanThreshold"},
    {NULL, NULL}};

const char *
alarm_when(const char *sign, double threshold, char text[ALARM_WHEN])
{
	char number[SHORTEST_SIZE];
	size_t length = shortest_format(threshold, number);

	snprintf(text, ALARM_WHEN, "%s %.*s", sign, (int)length, number);
	return text;
}

static bool
read_when(struct resource *resource, struct failure *failure)
{
	const char *when = resource_member(resource, "when");
	const struct alarm_operator *comparison = alarm_operators;
	char text[ALARM_WHEN];
	struct json_error error;
	struct span number;
	double threshold;

	while (comparison->sign != NULL &&
	       strncmp(when, comparison->sign, strlen(comparison->sign)) != 0)
		comparison++;
	if (comparison->sign != NULL) {
		number = span_of(when + strlen(comparison->sign));
		while (number.length > 0 && *number.start == ' ')
			number.start++, number.length--;
		threshold = strtod(number.start, NULL);
		if (json_check(number, 1, &error) && json_kind(number) == JSON_NUMBER &&
		    isfinite(threshold)) {
			settings_set(&resource->wanted, "when",
			    alarm_when(comparison->sign, threshold, text));
			return true;
		}
	}
	return fail(failure, FAILURE_PERMANENT,
	    "member \"when\" must be >, >=, < or <= and a number, such as \"> 0.5\"");
}

/* A percentile: "p99", "p99.9". */
static bool
is_percentile(const char *text)
{
	char *end;
	double number = text[0] == 'p' ? strtod(text + 1, &end) : -1;

	return number >= 0 && end > text + 1 && number <= 100 &&
	       text[1 + strspn(text + 1, "0123456789.")] == '\0' && *end == '\0' &&
	       strlen(text) <= 6;
}

static bool
read_statistic(struct resource *resource, struct failure *failure)
{
	static const char *const names[] = {"Average", "Sum", "Minimum", "Maximum", "SampleCount"};
	const char *text = resource_member(resource, "statistic");

	resource_want_text(resource, "statistic", names[0]);
	if (text == NULL || is_percentile(text))
		return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcasecmp(text, names[i]) == 0) {
			settings_set(&resource->wanted, "statistic", names[i]);
			return true;
		}
	}
	return fail(failure, FAILURE_PERMANENT,
	    "member \"statistic\" must be average, sum, minimum, maximum, samplecount or a "
	    "percentile such as \"p99\"");
}

static bool
read_missing(struct resource *resource, struct failure *failure)
{
	static const char *const names[] = {"missing", "breaching", "notBreaching", "ignore"};
	const char *text = resource_member(resource, "missing");

	resource_want_text(resource, "missing", names[0]);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (text == NULL || strcmp(text, names[i]) == 0)
			return true;
	}
	return fail(failure, FAILURE_PERMANENT,
	    "member \"missing\" must be missing, breaching, notBreaching or ignore");
}

static bool
read_periods(struct resource *resource, struct failure *failure)
{
	const cJSON *periods = resource_value(resource, "periods");
	const cJSON *points = resource_value(resource, "datapoints");
	int all = periods != NULL ? periods->valueint : 1;
	int some = points != NULL ? points->valueint : all;
	const char *period = resource_member(resource, "period");
	char text[32], duration[RESOURCE_DURATION];
	int64_t length = MINUTE;

	if (some > all)
		return fail(failure, FAILURE_PERMANENT,
		    "member \"datapoints\" must not be greater than \"periods\" (%d)", all);
	if (period != NULL && (!duration_parse(span_of(period), &length) || length <= 0))
		length = -1;
	if ((length % MINUTE != 0 && length != 10000 && length != 20000 && length != 30000) ||
	    length <= 0 || all * length > 7 * (int64_t)DAY ||
	    (length < MINUTE * 60 && all * length > DAY))
		return fail(failure, FAILURE_PERMANENT,
		    "member \"period\" must be 10s, 20s, 30s or a number of minutes, such as "
		    "\"5m\", and all periods together at most a day (of an hour or longer: 7 "
		    "days)");
	snprintf(text, sizeof text, "%d of %d", some, all);
	settings_set(&resource->wanted, "period", resource_duration(length, duration));
	settings_set(&resource->wanted, "periods", text);
	return true;
}

static bool
is_printable(const char *text)
{
	size_t length = 0;

	for (; text != NULL && text[length] >= ' ' && text[length] < 127; length++)
		;
	return length > 0 && length <= TEXT && text[length] == '\0';
}

static bool
check_dimensions(const cJSON *dimensions, struct failure *failure)
{
	const cJSON *one;
	bool good = cJSON_IsObject(dimensions) && cJSON_GetArraySize(dimensions) <= DIMENSIONS;

	cJSON_ArrayForEach(one, dimensions)
	{
		good = good && is_printable(one->string) && strpbrk(one->string, "=,") == NULL &&
		       is_printable(cJSON_GetStringValue(one)) &&
		       strchr(one->valuestring, ',') == NULL &&
		       cJSON_GetObjectItemCaseSensitive(dimensions, one->string) == one;
	}
	return good || dimensions == NULL ||
	       fail(failure, FAILURE_PERMANENT,
	           "member \"dimensions\" must be an object of at most %d strings, such as "
	           "{\"StreamName\":\"rates\"}, in ASCII, without commas, each name once",
	           DIMENSIONS);
}

bool
alarm_want(struct resource *resource, struct failure *failure)
{
	const char *name_space = resource_member(resource, "namespace");

	if (!is_printable(resource_member(resource, "metric")) ||
	    (name_space != NULL && !is_printable(name_space)))
		return fail(failure, FAILURE_PERMANENT,
		    "members \"metric\" and \"namespace\" must be ASCII of at most %d bytes", TEXT);
	return read_statistic(resource, failure) && read_periods(resource, failure) &&
	       read_when(resource, failure) && read_missing(resource, failure) &&
	       check_dimensions(resource_value(resource, "dimensions"), failure);
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *
alarm_dimensions(char **lines, size_t count)
{
	struct buffer text;

	qsort(lines, count, sizeof *lines, compare_lines);
	buffer_init(&text, RESOURCE_LINE_MOST);
	for (size_t i = 0; i < count; i++) {
		buffer_add_format(&text, "%s%s", i > 0 ? "," : "", lines[i]);
		free(lines[i]);
	}
	if (count == 0)
		buffer_add_text(&text, "none");
	return buffer_take_text(&text);
}

static void
want_dimensions(struct resource *resource, const char *name, const char *value)
{
	const cJSON *dimensions = resource_value(resource, "dimensions"), *one;
	char *lines[DIMENSIONS + 1], *text;
	size_t count = 0;

	if (name != NULL)
		lines[count++] = memory_format("%s=%s", name, value);
	cJSON_ArrayForEach(one, dimensions) lines[count++] =
	    memory_format("%s=%s", one->string, one->valuestring);
	text = alarm_dimensions(lines, count);
	settings_set(&resource->wanted, "dimensions", text);
	free(text);
}

bool
alarm_watch(struct resource *resource, const struct resource *on, struct failure *failure)
{
	static const char *const namespaces[RESOURCE_TYPES] = {[RESOURCE_STREAM] = "AWS/Kinesis",
	    [RESOURCE_TABLE] = "AWS/DynamoDB",
	    [RESOURCE_DELIVERY] = "AWS/Firehose"};
	static const char *const dimensions[RESOURCE_TYPES] = {[RESOURCE_STREAM] = "StreamName",
	    [RESOURCE_TABLE] = "TableName",
	    [RESOURCE_DELIVERY] = "DeliveryStreamName"};
	const char *name_space = resource_member(resource, "namespace");
	char *metric;

	if (on != NULL && name_space != NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "members \"%s\" and \"namespace\" exclude each other",
		    resource_type_name(on->type));
	/* An embedded resource has no metrics there: the alarm would wait for data for ever. */
	if (on != NULL && resource->aws && !on->aws)
		return fail(failure, FAILURE_PERMANENT, "the %s %s is not on AWS",
		    resource_type_name(on->type), on->name);
	if (on != NULL)
		name_space = namespaces[on->type];
	want_dimensions(
	    resource, on != NULL ? dimensions[on->type] : NULL, on != NULL ? on->plain : NULL);
	metric = memory_format("%s/%s", name_space != NULL ? name_space : ALARM_NAMESPACE,
	    resource_member(resource, "metric"));
	settings_set(&resource->wanted, "metric", metric);
	free(metric);
	return true;
}
