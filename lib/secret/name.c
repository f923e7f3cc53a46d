/* name: parses file:, secretsmanager: and ARNs. */
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "secret/name.h"
#include "base/span.h"

enum { NAME_MOST = 2048, ARN_PARTS = 7 };

static const char file_scheme[] = "file:";
static const char service_scheme[] = "secretsmanager:";
static const char letters_and_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static bool
starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool
consists_of(struct span text, const char *more)
{
	if (text.length == 0)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.start[i];

		if (byte == '\0' ||
		    (strchr(letters_and_digits, byte) == NULL && strchr(more, byte) == NULL))
			return false;
	}
	return true;
}

static bool
is_name(struct span name)
{
	return name.length <= NAME_MOST && consists_of(name, "/_+=.@-");
}

/* arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX */
static bool
read_arn(struct span arn, struct secret_name *name)
{
	struct span parts[ARN_PARTS], rest = arn;
	size_t count = 0;

	while (count < ARN_PARTS - 1) {
		const char *colon = rest.length > 0 ? memchr(rest.start, ':', rest.length) : NULL;

		if (colon == NULL)
			return false;
		parts[count++] = (struct span){rest.start, (size_t)(colon - rest.start)};
		rest.length -= (size_t)(colon - rest.start) + 1;
		rest.start = colon + 1;
	}
	parts[count] = rest;
	if (arn.length > NAME_MOST || !consists_of(parts[1], "-") ||
	    !span_is(parts[2], "secretsmanager") || !consists_of(parts[3], "-") ||
	    !consists_of(parts[4], "") || !span_is(parts[5], "secret") || !is_name(parts[6]))
		return false;
	name->region = memory_copy(parts[3].start, parts[3].length);
	return true;
}

bool
secret_name_parse(const char *text, struct secret_name *name, struct failure *failure)
{
	const char *hash, *id = text;
	struct span place;
	bool good;

	*name = (struct secret_name){.path = NULL};
	if (starts(text, file_scheme) && text[strlen(file_scheme)] != '\0') {
		name->path = memory_copy_text(text + strlen(file_scheme));
		return true;
	}
	if (starts(text, service_scheme))
		id = text + strlen(service_scheme);
	hash = strchr(id, '#');
	place = (struct span){id, hash != NULL ? (size_t)(hash - id) : strlen(id)};
	good = starts(id, "arn:") ? read_arn(place, name) : id != text && is_name(place);
	if (good && (hash == NULL || hash[1] != '\0')) {
		name->id = memory_copy(place.start, place.length);
		name->field = hash != NULL ? memory_copy_text(hash + 1) : NULL;
		return true;
	}
	secret_name_free(name);
	return fail(failure, FAILURE_PERMANENT,
	    "not the name of a secret: use file:PATH (a file that only you can read), "
	    "secretsmanager:NAME, or an ARN; #FIELD at its end selects a member");
}

void
secret_name_free(struct secret_name *name)
{
	free(name->path);
	free(name->id);
	free(name->region);
	free(name->field);
	*name = (struct secret_name){.path = NULL};
}
