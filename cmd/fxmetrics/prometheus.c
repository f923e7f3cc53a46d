/* prometheus: writes the metrics of the tools. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "fxmetrics/prometheus.h"
#include "system/file.h"

enum {
	MICROSECONDS = 1000000,
	LARGEST_PAGE = 256 * 1024 * 1024,
	READABLE = 0644 /* the exporter is another user */
};

struct page {
	struct buffer *text;
	const struct sums *sums;
	const struct labels *labels;
};

/* NAME{tool="TOOL",LABEL="…"; the caller closes it. */
static void
begin_sample(const struct page *page, const char *name, const char *tool)
{
	buffer_add_format(page->text, "%s{", name);
	labels_add_one(page->text, "tool", span_of(tool));
}

static void
add_seconds(struct buffer *text, uint64_t microseconds)
{
	buffer_add_format(text, "%llu.%06u\n", (unsigned long long)(microseconds / MICROSECONDS),
	    (unsigned)(microseconds % MICROSECONDS));
}

static void
add_counters(const struct page *page)
{
	static const char *const helps[STATS_COMMIT_US] = {"Lines read; of kread, lines written.",
	    "Bytes of those lines.", "Lines that are done.", "Lines that were refused.",
	    "Items that existed already (--if-absent).",
	    "Records that exceeded the retention before they were read.", "Marks passed on.",
	    "Commits, or replies of a service.", "Requests sent again.",
	    "How often a service throttled a request or a record."};
	const struct sums_list *tools = &page->sums->tools;
	char name[64];

	for (size_t i = 0; i < STATS_COMMIT_US; i++) {
		snprintf(name, sizeof name, "fxpipe_%s_total", stats_counter_names[i]);
		prometheus_add_family(page->text, name, "counter", helps[i]);
		for (size_t t = 0; t < tools->count; t++) {
			begin_sample(page, name, tools->entries[t].name);
			labels_add(page->text, page->labels);
			buffer_add_format(page->text, "} %llu\n",
			    (unsigned long long)tools->entries[t].counts[i]);
		}
	}
}

static void
add_statuses(const struct page *page)
{
	const struct sums_list *statuses = &page->sums->statuses;

	prometheus_add_family(page->text, "fxpipe_runs_total", "counter",
	    "Runs that ended, by exit status; 128 and the number of a signal.");
	for (size_t i = 0; i < statuses->count; i++) {
		const char *name = statuses->entries[i].name, *blank = strchr(name, ' ');
		struct span tool = {name, (size_t)(blank - name)};

		buffer_add_text(page->text, "fxpipe_runs_total{");
		labels_add_one(page->text, "tool", tool);
		buffer_add_text(page->text, ",");
		labels_add_one(page->text, "status", span_of(blank + 1));
		labels_add(page->text, page->labels);
		buffer_add_format(
		    page->text, "} %llu\n", (unsigned long long)statuses->entries[i].counts[0]);
	}
}

static void
add_quantile(const struct page *page, const char *tool, const char *quantile, uint64_t microseconds)
{
	begin_sample(page, "fxpipe_commit_seconds", tool);
	labels_add(page->text, page->labels);
	buffer_add_format(page->text, ",quantile=\"%s\"} ", quantile);
	add_seconds(page->text, microseconds);
}

static void
add_commits(const struct page *page)
{
	const struct sums_list *tools = &page->sums->tools;

	prometheus_add_family(page->text, "fxpipe_commit_seconds", "summary",
	    "How long commits took: sum and count of all runs, quantiles of the last run.");
	for (size_t t = 0; t < tools->count; t++) {
		const struct sums_entry *tool = &tools->entries[t];

		if (tool->counts[STATS_COMMIT_US] == 0)
			continue;
		add_quantile(page, tool->name, "0.5", tool->last.p50_us);
		add_quantile(page, tool->name, "0.99", tool->last.p99_us);
		begin_sample(page, "fxpipe_commit_seconds_sum", tool->name);
		labels_add(page->text, page->labels);
		buffer_add_text(page->text, "} ");
		add_seconds(page->text, tool->counts[STATS_COMMIT_US]);
		begin_sample(page, "fxpipe_commit_seconds_count", tool->name);
		labels_add(page->text, page->labels);
		buffer_add_format(
		    page->text, "} %llu\n", (unsigned long long)tool->counts[STATS_BATCHES]);
	}
}

/* A gauge of what the latest line of each tool says; value: -1 if it does not say it. */
static void
add_last(const struct page *page, const char *name, const char *help,
    int64_t (*value)(const struct sums_last *last), bool milliseconds)
{
	const struct sums_list *tools = &page->sums->tools;
	bool begun = false;

	for (size_t t = 0; t < tools->count; t++) {
		const struct sums_entry *tool = &tools->entries[t];
		int64_t number = tool->last.known ? value(&tool->last) : -1;

		if (number < 0)
			continue;
		if (!begun)
			prometheus_add_family(page->text, name, "gauge", help);
		begun = true;
		begin_sample(page, name, tool->name);
		labels_add(page->text, page->labels);
		buffer_add_text(page->text, "} ");
		if (milliseconds)
			buffer_add_format(page->text, "%lld.%03d000\n", (long long)(number / 1000),
			    (int)(number % 1000));
		else
			buffer_add_format(page->text, "%lld\n", (long long)number);
	}
}

static int64_t
written_of(const struct sums_last *last)
{
	return last->written;
}

static int64_t
status_of(const struct sums_last *last)
{
	return last->status;
}

static int64_t
lag_of(const struct sums_last *last)
{
	return last->lag_ms;
}

/* False: they are longer than the ceiling of text. */
static bool
add_all(struct buffer *text, const struct sums *sums, const struct streams *streams,
    const struct labels *labels)
{
	struct page page = {text, sums, labels};

	if (sums->tools.count > 0) {
		add_counters(&page);
		add_statuses(&page);
		add_commits(&page);
		add_last(&page, "fxpipe_last_run_timestamp_seconds",
		    "When the last run wrote its statistics.", written_of, false);
		add_last(&page, "fxpipe_last_exit_status",
		    "The exit status of the last run that ended.", status_of, false);
		add_last(&page, "fxpipe_reader_lag_seconds",
		    "How far kread was behind the newest record.", lag_of, true);
	}
	prometheus_add_streams(text, streams, labels);
	/* No single addition is half as long as the ceiling, so after one that did not fit the text
	 * is longer than that. */
	return text->length < text->ceiling / 2;
}

bool
prometheus_write(const char *path, const struct sums *sums, const struct streams *streams,
    const struct labels *labels, struct failure *failure)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	char *temporary =
	    memory_format("%.*s.%s.%ld", (int)(name - path), path, name, (long)getpid());
	struct buffer text;
	bool good;

	buffer_init(&text, LARGEST_PAGE);
	good = add_all(&text, sums, streams, labels);
	if (!good)
		fail(failure, FAILURE_TEMPORARY, "could not write %s: it would be too large", path);
	good = good && file_replace(path, temporary, READABLE, buffer_span(&text), failure);
	buffer_free(&text);
	free(temporary);
	return good;
}
