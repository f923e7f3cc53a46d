/* stream: opens a stream by its name. The only file that knows all kinds of streams. */
#include "aws/client/aws.h"
#include "base/name.h"
#include "stream/kind.h"

static struct stream *
refuse_consumer(struct failure *failure)
{
	fail(failure, FAILURE_PERMANENT,
	    "only a stream of Kinesis has consumers of enhanced fan-out");
	return NULL;
}

struct stream *
stream_open(const char *name, enum stream_use use, const struct stream_settings *settings,
    bool *missing, struct failure *failure)
{
	struct stream *stream;
	struct name parsed;

	if (missing != NULL)
		*missing = false;
	if (!name_parse(name, &name_stream, &parsed, failure))
		stream = NULL;
	else if (settings->consumer != NULL && parsed.place != NAME_AWS)
		stream = refuse_consumer(failure);
	else if (parsed.place == NAME_AWS)
		stream = stream_kinesis_open(&parsed, use, settings, missing, failure);
	else if (parsed.place == NAME_CHANGES)
		stream = stream_dynamodbstreams_open(&parsed, use, settings, missing, failure);
	else
		stream = stream_local_open(parsed.path, use, settings, missing, failure);
	name_free(&parsed);
	return stream;
}

bool
stream_is_service(const char *name)
{
	struct failure ignored;
	struct name parsed;
	bool service =
	    name_parse(name, &name_stream, &parsed, &ignored) && parsed.place != NAME_EMBEDDED;

	name_free(&parsed);
	return service;
}

bool
stream_sandbox(const char *name, const struct caller *caller, struct sandbox *sandbox)
{
	bool service = stream_is_service(name);

	if (service)
		aws_sandbox(caller, sandbox);
	return service;
}
