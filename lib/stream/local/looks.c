/* looks: decides how far two readings of the clock can be trusted. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stream/local/looks.h"

enum {
	APART = 25 * 1000, /* ms between two looks */
	STEP = 2000, /* a smaller step of the clock is ignored */
	TOLERANCE = 24 /* so is one of less than this part of the retention */
};

static const int64_t hour = 60 * 60 * 1000;
/* No machine has been up for longer: the boot clock of such a look is wrong, too. */
static const int64_t longest_up = 10 * 365 * 24 * INT64_C(3600000);

bool
looks_parse(struct looks *looks, const char *text, size_t length)
{
	char line[LOOKS_TEXT];
	int used = 0;

	*looks = (struct looks){.count = 0};
	if (length >= sizeof line)
		length = sizeof line - 1;
	memcpy(line, text, length);
	line[length] = '\0';
	if (sscanf(line,
	        "fxpipe-clock 1 %39s %u %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
	        " %" SCNd64 ".%n",
	        looks->boot, &looks->count, &looks->last.wall, &looks->last.boot,
	        &looks->before.wall, &looks->before.boot, &looks->lowest, &looks->lowest_seen,
	        &used) == 8 &&
	    used > 0 && looks->count >= 1 && looks->count <= 2)
		return true;
	*looks = (struct looks){.count = 0};
	return false;
}

size_t
looks_format(const struct looks *looks, char text[LOOKS_TEXT])
{
	return (size_t)snprintf(text, LOOKS_TEXT,
	    "fxpipe-clock 1 %s %u %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
	    " %" PRId64 ".\n",
	    looks->boot, looks->count, looks->last.wall, looks->last.boot, looks->before.wall,
	    looks->before.boot, looks->lowest, looks->lowest_seen);
}

static int64_t
offset_of(const struct look *look)
{
	return look->wall - look->boot;
}

/* Notes the look. The one to compare it with is then before, if there are two. */
static bool
note(struct looks *looks, const struct look *now, const char *boot, int64_t apart)
{
	bool same_boot = looks->count > 0 && strcmp(looks->boot, boot) == 0;
	/* The boot clock of the last look was wrong: it compares with nothing. */
	bool wrong = same_boot && now->boot < looks->last.boot;

	if (same_boot && !wrong && now->boot - looks->last.boot < apart)
		return false;
	if (!same_boot || wrong) {
		snprintf(looks->boot, sizeof looks->boot, "%s", boot);
		looks->lowest = offset_of(now);
		looks->lowest_seen = now->boot;
	}
	looks->before = looks->last;
	if (!same_boot)
		looks->before.boot = -1;
	looks->count = looks->count > 0 && !wrong ? 2 : 1;
	looks->last = *now;
	return true;
}

/* How far the clock has been set forward within the retention. */
static int64_t
find_step(struct looks *looks, const struct look *now, int64_t retention, bool *changed)
{
	int64_t ahead = offset_of(now) - looks->lowest;
	int64_t tolerance = retention / TOLERANCE > STEP ? retention / TOLERANCE : STEP;
	bool low = ahead <= tolerance;

	if (!low && now->boot - looks->lowest_seen < retention)
		return ahead;
	if (ahead < 0 || !low) {
		looks->lowest = offset_of(now);
		looks->lowest_seen = now->boot;
		*changed = true;
	} else if (*changed) {
		looks->lowest_seen = now->boot;
	}
	return 0;
}

int64_t
looks_take(
    struct looks *looks, const struct look *now, const char *boot, int64_t retention, bool *changed)
{
	int64_t step, elapsed, sure;

	*changed = note(looks, now, boot, retention < APART ? retention : APART);
	step = find_step(looks, now, retention, changed);
	if (looks->count < 2)
		return 0;
	elapsed = looks->before.boot >= 0 ? now->boot - looks->before.boot : now->boot;
	if (elapsed > hour && now->boot > longest_up)
		return 0;
	if (looks->before.boot < 0 && elapsed > hour)
		elapsed = hour;
	sure = looks->before.wall + elapsed;
	return (now->wall < sure ? now->wall : sure) - step;
}
