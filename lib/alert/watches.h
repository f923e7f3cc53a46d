/*
 * watches: the watches of all keys, and the alerts for what is missing, which together are a
 * filter's state. It can be saved and loaded; all numbers are little-endian:
 *
 *	"fxalert 1\n"
 *	4 bytes: number of alerts that a timer has given, and each of them:
 *	    1        its rule
 *	    8, 8     time of the key's last record, and of the alert by the clock
 *	    2        length of the position, and the position
 *	    2        length of the key, and the key
 *	for each key, in the order in which the keys came:
 *	    2        length of the key, and the key
 *	    8, 8     time of its last record, and when that came
 *	    16, 1    whole and places of each value
 *	    for each rule:
 *	        1    up, down, armed, fired as bits, and 16 * (side + 1)
 *	        8    when it fired, else 0
 *	        of RULE_CHANGE, for the lowest and the highest, 8 bytes: the number of values,
 *	        and each of them: 8 time, 16 whole, 1 places
 */
#ifndef ALERT_WATCHES_H
#define ALERT_WATCHES_H

#include "alert/watch.h"
#include "base/buffer.h"
#include "record/position.h"

enum {
	WATCHES_KEY = 2048, /* bytes of a key at most */
	WATCHES_INPUT = 4096 /* bytes of an input at most */
};

/* An alert for a record that is missing. */
struct note {
	size_t rule;
	struct span key;
	int64_t time; /* of the key's last record */
	int64_t at; /* by the clock */
	struct span position; /* of the alert, without "+"; length 0: it had none */
};

struct watches {
	const struct rules *rules; /* borrowed */
	size_t ceiling; /* bytes of all watches */
	size_t size;
	struct watch **items; /* in the order in which the keys came */
	size_t count;
	void *tree; /* of tsearch: the same, by key */
	struct note **notes; /* those with a position */
	size_t note_count;
};

void watches_init(struct watches *watches, const struct rules *rules, size_t ceiling);
void watches_clear(struct watches *watches);

/*
 * Adds a record; *late: it is older than the last one of its key, and changed nothing. False: the
 * state would be larger than the ceiling (FAILURE_PERMANENT).
 */
bool watches_add(struct watches *watches, const struct watch_input *input,
    struct alert alerts[WATCH_ALERTS], size_t *count, bool *late, struct failure *failure);
/* Notes that an alert was given; a note of the same rule, key and time is replaced. */
void watches_note(struct watches *watches, const struct note *note);
/* Deletes the note at a place; the last one takes it. */
void watches_forget(struct watches *watches, size_t note);

/* An input: a record or a note. Returns the length. */
size_t watches_write_record(const struct watches *watches, const struct watch_input *input,
    unsigned char bytes[WATCHES_INPUT]);
size_t watches_write_note(const struct note *note, unsigned char bytes[WATCHES_INPUT]);
/* Applies an input; it may be damaged: FAILURE_PERMANENT. */
bool watches_apply(struct watches *watches, struct span input, struct failure *failure);

/* False: beyond the buffer's ceiling. */
bool watches_save(const struct watches *watches, struct buffer *saved);
/* saved may be damaged: FAILURE_PERMANENT, and the state is empty. */
bool watches_load(struct watches *watches, struct span saved, struct failure *failure);

#endif
