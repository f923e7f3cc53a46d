/* definition_value: private to the parts of definition: the values of its members. */
#ifndef RATE_DEFINITION_VALUE_H
#define RATE_DEFINITION_VALUE_H

#include <cjson/cJSON.h>
#include "rate/definition.h"

struct definition_reader {
	struct provider *provider;
	const char *origin;
	bool built_in;
	struct failure *failure;
};

/* Fails with "ORIGIN: "MEMBER" WHAT"; what begins with a verb. Returns false. */
bool definition_wrong(struct definition_reader *reader, const char *member, const char *what);

/*
 * Each reads a value of its type into *to, frees the old text or pointer there, and fails if item
 * is of another type or out of range.
 */
bool definition_read_text(struct definition_reader *reader, const cJSON *item, char **to);
bool definition_read_pointer(
    struct definition_reader *reader, const cJSON *item, struct json_pointers **to);
bool definition_read_seconds(
    struct definition_reader *reader, const cJSON *item, int64_t *milliseconds);
bool definition_read_whole(
    struct definition_reader *reader, const cJSON *item, int least, int most, int *to);

/* Fails unless item is an object (object true) or a list (false) of at most most members. */
bool definition_is_list(struct definition_reader *reader, const cJSON *item, bool object, int most);

/* definition_limits.c: each reads the member of its name into the provider. */
bool definition_read_limits(struct definition_reader *reader, const cJSON *item);
bool definition_read_requests_per_day(struct definition_reader *reader, const cJSON *item);
bool definition_read_pairs_per_request(struct definition_reader *reader, const cJSON *item);

#endif
