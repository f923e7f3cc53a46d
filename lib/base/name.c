/* name: parses the names of streams and tables. */
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/memory.h"
#include "base/name.h"

const struct name_kind name_stream = {"stream", "kinesis"};
const struct name_kind name_table = {"table", "dynamodb"};

static size_t
valid_length(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
}

bool
name_is_valid(const char *text)
{
	size_t length = valid_length(text);

	return length >= 1 && length <= 128 && text[length] == '\0' && text[0] != '.';
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

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:KIND/NAME */
static bool
parse_arn(
    const char *text, const struct name_kind *kind, struct name *name, struct failure *failure)
{
	struct shown shown;
	const char *at = text + strlen("arn:");
	char *partition = take_part(&at), *service = take_part(&at), *region = take_part(&at);
	char *account = take_part(&at);
	size_t length = strlen(kind->kind);
	bool good = strncmp(partition, "aws", 3) == 0 && strcmp(service, kind->scheme) == 0 &&
	            region[0] != '\0' && valid_length(region) == strlen(region) &&
	            strncmp(at, kind->kind, length) == 0 && at[length] == '/' &&
	            name_is_valid(at + length + 1);

	if (good) {
		name->place = NAME_AWS;
		name->arn = memory_copy_text(text);
		name->name = memory_copy_text(at + length + 1);
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

bool
name_parse(
    const char *text, const struct name_kind *kind, struct name *name, struct failure *failure)
{
	struct shown shown;
	const char *home, *plain = text;
	size_t scheme = strlen(kind->scheme);

	*name = (struct name){.place = NAME_EMBEDDED};
	if (strncmp(text, "arn:", 4) == 0)
		return parse_arn(text, kind, name, failure);
	if (is_path(text)) {
		name->path = memory_copy_text(text);
		return true;
	}
	if (strncmp(text, kind->scheme, scheme) == 0 && text[scheme] == ':') {
		name->place = NAME_AWS;
		plain = text + scheme + 1;
	}
	if (!name_is_valid(plain))
		return fail(failure, FAILURE_PERMANENT,
		    "\"%s\" is not the name of a %s: use up to 128 letters, digits, \"_\", \".\" "
		    "and \"-\", not starting with \".\"; a path with a \"/\"; %s:NAME; or an ARN",
		    show(&shown, text, strlen(text)), kind->kind, kind->scheme);
	if (name->place == NAME_AWS) {
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
