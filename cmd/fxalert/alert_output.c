/* alert_output: writes alerts, at the position of the last line. */
#include "fxalert/alert_output.h"

void
alert_output_at(struct alert_output *to, const struct position *position)
{
	position_format(position, false, to->position);
}

bool
alert_output_give(struct alert_output *to, struct span key, int64_t time, size_t rule,
    const struct alert *alert, struct failure *failure)
{
	struct alert_subject subject = {
	    .position = span_of(to->position), .key = key, .time = time, .rule = rule};

	alert_line_format(to->options, &subject, alert, &to->text);
	return filtering_line(to->filtering, buffer_span(&to->text), failure);
}
