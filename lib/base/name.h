/*
 * name: how streams, tables and secrets are named. Schemes and "arn:" are tried
 * before "/"; NAME is [A-Za-z0-9_.-]{1,128}, not starting with a dot.
 */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <stdbool.h>
#include "base/failure.h"

bool name_is_valid(const char *name);

enum name_place { NAME_EMBEDDED, NAME_AWS };

/* A name taken apart; freed with name_free. */
struct name {
	enum name_place place;
	char *path; /* embedded: the file */
	char *name; /* on AWS: NAME; of an ARN its last part */
	char *arn; /* NULL: it was not given as an ARN */
	char *region; /* the ARN's; NULL without one */
};

/*
 * What a stream or table is called: NAME ($FX_HOME/NAME.suffix), a path with
 * a "/", "scheme:NAME" or an ARN of service ("kinesis") and kind ("stream").
 * FAILURE_PERMANENT for what is none of these; kind goes into its words.
 */
struct name_kind {
	const char *kind; /* "stream", "table"; also the embedded file's suffix */
	const char *scheme; /* "kinesis", "dynamodb"; also an ARN's service */
};
extern const struct name_kind name_stream, name_table;

bool name_parse(
    const char *text, const struct name_kind *kind, struct name *name, struct failure *failure);
void name_free(struct name *name);

#endif
