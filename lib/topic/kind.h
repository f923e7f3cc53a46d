/*
 * topic_kind: what the kinds of topics have in common; private to the kinds and lib/open. Another
 * kind is one more folder, and a line in lib/open/topic.c.
 */
#ifndef TOPIC_KIND_H
#define TOPIC_KIND_H

#include "topic/message.h"

/* The first member of each kind's own struct. */
struct topic {
	struct sender sender;
	struct message_plan *plan;
	/* FAILURE_REFUSED: the service would not take the message. */
	bool (*check)(const struct topic *, const struct message *, struct failure *);
};

/* Opens the plan. fifo: messages get a deduplication id from their position. */
bool topic_init(
    struct topic *topic, const struct topic_settings *settings, bool fifo, struct failure *failure);
void topic_free(struct topic *topic); /* not the struct itself */

bool topic_take(struct sink *sink, struct span line, uint64_t ticket, struct failure *failure);

/* For the sink's kind: all but count and close. */
#define TOPIC_SINK \
	.objects = true, .whole_lines = true, .read_ahead = 512 * 1024, .take = topic_take, \
	.poll = sender_poll, .next_result = sender_next_result

/* The kinds. */
struct sink *topic_sns_open(const struct topic_settings *settings, struct failure *failure);
struct sink *topic_webhook_open(const struct topic_settings *settings, struct failure *failure);

#endif
