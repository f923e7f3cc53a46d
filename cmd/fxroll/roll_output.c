/* roll_output: writes records and candles. */
#include "fxroll/roll_output.h"

bool
roll_output_record(struct roll_output *to, struct span line, struct failure *failure)
{
	struct output *output = to->filtering->tool->output;
	size_t length = line.length;

	while (line.start[length - 1] != '}')
		length--;
	length--;
	return filtering_room(to->filtering, line.length + to->text.length, failure) &&
	       output_add(output, line.start, length, failure) &&
	       output_add(output, to->text.data, to->text.length, failure) &&
	       output_add_line(
	           output, (struct span){line.start + length, line.length - length}, failure);
}

bool
roll_output_candle(struct roll_output *to, const struct series *series, const struct candle *candle,
    struct failure *failure)
{
	roll_candle_format(to->options, to->position, series, candle, &to->text);
	return filtering_line(to->filtering, buffer_span(&to->text), failure);
}

bool
roll_output_candles(
    struct roll_output *to, const struct roll *roll, bool all, struct failure *failure)
{
	bool kept = to->filtering->journal != NULL && (all || *to->position == '\0');

	for (size_t i = 0; i < roll->count && !kept; i++) {
		struct series *series = roll->series[i];

		if (!roll_candle_is_due(to->options, series, all))
			continue;
		series->candles->given = true;
		if (!roll_output_candle(to, series, &series->candles->last, failure))
			return false;
	}
	return true;
}
