/* alert_output: writes alerts. */
#ifndef FXALERT_ALERT_OUTPUT_H
#define FXALERT_ALERT_OUTPUT_H

#include "fxalert/alert_line.h"

struct alert_output {
	struct filtering *filtering;
	const struct alert_options *options;
	struct watches watches;
	struct buffer text; /* an alert */
	char position[POSITION_SIZE]; /* of the last line, without "+"; "": none */
	bool owed; /* alerts of an earlier run may not have arrived: they are to be given again */
	int64_t begun; /* when the run began or went on after a pause, ms */
	int64_t looked; /* when it last looked for what is missing, ms */
	int64_t next; /* when to look for what is missing, by clock_steady */
};

/* Notes where the last line was. */
void alert_output_at(struct alert_output *to, const struct position *position);
/* Makes an alert and writes it, at the last line's position. alert NULL: for what is missing. */
bool alert_output_give(struct alert_output *to, struct span key, int64_t time, size_t rule,
    const struct alert *alert, struct failure *failure);

#endif
