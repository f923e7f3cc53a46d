/* plot_record: finds the key, the time and the values of a record. */
#ifndef FXPLOT_PLOT_RECORD_H
#define FXPLOT_PLOT_RECORD_H

#include "fxplot/plot_options.h"
#include "record/measure.h"

enum { PLOT_RECORD_TIMES = 4 /* members that may have the time, if none is named */ };

struct plot_record_reader {
	struct json_wanted wanted[CHART_MEMBERS + 1 + PLOT_RECORD_TIMES];
	size_t key; /* after the values; those from here up to times: 0 or 1 */
	size_t times; /* the rest: none (records are numbered), one, or those to choose from */
	size_t count;
	bool candles;
	bool chosen; /* where the time is */
	bool timed; /* --last is a time */
	uint64_t number; /* of the last record that is drawn; the caller counts */
	struct buffer unescaped; /* a key that has escapes */
};

void plot_record_init(
    struct plot_record_reader *reader, const struct tool *tool, const struct plot_options *options);
void plot_record_free(struct plot_record_reader *reader);
/*
 * False: it is refused, or FAILURE_PERMANENT: the first record has no time. What record points to
 * is borrowed from the line or the reader.
 */
bool plot_record_read(struct plot_record_reader *reader, struct span line,
    struct chart_record *record, struct failure *failure);
bool plot_record_is_numbered(const struct plot_record_reader *reader);

#endif
