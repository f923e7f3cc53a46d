/* resource_name: where a resource is, and what it is called there, with the stack's prefix. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/name.h"
#include "stack/stack.h"

/* How a type's names are written. */
struct naming {
	const char *scheme; /* before the name on AWS; NULL: it is never there */
	const char *service; /* of its ARN */
	const char *kind; /* what stands before the name in the ARN's last part */
	const char *bytes; /* in a name on AWS, besides letters and digits */
	size_t most; /* bytes of it */
	bool path; /* embedded, it may be a path */
};

static const struct naming namings[RESOURCE_TYPES] = {
    [RESOURCE_STREAM] = {"kinesis:", "kinesis", "stream/", "_.-", 128, true},
    [RESOURCE_TABLE] = {"dynamodb:", "dynamodb", "table/", "_.-", 255, true},
    [RESOURCE_SECRET] = {"secretsmanager:", "secretsmanager", "secret:", "/_+=.@-", 512, false},
    [RESOURCE_TOPIC] = {"sns:", "sns", "", "_-", 256, false},
    [RESOURCE_BUCKET] = {"s3://", "s3", "", ".-", 63, true},
    [RESOURCE_SCHEDULE] = {NULL, NULL, NULL, "_.-", 64, false},
    [RESOURCE_CONSUMER] = {NULL, NULL, NULL, "_.-", 64, false},
    [RESOURCE_ROLE] = {"iam:", "iam", "role/", "_+=,.@-", 64, false},
    [RESOURCE_POLICY] = {"iam:", "iam", "policy/", "_+=,.@-", 128, false},
};

static bool
is_word(const char *text, const char *others, size_t most)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t length = strlen(text);

	if (length == 0 || length > most)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (strchr(plain, text[i]) == NULL && strchr(others, text[i]) == NULL)
			return false;
	}
	return true;
}

static bool
refuse(const struct resource *resource, const struct naming *naming, const char *name,
    struct failure *failure)
{
	struct shown shown;

	return fail(failure, FAILURE_PERMANENT,
	    "name \"%s\" is none of a %s: letters, digits and \"%s\", at most %zu%s%s%s%s",
	    show(&shown, name, strlen(name)), resource_type_name(resource->type), naming->bytes,
	    naming->most, naming->path ? "; a path with a \"/\"" : "",
	    naming->scheme != NULL ? "; on AWS " : "", naming->scheme != NULL ? naming->scheme : "",
	    naming->scheme != NULL ? "NAME or an ARN" : "");
}

/* The ARN's parts between colons from number on: 3 is the region, 5 what it is of. */
static const char *
part_of(const char *arn, unsigned number)
{
	while (number > 0 && *arn != '\0')
		number -= *arn++ == ':';
	return arn;
}

static bool
is_part(const char *part, const char *word)
{
	size_t length = strlen(word);

	return strncmp(part, word, length) == 0 && part[length] == ':';
}

/* Secrets Manager puts a dash and six letters behind a secret's name in its ARN. */
static size_t
plain_length(const struct resource *resource, const char *name)
{
	size_t length = strlen(name);

	if (resource->type == RESOURCE_SECRET && length > 7 && name[length - 7] == '-')
		length -= 7;
	return length;
}

static bool
read_arn(struct resource *resource, const struct naming *naming, const char *arn,
    struct failure *failure)
{
	struct shown shown;
	const char *last = part_of(arn, 5), *region = part_of(arn, 3);
	const char *name = naming->kind;

	if (naming->scheme != NULL && strncmp(arn, "arn:aws", 7) == 0 &&
	    is_part(part_of(arn, 2), naming->service) &&
	    strncmp(last, naming->kind, strlen(naming->kind)) == 0) {
		name = last + strlen(naming->kind);
		/* Of a role or a policy, the path before its name. */
		if (naming->service == namings[RESOURCE_ROLE].service && strrchr(name, '/') != NULL)
			name = strrchr(name, '/') + 1;
		if (is_word(name, naming->bytes, naming->most + 7)) {
			resource->aws = true;
			resource->name = memory_copy_text(arn);
			resource->plain = memory_copy(name, plain_length(resource, name));
			if (strcspn(region, ":") > 0)
				resource->region = memory_copy(region, strcspn(region, ":"));
			return true;
		}
	}
	return fail(failure, FAILURE_PERMANENT, "name \"%s\" is no ARN of a %s",
	    show(&shown, arn, strlen(arn)), resource_type_name(resource->type));
}

/* A path's last part gets the prefix. */
static bool
read_path(struct resource *resource, const struct naming *naming, const char *path,
    const char *prefix, struct failure *failure)
{
	const char *last = strrchr(path, '/') + 1;

	if (*last == '\0' || strcmp(last, ".") == 0 || strcmp(last, "..") == 0)
		return refuse(resource, naming, path, failure);
	resource->name = memory_format("%.*s%s%s", (int)(last - path), path, prefix, last);
	resource->plain = memory_copy_text(resource->name);
	return true;
}

static bool
read_plain(struct resource *resource, const struct naming *naming, const char *name,
    const char *prefix, struct failure *failure)
{
	const char *scheme = resource->aws ? naming->scheme : "";
	const char *bytes = resource->aws ? naming->bytes : "_.-";
	size_t most = resource->aws || naming->most < 128 ? naming->most : 128;

	resource->plain = memory_format("%s%s", prefix, name);
	resource->name = memory_format("%s%s", scheme, resource->plain);
	if (!is_word(resource->plain, bytes, most) || name[0] == '.' || name[0] == '-' ||
	    (resource->type == RESOURCE_BUCKET && resource->aws && strlen(resource->plain) < 3))
		return refuse(resource, naming, name, failure);
	return true;
}

bool
resource_read_name(struct resource *resource, const char *name,
    const struct stack_settings *settings, struct failure *failure)
{
	const struct naming *naming = &namings[resource->type];
	const char *scheme = naming->scheme;
	bool prefixed = settings->prefix != NULL && settings->prefix[0] != '\0', good;

	if (strncmp(name, "arn:", 4) == 0) {
		if (prefixed)
			return fail(failure, FAILURE_PERMANENT,
			    "name \"%s\": an ARN names one resource, which a prefix cannot make "
			    "another",
			    name);
		return read_arn(resource, naming, name, failure);
	}
	char *prefix = memory_format("%s%s", prefixed ? settings->prefix : "", prefixed ? "-" : "");
	if (scheme != NULL && strncmp(name, scheme, strlen(scheme)) == 0) {
		resource->aws = true;
		good = read_plain(resource, naming, name + strlen(scheme), prefix, failure);
	} else if (naming->path && name[strcspn(name, ":/")] == '/') {
		good = read_path(resource, naming, name, prefix, failure);
	} else {
		resource->aws = settings->aws && scheme != NULL;
		good = read_plain(resource, naming, name, prefix, failure);
	}
	free(prefix);
	return good;
}
