/*
 * filtering: what filters with a state have in common. They read records, pass marks on, report
 * lines that they refuse, and put those and the state on disk before they write what follows.
 */
#ifndef FILTERING_FILTERING_H
#define FILTERING_FILTERING_H

#include "journal/journal.h"
#include "record/rejects.h"
#include "tool/tool.h"

/* The options of all filters. */
struct filtering_options {
	const char *stream;
	const char *group; /* NULL: no state is kept */
	const char *state; /* its file; NULL: beside the group */
	const char *rejects;
	size_t max_state; /* bytes */
};

/* What a filter does; functions but take may be NULL. False in all of them: the work ends. */
struct filter {
	void *context;
	/* At the start. */
	bool (*begin)(void *context, struct failure *failure);
	/* Before a line with a position is taken, or a mark is passed on. */
	bool (*reach)(
	    void *context, const struct positioned *found, bool mark, struct failure *failure);
	/* Takes a record; position NULL: it has none. FAILURE_REFUSED: it is refused. */
	bool (*take)(void *context, const struct line *line, const struct position *position,
	    struct failure *failure);
	/* After the lines that have arrived, and at least every look_every. */
	bool (*look)(void *context, struct failure *failure);
	/* At the end of the input. */
	bool (*end)(void *context, struct failure *failure);
	int look_every; /* ms; -1: only after lines */
};

struct filtering {
	struct tool *tool;
	const struct filtering_options *options;
	const struct filter *filter;
	struct journal *journal; /* NULL: no state is kept */
	struct rejects *rejects;
	struct lines *lines;
	bool without; /* a line without a position has come */
	uint64_t late; /* records older than the last of their key, which the filter counts */
};

/*
 * Opens the rejects file and the journal, loads the state, and confines the tool. options: those
 * that the state depends on, as text.
 */
bool filtering_open(struct filtering *filtering, const struct journal_state *state,
    const char *options, struct failure *failure);
/* Takes all lines. failure: FAILURE_NONE when it is called. */
bool filtering_run(struct filtering *filtering, struct failure *failure);
/* Reports failure, puts the state on disk, and closes all. Also after filtering_open failed. */
void filtering_close(struct filtering *filtering, const struct failure *failure);

/*
 * Makes room for a line; before others are written for that, it puts the state and the refused
 * lines on disk.
 */
bool filtering_room(struct filtering *filtering, size_t length, struct failure *failure);
/* At the end: reports how many records were late. result: what became of them. */
void filtering_report_late(const struct filtering *filtering, const char *result);
/* Adds a line to standard output. */
bool filtering_line(struct filtering *filtering, struct span line, struct failure *failure);

#endif
