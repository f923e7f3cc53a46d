/* moment: finds the zone of a time, and the zone's offset at that time. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "system/file.h"
#include "system/moment.h"
#include "text/timestamp.h"
#include "text/tzif.h"
#include "text/zone.h"

enum { ZONES = 16 /* kept */, SECOND = 1000, DAY_SECONDS = 86400 };

/* 100000000 seconds since 1970, in ms. */
static const int64_t large_number = INT64_C(100000000) * SECOND;

struct zone {
	char name[ZONE_NAME + 1];
	struct buffer file;
	struct tzif changes;
};

struct moments {
	const char *directory;
	const char *advice;
	struct zone zones[ZONES];
	size_t count, oldest;
};

/* Debian has these old names in a package of its own. */
static const char *const others[][2] = {{"US/Eastern", "America/New_York"},
    {"US/Central", "America/Chicago"}, {"US/Mountain", "America/Denver"},
    {"US/Pacific", "America/Los_Angeles"}};

struct moments *
moments_open(const char *directory, const char *advice)
{
	struct moments *moments = memory_new(1, sizeof *moments);

	moments->directory = directory;
	moments->advice = advice;
	return moments;
}

void
moments_close(struct moments *moments)
{
	if (moments == NULL)
		return;
	for (size_t i = 0; i < moments->count; i++)
		buffer_free(&moments->zones[i].file);
	free(moments);
}

static const char *
show_value(struct shown *shown, struct span text)
{
	bool cut = text.length > MOMENT_SHOWN;

	show(shown, text.start, cut ? MOMENT_SHOWN : text.length);
	return cut ? strcat(shown->text, "…") : shown->text;
}

static int
open_zone(const char *directory, const char *name)
{
	char *path = memory_format("%s/%s", directory, name);
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	free(path);
	for (size_t i = 0; file < 0 && i < sizeof others / sizeof *others; i++) {
		if (strcmp(name, others[i][0]) == 0)
			return open_zone(directory, others[i][1]);
	}
	return file;
}

static bool
fail_unknown(const struct moments *moments, const char *name, struct failure *failure)
{
	struct stat status;
	bool installed = stat(moments->directory, &status) == 0 && S_ISDIR(status.st_mode);

	if (!installed)
		return fail(failure, FAILURE_REFUSED,
		    "has an unknown time zone, \"%s\", as the tz database is not in %s: install "
		    "tzdata, or use an offset such as +01:00",
		    name, moments->directory);
	return fail(failure, FAILURE_REFUSED,
	    "has an unknown time zone, \"%s\": use UTC, an offset such as +01:00, or a name in %s "
	    "such as Europe/Berlin",
	    name, moments->directory);
}

static bool
load(const struct moments *moments, struct zone *zone, struct failure *failure)
{
	struct failure ignored;
	struct stat status;
	int file = open_zone(moments->directory, zone->name);

	if (file < 0 && failure_is_short(errno))
		return fail_errno(failure, errno,
		    "has a time zone, \"%s\", whose file in %s cannot be opened", zone->name,
		    moments->directory);
	if (file < 0)
		return fail_unknown(moments, zone->name, failure);
	bool good = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
	if (!good)
		fail_unknown(moments, zone->name, failure);
	else if (!file_read_all(file, zone->name, TZIF_MOST, &zone->file, &ignored) ||
	         !tzif_read(buffer_span(&zone->file), &zone->changes))
		good = fail(failure, FAILURE_REFUSED,
		    "has a time zone, \"%s\", whose file in %s cannot be read or is damaged",
		    zone->name, moments->directory);
	close(file);
	return good;
}

static const struct tzif *
find_zone(struct moments *moments, struct span name, struct failure *failure)
{
	struct zone zone = {.name = ""};
	struct shown shown;

	for (size_t i = 0; i < moments->count; i++) {
		if (span_is(name, moments->zones[i].name))
			return &moments->zones[i].changes;
	}
	if (!zone_is_name(name)) {
		fail_unknown(moments, show_value(&shown, name), failure);
		return NULL;
	}
	memcpy(zone.name, name.start, name.length);
	if (!load(moments, &zone, failure)) {
		buffer_free(&zone.file);
		return NULL;
	}
	struct zone *to = &moments->zones[moments->oldest];
	moments->oldest = (moments->oldest + 1) % ZONES;
	if (moments->count < ZONES)
		moments->count++;
	else
		buffer_free(&to->file);
	*to = zone;
	return &to->changes;
}

static int64_t
floor_seconds(int64_t milliseconds)
{
	return milliseconds / SECOND - (milliseconds % SECOND < 0);
}

/* The offset, in ms, at what a clock in the zone shows. */
static bool
find_offset(const struct tzif *zone, const struct timestamp *stamp, struct span name,
    enum moment_twice twice, const char *advice, int64_t *offset, struct failure *failure)
{
	int64_t clock = floor_seconds(stamp->clock);
	int64_t before = tzif_offset(zone, clock - DAY_SECONDS);
	int64_t after = tzif_offset(zone, clock + DAY_SECONDS);
	bool is_before = tzif_offset(zone, clock - before) == before;
	bool is_after = tzif_offset(zone, clock - after) == after;
	struct shown shown;

	*offset = (is_after && !is_before ? after : before) * SECOND;
	/* A day whose midnight is skipped begins when the clocks change; one that has two, at the
	 * first. */
	if (stamp->date)
		return true;
	if (!is_before && !is_after)
		return fail(failure, FAILURE_REFUSED,
		    "does not exist in %s, as the clocks were put forward",
		    show_value(&shown, name));
	if (!is_before || !is_after || before == after)
		return true;
	if (twice == MOMENT_SECOND)
		*offset = after * SECOND;
	return twice != MOMENT_NEITHER ||
	       fail(failure, FAILURE_REFUSED,
	           "exists twice in %s, as the clocks were put back: write an offset such as "
	           "+01:00 to say which is meant%s",
	           show_value(&shown, name), advice);
}

/* The offset of any zone. The text of a failure begins with a verb, whose subject is the time. */
static bool
settle(struct moments *moments, const struct timestamp *stamp, const struct moment_rules *rules,
    int64_t *offset, struct failure *failure)
{
	struct span zone = stamp->zone.start != NULL ? stamp->zone : rules->zone;

	*offset = stamp->offset;
	if (stamp->known)
		return true;
	if (zone.start == NULL && !stamp->date)
		return fail(failure, FAILURE_REFUSED,
		    "has no time zone: add Z for UTC, an offset such as +01:00, or a name such as "
		    "Europe/Berlin");
	*offset = 0;
	if (zone.length == 0 || zone_offset(zone, offset))
		return true;
	const struct tzif *changes = find_zone(moments, zone, failure);
	return changes != NULL &&
	       find_offset(changes, stamp, zone, rules->twice, moments->advice, offset, failure);
}

bool
moment_read(struct moments *moments, struct span text, const struct moment_rules *rules,
    int64_t *milliseconds, struct failure *failure)
{
	struct timestamp stamp;
	struct failure reason;
	struct shown shown;
	int64_t offset;

	if (!timestamp_read(text, &stamp) ||
	    (rules->large_numbers && stamp.number && stamp.clock < large_number))
		return fail(failure, FAILURE_REFUSED, "\"%s\" is not a time: use " MOMENT_FORMS,
		    show_value(&shown, text));
	if (!settle(moments, &stamp, rules, &offset, &reason))
		return fail(failure, reason.kind, "the time \"%s\" %s", show_value(&shown, text),
		    reason.text);
	return timestamp_settle(&stamp, offset, milliseconds) ||
	       fail(failure, FAILURE_REFUSED,
	           "the time \"%s\" is not between 1970 and 9999, or its second 60 is not a leap "
	           "second",
	           show_value(&shown, text));
}
