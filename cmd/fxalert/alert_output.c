/* alert_output: adds lines to standard output; before others are written to make room, the state. */
#include <stdio.h>

#include "fxalert/alert_output.h"

bool
alert_output_save(struct alert_output *to, struct failure *failure)
{
	return to->journal == NULL || journal_sync(to->journal, failure);
}

bool
alert_output_line(struct alert_output *to, struct span line, struct failure *failure)
{
	return (output_room(to->tool->output) > line.length || alert_output_save(to, failure)) &&
	       output_add_line(to->tool->output, line, failure);
}

void
alert_output_at(struct alert_output *to, const struct position *position)
{
	int length =
	    (int)(position->sequence.start + position->sequence.length - position->shard.start);

	if (position->sub < 0)
		snprintf(to->position, POSITION_SIZE, "%.*s", length, position->shard.start);
	else
		snprintf(to->position, POSITION_SIZE, "%.*s.%lld", length, position->shard.start,
		    (long long)position->sub);
}

bool
alert_output_give(struct alert_output *to, struct span key, int64_t time, size_t rule,
    const struct alert *alert, struct failure *failure)
{
	struct alert_subject subject = {
	    .position = span_of(to->position), .key = key, .time = time, .rule = rule};

	alert_line_format(to->options, &subject, alert, &to->text);
	return alert_output_line(to, buffer_span(&to->text), failure);
}
