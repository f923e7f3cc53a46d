/* summary: reads the reply to DescribeStreamSummary. */
#include <stdio.h>
#include <string.h>

#include "stream/kinesis/summary.h"
#include "stream/stream.h"
#include "text/json.h"
#include "text/json_pointer.h"
#include "text/number.h"

enum {
	RECORD_MAX = 1024, /* KiB */
	RECORD_MOST = 1024 * 1024, /* KiB; more than any service takes */
	RETENTION = 24, /* hours */
	RETENTION_MOST = 100 * 366 * 24
};

/* A number from 1 to most; otherwise, if it is anything else. */
static int64_t
read_number(struct span value, int64_t most, int64_t otherwise)
{
	struct number number;
	int64_t whole;

	if (value.start == NULL || number_read(value, &number) != NULL)
		return otherwise;
	whole = number_scaled(&number, 0);
	return whole >= 1 && whole <= most ? whole : otherwise;
}

static void
copy_text(char *to, size_t room, struct span text)
{
	snprintf(to, room, "%.*s", (int)(text.length < room ? text.length : room), text.start);
}

void
kinesis_summary_assume(struct kinesis_summary *summary)
{
	*summary = (struct kinesis_summary){.id = STREAM_ID_UNKNOWN,
	    .record_max = (size_t)RECORD_MAX * 1024,
	    .retention = (int64_t)RETENTION * 3600 * 1000};
}

bool
kinesis_summary_read(struct kinesis_summary *summary, struct span reply)
{
	static const char *const pointers[] = {"/StreamDescriptionSummary",
	    "/StreamDescriptionSummary/StreamCreationTimestamp",
	    "/StreamDescriptionSummary/StreamStatus", "/StreamDescriptionSummary/StreamARN",
	    "/StreamDescriptionSummary/MaxRecordSizeInKiB",
	    "/StreamDescriptionSummary/RetentionPeriodHours"};
	enum { SUMMARY, CREATED, STATUS, ARN, RECORD, HOURS, ALL };
	struct span found[ALL];
	struct json_pointers *paths;
	struct json_error error;

	kinesis_summary_assume(summary);
	if (!json_check(reply, JSON_DEPTH, &error))
		return false;
	paths = json_pointers_compile(pointers, ALL, &(size_t){0});
	json_pointers_follow(paths, reply, found);
	json_pointers_free(paths);
	for (size_t i = 0; i < ALL; i++)
		found[i] = json_present(found[i]);
	if (found[SUMMARY].start == NULL || json_kind(found[SUMMARY]) != JSON_OBJECT)
		return false;
	if (found[CREATED].start != NULL)
		copy_text(summary->id, sizeof summary->id, found[CREATED]);
	if (found[STATUS].start != NULL && json_kind(found[STATUS]) == JSON_STRING)
		copy_text(summary->status, sizeof summary->status, json_inside(found[STATUS]));
	if (found[ARN].start != NULL && json_kind(found[ARN]) == JSON_STRING &&
	    json_inside(found[ARN]).length < sizeof summary->arn)
		copy_text(summary->arn, sizeof summary->arn, json_inside(found[ARN]));
	summary->record_max = (size_t)read_number(found[RECORD], RECORD_MOST, RECORD_MAX) * 1024;
	summary->retention = read_number(found[HOURS], RETENTION_MOST, RETENTION) * 3600 * 1000;
	return true;
}
