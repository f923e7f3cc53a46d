/* roll_candle: writes candles as records, and decides when they are due. */
#include "base/clock.h"
#include "fxroll/roll_candle.h"
#include "text/json.h"
#include "text/timestamp.h"

static void
add_decimal(struct buffer *record, const char *name, struct decimal decimal)
{
	char text[DECIMAL_SIZE];
	size_t length = decimal_format(decimal.whole, decimal.places, text);

	buffer_add(record, ",\"", 2);
	buffer_add_text(record, name);
	buffer_add(record, "\":", 2);
	buffer_add(record, text, length);
}

void
roll_candle_format(const struct roll_options *options, const char *position,
    const struct series *series, const struct candle *candle, struct buffer *record)
{
	const decimal_whole values[] = {candle->open, candle->high, candle->low, candle->close};
	static const char *const names[] = {"open", "high", "low", "close"};
	char time[TIMESTAMP_SIZE];

	buffer_clear(record);
	buffer_add_text(record, "{");
	if (*position != '\0') {
		buffer_add_text(record, "\"_pos\":\"");
		buffer_add_text(record, position);
		buffer_add_text(record, "\",");
	}
	json_add_string(record, options->key, strlen(options->key));
	buffer_add_text(record, ":");
	buffer_add(record, series->key.start, series->key.length);
	buffer_add_format(record, ",\"interval\":\"%s\",\"start\":\"%s\"", options->candles,
	    timestamp_format(candle->start, false, time));
	for (size_t i = 0; i < 4; i++)
		add_decimal(record, names[i], (struct decimal){values[i], series->places});
	if (options->volume != NULL)
		add_decimal(record, "volume", candle->volume);
	buffer_add_format(record, ",\"count\":%llu}", (unsigned long long)candle->count);
}

bool
roll_candle_is_due(const struct roll_options *options, const struct series *series, bool all)
{
	const struct candles *candles = series->candles;

	return candles->last.count > 0 && !candles->given &&
	       (all || candles->last.start + options->statistics.interval + options->close_after <=
	                   clock_now());
}
