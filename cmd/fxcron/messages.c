/* messages: fxcron's messages, which begin with the name of the entry that they are about. */
#include <stdarg.h>
#include <stdio.h>

#include "fxcron/messages.h"

enum { SENTENCE = 1400 };

static void
say_at(struct fxcron *fx, bool detail, const char *format, va_list arguments)
{
	char sentence[SENTENCE];
	const char *name = fx->entry.name;

	vsnprintf(sentence, sizeof sentence, format, arguments);
	(detail ? tool_verbose : tool_message)(
	    &fx->tool, "%s%s%s", name != NULL ? name : "", name != NULL ? ": " : "", sentence);
}

void
messages_say(struct fxcron *fx, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say_at(fx, false, format, arguments);
	va_end(arguments);
}

void
messages_detail(struct fxcron *fx, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say_at(fx, true, format, arguments);
	va_end(arguments);
}

void
messages_failed(struct fxcron *fx, const struct failure *failure)
{
	struct failure named = *failure;

	if (fx->entry.name != NULL)
		snprintf(
		    named.text, sizeof named.text, "%.128s: %.860s", fx->entry.name, failure->text);
	tool_failed(&fx->tool, &named);
}

static void
warn(void *context, const char *sentence)
{
	messages_say(context, "%s", sentence);
}

static void
detail(void *context, const char *sentence)
{
	messages_detail(context, "%s", sentence);
}

struct caller
messages_caller(struct fxcron *fx)
{
	struct caller caller = tool_caller(&fx->tool);

	caller.warn = warn;
	caller.detail = detail;
	caller.context = fx;
	return caller;
}
