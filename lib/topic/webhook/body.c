/* body: writes a message in the format of a service. */
#include "text/form.h"
#include "text/json.h"
#include "topic/webhook/body.h"

/* In characters. */
enum { SLACK = 40000, DISCORD = 2000, TELEGRAM = 4096 };

static size_t
characters_of(struct span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		count += ((unsigned char)text.start[i] & 0xC0) != 0x80;
	return count;
}

bool
body_check(enum topic_format format, const struct message *message, struct failure *failure)
{
	static const struct {
		const char *name;
		size_t most;
	} limits[] = {[TOPIC_SLACK] = {"Slack", SLACK},
	    [TOPIC_DISCORD] = {"Discord", DISCORD},
	    [TOPIC_TELEGRAM] = {"Telegram", TELEGRAM}};
	size_t characters;

	if (format == TOPIC_LINE || format == TOPIC_NTFY)
		return true;
	characters = characters_of(message->text);
	return characters <= limits[format].most ||
	       fail(failure, FAILURE_REFUSED,
	           "the message would be %zu characters long, %s takes %zu", characters,
	           limits[format].name, limits[format].most);
}

/* An object with one string, and what follows it. */
static bool
add_object(struct buffer *body, const char *before, struct span text, const char *after)
{
	return buffer_add_text(body, before) && json_add_string(body, text.start, text.length) &&
	       buffer_add_text(body, after);
}

const char *
body_write(enum topic_format format, const struct message *message, struct buffer *body)
{
	const char *type = "text/plain; charset=utf-8";
	bool fits;

	switch (format) {
	case TOPIC_SLACK:
		type = "application/json";
		fits = add_object(body, "{\"text\":", message->text, "}");
		break;
	case TOPIC_DISCORD:
		type = "application/json";
		/* A record can mention nobody. */
		fits = add_object(
		    body, "{\"content\":", message->text, ",\"allowed_mentions\":{\"parse\":[]}}");
		break;
	case TOPIC_TELEGRAM:
		type = "application/x-www-form-urlencoded";
		fits = form_add_span(body, "text", message->text);
		break;
	default:
		if (format == TOPIC_LINE && message->json)
			type = "application/json";
		fits = buffer_add(body, message->text.start, message->text.length);
	}
	return fits ? type : NULL;
}
