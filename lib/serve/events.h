/*
 * events: records as server-sent events (the HTML Living Standard, 9.2): a line "data: RECORD" and
 * an empty line each; the id, which is a vector, is that of the last one of a run. News about the
 * stream have names: "lost" for records that retention took, "shard" for a shard that is new.
 */
#ifndef SERVE_EVENTS_H
#define SERVE_EVENTS_H

#include "serve/vector.h"

/* A record that is no JSON on one line goes as {"_raw":"BASE64"}. False: the ceiling. */
bool events_add_record(struct buffer *to, struct span record);
/* The id of what was added since the last one. */
bool events_add_id(struct buffer *to, const struct vector *vector);
/* What a chunk says besides its records, if anything. fresh: its shard was not read before. */
bool events_add_news(struct buffer *to, const struct chunk *chunk, bool fresh);

#endif
