/*
 * rate_limit: a file of past requests that holds anything. A turn is not in the past, is granted
 * only within the patience, and comes after those before it; a pause is kept to.
 */
#include <fcntl.h>

#include "rate/rate_limit.h"
#include "rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t now = INT64_C(1736211600000), patience = 60000, pause_for = 30000;
static const struct rate_limit limits[] = {{2, 1000}, {5, 60000}};
static const struct caller caller;
static const char *path;
static struct rate_limiter *limiter;
static int file;

static void
open_file(void)
{
	struct failure failure;

	path = rows_path("fuzz.pace");
	limiter = rate_limit_open(path, limits, sizeof limits / sizeof *limits, &caller, &failure);
	file = open(path, O_WRONLY);
	must(limiter != NULL && file >= 0);
}

static struct rate_limit_turn
take(void)
{
	struct rate_limit_turn turn;
	struct failure failure;

	must(rate_limit_take(limiter, now, patience, &turn, &failure));
	must(turn.at >= now && turn.granted == (turn.at - now <= patience));
	must(turn.reason >= RATE_LIMIT_REACHED && turn.reason <= RATE_LIMIT_RETRY_AFTER);
	return turn;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rate_limit_turn first, second;
	struct failure failure;

	if (limiter == NULL)
		open_file();
	must(pwrite(file, data, size, 0) == (ssize_t)size && ftruncate(file, (off_t)size) == 0);
	first = take();
	second = take();
	must(second.at >= first.at);
	must(rate_limit_pause(limiter, now, now + pause_for, RATE_LIMIT_BURST, &failure));
	must(take().at >= now + pause_for);
	return 0;
}
