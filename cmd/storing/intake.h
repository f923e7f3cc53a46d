/*
 * intake: the steps of an input line: it is read (record, mark or invalid), its record goes to the
 * sink, and once its result is known it gets a receipt or goes to the rejects file.
 */
#ifndef STORING_INTAKE_H
#define STORING_INTAKE_H

#include "record/position.h"
#include "storing/receipts.h"
#include "record/rejects.h"
#include "record/sink.h"
#include "tool/tool.h"

struct intake {
	struct sink *sink;
	struct tool *tool;
	struct rejects *rejects; /* NULL without -x */
	struct receipts receipts;
	bool warns; /* that positions are not passed on, if there are any */
};

/* A line and its position. */
struct arrival {
	struct line line;
	enum position_found kind; /* POSITION_MARK: a mark, which is not stored */
	struct positioned found;
	struct span position; /* start NULL: none */
};

/*
 * Is it a blank line that the sink ignores? Counts it. Takes a byte-order mark off
 * the first line.
 */
static inline bool
intake_ignores(struct intake *intake, struct line *line)
{
	if ((!intake->sink->reads_json && !intake->sink->skips_blanks) || !lines_ignore(line))
		return false;
	intake->tool->stats.blank++;
	return true;
}

/* Finds a line's position and kind, and counts the line. The spans of arrival point into its text. */
void intake_read(struct intake *intake, const struct line *line, struct arrival *arrival);

/*
 * Passes the record of a line that is not a mark to the sink. A record that is not contiguous in
 * the line is copied to copies, which has room for the line's length and 4 bytes. False:
 * FAILURE_REFUSED, or the work ends.
 */
bool intake_take(struct intake *intake, const struct arrival *arrival, struct buffer *copies,
    uint64_t ticket, struct failure *failure);

/*
 * Sets a refused line aside. details: further members for the rejects file, beginning with a comma,
 * or NULL. False: there is no -x, or it failed.
 */
bool intake_set_aside(struct intake *intake, const struct line *line, const char *reason,
    const char *details, struct failure *failure);
bool intake_is_valid(const struct line *line); /* Is it valid JSON? */

/*
 * The result of a line or mark, reported in the order of the input: adds its receipt or, with a
 * reason, sets it aside, with details. False: it was refused and there is no -x, or the rejects
 * file cannot be written.
 */
bool intake_settle(struct intake *intake, const struct line *line, struct span position,
    const char *reason, const char *details, struct failure *failure);

#endif
