/* events: writes records and news. */
#include <string.h>

#include "serve/events.h"
#include "text/base64.h"
#include "text/json.h"

enum { SHORT_ID = 256 };

/* Can it be the data of an event: valid JSON without line breaks? */
static bool
is_one_line(struct span record)
{
	struct json_error error;

	return record.length > 0 && memchr(record.start, '\n', record.length) == NULL &&
	       memchr(record.start, '\r', record.length) == NULL &&
	       json_check(record, JSON_DEPTH, &error);
}

/* A short one; of a stream with many shards it would be longer than the record. */
static void
add_short_id(struct buffer *to, const struct vector *vector)
{
	size_t begin = to->length;

	if (!buffer_add_text(to, "id: ") || !vector_write(vector, to) ||
	    to->length - begin > SHORT_ID || !buffer_add_text(to, "\n"))
		to->length = begin;
}

bool
events_add_record(struct buffer *to, struct span record, const struct vector *vector)
{
	add_short_id(to, vector);
	if (!buffer_add_text(to, "data: "))
		return false;
	if (is_one_line(record))
		return buffer_add(to, record.start, record.length) && buffer_add_text(to, "\n\n");
	return buffer_add_text(to, "{\"_raw\":\"") &&
	       base64_encode(to, record.start, record.length) && buffer_add_text(to, "\"}\n\n");
}

bool
events_add_id(struct buffer *to, const struct vector *vector)
{
	size_t begin = to->length;

	/* A comment with an id and without data only moves the client's last id. */
	if (buffer_add_text(to, "id: ") && vector_write(vector, to) && buffer_add_text(to, "\n\n"))
		return true;
	to->length = begin;
	return true;
}

bool
events_add_news(struct buffer *to, const struct chunk *chunk, bool fresh)
{
	bool added = true;

	if (fresh)
		added = buffer_add_format(
		    to, "event: shard\ndata: {\"shard\":\"%s\"}\n\n", chunk->shard);
	if (added && chunk->lost > 0)
		added = buffer_add_format(to,
		    "event: lost\ndata: {\"shard\":\"%s\",\"records\":%llu}\n\n", chunk->shard,
		    (unsigned long long)chunk->lost);
	else if (added && chunk->missing > 0)
		added = buffer_add_format(to,
		    "event: lost\ndata: {\"shard\":\"%s\",\"records\":%llu,"
		    "\"message\":\"the stream was replaced by an earlier copy of itself\"}\n\n",
		    chunk->shard, (unsigned long long)chunk->missing);
	else if (added && chunk->lost_some)
		added = buffer_add_format(
		    to, "event: lost\ndata: {\"shard\":\"%s\"}\n\n", chunk->shard);
	return added;
}
