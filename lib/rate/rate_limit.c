/*
 * pace: see pace.h. The file: "fxpipe-pace 1 UNTIL REASON", then one time a
 * line, rising, at most PACE_REQUESTS of them; all times in ms since 1970.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buffer.h"
#include "system/directory.h"
#include "base/memory.h"
#include "rate/rate_limit.h"

/* A time further ahead than this was written under a clock that was wrong. */
static const int64_t furthest = 26 * 3600 * INT64_C(1000);

enum { LINE = 24, FILE_MAX = (PACE_REQUESTS + 3) * LINE, PATIENCE_WHEN_STOPPED = 5 };

struct pace {
	char *path;
	int file;
	const struct pace_limit *limits;
	size_t limit_count;
	const volatile sig_atomic_t *stop;
	size_t keep; /* as many times as the widest limit asks for */
	int64_t off_until;
	enum pace_reason off_reason;
	int64_t times[PACE_REQUESTS + 1];
	size_t count;
	char text[FILE_MAX + 1];
};

struct pace *
pace_open(const char *path, const struct pace_limit *limits, size_t count,
    const volatile sig_atomic_t *stop, struct failure *failure)
{
	int file = -1;
	if (directory_make(path, failure)) {
		file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (file < 0)
			fail_errno(failure, errno, "%s: cannot be opened", path);
	}
	if (file < 0)
		return NULL;
	struct pace *pace = memory_new(1, sizeof(*pace));
	pace->path = memory_copy_text(path);
	pace->file = file;
	pace->limits = limits;
	pace->limit_count = count;
	pace->stop = stop;
	for (size_t i = 0; i < count; i++)
		if (limits[i].requests > pace->keep)
			pace->keep = limits[i].requests;
	if (pace->keep > PACE_REQUESTS)
		pace->keep = PACE_REQUESTS;
	return pace;
}

void
pace_close(struct pace *pace)
{
	if (pace == NULL)
		return;
	close(pace->file);
	free(pace->path);
	free(pace);
}

static bool
lock(struct pace *pace, short type, struct failure *failure)
{
	struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
	int interrupted = 0;
	while (fcntl(pace->file, F_SETLKW, &whole) != 0) {
		if (errno != EINTR)
			return fail_errno(failure, errno, "%s: cannot be locked", pace->path);
		/* Told to end, and whoever holds it does not let go. */
		if (*pace->stop != 0 && ++interrupted > PATIENCE_WHEN_STOPPED)
			return fail(failure, FAILURE_STOPPED, "%s: stopped while waiting for it",
			    pace->path);
	}
	return true;
}

/* Reads as far as it makes sense: a writer may have been killed half way. */
static void
parse(struct pace *pace, int64_t now)
{
	int reason = 0;
	int used = 0;

	pace->count = 0;
	pace->off_until = 0;
	if (sscanf(pace->text, "fxpipe-pace 1 %" SCNd64 " %d\n%n", &pace->off_until, &reason,
	        &used) != 2 ||
	    reason < PACE_LIMIT || reason > PACE_ASKED || pace->off_until > now + furthest) {
		pace->off_until = 0;
		return;
	}
	pace->off_reason = (enum pace_reason)reason;
	int64_t last = 0;
	char *at = pace->text + used;
	while (pace->count < PACE_REQUESTS) {
		char *end;
		int64_t time = strtoll(at, &end, 10);
		if (end == at || *end != '\n' || time < last || time > now + furthest)
			return;
		pace->times[pace->count++] = last = time;
		at = end + 1;
	}
}

static bool
load(struct pace *pace, int64_t now, struct failure *failure)
{
	ssize_t got = pread(pace->file, pace->text, FILE_MAX, 0);
	if (got < 0)
		return fail_errno(failure, errno, "%s: cannot be read", pace->path);
	pace->text[got] = '\0';
	parse(pace, now);
	return true;
}

static bool
save(struct pace *pace, struct failure *failure)
{
	struct buffer text;
	buffer_init(&text, FILE_MAX);
	size_t first = pace->count > pace->keep ? pace->count - pace->keep : 0;
	bool good = buffer_add_format(
	    &text, "fxpipe-pace 1 %" PRId64 " %d\n", pace->off_until, (int)pace->off_reason);
	for (size_t i = first; good && i < pace->count; i++)
		good = buffer_add_format(&text, "%" PRId64 "\n", pace->times[i]);
	if (!good)
		fail(failure, FAILURE_PERMANENT, "%s: too long", pace->path);
	ssize_t put = good ? pwrite(pace->file, text.data, text.length, 0) : -1;
	if (good && (put != (ssize_t)text.length || ftruncate(pace->file, put) != 0))
		good = fail_errno(failure, put >= 0 && put != (ssize_t)text.length ? ENOSPC : errno,
		    "%s: cannot be written", pace->path);
	buffer_free(&text);
	return good;
}

/* The first moment that is behind all turns given and within all limits. */
static void
find_turn(const struct pace *pace, int64_t now, struct pace_turn *turn)
{
	turn->at = now;
	turn->reason = PACE_LIMIT;
	if (pace->count > 0 && pace->times[pace->count - 1] > turn->at)
		turn->at = pace->times[pace->count - 1];
	for (size_t i = 0; i < pace->limit_count; i++) {
		const struct pace_limit *limit = &pace->limits[i];
		if (pace->count < limit->requests)
			continue;
		int64_t free_at = pace->times[pace->count - limit->requests] + limit->milliseconds;
		if (free_at > turn->at)
			turn->at = free_at;
	}
	if (pace->off_until > turn->at) {
		turn->at = pace->off_until;
		turn->reason = pace->off_reason;
	}
}

bool
pace_take(struct pace *pace, int64_t now, int64_t patience, struct pace_turn *turn,
    struct failure *failure)
{
	if (!lock(pace, F_WRLCK, failure))
		return false;
	bool good = load(pace, now, failure);
	if (good) {
		find_turn(pace, now, turn);
		turn->granted = turn->at - now <= patience;
		if (turn->granted) {
			pace->times[pace->count++] = turn->at;
			good = save(pace, failure);
		}
	}
	struct failure ignored;
	lock(pace, F_UNLCK, &ignored);
	return good;
}

bool
pace_keep_off(
    struct pace *pace, int64_t now, int64_t until, enum pace_reason reason, struct failure *failure)
{
	if (!lock(pace, F_WRLCK, failure))
		return false;
	bool good = load(pace, now, failure);
	if (good && until > pace->off_until) {
		pace->off_until = until;
		pace->off_reason = reason;
		good = save(pace, failure);
	}
	struct failure ignored;
	lock(pace, F_UNLCK, &ignored);
	return good;
}
