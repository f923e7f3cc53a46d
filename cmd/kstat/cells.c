/* cells: writes a line of a table, cell by cell. */
#include <stdio.h>

#include "kstat/cells.h"

/* 1234567 as "1.23M": three digits and a unit. */
const char *
cells_number(double number, char text[CELLS_TEXT])
{
	static const char units[] = "\0kMGTPE";
	size_t unit = 0;

	for (; number >= 1000 && unit < 6; unit++)
		number /= 1000;
	snprintf(text, CELLS_TEXT, "%.*f%.1s",
	    unit == 0 || number >= 100 ? 0
	    : number >= 10             ? 1
	                               : 2,
	    number, &units[unit]);
	return text;
}

const char *
cells_time(int64_t milliseconds, char text[CELLS_TEXT])
{
	long long seconds = (long long)milliseconds / 1000;

	if (milliseconds < 10000)
		snprintf(text, CELLS_TEXT, "%.1fs", (double)milliseconds / 1000);
	else if (seconds < 120)
		snprintf(text, CELLS_TEXT, "%llds", seconds);
	else if (seconds < 7200)
		snprintf(text, CELLS_TEXT, "%lldm", seconds / 60);
	else if (seconds < 172800)
		snprintf(text, CELLS_TEXT, "%lldh", seconds / 3600);
	else
		snprintf(text, CELLS_TEXT, "%lldd", seconds / 86400);
	return text;
}

void
cells_add(struct cells *cells, int width, const char *text)
{
	int added = snprintf(cells->text + cells->length, sizeof cells->text - cells->length,
	    "%s%*s", cells->length > 0 ? " " : "", width, text);

	cells->length += (size_t)added;
	if (cells->length >= sizeof cells->text)
		cells->length = sizeof cells->text - 1;
}
