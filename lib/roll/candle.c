/* candle: adds values to candles. */
#include "roll/candle.h"

static int64_t
start_of(int64_t time, int64_t interval)
{
	return time - time % interval;
}

static void
extend(struct candle *candle, decimal_whole value, struct decimal volume)
{
	if (candle->count == 0)
		candle->open = candle->high = candle->low = value;
	if (value > candle->high)
		candle->high = value;
	if (value < candle->low)
		candle->low = value;
	candle->close = value;
	candle->volume = volume;
	candle->count++;
}

bool
candles_volume(const struct candles *candles, int64_t interval, int64_t time, bool replaces,
    struct decimal *volume)
{
	const struct candle *candle = replaces ? &candles->before : &candles->last;

	if (candle->count == 0 || candle->start != start_of(time, interval))
		return true;
	return decimal_add(volume, candle->volume);
}

void
candles_add(struct candles *candles, int64_t interval, int64_t time, decimal_whole value,
    struct decimal volume)
{
	int64_t start = start_of(time, interval);

	candles->closed.count = 0;
	if (candles->last.count == 0 || candles->last.start != start) {
		if (!candles->given)
			candles->closed = candles->last;
		candles->given = false;
		candles->last = (struct candle){.start = start};
	}
	candles->before = candles->last;
	extend(&candles->last, value, volume);
}

void
candles_replace(struct candles *candles, decimal_whole value, struct decimal volume)
{
	candles->closed.count = 0;
	candles->last = candles->before;
	extend(&candles->last, value, volume);
}

bool
candles_is_late(const struct candles *candles, int64_t interval, int64_t time)
{
	return candles->given && start_of(time, interval) <= candles->last.start;
}
