#include <string.h>

#include "environment.h"
#include "memory.h"
#include "name.h"

bool
name_is_valid(const char *text)
{
	size_t length =
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	return length >= 1 && length <= 128 && text[length] == '\0' && text[0] != '.';
}

bool
name_to_path(
    const char *name, const char *noun, const char *suffix, char **path, struct failure *failure)
{
	struct shown shown;
	const char *home;

	/* A scheme before "/": dynamodb:a/b is no path. */
	if (strchr(name, '/') != NULL &&
	    (strchr(name, ':') == NULL || strchr(name, '/') < strchr(name, ':'))) {
		*path = memory_copy_text(name);
		return true;
	}
	if (strncmp(name, "arn:", 4) == 0 || strncmp(name, "kinesis:", 8) == 0 ||
	    strncmp(name, "dynamodb:", 9) == 0)
		return fail(failure, FAILURE_PERSON,
		    "\"%s\" is on AWS, and this version of fxpipe knows embedded streams and "
		    "tables alone",
		    show(&shown, name, strlen(name)));
	if (!name_is_valid(name))
		return fail(failure, FAILURE_PERSON,
		    "\"%s\" is no name of a %s: use letters, digits, \"_\", \".\" and \"-\" (not "
		    "first a "
		    "dot), at most 128, or a path with a \"/\"",
		    show(&shown, name, strlen(name)), noun);
	if (!environment_home(&home, failure))
		return false;
	*path = memory_format("%s/%s%s", home, name, suffix);
	return true;
}
