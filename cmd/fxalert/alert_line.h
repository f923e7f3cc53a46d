/* alert_line: an alert as a line of JSON. */
#ifndef FXALERT_ALERT_LINE_H
#define FXALERT_ALERT_LINE_H

#include "alert/watches.h"
#include "fxalert/alert_options.h"

/* What it is about. */
struct alert_subject {
	struct span position; /* length 0: none */
	struct span key; /* as JSON */
	int64_t time; /* of the record, or of the key's last one */
	size_t rule;
};

/* alert NULL: for what is missing. */
void alert_line_format(const struct alert_options *options, const struct alert_subject *subject,
    const struct alert *alert, struct buffer *line);

#endif
