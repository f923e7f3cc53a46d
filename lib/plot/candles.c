/* candles: columns of characters, each of which shows two heights. */
#include <math.h>

#include "plot/candles.h"

enum { NOTHING, WICK, BODY, RISING_COLOUR = 32, FALLING_COLOUR = 31 };

/* The character for what the upper and the lower half of a cell show. */
static uint16_t
character_of(bool rising, int upper, int lower)
{
	static const uint16_t rise[3][3] = {
	    {0, 0x2577, 0x257B}, {0x2575, 0x2502, 0x257D}, {0x2579, 0x257F, 0x2503}};
	static const uint16_t fall[3][3] = {
	    {0, 0x2577, 0x2584}, {0x2575, 0x2502, 0x2584}, {0x2580, 0x2580, 0x2588}};

	return rising ? rise[upper][lower] : fall[upper][lower];
}

static uint16_t
ascii_of(bool rising, int upper, int lower)
{
	if (upper == BODY || lower == BODY)
		return rising ? 'O' : '#';
	return upper == WICK || lower == WICK ? '|' : 0;
}

const char *
candles_key(bool ascii)
{
	return ascii ? "O rising  # falling" : "\xE2\x94\x83 rising  \xE2\x96\x88 falling";
}

/* The half row of a value, from the top. */
static int
half_of(const struct candles_place *place, double value)
{
	const struct chart_range *range = place->range;
	double part = (range->y_high / 2 - value / 2) / (range->y_high / 2 - range->y_low / 2);

	return (int)lround(part * (place->rows * 2 - 1));
}

static int
column_of(const struct candles_place *place, int64_t x)
{
	const struct chart_range *range = place->range;

	if (range->x_high == range->x_low)
		return place->columns / 2;
	return (int)lround((double)(x - range->x_low) / (double)(range->x_high - range->x_low) *
	                   (place->columns - 1));
}

static void
draw(const struct points_bucket *bar, const struct candles_place *place, struct canvas *canvas)
{
	bool rising = bar->last.y >= bar->first.y;
	int high = half_of(place, bar->highest.y), low = half_of(place, bar->lowest.y);
	int top = half_of(place, rising ? bar->last.y : bar->first.y);
	int bottom = half_of(place, rising ? bar->first.y : bar->last.y);

	for (int row = high / 2; row <= low / 2; row++) {
		int halves[2];
		uint16_t character;

		for (int i = 0; i < 2; i++) {
			int half = row * 2 + i;

			halves[i] = half >= top && half <= bottom ? BODY
			            : half >= high && half <= low ? WICK
			                                          : NOTHING;
		}
		character = canvas->style == CANVAS_ASCII
		                ? ascii_of(rising, halves[0], halves[1])
		                : character_of(rising, halves[0], halves[1]);
		canvas_put(canvas, place->left + column_of(place, bar->first.x), row, character,
		    rising ? RISING_COLOUR : FALLING_COLOUR);
	}
}

void
candles_draw(const struct chart *chart, const struct candles_place *place, struct canvas *canvas)
{
	const struct points *points = &chart->series[0].points;
	struct points_bucket bar = {.count = 0};

	for (size_t at = points->start; at < points->end; at++) {
		const struct points_bucket *bucket = &points->buckets[at];

		if (bar.count > 0 &&
		    column_of(place, bucket->first.x) != column_of(place, bar.first.x)) {
			draw(&bar, place, canvas);
			bar.count = 0;
		}
		if (bar.count == 0)
			bar = *bucket;
		else
			points_merge(&bar, bucket);
	}
	if (bar.count > 0)
		draw(&bar, place, canvas);
}
