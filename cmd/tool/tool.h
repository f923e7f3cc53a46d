/* tool: how every program runs, from the command line to the exit status. */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include "aws/settings/config.h"
#include "base/caller.h"
#include "base/failure.h"
#include "system/lines.h"
#include "system/output.h"
#include "system/sandbox.h"
#include "record/rejects.h"
#include "system/append_file.h"
#include "record/stats.h"
#include "tool/option.h"

/* The signal that asked the program to end (SIGTERM or SIGINT), else 0. */
extern volatile sig_atomic_t tool_stop;
/* How many SIGINTs have arrived. */
extern volatile sig_atomic_t tool_interrupts;

struct tool {
	const char *name;
	char agent[64]; /* "fxpipe/0.1.0 NAME" */
	char **argv;
	const struct option_table *table;
	/* The arguments, in order, then NULL; dashed: the number of those before "--", else all. */
	char **operands;
	size_t operand_count;
	size_t dashed;
	const struct option_subcommand *subcommand; /* of the table; NULL: it has none */
	struct aws_choice aws; /* of tools that can call AWS */
	bool verbose;
	bool log_json; /* messages as JSON, a line each */
	bool log_named; /* --log was given */
	int progress; /* 1 yes, 0 no, -1 not given: as standard error and output are */
	const char *stats_path; /* NULL: no statistics */
	size_t max_line;
	int status; /* the worst so far */
	struct stats stats;
	struct output *output; /* standard output */
	struct caller caller; /* for lib/ */
	struct append_file *stats_file; /* NULL: none */
	bool confined;
	int64_t next_progress; /* clock_steady */
	int64_t next_stats;
};

/*
 * Called first in main: prepares descriptors, signals and statistics, then reads the command line
 * by the table into the struct that options points to (which holds the defaults; NULL if the table
 * has no rows with a target). A usage error ends the program.
 */
void tool_start(
    struct tool *tool, const struct option_table *table, int argc, char **argv, void *options);
/* A usage error: prints "NAME: SENTENCE; try NAME --help" and ends the program with 2. */
_Noreturn void tool_usage(struct tool *tool, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Called once the options are checked: opens the file of --stats and standard output. */
void tool_ready(struct tool *tool);

/* --max-line, and room for _pos and the base64 that kread -g adds to a record of that length. */
size_t tool_line_ceiling(const struct tool *tool);

/*
 * Messages go to standard error as "NAME: …", control bytes escaped; with --log json as
 *   {"time":"…Z","tool":"NAME","level":"error|warning|info|debug","line":N,"message":"…"}
 * with a line number only if the message is about an input line.
 */
void tool_message(struct tool *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "NAME: line N: …", for a line that is not refused. */
void tool_message_at(struct tool *tool, uint64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Only with -v. */
void tool_verbose(struct tool *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "NAME: line N: refused: …"; line 0: the failure is about an argument. */
void tool_message_line(struct tool *tool, uint64_t line, const struct failure *failure);
/* Prints the failure (nothing for READER_GONE and STOPPED) and notes its exit status. */
void tool_failed(struct tool *tool, const struct failure *failure);
/* Notes an exit status; the worst noted is the program's. */
void tool_note_status(struct tool *tool, int status);
/* Reports the failure and ends the program, when there is nothing to close. */
_Noreturn void tool_fail(struct tool *tool, const struct failure *failure);
/* Escapes the control bytes of plain, so that they cannot steer a terminal. safe: 4 times its size.
 */
void tool_escape(const char *plain, char *safe);
/* For the settings of lib/: its warnings become messages, its details those of -v. */
struct caller tool_caller(struct tool *tool);

/*
 * Gives up all rights but those in sandbox, which it frees, and those to the file of --stats. A
 * tool that was confined already stays as it is.
 */
void tool_confine(struct tool *tool, struct sandbox *sandbox);
/* The same, with the rights to write in these directories (NULL: none). */
void tool_confine_to(struct tool *tool, const char *directory, const char *also);

/* Says that lines are read from the terminal, if standard input is one. */
void tool_announce_terminal(struct tool *tool);

/* Has tool_tick something to do from time to time, also while nothing happens? */
bool tool_ticks(const struct tool *tool);
/* Will tool_tick show progress? Ask before computing a lag that takes time. */
bool tool_progress_due(const struct tool *tool);
/*
 * Shows the progress line if it is due, and while following appends the minute's statistics;
 * cheap to call. lag: a short text at the end of the line; "": none.
 */
void tool_tick(struct tool *tool, bool following, const char *lag);

/*
 * The end of every program: writes what standard output still holds, appends the statistics,
 * and dies of the signal that stopped it, or of SIGPIPE if the reader of standard output has
 * gone (last says so), or exits with the worst status. last: the failure that ended the work;
 * NULL: none.
 */
_Noreturn void tool_end(struct tool *tool, const struct failure *last);

/* Parts of the above, for cmd/tool only. */
void tool_signals_begin(void);
_Noreturn void tool_signals_die(int number); /* of this signal */
void tool_log_begin(struct tool *tool);
void tool_log_option(struct tool *tool, const char *option, const char *text);
bool tool_statistics_open(struct tool *tool);
void tool_statistics_end(struct tool *tool, int signal_number);

#endif
