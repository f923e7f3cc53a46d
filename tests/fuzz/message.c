/*
 * message: any template is accepted or refused, and for any line a message is made or refused; a
 * message keeps the limits, and its texts lie in it.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "must.h"
#include "text/json.h"
#include "topic/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_span(const struct message *message, struct span span, size_t built)
{
	must(span.start == NULL ||
	     (span.start >= message->room && span.start + span.length <= message->room + built));
}

static void
check(const struct message *message)
{
	size_t built = message->text.length + message->subject.length + message->group.length +
	               message->deduplication.length;

	for (size_t i = 0; i < message->attribute_count; i++)
		built += message->attributes[i].value.length;
	must(message->text.start != NULL && json_is_utf8(message->text));
	must(message->text.length <= MESSAGE_TEXT && message->text.length <= message->size);
	must(message->group.length <= MESSAGE_ID && message->deduplication.length <= MESSAGE_ID);
	check_span(message, message->text, built);
	check_span(message, message->subject, built);
	check_span(message, message->group, built);
	check_span(message, message->deduplication, built);
	for (size_t i = 0; i < message->attribute_count; i++)
		check_span(message, message->attributes[i].value, built);
}

/* The first two bytes: which options there are, and the length of the template. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = size > 2 && data[1] < size - 2 ? data[1] : 0;
	unsigned options = size > 0 ? data[0] : 0;
	char *template = memory_copy(size > 2 ? data + 2 : data, length);
	struct span line = {
	    (const char *)data + (size > 2 ? 2 + length : size), size > 2 ? size - 2 - length : 0};
	struct topic_settings settings = {.text = options & 1 ? template : NULL,
	    .subject = options & 2 ? template : NULL,
	    .attributes = options & 4 ? "a,b" : NULL,
	    .group = options & 8 ? "a" : NULL,
	    .deduplication = options & 16 ? "b" : NULL,
	    .format = options & 32 ? TOPIC_SLACK : TOPIC_LINE};
	struct failure failure = {.kind = FAILURE_NONE};
	struct message_plan *plan = message_plan_open(&settings, options & 64, &failure);

	must(plan != NULL || failure.kind == FAILURE_PERMANENT);
	if (plan != NULL) {
		struct message *message = message_make(plan, line, &failure);

		must(message != NULL || failure.kind == FAILURE_REFUSED);
		if (message != NULL)
			check(message);
		free(message);
	}
	message_plan_close(plan);
	free(template);
	return 0;
}
