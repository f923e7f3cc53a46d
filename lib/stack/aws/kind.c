/* kind: the driver of the kinds of resources on AWS. */
#include <string.h>

#include "stack/aws/kind.h"

static const struct aws_kind *
begin(struct request *request, struct stack *stack, const struct resource *resource)
{
	const struct aws_kind *kind = (const struct aws_kind *)resource->kind;

	request_open(request, stack, resource, kind->service);
	request->version = kind->version;
	return kind;
}

static bool
is_missing(const struct aws_kind *kind, const struct request *request)
{
	for (size_t i = 0; i < sizeof kind->missing / sizeof *kind->missing; i++) {
		if (kind->missing[i] != NULL && request_failed_with(request, kind->missing[i]))
			return true;
	}
	return false;
}

bool
aws_kind_read(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct request request;
	const struct aws_kind *kind = begin(&request, stack, resource);
	bool good;

	*presence = (struct presence){.exists = false};
	good = kind->read(&request, presence, failure);
	if (!good && is_missing(kind, &request)) {
		/* Being created, and not yet known to all of the service: the caller waits. */
		if (!presence->busy)
			presence->exists = false;
		good = true;
	}
	if (!presence->exists)
		presence->arn[0] = '\0';
	request_close(&request);
	return good;
}

static bool
was_refused_as_invalid(const struct request *request)
{
	static const char *const codes[] = {"ValidationException", "InvalidArgumentException",
	    "InvalidRequestException", "InvalidParameterException"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (request_failed_with(request, codes[i]))
			return true;
	}
	return false;
}

static bool
differs(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a != b : strcmp(a, b) != 0;
}

bool
aws_kind_was_done(const struct request *request, const struct presence *before, const char *setting)
{
	const struct resource *resource = request->resource;
	struct presence now = {.exists = false};
	struct failure failure;
	bool done;

	if (!was_refused_as_invalid(request))
		return false;
	if (!resource->kind->read(request->stack, resource, &now, &failure))
		done = failure.kind == FAILURE_TEMPORARY; /* the caller reads it again */
	else
		done = now.busy || now.exists != before->exists ||
		       (setting != NULL && differs(settings_get(&now.found, setting),
		                               settings_get(&before->found, setting)));
	presence_free(&now);
	return done;
}

bool
aws_kind_make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	const struct presence before = {.exists = false};
	struct request request;
	const struct aws_kind *kind = begin(&request, stack, resource);
	bool good = kind->make(&request, failure) || aws_kind_was_done(&request, &before, NULL);

	request_close(&request);
	return good;
}

bool
aws_kind_change(struct stack *stack, const struct resource *resource,
    const struct presence *presence, const char *setting, struct failure *failure)
{
	struct request request;
	const struct aws_kind *kind = begin(&request, stack, resource);
	size_t at = 0;
	bool good;

	while (strcmp(kind->kind.settings[at], setting) != 0)
		at++;
	good = kind->change[at](&request, presence, failure) ||
	       aws_kind_was_done(&request, presence, setting);
	request_close(&request);
	return good;
}

bool
aws_kind_remove(struct stack *stack, const struct resource *resource,
    const struct presence *presence, struct failure *failure)
{
	struct request request;
	const struct aws_kind *kind = begin(&request, stack, resource);
	bool good = kind->remove(&request, presence, failure) || is_missing(kind, &request) ||
	            aws_kind_was_done(&request, presence, NULL);

	request_close(&request);
	return good;
}
