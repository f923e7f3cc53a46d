/* record_line: writes a record of a stream as a line of text, in each of kread's forms. */
#ifndef KREAD_RECORD_LINE_H
#define KREAD_RECORD_LINE_H

#include "system/output.h"
#include "stream/stream.h"

enum record_form {
	RECORD_PLAIN, /* as it is; data holding a newline as {"_raw":"BASE64"} */
	RECORD_RAW, /* as it is, also data holding a newline */
	RECORD_POSITIONED, /* {"_pos":"SHARD:SEQ",… or {"_pos":…,"_raw":"BASE64"} */
	RECORD_ENVELOPE /* {"_pos","key","arrived","data"}, data as text, or data_base64 */
};

/* Identifies a record. */
struct record_name {
	const char *shard;
	uint64_t number; /* sequence number, where place is NULL */
	const struct chunk_place *place;
};

/* The name as a position. */
void record_name_text(const struct record_name *name, char text[POSITION_SIZE]);
/* Writes the record with its newline. data: its own, or what it holds. */
bool record_line_write(struct output *output, enum record_form form, const struct record_name *name,
    const struct chunk_record *record, struct span data, struct failure *failure);

#endif
