/*
 * event_stream: reads application/vnd.amazon.eventstream, the messages of a reply that continues,
 * from bytes cut anywhere. Pure. A message is a prelude (its length and that of its headers, then a
 * CRC-32 of both), headers, a payload, and a CRC-32 of all before. Source: Smithy, "Amazon Event
 * Stream Specification"; Amazon Transcribe Developer Guide, "Event stream encoding".
 */
#ifndef AWS_CLIENT_EVENT_STREAM_H
#define AWS_CLIENT_EVENT_STREAM_H

#include "base/buffer.h"
#include "base/failure.h"

enum {
	EVENT_MOST = 24 * 1024 * 1024, /* bytes of a message, as in the AWS SDKs */
	EVENT_HEADERS_MOST = 128 * 1024
};

struct event_stream {
	struct buffer incoming; /* not read yet; begins with a message */
	struct buffer message; /* the one that was returned last */
};

/* One message; borrowed until the next is read. start NULL: it has no such header. */
struct event {
	struct span kind; /* :message-type: "event", "exception" or "error" */
	struct span type; /* :event-type, :exception-type or :error-code */
	struct span text; /* :error-message */
	struct span payload;
};

enum event_news {
	EVENT_NONE, /* more bytes are needed */
	EVENT_READ,
	EVENT_DAMAGED /* failure says how; nothing after it can be read */
};

void event_stream_init(struct event_stream *stream);
void event_stream_free(struct event_stream *stream);
/* Forgets what has not been read yet. */
void event_stream_clear(struct event_stream *stream);
/* False: it holds more than the longest message, and one must be read first. */
bool event_stream_add(struct event_stream *stream, struct span bytes);
/* Would event_stream_next return anything but EVENT_NONE? */
bool event_stream_has_news(const struct event_stream *stream);
enum event_news event_stream_next(
    struct event_stream *stream, struct event *event, struct failure *failure);

#endif
