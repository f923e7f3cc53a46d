/*
 * intake: what a storing tool makes of its input lines: what each one is, and
 * what its output, its file of refused lines and its figures get for it.
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
};

/* A line and its position. */
struct arrival {
	struct line line;
	enum position_found kind; /* POSITION_MARK: a mark, which is not stored */
	struct positioned found;
	struct span position; /* start NULL: it has none */
};

/* Looks at a line, and counts it. The spans of arrival point into its text. */
void intake_look(struct intake *intake, const struct line *line, struct arrival *arrival);

/*
 * Hands the record of a line that is no mark on to take. What does not stand in
 * the line as it is goes into copies, which has room for so many bytes and 4.
 * False: refused, or an end of the work.
 */
bool intake_take(struct intake *intake, const struct arrival *arrival, struct buffer *copies,
    uint64_t ticket, struct failure *failure);

/*
 * What became of a line or mark, told in the order of the input: owes it to the
 * output, or, with a reason, sets it aside. False: it was refused and there is
 * no -x, or its file cannot be written.
 */
bool intake_tell(struct intake *intake, const struct line *line, struct span position,
    const char *reason, struct failure *failure);
/* details: further members for the file of -x, beginning with a comma; or NULL. */
bool intake_tell_with(struct intake *intake, const struct line *line, struct span position,
    const char *reason, const char *details, struct failure *failure);

#endif
