/*
 * sink: where a storing tool's records go: a stream, a table, CloudWatch, a topic, a command. The
 * storing loop (cmd/storing) drives it, and each kind implements it. There are three ways to work:
 *
 *   a batch sink  take records, then commit: all of them are safe
 *   a polled sink take records; poll moves them on; next_result reports each one's result,
 *                 in any order
 *   a keeping sink  take records, and keep what is between them; it may have them for minutes, and
 *                 holds them on disk; poll moves them on; next_kept returns them, in the order of
 *                 the input, once they are safe
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

/* What a keeping sink returns. */
enum sink_kept_kind {
	SINK_KEPT_RECORD, /* text is the record as it was taken */
	SINK_KEPT_MARK, /* text is the line */
	SINK_KEPT_REFUSED, /* a line that was refused: text is its position */
	SINK_KEPT_INVALID /* the same, of a line that is not valid JSON */
};

struct sink_kept {
	enum sink_kept_kind kind;
	struct span text; /* valid until the next poll; start NULL: the texts are not wanted */
};

struct sink_counters {
	uint64_t retries; /* how often something was sent again */
	uint64_t throttled; /* how often the service throttled a request or a record in it */
	uint64_t entries; /* how many records of the service hold the aggregated ones; 0: none is */
	uint64_t batches; /* a keeping sink: what it has stored, each with many records */
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
	 * existed already. After false, none of them is known to be safe. NULL: another sink.
	 */
	bool (*commit)(struct sink *sink, uint64_t *present, struct failure *failure);
	/*
	 * A polled or keeping sink: sends what was taken and waits, at most timeout ms, until there
	 * is a result, input is readable, or watch has lost its reader. As in poll(2), a descriptor
	 * of -1 is ignored, and a timeout of -1 is infinite. A timeout of 0 says that more records
	 * follow at once: a request that is not full may wait for them. False: the sink has failed;
	 * records without a result are not known to be safe.
	 */
	bool (*poll)(struct sink *sink, int input, int watch, int timeout, struct failure *failure);
	/* A polled sink: the next result; false if there is none yet. NULL: a keeping sink. */
	bool (*next_result)(struct sink *sink, struct sink_result *result);
	/* A keeping sink: keeps what is not a record. NULL, as the next four: another sink. */
	bool (*keep)(struct sink *sink, const struct sink_kept *kept, struct failure *failure);
	/* Has it room for a line of this length? It had, if none is kept. */
	bool (*has_room)(struct sink *sink, size_t length);
	/* No more records follow: all that are kept are made safe. */
	void (*finish)(struct sink *sink);
	/* The next one that is safe, as are all before it. *found: there is one. */
	bool (*next_kept)(
	    struct sink *sink, struct sink_kept *kept, bool *found, struct failure *failure);
	/* Is one kept that next_kept has not returned? */
	bool (*keeps)(const struct sink *sink);
	/* Fills in how often it had to retry. NULL: a batch sink. */
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
