/* name: parses the names of streams and tables. */
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/memory.h"
#include "base/name.h"

const struct name_kind name_stream = {"stream", "kinesis", "dynamodbstreams"};
const struct name_kind name_table = {"table", "dynamodb", NULL};

static size_t
valid_length(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
}

/* Is text a name of that length? */
static bool
is_valid(const char *text, size_t length)
{
	return length >= 1 && length <= 128 && valid_length(text) >= length && text[0] != '.';
}

bool
name_is_valid(const char *text)
{
	return is_valid(text, strlen(text));
}

/* The next part of an ARN, up to a colon. */
static char *
take_part(const char **at)
{
	size_t length = strcspn(*at, ":");
	char *part = memory_copy(*at, length);

	*at += length + ((*at)[length] == ':');
	return part;
}

/* KIND/NAME. The length of NAME; 0: it is not valid. */
static size_t
name_in(const char *resource, const char *kind)
{
	size_t length = strlen(kind);

	return strncmp(resource, kind, length) == 0 && resource[length] == '/' &&
	               name_is_valid(resource + length + 1)
	           ? strlen(resource + length + 1)
	           : 0;
}

/* table/NAME, or table/NAME/stream/LABEL. The length of NAME; 0: it is neither. */
static size_t
table_in(const char *resource)
{
	static const char stream[] = "/stream/";
	const char *name = resource + strlen("table/"), *label;
	size_t length, digits;

	if (strncmp(resource, "table/", strlen("table/")) != 0)
		return 0;
	length = strcspn(name, "/");
	label = name + length;
	if (strncmp(label, stream, strlen(stream)) == 0) {
		label += strlen(stream);
		digits = strspn(label, "0123456789-T:.");
		if (digits == 0 || digits > 40)
			return 0;
		label += digits;
	}
	return *label == '\0' && is_valid(name, length) ? length : 0;
}

/* Finds the name in the last part of an ARN. Its length; 0: it is not that of such a resource. */
static size_t
find_in_arn(
    const char *service, const char *resource, const struct name_kind *kind, struct name *name)
{
	bool changes = kind->changes != NULL && strcmp(service, name_table.scheme) == 0;

	name->place = changes ? NAME_CHANGES : NAME_AWS;
	name->scheme = changes ? kind->changes : kind->scheme;
	if (changes)
		return table_in(resource);
	return strcmp(service, kind->scheme) == 0 ? name_in(resource, kind->kind) : 0;
}

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:KIND/NAME */
static bool
parse_arn(
    const char *text, const struct name_kind *kind, struct name *name, struct failure *failure)
{
	struct shown shown;
	const char *at = text + strlen("arn:");
	char *partition = take_part(&at), *service = take_part(&at), *region = take_part(&at);
	char *account = take_part(&at);
	size_t length = find_in_arn(service, at, kind, name);
	bool good = strncmp(partition, "aws", 3) == 0 && region[0] != '\0' &&
	            valid_length(region) == strlen(region) && length > 0;

	if (good) {
		name->arn = memory_copy_text(text);
		name->name = memory_copy(strchr(at, '/') + 1, length);
		name->region = memory_copy_text(region);
	} else {
		fail(failure, FAILURE_PERMANENT,
		    "\"%s\" is not the ARN of a %s: arn:aws:%s:REGION:ACCOUNT:%s/NAME",
		    show(&shown, text, strlen(text)), kind->kind, kind->scheme, kind->kind);
	}
	free(partition);
	free(service);
	free(region);
	free(account);
	return good;
}

/* A path has a "/" before any colon: dynamodb:a/b is not a path. */
static bool
is_path(const char *text)
{
	return text[strcspn(text, ":/")] == '/';
}

/* What follows the scheme, if text begins with one. */
static const char *
skip_scheme(const char *text, const struct name_kind *kind, struct name *name)
{
	const char *const schemes[] = {kind->scheme, kind->changes};
	static const enum name_place places[] = {NAME_AWS, NAME_CHANGES};

	for (size_t i = 0; i < 2 && schemes[i] != NULL; i++) {
		size_t length = strlen(schemes[i]);

		if (strncmp(text, schemes[i], length) == 0 && text[length] == ':') {
			name->place = places[i];
			name->scheme = schemes[i];
			return text + length + 1;
		}
	}
	return text;
}

static bool
not_a_name(const char *text, const struct name_kind *kind, struct failure *failure)
{
	struct shown shown;
	bool changes = kind->changes != NULL;

	return fail(failure, FAILURE_PERMANENT,
	    "\"%s\" is not the name of a %s: use up to 128 letters, digits, \"_\", \".\" and "
	    "\"-\", "
	    "not starting with \".\"; a path with a \"/\"; %s:NAME; %s%sor an ARN",
	    show(&shown, text, strlen(text)), kind->kind, kind->scheme,
	    changes ? kind->changes : "", changes ? ":TABLE; " : "");
}

bool
name_parse(
    const char *text, const struct name_kind *kind, struct name *name, struct failure *failure)
{
	const char *home, *plain;

	*name = (struct name){.place = NAME_EMBEDDED};
	if (strncmp(text, "arn:", 4) == 0)
		return parse_arn(text, kind, name, failure);
	if (is_path(text)) {
		name->path = memory_copy_text(text);
		return true;
	}
	plain = skip_scheme(text, kind, name);
	if (!name_is_valid(plain))
		return not_a_name(text, kind, failure);
	if (name->place != NAME_EMBEDDED) {
		name->name = memory_copy_text(plain);
		return true;
	}
	if (!environment_home(&home, failure))
		return false;
	name->path = memory_format("%s/%s.%s", home, plain, kind->kind);
	return true;
}

void
name_free(struct name *name)
{
	free(name->path);
	free(name->name);
	free(name->arn);
	free(name->region);
}
