/* rate_limit: the file, under a lock: "fxpipe-pace 1 UNTIL REASON", then one time a line, rising,
 * at most RATE_LIMIT_REQUESTS of them; all times in ms since 1970. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buffer.h"
#include "system/directory.h"
#include "system/lock_wait.h"
#include "base/memory.h"
#include "rate/rate_limit.h"

/* A time further ahead than this was written with a wrong clock. */
static const int64_t furthest = 26 * 3600 * INT64_C(1000);
/* So is a turn further ahead than this, which is longer than anyone waits for one. It counts as one
 * that was taken now: the limits hold, and nobody waits for a wrong clock's time. */
static const int64_t furthest_turn = 10 * 60 * INT64_C(1000);

enum { LINE = 24, FILE_MAX = (RATE_LIMIT_REQUESTS + 3) * LINE };

struct rate_limiter {
	char *path;
	int file;
	const struct rate_limit *limits;
	size_t limit_count;
	const struct caller *caller;
	size_t keep; /* how many times the largest limit needs */
	int64_t paused_until;
	enum rate_limit_reason pause_reason;
	int64_t times[RATE_LIMIT_REQUESTS + 1];
	size_t count;
	char text[FILE_MAX + 1];
};

struct rate_limiter *
rate_limit_open(const char *path, const struct rate_limit *limits, size_t count,
    const struct caller *caller, struct failure *failure)
{
	int file = -1;
	if (directory_make(path, failure)) {
		file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (file < 0)
			fail_errno(failure, errno, "%s cannot be opened", path);
	}
	if (file < 0)
		return NULL;
	struct rate_limiter *limiter = memory_new(1, sizeof(*limiter));
	limiter->path = memory_copy_text(path);
	limiter->file = file;
	limiter->limits = limits;
	limiter->limit_count = count;
	limiter->caller = caller;
	for (size_t i = 0; i < count; i++)
		if (limits[i].requests > limiter->keep)
			limiter->keep = limits[i].requests;
	if (limiter->keep > RATE_LIMIT_REQUESTS)
		limiter->keep = RATE_LIMIT_REQUESTS;
	return limiter;
}

void
rate_limit_close(struct rate_limiter *limiter)
{
	if (limiter == NULL)
		return;
	close(limiter->file);
	free(limiter->path);
	free(limiter);
}

static bool
lock(struct rate_limiter *limiter, short type, struct failure *failure)
{
	struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
	struct lock_wait wait = {.caller = limiter->caller, .path = limiter->path};

	return lock_wait_bytes(&wait, limiter->file, &whole, NULL, failure);
}

/* Reads up to the first invalid line: a writer may have been killed. */
static void
parse(struct rate_limiter *limiter, int64_t now)
{
	int reason = 0;
	int used = 0;

	limiter->count = 0;
	limiter->paused_until = 0;
	if (sscanf(limiter->text, "fxpipe-pace 1 %" SCNd64 " %d\n%n", &limiter->paused_until,
	        &reason, &used) != 2 ||
	    reason < RATE_LIMIT_REACHED || reason > RATE_LIMIT_RETRY_AFTER) {
		limiter->paused_until = 0;
		return;
	}
	if (limiter->paused_until > now + furthest)
		limiter->paused_until = 0;
	limiter->pause_reason = (enum rate_limit_reason)reason;
	int64_t last = 0;
	char *at = limiter->text + used;
	while (limiter->count < RATE_LIMIT_REQUESTS) {
		char *end;
		int64_t time = strtoll(at, &end, 10);
		if (end == at || *end != '\n' || time < last || time > now + furthest)
			return;
		last = time;
		time = time > now + furthest_turn ? now : time;
		/* They stay in order, as the next one to read them expects. */
		if (limiter->count > 0 && time < limiter->times[limiter->count - 1])
			time = limiter->times[limiter->count - 1];
		limiter->times[limiter->count++] = time;
		at = end + 1;
	}
}

static bool
load(struct rate_limiter *limiter, int64_t now, struct failure *failure)
{
	ssize_t got = pread(limiter->file, limiter->text, FILE_MAX, 0);
	if (got < 0)
		return fail_errno(failure, errno, "%s cannot be read", limiter->path);
	limiter->text[got] = '\0';
	parse(limiter, now);
	return true;
}

static bool
save(struct rate_limiter *limiter, struct failure *failure)
{
	struct buffer text;
	buffer_init(&text, FILE_MAX);
	size_t first = limiter->count > limiter->keep ? limiter->count - limiter->keep : 0;
	bool good = buffer_add_format(&text, "fxpipe-pace 1 %" PRId64 " %d\n",
	    limiter->paused_until, (int)limiter->pause_reason);
	for (size_t i = first; good && i < limiter->count; i++)
		good = buffer_add_format(&text, "%" PRId64 "\n", limiter->times[i]);
	if (!good)
		fail(failure, FAILURE_PERMANENT, "%s would be too long", limiter->path);
	ssize_t put = good ? pwrite(limiter->file, text.data, text.length, 0) : -1;
	if (good && (put != (ssize_t)text.length || ftruncate(limiter->file, put) != 0))
		good = fail_errno(failure, put >= 0 && put != (ssize_t)text.length ? ENOSPC : errno,
		    "%s cannot be written", limiter->path);
	buffer_free(&text);
	return good;
}

/* The first time that is after all granted turns and within all limits. */
static void
find_turn(const struct rate_limiter *limiter, int64_t now, struct rate_limit_turn *turn)
{
	turn->at = now;
	turn->reason = RATE_LIMIT_REACHED;
	if (limiter->count > 0 && limiter->times[limiter->count - 1] > turn->at)
		turn->at = limiter->times[limiter->count - 1];
	for (size_t i = 0; i < limiter->limit_count; i++) {
		const struct rate_limit *limit = &limiter->limits[i];
		if (limiter->count < limit->requests)
			continue;
		int64_t free_at =
		    limiter->times[limiter->count - limit->requests] + limit->milliseconds;
		if (free_at > turn->at)
			turn->at = free_at;
	}
	if (limiter->paused_until > turn->at) {
		turn->at = limiter->paused_until;
		turn->reason = limiter->pause_reason;
	}
}

bool
rate_limit_take(struct rate_limiter *limiter, int64_t now, int64_t patience,
    struct rate_limit_turn *turn, struct failure *failure)
{
	if (!lock(limiter, F_WRLCK, failure))
		return false;
	bool good = load(limiter, now, failure);
	if (good) {
		find_turn(limiter, now, turn);
		turn->granted = turn->at - now <= patience;
		if (turn->granted) {
			limiter->times[limiter->count++] = turn->at;
			good = save(limiter, failure);
		}
	}
	struct failure ignored;
	lock(limiter, F_UNLCK, &ignored);
	return good;
}

bool
rate_limit_pause(struct rate_limiter *limiter, int64_t now, int64_t until,
    enum rate_limit_reason reason, struct failure *failure)
{
	if (!lock(limiter, F_WRLCK, failure))
		return false;
	bool good = load(limiter, now, failure);
	if (good && until > limiter->paused_until) {
		limiter->paused_until = until;
		limiter->pause_reason = reason;
		good = save(limiter, failure);
	}
	struct failure ignored;
	lock(limiter, F_UNLCK, &ignored);
	return good;
}
