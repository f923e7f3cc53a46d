/*
 * roll: the series of all keys, which together are a filter's state. It can be saved and loaded:
 *
 *	"fxroll 1\n", or "fxroll 2\n" with a forecast or volumes, then for each key, in the order
 *	in which the keys came; all numbers are little-endian:
 *	    4 bytes  length of the key, and the key
 *	    8        time of its first record, in milliseconds since 1970
 *	    8        number of its records, those included that are not kept
 *	    1        places of the values
 *	    8        number of records that are kept, and each of them: 8 time, 16 value
 *	    16       for each ema: the average before the last record and with it, as doubles
 *	    96       with a forecast, its state before the last record and with it, each: level,
 *	             trend, and the sums of errors, squares and naive errors as doubles, and the
 *	             number of forecasts that were compared; then
 *	    8        for each record that is kept: the forecast that was made with it, a double
 *	    160      with candles, the one before the last record and with it, each: 8 start,
 *	             8 count, and 16 for each of open, high, low and close; with volumes, 16 the
 *	             volume and 1 its places follow
 */
#ifndef ROLL_ROLL_H
#define ROLL_ROLL_H

#include "roll/series.h"

enum {
	ROLL_KEY = 2048, /* bytes of a key at most */
	ROLL_INPUT = ROLL_KEY + 64 /* bytes of an input at most */
};

struct roll {
	const struct statistics *statistics; /* borrowed */
	size_t ceiling; /* bytes of all series */
	size_t size;
	struct series **series; /* in the order in which the keys came */
	size_t count;
	size_t *places; /* a hash table: 0 empty, else 1 + the place in series */
	size_t mask; /* its size - 1 */
};

void roll_init(struct roll *roll, const struct statistics *statistics, size_t ceiling);
void roll_free(struct roll *roll);

/* A record: what is added to the state. */
struct roll_input {
	struct span key; /* as text that is the same for equal keys, of up to ROLL_KEY bytes */
	int64_t time; /* ms since 1970 */
	struct decimal value;
	struct decimal volume; /* 0 without volumes */
};

/*
 * Adds a record; *series becomes that of its key. False: the state would be larger than the ceiling
 * (FAILURE_PERMANENT).
 */
bool roll_add(struct roll *roll, const struct roll_input *input, enum series_added *added,
    struct series **series, struct failure *failure);

/* Writes an input, with its volume if there are volumes, to bytes; returns the length. */
size_t roll_write_input(
    const struct roll *roll, const struct roll_input *input, unsigned char bytes[ROLL_INPUT]);
/* False: it is damaged. The key is borrowed from bytes. */
bool roll_read_input(const struct roll *roll, struct span bytes, struct roll_input *input);

void roll_clear(struct roll *roll);
/* False: beyond the buffer's ceiling. */
bool roll_save(const struct roll *roll, struct buffer *saved);
/* saved may be damaged: FAILURE_PERMANENT, and the state is empty. */
bool roll_load(struct roll *roll, struct span saved, struct failure *failure);

#endif
