/* caller: passes sentences on to the program that lib/ works for. */
#include <stdarg.h>
#include <stdio.h>

#include "base/caller.h"

enum { SENTENCE = 1200 };

bool
caller_is_stopped(const struct caller *caller)
{
	return caller->stop != NULL && *caller->stop != 0;
}

void
caller_warn(const struct caller *caller, const char *format, ...)
{
	char sentence[SENTENCE];
	va_list arguments;

	if (caller->warn == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	caller->warn(caller->context, sentence);
}

void
caller_detail(const struct caller *caller, const char *format, ...)
{
	char sentence[SENTENCE];
	va_list arguments;

	if (caller->detail == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof sentence, format, arguments);
	va_end(arguments);
	caller->detail(caller->context, sentence);
}
