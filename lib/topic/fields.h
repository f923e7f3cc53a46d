/* fields: the members of a record that a message is made from, found in one scan. */
#ifndef TOPIC_FIELDS_H
#define TOPIC_FIELDS_H

#include "base/failure.h"
#include "text/json.h"

enum { FIELDS_MOST = 64 };

struct fields {
	struct json_wanted wanted[FIELDS_MOST];
	size_t count;
};

/* *index: the place of a member with this name, which is borrowed. False: too many. */
bool fields_add(struct fields *fields, struct span name, size_t *index, struct failure *failure);
/* Finds them. FAILURE_REFUSED: it is not an object, or one of them occurs twice. */
bool fields_find(struct fields *fields, struct span record, struct failure *failure);
/*
 * Adds a value as text: a string unescaped, all else as it is written. slack: & < > become
 * entities. FAILURE_REFUSED: it is absent or null, or to has no room.
 */
bool fields_text(const struct fields *fields, size_t index, bool slack, struct buffer *to,
    struct failure *failure);
/* Adds text with & < > as entities. False: no room. */
bool fields_escape(struct span text, struct buffer *to);

#endif
