/*
 * body: the request that a service gets for a message. Sources: Slack, "Sending messages using
 * incoming webhooks"; Discord, "Execute Webhook"; ntfy, "Publishing"; Telegram Bot API,
 * "sendMessage".
 */
#ifndef TOPIC_WEBHOOK_BODY_H
#define TOPIC_WEBHOOK_BODY_H

#include "topic/message.h"

/* FAILURE_REFUSED: the text is longer than the service takes. */
bool body_check(enum topic_format format, const struct message *message, struct failure *failure);
/* Adds the body; returns its Content-Type, or NULL if body has no room. */
const char *body_write(
    enum topic_format format, const struct message *message, struct buffer *body);

#endif
