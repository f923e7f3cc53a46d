/* legend: entries side by side, as many in a row as fit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "plot/candles.h"
#include "plot/label.h"
#include "plot/legend.h"

enum { GAP = 3, LONGEST = 80 };

struct canvas_pen
legend_pen(const struct chart *chart, size_t series)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const unsigned char colours[] = {36, 33, 35, 32, 34, 31, 96, 93, 95, 92, 94, 91};

	return (struct canvas_pen){
	    chart->series_count == 1 ? '*' : letters[series % (sizeof letters - 1)],
	    colours[series % sizeof colours]};
}

/* The rows being filled. */
struct rows {
	const struct picture_settings *settings;
	struct buffer *text;
	size_t count; /* rows that have begun */
	size_t most;
	size_t used; /* columns of the last row */
};

/* Room for an entry of that width, in this row or the next. False: there is none. */
static bool
make_room(struct rows *rows, size_t width)
{
	size_t gap = rows->used > 0 ? GAP : 0;

	if (rows->used + gap + width > rows->settings->columns && rows->used > 0) {
		if (rows->count == rows->most)
			return false;
		buffer_add_text(rows->text, "\n");
		rows->count++;
		rows->used = gap = 0;
	}
	buffer_add_format(rows->text, "%*s", (int)gap, "");
	rows->used += gap + width;
	return true;
}

/* Adds a letter and blank (unless the series is the only one), its name, a blank and the value. */
static bool
add_entry(struct rows *rows, const struct chart *chart, size_t number)
{
	const struct chart_series *series = &chart->series[number];
	const struct picture_settings *settings = rows->settings;
	struct canvas_pen pen = legend_pen(chart, number);
	bool ascii = settings->style == CANVAS_ASCII, alone = chart->series_count == 1;
	char *name = ascii ? label_ascii(series->name) : memory_copy_text(series->name);
	size_t mark = alone ? 0 : 2, room = settings->columns - mark, width;
	size_t value = strlen(series->last) < room ? strlen(series->last) : room;
	bool added;

	/* The value is never cut for the name's sake. */
	room = room > value + 1 ? room - value - 1 : 0;
	width = label_width(name);
	width = width < room ? width : room;
	added = make_room(rows, mark + width + (width > 0 && value > 0) + value);
	if (added) {
		if (settings->colours)
			canvas_colour(rows->text, pen.colour);
		if (!alone)
			buffer_add_format(rows->text, "%c ", pen.letter);
		label_add(rows->text, name, width, ascii);
		if (settings->colours)
			canvas_colour(rows->text, 0);
		buffer_add_text(rows->text, width > 0 && value > 0 ? " " : "");
		label_add(rows->text, series->last, value, ascii);
	}
	free(name);
	return added;
}

/* False: there was no room. */
static bool
add_note(struct rows *rows, const char *note)
{
	if (!make_room(rows, label_width(note)))
		return false;
	label_add(rows->text, note, rows->settings->columns, rows->settings->style == CANVAS_ASCII);
	return true;
}

/* hidden: series that the rows have no room for. False: there was no room. */
static bool
add_notes(struct rows *rows, const struct chart *chart, size_t hidden)
{
	const struct picture_settings *settings = rows->settings;
	char note[LONGEST];

	snprintf(note, sizeof note, "and %zu more", hidden);
	if (hidden > 0 && !add_note(rows, note))
		return false;
	if (chart_is_candles(chart) &&
	    !add_note(rows, candles_key(settings->style == CANVAS_ASCII)))
		return false;
	snprintf(note, sizeof note, "%llu line%s refused", (unsigned long long)settings->refused,
	    settings->refused == 1 ? "" : "s");
	return settings->refused == 0 || add_note(rows, note);
}

/* Returns the number of series that there was room for. */
static size_t
add_entries(struct rows *rows, const struct chart *chart)
{
	size_t shown = 0;

	while (shown < chart->series_count && add_entry(rows, chart, shown))
		shown++;
	return shown;
}

size_t
legend_add(const struct chart *chart, const struct picture_settings *settings, size_t most,
    struct buffer *text)
{
	struct rows rows = {.settings = settings, .text = text, .count = 1, .most = most};
	size_t before = text->length, hidden;

	hidden = chart->series_count - add_entries(&rows, chart);
	/* If not all fits, the last row is for what is missing. */
	if ((hidden > 0 || !add_notes(&rows, chart, 0)) && most > 1) {
		text->length = before;
		rows =
		    (struct rows){.settings = settings, .text = text, .count = 1, .most = most - 1};
		hidden = chart->series_count - add_entries(&rows, chart);
		rows.most = most;
		add_notes(&rows, chart, hidden);
	}
	buffer_add_text(text, "\n");
	return rows.count;
}
