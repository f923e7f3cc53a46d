/* prometheus_streams: writes the metrics of streams and groups. */
#include <stdio.h>

#include "fxmetrics/prometheus.h"
#include "text/json.h"
#include "text/number.h"
#include "text/timestamp.h"

/* How a member becomes a value. */
enum form {
	NUMBER, /* as it is */
	THOUSANDTH, /* milliseconds as seconds */
	OR_ZERO, /* as it is, and 0 if it is absent */
	TIME, /* seconds since 1970 */
	BOOLEAN /* 1 or 0 */
};

struct family {
	const char *name, *type, *help;
	int member;
	enum form form;
};

static const struct family of_shards[] = {
    {"fxpipe_stream_records", "gauge", "Records kept.", STREAMS_RECORDS, NUMBER},
    {"fxpipe_stream_bytes", "gauge", "Bytes of the records kept.", STREAMS_BYTES, NUMBER},
    {"fxpipe_stream_oldest_timestamp_seconds", "gauge", "When the oldest record kept arrived.",
        STREAMS_OLDEST, TIME},
    {"fxpipe_stream_newest_timestamp_seconds", "gauge", "When the newest record arrived.",
        STREAMS_NEWEST, TIME},
    {"fxpipe_stream_records_in_total", "counter", "Records that arrived.", STREAMS_RECORDS_IN,
        NUMBER},
    {"fxpipe_stream_bytes_in_total", "counter", "Bytes of the records that arrived.",
        STREAMS_BYTES_IN, NUMBER},
    {"fxpipe_stream_open", "gauge", "Whether the shard accepts records.", STREAMS_OPEN, BOOLEAN},
};

static const struct family of_groups[] = {
    {"fxpipe_group_lag_records", "gauge", "Records that a group has not committed.", STREAMS_LAG,
        NUMBER},
    {"fxpipe_group_lag_seconds", "gauge", "How far a group is behind the newest record.",
        STREAMS_LAG_MS, THOUSANDTH},
    {"fxpipe_group_lost_records", "gauge",
        "Records that exceeded the retention before the group read them.", STREAMS_LOST, OR_ZERO},
    {"fxpipe_group_committed_timestamp_seconds", "gauge", "When a group last committed.",
        STREAMS_COMMITTED, TIME},
};

/* 64: what number_format needs. */
struct value {
	char room[64];
	struct span text;
};

static bool
thousandth(struct span member, struct value *value)
{
	struct number number;

	if (!streams_is_number(member) || number_read(member, &number) != NULL)
		return false;
	number.exponent -= 3;
	value->text = (struct span){value->room, number_format(&number, value->room)};
	return true;
}

/* Seconds, with decimals if they are not 0. */
static bool
time_of(struct span member, struct value *value)
{
	char text[64];
	struct span inside;
	int64_t milliseconds;
	int length;

	if (member.start == NULL || json_kind(member) != JSON_STRING)
		return false;
	inside = json_inside(member);
	if (inside.length > sizeof text ||
	    !timestamp_parse((struct span){text, json_unescape(inside, text)}, &milliseconds))
		return false;
	length = snprintf(value->room, sizeof value->room, "%lld.%03d",
	    (long long)(milliseconds / 1000), (int)(milliseconds % 1000));
	while (value->room[length - 1] == '0')
		length--;
	if (value->room[length - 1] == '.')
		length--;
	value->text = (struct span){value->room, (size_t)length};
	return true;
}

/* False: the row does not say it. */
static bool
find_value(const struct family *family, const struct streams_row *row, struct value *value)
{
	struct span member = row->values[family->member];
	bool absent = member.start == NULL || json_kind(member) == JSON_NULL;

	switch (family->form) {
	case THOUSANDTH:
		return thousandth(member, value);
	case TIME:
		return time_of(member, value);
	case BOOLEAN:
		value->text = span_of(!absent && json_kind(member) == JSON_TRUE ? "1" : "0");
		return !absent;
	case OR_ZERO:
		value->text = absent ? span_of("0") : member;
		return absent || streams_is_number(member);
	case NUMBER:
		break;
	}
	value->text = member;
	return streams_is_number(member);
}

static void
add_sample(struct buffer *text, const char *name, const struct streams_row *row,
    const struct labels *labels, struct span value)
{
	buffer_add_format(text, "%s{", name);
	labels_add_one(text, "stream", row->stream);
	buffer_add_text(text, ",");
	labels_add_one(text, "shard", row->shard);
	if (row->group.start != NULL) {
		buffer_add_text(text, ",");
		labels_add_one(text, "group", row->group);
	}
	labels_add(text, labels);
	buffer_add_text(text, "} ");
	buffer_add(text, value.start, value.length);
	buffer_add_text(text, "\n");
}

static void
add_families(struct buffer *text, const struct family *families, size_t count,
    const struct streams_list *list, const struct labels *labels)
{
	for (size_t f = 0; f < count; f++) {
		const struct family *family = &families[f];
		struct value value;
		bool begun = false;

		for (size_t i = 0; i < list->count; i++) {
			if (!find_value(family, &list->rows[i], &value))
				continue;
			if (!begun)
				prometheus_add_family(
				    text, family->name, family->type, family->help);
			begun = true;
			add_sample(text, family->name, &list->rows[i], labels, value.text);
		}
	}
}

void
prometheus_add_streams(
    struct buffer *text, const struct streams *streams, const struct labels *labels)
{
	add_families(
	    text, of_shards, sizeof of_shards / sizeof *of_shards, &streams->shards, labels);
	add_families(
	    text, of_groups, sizeof of_groups / sizeof *of_groups, &streams->groups, labels);
}
