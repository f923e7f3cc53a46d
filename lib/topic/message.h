/*
 * message: what is published for a line: its text, subject, attributes and, for a FIFO topic, its
 * group and deduplication id. Source: SNS API Reference, Publish; SNS Developer Guide, "Message
 * attributes", "Message deduplication for FIFO topics".
 */
#ifndef TOPIC_MESSAGE_H
#define TOPIC_MESSAGE_H

#include "record/sender.h"
#include "topic/topic.h"

enum {
	MESSAGE_TEXT = 1024 * 1024, /* bytes of a text at most */
	MESSAGE_ATTRIBUTES = 10, /* subscriptions with raw delivery take no more */
	MESSAGE_ID = 128 /* bytes of a group or a deduplication id */
};

struct message_attribute {
	const char *name; /* borrowed from the plan */
	const char *type; /* static: "String", "Number" or "String.Array" */
	struct span value;
};

struct message {
	struct sender_item item;
	struct span text;
	struct span subject, group, deduplication; /* start NULL: it has none */
	struct message_attribute attributes[MESSAGE_ATTRIBUTES];
	size_t attribute_count;
	size_t size; /* of text and attributes, as SNS counts it */
	bool json; /* its text is the record, a JSON value */
	char room[]; /* what the spans point to */
};

/* How messages are made from lines. */
struct message_plan;

/* NULL: FAILURE_PERMANENT: an option is not valid. Borrows the texts of settings. */
struct message_plan *message_plan_open(
    const struct topic_settings *settings, bool fifo, struct failure *failure);
void message_plan_close(struct message_plan *plan); /* NULL is allowed */

/* The message for a line, as it was read, to free. NULL: FAILURE_REFUSED, or no MD5 (2). */
struct message *message_make(struct message_plan *plan, struct span line, struct failure *failure);

#endif
