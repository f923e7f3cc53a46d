/* topic: takes lines, and hands the messages made from them to the sender. */
#include <stdlib.h>

#include "topic/kind.h"

bool
topic_init(
    struct topic *topic, const struct topic_settings *settings, bool fifo, struct failure *failure)
{
	topic->plan = message_plan_open(settings, fifo, failure);
	return topic->plan != NULL;
}

void
topic_free(struct topic *topic)
{
	sender_free(&topic->sender);
	message_plan_close(topic->plan);
}

bool
topic_take(struct sink *sink, struct span line, uint64_t ticket, struct failure *failure)
{
	struct topic *topic = (struct topic *)sink;
	struct message *message = message_make(topic->plan, line, failure);

	if (message == NULL)
		return false;
	if (!topic->check(topic, message, failure)) {
		free(message);
		return false;
	}
	sender_add(&topic->sender, &message->item, ticket);
	return true;
}
