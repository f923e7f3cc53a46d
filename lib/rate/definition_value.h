/* definition_value: private to the parts of definition: the values of its members. */
#ifndef RATE_DEFINITION_VALUE_H
#define RATE_DEFINITION_VALUE_H

#include <cjson/cJSON.h>
#include "rate/definition.h"

enum { DEFINITION_MANY = 1000 /* members or elements of any list in a definition */ };

struct definition_reader {
	struct provider *provider;
	const char *origin;
	struct span text;
	const cJSON *document; /* of text, and after its members those of the base */
	bool built_in;
	struct failure *failure;
};

/* Fails with "ORIGIN: line N: "MEMBER" WHAT"; what begins with a verb. Returns false. */
bool definition_wrong(struct definition_reader *reader, const cJSON *item, const char *what);

/*
 * Each reads a value of its type into *to, frees the old text or pointer there, and fails if item
 * is of another type or out of range.
 */
bool definition_read_text(struct definition_reader *reader, const cJSON *item, char **to);
bool definition_read_pointer(
    struct definition_reader *reader, const cJSON *item, struct json_pointers **to);
/* As definition_read_pointer, without places for parts of the subject. */
bool definition_read_fixed_pointer(
    struct definition_reader *reader, const cJSON *item, struct json_pointers **to);
bool definition_read_seconds(
    struct definition_reader *reader, const cJSON *item, int64_t *milliseconds);
bool definition_read_whole(
    struct definition_reader *reader, const cJSON *item, int least, int most, int *to);

/* The first "{word}" in a text, or NULL. */
const char *definition_place(const char *text);

/* Fails unless item is an object (object true) or a list (false) of at most most members. */
bool definition_is_list(struct definition_reader *reader, const cJSON *item, bool object, int most);

/*
 * definition_line.c: the line of item, which is in document, the tree of text; 0: it is not from
 * text. *member becomes the name of the member that it is, or is an element of.
 */
size_t definition_line(
    struct span text, const cJSON *document, const cJSON *item, const char **member);
/* The line of that byte of text. */
size_t definition_line_at(struct span text, size_t offset);

/* definition_limits.c, definition_fields.c, definition_answers.c: each reads the member of its name
 * into the provider. */
bool definition_read_limits(struct definition_reader *reader, const cJSON *item);
bool definition_read_requests_per_day(struct definition_reader *reader, const cJSON *item);
bool definition_read_pairs_per_request(struct definition_reader *reader, const cJSON *item);
bool definition_read_record(struct definition_reader *reader, const cJSON *item);
bool definition_read_fields(struct definition_reader *reader, const cJSON *item);
bool definition_read_common(struct definition_reader *reader, const cJSON *item);
bool definition_read_constants(struct definition_reader *reader, const cJSON *item);
bool definition_read_records(struct definition_reader *reader, const cJSON *item);
bool definition_read_answers(struct definition_reader *reader, const cJSON *item);

/* Notes that the provider is asked for subjects of that kind; fails if it is for another, too. */
bool definition_asks_for(
    struct definition_reader *reader, const cJSON *item, enum subject_kind kind);
/* Checks and compiles the fields when all members have been read; item: "fields". */
bool definition_finish_fields(struct definition_reader *reader, const cJSON *item);

#endif
