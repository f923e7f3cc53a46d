/* resource_name: reads a resource's name: embedded or on AWS, with the stack's prefix. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/resource.h"

/* How a type's names are written. */
struct naming {
	const char *scheme; /* before a name on AWS; NULL: never on AWS */
	const char *service; /* in its ARN; NULL: it is not named by an ARN */
	const char *kind; /* before the name, in the ARN's last part */
	const char *bytes; /* allowed in a name on AWS, besides letters and digits */
	size_t most; /* bytes in a name */
	bool path; /* the name of an embedded one may be a path */
};

static const struct naming namings[RESOURCE_TYPES] = {
    [RESOURCE_STREAM] = {"kinesis:", "kinesis", "stream/", "_.-", 128, true},
    [RESOURCE_TABLE] = {"dynamodb:", "dynamodb", "table/", "_.-", 255, true},
    [RESOURCE_GROUP] = {"dynamodb:", "dynamodb", "table/", "_.-", 255, false},
    [RESOURCE_FANOUT] = {"kinesis:", NULL, NULL, "_.-", 128, false},
    [RESOURCE_SECRET] = {"secretsmanager:", "secretsmanager", "secret:", "/_+=.@-", 512, false},
    [RESOURCE_TOPIC] = {"sns:", "sns", "", "_-", 256, false},
    [RESOURCE_SUBSCRIPTION] = {"sns:", NULL, NULL, "_.-", 64, false},
    [RESOURCE_BUCKET] = {"s3://", "s3", "", ".-", 63, true},
    [RESOURCE_DELIVERY] = {"firehose:", "firehose", "deliverystream/", "_.-", 64, false},
    [RESOURCE_ALARM] = {"cloudwatch:", "cloudwatch", "alarm:", "_.-", 255, false},
    [RESOURCE_SCHEDULE] = {NULL, NULL, NULL, "_.-", 64, false},
    [RESOURCE_CONSUMER] = {NULL, NULL, NULL, "_.-", 64, false},
    [RESOURCE_ROLE] = {"iam:", "iam", "role/", "_+=,.@-", 64, false},
    [RESOURCE_POLICY] = {"iam:", "iam", "policy/", "_+=,.@-", 128, false},
};

static bool
is_valid(const char *text, const char *others, size_t most)
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
	    "name \"%s\" is not valid for %s: use letters, digits and \"%s\", at most "
	    "%zu%s%s%s%s",
	    show(&shown, name, strlen(name)), resource_type_noun(resource->type), naming->bytes,
	    naming->most, naming->path ? "; or a path with a \"/\"" : "",
	    naming->scheme != NULL ? "; or on AWS " : "",
	    naming->scheme != NULL ? naming->scheme : "",
	    naming->service != NULL  ? "NAME or an ARN"
	    : naming->scheme != NULL ? "NAME"
	                             : "");
}

/* The parts of an ARN, divided by colons, from number on: 3 is the region, 5 the resource. */
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

/* Secrets Manager appends a dash and six letters to a secret's name in its ARN. */
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

	if (naming->service != NULL && strncmp(arn, "arn:aws", 7) == 0 &&
	    is_part(part_of(arn, 2), naming->service) &&
	    strncmp(last, naming->kind, strlen(naming->kind)) == 0) {
		name = last + strlen(naming->kind);
		/* A role or a policy may have a path before its name. */
		if (naming->service == namings[RESOURCE_ROLE].service && strrchr(name, '/') != NULL)
			name = strrchr(name, '/') + 1;
		if (is_valid(name, naming->bytes, naming->most + 7)) {
			resource->aws = true;
			resource->name = memory_copy_text(arn);
			resource->plain = memory_copy(name, plain_length(resource, name));
			if (strcspn(region, ":") > 0)
				resource->region = memory_copy(region, strcspn(region, ":"));
			return true;
		}
	}
	return fail(failure, FAILURE_PERMANENT, "name \"%s\" is not the ARN of %s",
	    show(&shown, arn, strlen(arn)), resource_type_noun(resource->type));
}

/* The prefix is put before the last part of a path. */
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
	if (!is_valid(resource->plain, bytes, most) || name[0] == '.' || name[0] == '-' ||
	    (resource->type == RESOURCE_BUCKET && resource->aws && strlen(resource->plain) < 3))
		return refuse(resource, naming, name, failure);
	return true;
}

bool
resource_read_name(struct resource *resource, const char *name, const char *prefix, bool aws,
    struct failure *failure)
{
	const struct naming *naming = &namings[resource->type];
	const char *scheme = naming->scheme;
	bool prefixed = prefix != NULL && prefix[0] != '\0', good;
	struct shown shown;
	char *before;

	if (strncmp(name, "arn:", 4) == 0) {
		if (prefixed)
			return fail(failure, FAILURE_PERMANENT,
			    "name \"%s\": an ARN cannot be used with a prefix",
			    show(&shown, name, strlen(name)));
		return read_arn(resource, naming, name, failure);
	}
	before = memory_format("%s%s", prefixed ? prefix : "", prefixed ? "-" : "");
	if (scheme != NULL && strncmp(name, scheme, strlen(scheme)) == 0) {
		resource->aws = true;
		good = read_plain(resource, naming, name + strlen(scheme), before, failure);
	} else if (naming->path && name[strcspn(name, ":/")] == '/') {
		good = read_path(resource, naming, name, before, failure);
	} else {
		resource->aws = aws && scheme != NULL;
		good = read_plain(resource, naming, name, before, failure);
	}
	free(before);
	return good;
}
