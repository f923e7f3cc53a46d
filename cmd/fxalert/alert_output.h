/* alert_output: writes alerts and marks, the state before them. */
#ifndef FXALERT_ALERT_OUTPUT_H
#define FXALERT_ALERT_OUTPUT_H

#include "fxalert/alert_line.h"
#include "journal/journal.h"

struct alert_output {
	struct tool *tool;
	const struct alert_options *options;
	struct watches watches;
	struct journal *journal; /* NULL: no state is kept */
	struct buffer text; /* an alert */
	char position[POSITION_SIZE]; /* of the last line, without "+"; "": none */
	bool without; /* a line without a position has come */
	bool owed; /* alerts of an earlier run may not have arrived: they are to be given again */
	int64_t begun; /* when the run began, ms */
	int64_t next; /* when to look for what is missing, by clock_steady */
};

/* Puts the state on disk, on which what is written depends. */
bool alert_output_save(struct alert_output *to, struct failure *failure);
bool alert_output_line(struct alert_output *to, struct span line, struct failure *failure);
/* Notes where the last line was. */
void alert_output_at(struct alert_output *to, const struct position *position);
/* Makes an alert and writes it, at the last line's position. alert NULL: for what is missing. */
bool alert_output_give(struct alert_output *to, struct span key, int64_t time, size_t rule,
    const struct alert *alert, struct failure *failure);

#endif
