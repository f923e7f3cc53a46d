/*
 * tool: what every program of the family does alike: options, words on
 * standard error, signals, figures, and the end.
 */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/caller.h"
#include "base/failure.h"
#include "system/lines.h"
#include "system/output.h"
#include "record/rejects.h"
#include "record/stats.h"
#include "tool/option.h"

/* The signal that asks us to end, or 0. SIGTERM and SIGINT set it. */
extern volatile sig_atomic_t tool_stop;

struct tool {
	const char *name;
	char agent[64]; /* "fxpipe/0.1.0 NAME" */
	char **arguments; /* argv */
	const struct option_table *table;
	/* The arguments, in order, then NULL; dashed: how many were before "--" (all without it). */
	char **operands;
	size_t operand_count;
	size_t dashed;
	const struct option_subcommand *subcommand; /* of the table; NULL: it has none */
	const char *help; /* what -h prints: the synopsis and a line an option */
	bool verbose;
	bool log_json; /* words as JSON, a line each */
	bool log_named; /* --log was given */
	int progress; /* 1 asked for, 0 refused, -1 by what the descriptors are */
	const char *stats_path;
	size_t max_line;
	int status; /* the worst so far */
	struct stats stats;
	struct output *output; /* standard output */
	int stats_file; /* -1: none */
	int64_t next_progress;
	int64_t next_stats;
};

enum {
	TOOL_STATS = 1000,
	TOOL_PROGRESS,
	TOOL_NO_PROGRESS,
	TOOL_MAX_LINE,
	TOOL_LOG,
	TOOL_OWN = 2000
};

/* The end of each tool's help: what all of them take. */
#define TOOL_HELP \
	"      --max-line SIZE   longer input lines are refused (default 10M)\n" \
	"      --stats FILE      append a line of figures to FILE at the end\n" \
	"      --log FORM        words on standard error as text (default) or json\n" \
	"      --[no-]progress   a live line on standard error\n" \
	"  -v, --verbose         say more\n" \
	"  -h, --help            this\n" \
	"  -V, --version         the version\n" \
	"\n" \
	"Exit status: 0 all done; 1 done, but some refused or lost; 2 a person must look;\n" \
	"75 the same again later may work.\n"

/* To put into a tool's own tables. Its own long-only options count from TOOL_OWN. */
#define TOOL_SHORT "hVv"
#define TOOL_LONG \
	{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}, \
	    {"verbose", no_argument, NULL, 'v'}, {"stats", required_argument, NULL, TOOL_STATS}, \
	    {"progress", no_argument, NULL, TOOL_PROGRESS}, \
	    {"no-progress", no_argument, NULL, TOOL_NO_PROGRESS}, \
	    {"max-line", required_argument, NULL, TOOL_MAX_LINE}, \
	    {"log", required_argument, NULL, TOOL_LOG}, \
	{ \
		NULL, 0, NULL, 0 \
	}

/*
 * First thing in main: descriptors, signals, statistics; then the command line by the table, into
 * the struct that options points to (which holds the defaults). Wrong usage ends the program.
 */
void tool_start(
    struct tool *tool, const struct option_table *table, int argc, char **argv, void *options);
/* The old way, for tools without a table: first thing in main. */
void tool_begin(struct tool *tool, const char *name, const char *help, char **arguments);
/* For every option that the tool does not know as its own; ends the program where it is wrong. */
void tool_option(struct tool *tool, int option);
/* Usage errors: prints the sentence and where to read on, ends with 2. */
_Noreturn void tool_usage(struct tool *tool, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A whole number from text, within bounds, or a usage error that names option. */
uint64_t tool_number(
    struct tool *tool, const char *option, const char *text, uint64_t least, uint64_t most);
/* A size: digits with an optional K, M or G (1024s). */
uint64_t tool_size(
    struct tool *tool, const char *option, const char *text, uint64_t least, uint64_t most);
/* After the options: opens --stats and the standard output. */
void tool_ready(struct tool *tool);

/* --max-line, and room for what kread -g makes of a record of that length: _pos, base64. */
size_t tool_line_ceiling(const struct tool *tool);

/*
 * "NAME: …" on standard error, control bytes escaped; with --log json
 *   {"time":"…Z","tool":"NAME","level":"error|warning|info|debug","line":N,"message":"…"}
 * where line stands only in what is about an input line.
 */
/* Foreign words, so that nothing in them steers a terminal; up to four times as long. */
void tool_escape(const char *plain, char *safe);
void tool_message(struct tool *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tool_verbose(struct tool *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* For the settings of lib/: its warnings are messages, its details those of -v. */
struct caller tool_caller(struct tool *tool);
/* "NAME: line N: refused: …"; line 0: it is about an argument. */
void tool_message_line(struct tool *tool, uint64_t line, const struct failure *failure);
/* Says the failure (READER_GONE and STOPPED say nothing) and notes its exit status. */
void tool_failed(struct tool *tool, const struct failure *failure);
void tool_note_status(struct tool *tool, int status);

/* Will tool_tick paint? Where lag costs something to find out. */
bool tool_progress_due(const struct tool *tool);
/* Repaints the progress line and writes the minute's stats where they are due; cheap to call. */
void tool_tick(struct tool *tool, bool following, const char *lag);

/* Called by tool_begin, tool_option, tool_ready and tool_end alone. */
void tool_log_begin(struct tool *tool);
void tool_log_option(struct tool *tool, const char *where, const char *text);
bool tool_figures_open(struct tool *tool);
void tool_figures_end(struct tool *tool, int signal_number);

/*
 * The end of every program: what standard output still holds is written, the
 * figures appended; dies of the signal that stopped it, of SIGPIPE where the
 * reader has gone (last says so), else exits with the worst status.
 */
_Noreturn void tool_end(struct tool *tool, const struct failure *last);

#endif
