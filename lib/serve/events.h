/*
 * events: records as server-sent events (the HTML Living Standard, 9.2): a line "data: RECORD" and
 * an empty line each, after its id, which is a vector. If that is long, only the last record of a
 * run has it. News about the stream have names: "lost" for records that retention took, "shard" for
 * a shard that is new.
 */
#ifndef SERVE_EVENTS_H
#define SERVE_EVENTS_H

#include "serve/vector.h"

/*
 * vector: through the record. A record that is no JSON on one line goes as {"_raw":"BASE64"}.
 * False: the ceiling.
 */
bool events_add_record(struct buffer *to, struct span record, const struct vector *vector);
/* The id of a run, at its end. */
bool events_add_id(struct buffer *to, const struct vector *vector);
/* What a chunk says besides its records, if anything. fresh: its shard was not read before. */
bool events_add_news(struct buffer *to, const struct chunk *chunk, bool fresh);

#endif
