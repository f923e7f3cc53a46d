/* event_stream: finds the messages, checks both checksums, and reads the headers. */
#include <stdint.h>
#include <zlib.h>

#include "aws/client/event_stream.h"

enum {
	PRELUDE = 12, /* two lengths and their checksum */
	CHECKSUM = 4,
	AHEAD = 256 * 1024, /* bytes that may follow the longest message */
	KEPT = 1024 * 1024 /* bytes of memory that are kept for the next message */
};

/* The types of values of a header. */
enum { TRUE, FALSE, BYTE, SHORT, INTEGER, LONG, BYTES, STRING, TIMESTAMP, UUID, TYPES };

void
event_stream_init(struct event_stream *stream)
{
	buffer_init(&stream->incoming, (size_t)EVENT_MOST + AHEAD);
	buffer_init(&stream->message, EVENT_MOST);
}

void
event_stream_free(struct event_stream *stream)
{
	buffer_free(&stream->incoming);
	buffer_free(&stream->message);
}

static void
empty(struct buffer *buffer)
{
	if (buffer->capacity > KEPT)
		buffer_free(buffer);
	buffer_clear(buffer);
}

void
event_stream_clear(struct event_stream *stream)
{
	empty(&stream->incoming);
}

bool
event_stream_add(struct event_stream *stream, struct span bytes)
{
	return buffer_add(&stream->incoming, bytes.start, bytes.length);
}

static uint32_t
read_number(const char *at)
{
	const unsigned char *byte = (const unsigned char *)at;

	return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

static bool
has_checksum(const char *start, size_t length)
{
	return crc32_z(0, (const unsigned char *)start, length) == read_number(start + length);
}

/* Looks at the prelude. *total: the length of the message, if it is whole. */
static enum event_news
look(const struct event_stream *stream, size_t *total, const char **what)
{
	const struct buffer *incoming = &stream->incoming;
	size_t headers;

	if (incoming->length < PRELUDE)
		return EVENT_NONE;
	*what = "its prelude has a wrong checksum";
	if (!has_checksum(incoming->data, PRELUDE - CHECKSUM))
		return EVENT_DAMAGED;
	*total = read_number(incoming->data);
	headers = read_number(incoming->data + 4);
	*what = "its lengths are invalid";
	if (*total > EVENT_MOST || headers > EVENT_HEADERS_MOST ||
	    *total < PRELUDE + headers + CHECKSUM)
		return EVENT_DAMAGED;
	return incoming->length < *total ? EVENT_NONE : EVENT_READ;
}

bool
event_stream_has_news(const struct event_stream *stream)
{
	const char *what;
	size_t total;

	return look(stream, &total, &what) != EVENT_NONE;
}

/* Moves the first message out of the incoming bytes. */
static void
move(struct event_stream *stream, size_t total)
{
	struct buffer *incoming = &stream->incoming, *message = &stream->message;
	struct buffer before = *message;
	size_t rest = incoming->length - total;

	empty(&before);
	/* Most often what follows it is the smaller part. */
	*message = *incoming;
	message->ceiling = (size_t)EVENT_MOST + AHEAD;
	*incoming = before;
	incoming->ceiling = (size_t)EVENT_MOST + AHEAD;
	if (rest > 0)
		buffer_add(incoming, message->data + total, rest);
	message->length = total;
}

/* The next count bytes of headers; false: there are fewer. */
static bool
cut(struct span *headers, size_t count, struct span *part)
{
	if (headers->length < count)
		return false;
	*part = (struct span){headers->start, count};
	headers->start += count;
	headers->length -= count;
	return true;
}

/* The value of a header; start NULL: it is not a text. */
static bool
cut_value(struct span *headers, struct span *value)
{
	static const size_t sizes[TYPES] = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
	struct span type, length;
	size_t size;

	if (!cut(headers, 1, &type) || (unsigned char)*type.start >= TYPES)
		return false;
	size = sizes[(unsigned char)*type.start];
	if (*type.start == STRING || *type.start == BYTES) {
		if (!cut(headers, 2, &length))
			return false;
		size = (size_t)(unsigned char)length.start[0] << 8 | (unsigned char)length.start[1];
	}
	if (!cut(headers, size, value))
		return false;
	if (*type.start != STRING)
		*value = (struct span){NULL, 0};
	return true;
}

static void
note(struct event *event, struct span name, struct span value)
{
	if (span_is(name, ":message-type"))
		event->kind = value;
	else if (span_is(name, ":event-type") || span_is(name, ":exception-type") ||
	         span_is(name, ":error-code"))
		event->type = value;
	else if (span_is(name, ":error-message"))
		event->text = value;
}

static bool
read_headers(struct event *event, struct span headers)
{
	struct span length, name, value;

	while (headers.length > 0) {
		if (!cut(&headers, 1, &length) ||
		    !cut(&headers, (unsigned char)*length.start, &name) || name.length == 0 ||
		    !cut_value(&headers, &value))
			return false;
		note(event, name, value);
	}
	return true;
}

enum event_news
event_stream_next(struct event_stream *stream, struct event *event, struct failure *failure)
{
	const char *what = NULL;
	size_t total = 0, length;
	enum event_news news = look(stream, &total, &what);

	*event = (struct event){.kind = {NULL, 0}};
	if (news == EVENT_NONE)
		return EVENT_NONE;
	if (news == EVENT_READ) {
		move(stream, total);
		length = read_number(stream->message.data + 4);
		what = "it has a wrong checksum";
		news = EVENT_DAMAGED;
		if (has_checksum(stream->message.data, total - CHECKSUM)) {
			what = "its headers are invalid";
			event->payload = (struct span){stream->message.data + PRELUDE + length,
			    total - PRELUDE - length - CHECKSUM};
			if (read_headers(
			        event, (struct span){stream->message.data + PRELUDE, length}))
				return EVENT_READ;
		}
	}
	fail(failure, FAILURE_TEMPORARY, "a message of the event stream is damaged: %s", what);
	return news;
}
