/*
 * sink: where a storing tool's records go: a stream, a table, CloudWatch, a topic, a command. The
 * storing loop (cmd/storing) drives it, and each kind implements it. There are two ways to work:
 *
 *   a batch sink  take records, then commit: all of them are safe
 *   a polled sink take records; poll moves them on; next_result reports each one's result,
 *                 in any order
 */
#ifndef RECORD_SINK_H
#define RECORD_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/failure.h"
#include "base/span.h"

struct sink;

enum sink_outcome {
	SINK_DONE, /* the record is safe */
	SINK_PRESENT, /* safe: it existed already and stays unchanged (--if-absent) */
	SINK_REFUSED
};

/* The result of one record of a polled sink. */
struct sink_result {
	uint64_t ticket;
	enum sink_outcome outcome;
	struct failure refused; /* SINK_REFUSED: why; else undefined */
	/* SINK_REFUSED: further members for the rejects file, beginning with a comma, borrowed
	 * until the next call; or NULL. Else undefined. */
	const char *details;
};

struct sink_counters {
	uint64_t retries; /* how often something was sent again */
	uint64_t throttled; /* how often the service throttled a request or a record in it */
};

/* What a kind of sink does. Members that may be NULL say so. */
struct sink_kind {
	/* Records are JSON objects: a mark is recognised also if a filter put members before _pos. */
	bool objects;
	/* take gets lines as they are, with their positions; else the data only. */
	bool whole_lines;
	/* It runs programs of the user, which would inherit a confinement: the tool has none. */
	bool unconfined;
	size_t read_ahead; /* bytes of input to read ahead at most */

	/*
	 * Takes a record. ticket: the caller's number for its result. record.start stays valid
	 * until commit, or until the result was reported. At most LINES_BATCH (system/lines.h)
	 * records are taken before a commit. False: FAILURE_REFUSED if the record is invalid, else
	 * the sink can take no more.
	 */
	bool (*take)(
	    struct sink *sink, struct span record, uint64_t ticket, struct failure *failure);
	/*
	 * A batch sink: makes all records taken safe, and empties the batch. *present: how many
	 * existed already. After false, none of them is known to be safe. NULL: a polled sink.
	 */
	bool (*commit)(struct sink *sink, uint64_t *present, struct failure *failure);
	/*
	 * A polled sink: sends what was taken and waits, at most timeout ms, until there is a
	 * result, input is readable, or watch has lost its reader. As in poll(2), a descriptor of
	 * -1 is ignored, and a timeout of -1 is infinite. A timeout of 0 says that more records
	 * follow at once: a request that is not full may wait for them. False: the sink has failed;
	 * records without a result are not known to be safe.
	 */
	bool (*poll)(struct sink *sink, int input, int watch, int timeout, struct failure *failure);
	/* A polled sink: the next result; false if there is none yet. */
	bool (*next_result)(struct sink *sink, struct sink_result *result);
	/* A polled sink: fills in how often it had to retry. NULL: a batch sink. */
	void (*count)(const struct sink *sink, struct sink_counters *counters);
	/*
	 * A polled sink: does it need poll although every record has its result? reading: more
	 * records may follow. NULL: never.
	 */
	bool (*busy)(const struct sink *sink, bool reading);
	void (*close)(struct sink *sink);
};

/* The first member of each kind's own struct. */
struct sink {
	const struct sink_kind *kind;
	const char *directory; /* the sink reads and writes files there; NULL: in none */
	bool reads_json; /* a first line that shows another format, such as an array, is refused */
	bool skips_blanks; /* blank lines are ignored; so they are with reads_json */
};

#endif
