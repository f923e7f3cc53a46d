/* stats: counts what a run does, and formats it as a line of statistics. */
#include "base/clock.h"
#include "record/stats.h"
#include "text/timestamp.h"

enum { STEPS = 8, STEP_BITS = 3, BUCKETS = 64 * STEPS };

void
stats_init(struct stats *stats, const char *tool)
{
	*stats = (struct stats){
	    .tool = tool, .started = clock_now(), .steady = clock_steady(), .lag = -1};
}

/* Up to 7 us a bucket each; from there eight to an octave. */
static unsigned
bucket_of(uint64_t microseconds)
{
	unsigned octave;

	if (microseconds < STEPS)
		return (unsigned)microseconds;
	octave = 63 - (unsigned)__builtin_clzll(microseconds);
	return (octave - STEP_BITS + 1) * STEPS +
	       (unsigned)((microseconds >> (octave - STEP_BITS)) & (STEPS - 1));
}

/* The least number of microseconds that is above the bucket. */
static uint64_t
bucket_end(unsigned bucket)
{
	unsigned octave = bucket / STEPS;

	if (octave == 0)
		return bucket + 1;
	return (uint64_t)(STEPS + bucket % STEPS + 1) << (octave - 1);
}

void
stats_commit(struct stats *stats, int64_t microseconds)
{
	stats->batches++;
	stats->commit_total += microseconds > 0 ? (uint64_t)microseconds : 0;
	stats->commit[bucket_of(microseconds > 0 ? (uint64_t)microseconds : 0)]++;
}

double
stats_percentile(const struct stats *stats, unsigned percent)
{
	uint64_t total = 0, seen = 0;

	for (unsigned i = 0; i < BUCKETS; i++)
		total += stats->commit[i];
	for (unsigned i = 0; i < BUCKETS && total > 0; i++) {
		seen += stats->commit[i];
		if (seen * 100 >= total * percent)
			return (double)bucket_end(i) / 1000;
	}
	return 0;
}

bool
stats_format(const struct stats *stats, int exit_status, int signal_number, struct buffer *to)
{
	char started[TIMESTAMP_SIZE];
	double seconds = (double)(clock_steady() - stats->steady) / 1e6;
	bool fits;

	fits = buffer_add_format(to,
	    "{\"tool\":\"%s\",\"started\":\"%s\",\"seconds\":%.3f,\"lines\":%llu,\"bytes\":%llu,"
	    "\"done\":%llu,\"refused\":%llu,\"present\":%llu,\"lost\":%llu,\"marks\":%llu,"
	    "\"batches\":%llu,\"retries\":%llu,\"throttled\":%llu,\"commit_ms\":{\"p50\":%.3f,"
	    "\"p99\":%.3f,\"sum\":%.3f}",
	    stats->tool, timestamp_format(stats->started, true, started), seconds,
	    (unsigned long long)stats->lines, (unsigned long long)stats->bytes,
	    (unsigned long long)stats->done, (unsigned long long)stats->refused,
	    (unsigned long long)stats->present, (unsigned long long)stats->lost,
	    (unsigned long long)stats->marks, (unsigned long long)stats->batches,
	    (unsigned long long)stats->retries, (unsigned long long)stats->throttled,
	    stats_percentile(stats, 50), stats_percentile(stats, 99),
	    (double)stats->commit_total / 1000);
	if (stats->blank > 0)
		fits = fits &&
		       buffer_add_format(to, ",\"blank\":%llu", (unsigned long long)stats->blank);
	if (stats->entries > 0)
		fits = fits && buffer_add_format(
		                   to, ",\"entries\":%llu", (unsigned long long)stats->entries);
	if (stats->lag >= 0)
		fits = fits && buffer_add_format(to, ",\"lag_ms\":%lld", (long long)stats->lag);
	if (signal_number != 0)
		fits = fits && buffer_add_format(to, ",\"signal\":%d", signal_number);
	else if (exit_status >= 0)
		fits = fits && buffer_add_format(to, ",\"exit\":%d", exit_status);
	return fits && buffer_add_text(to, "}\n");
}
