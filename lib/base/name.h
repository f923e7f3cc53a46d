/*
 * name: the names of streams and tables. Schemes and "arn:" are tried before "/". NAME is
 * [A-Za-z0-9_.-]{1,128} and does not start with a dot.
 */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <stdbool.h>
#include "base/failure.h"

bool name_is_valid(const char *name);

enum name_place {
	NAME_EMBEDDED,
	NAME_AWS,
	NAME_CHANGES /* only of a stream: the changes of a table of DynamoDB, also on AWS */
};

/* A parsed name; free it with name_free. */
struct name {
	enum name_place place;
	char *path; /* embedded: the file */
	char *name; /* on AWS: NAME, or that in the ARN */
	const char *scheme; /* on AWS: "kinesis", also if the name is an ARN */
	char *arn; /* NULL: the name is not an ARN */
	char *region; /* of the ARN; else NULL */
};

struct name_kind {
	const char *kind; /* "stream", "table"; also the suffix of the embedded file */
	const char *scheme; /* "kinesis", "dynamodb"; also an ARN's service */
	const char *changes; /* the scheme of NAME_CHANGES; NULL: there is none */
};
extern const struct name_kind name_stream, name_table;

/*
 * Parses NAME ($FX_HOME/NAME.kind), a path with a "/", scheme:NAME, or an ARN; as a stream also
 * the ARN of a table of DynamoDB or of a stream of its changes. Anything else is
 * FAILURE_PERMANENT.
 */
bool name_parse(
    const char *text, const struct name_kind *kind, struct name *name, struct failure *failure);
void name_free(struct name *name);

#endif
