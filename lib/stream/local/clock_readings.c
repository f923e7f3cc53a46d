/* clock_readings: decides how far two readings of the clock can be trusted. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stream/local/clock_readings.h"

enum {
	APART = 25 * 1000, /* ms between two readings */
	STEP = 2000, /* a smaller step of the clock is ignored */
	TOLERANCE = 24 /* so is one of less than this part of the retention */
};

static const int64_t hour = 60 * 60 * 1000;
/* No machine has been up for longer: the boot clock of such a reading is wrong, too. */
static const int64_t longest_up = 10 * 365 * 24 * INT64_C(3600000);

bool
clock_readings_parse(struct clock_readings *readings, const char *text, size_t length)
{
	char line[CLOCK_READINGS_TEXT];
	int used = 0;

	*readings = (struct clock_readings){.count = 0};
	if (length >= sizeof line)
		length = sizeof line - 1;
	memcpy(line, text, length);
	line[length] = '\0';
	if (sscanf(line,
	        "fxpipe-clock 1 %39s %u %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
	        " %" SCNd64 ".%n",
	        readings->boot, &readings->count, &readings->last.wall, &readings->last.boot,
	        &readings->before.wall, &readings->before.boot, &readings->lowest,
	        &readings->lowest_seen, &used) == 8 &&
	    used > 0 && readings->count >= 1 && readings->count <= 2)
		return true;
	*readings = (struct clock_readings){.count = 0};
	return false;
}

size_t
clock_readings_format(const struct clock_readings *readings, char text[CLOCK_READINGS_TEXT])
{
	return (size_t)snprintf(text, CLOCK_READINGS_TEXT,
	    "fxpipe-clock 1 %s %u %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
	    " %" PRId64 ".\n",
	    readings->boot, readings->count, readings->last.wall, readings->last.boot,
	    readings->before.wall, readings->before.boot, readings->lowest, readings->lowest_seen);
}

static int64_t
offset_of(const struct clock_reading *reading)
{
	return reading->wall - reading->boot;
}

/* Notes the reading. The one to compare it with is then before, if there are two. */
static bool
note(struct clock_readings *readings, const struct clock_reading *now, const char *boot,
    int64_t apart)
{
	bool same_boot = readings->count > 0 && strcmp(readings->boot, boot) == 0;
	/* The boot clock of the last reading was wrong: it compares with nothing. */
	bool wrong = same_boot && now->boot < readings->last.boot;

	if (same_boot && !wrong && now->boot - readings->last.boot < apart)
		return false;
	if (!same_boot || wrong) {
		snprintf(readings->boot, sizeof readings->boot, "%s", boot);
		readings->lowest = offset_of(now);
		readings->lowest_seen = now->boot;
	}
	readings->before = readings->last;
	if (!same_boot)
		readings->before.boot = -1;
	readings->count = readings->count > 0 && !wrong ? 2 : 1;
	readings->last = *now;
	return true;
}

/* How far the clock has been set forward within the retention. */
static int64_t
find_step(struct clock_readings *readings, const struct clock_reading *now, int64_t retention,
    bool *changed)
{
	int64_t ahead = offset_of(now) - readings->lowest;
	int64_t tolerance = retention / TOLERANCE > STEP ? retention / TOLERANCE : STEP;
	bool low = ahead <= tolerance;

	if (!low && now->boot - readings->lowest_seen < retention)
		return ahead;
	if (ahead < 0 || !low) {
		readings->lowest = offset_of(now);
		readings->lowest_seen = now->boot;
		*changed = true;
	} else if (*changed) {
		readings->lowest_seen = now->boot;
	}
	return 0;
}

int64_t
clock_readings_take(struct clock_readings *readings, const struct clock_reading *now,
    const char *boot, int64_t retention, bool *changed)
{
	int64_t step, elapsed, sure;

	*changed = note(readings, now, boot, retention < APART ? retention : APART);
	step = find_step(readings, now, retention, changed);
	if (readings->count < 2)
		return 0;
	elapsed = readings->before.boot >= 0 ? now->boot - readings->before.boot : now->boot;
	if (elapsed > hour && now->boot > longest_up)
		return 0;
	if (readings->before.boot < 0 && elapsed > hour)
		elapsed = hour;
	sure = readings->before.wall + elapsed;
	return (now->wall < sure ? now->wall : sure) - step;
}
