/*
 * option: a tool's options as one table, from which come the reading of the command line, its
 * checks, --help, and what completion offers. A tool writes
 *
 *	struct options {
 *		const char *stream;
 *		unsigned jobs;
 *		bool unordered;
 *	};
 *	#define AT(member) OPTION_AT(struct options, member)
 *	static const struct option_row rows[] = {OPTION_STREAM(AT(stream)),
 *	    {'j', "jobs", "N", OPTION_NUMBER, AT(jobs), .least = 1, .most = 256,
 *	        .help = "send up to N requests at once (default 32)"},
 *	    {0, "unordered", NULL, OPTION_FLAG, AT(unordered), .help = "do not keep the order"},
 *	    OPTION_END};
 *	static const struct option_table table = {.name = "kput",
 *	    .about = "write lines to a stream (Kinesis or embedded)", .rows = rows};
 *
 * and in main, after setting the defaults in options:
 *
 *	tool_start(&tool, &table, argc, argv, &options);
 *	... checks of options that exclude each other: tool_usage(&tool, "..."); the
 *	    arguments are in tool.operands ...
 *	tool_ready(&tool);
 *
 * The options that all tools share (--help, --stats, --log, ...) need no rows, and neither do
 * those of the tools that can call AWS (.aws = true); a row with the long name of one replaces it.
 * A wrong command line ends the program with status 2 and one line.
 */
#ifndef TOOL_OPTION_H
#define TOOL_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tool;

/* What an option's operand is, and in brackets the type of the member that gets it. */
enum option_type {
	OPTION_FLAG, /* no operand (bool): true */
	OPTION_NEGATABLE, /* no operand (int): 1, and 0 for --no-NAME */
	OPTION_TEXT, /* any text (const char *), borrowed from argv */
	OPTION_NUMBER, /* a whole number from least to most (unsigned, size_t or uint64_t) */
	OPTION_SIZE, /* the same, with K, M or G for 1024s */
	OPTION_DURATION, /* 90s, 15m, 24h, 7d, above 0 (int64_t, in ms) */
	OPTION_SECONDS, /* a number, up to 3 digits after a point, from least ms (int64_t, in ms) */
	OPTION_CHOICE, /* one of the words in values (an enum): its place there, from 0 */
	OPTION_HELP, /* --help: prints it and ends the program */
	OPTION_VERSION, /* --version: the same */
	OPTION_CALL /* the row's function read stores it */
};

struct option_row {
	char letter; /* 0: none */
	const char *name; /* the long option without dashes; NULL: none */
	const char *operand; /* as help shows it: "FILE"; NULL: it has none */
	enum option_type type;
	size_t target, width; /* OPTION_AT; {0, 0} for a function that needs none */
	const char *help; /* its effect, as one sentence without a full stop; wrapped by --help */
	uint64_t least, most; /* OPTION_NUMBER, OPTION_SIZE; least: OPTION_SECONDS */
	/*
	 * What completion offers: words with a blank between ("trim-horizon latest"), or one of
	 * <stream> <table> <group> <provider> <secret> <profile> <pair> <entry> <file> <command>;
	 * NULL: nothing.
	 */
	const char *values;
	const char *only; /* the subcommands that have it, a blank between; NULL: all */
	/* option: as the user wrote it, "-k" or "--key"; text: NULL if optional and not given. */
	void (*read)(struct tool *tool, const char *option, const char *text, void *target);
	bool optional; /* its operand, which a letter then never has: --watch[=SECONDS]
	                  (OPTION_CALL) */
	bool required; /* shown so in the usage line, and checked */
};

/* The member of a struct that gets an option's value. */
#define OPTION_AT(type, member) offsetof(type, member), sizeof(((type *)0)->member)
#define OPTION_END \
	{ \
		.name = NULL \
	}

struct option_subcommand {
	const char *name;
	const char *usage; /* what follows it in the usage line: "[OPTION...] [FILE]" */
	const char *values; /* of its arguments, as in option_row */
	unsigned most; /* arguments */
	const char *help; /* a few words */
};

enum {
	OPTION_MANY = 1000000, /* arguments without a limit */
	OPTION_MOST = 48 /* rows of a table, the shared ones included */
};

struct option_table {
	const char *name; /* of the tool */
	const char *about; /* its line in the manual: "query a table (DynamoDB or embedded)" */
	const char *details; /* more sentences for --help, wrapped there unless a line is indented;
	                        NULL: none */
	const struct option_row *rows; /* the last is OPTION_END */
	/* The lines after "usage: NAME", the last NULL; NULL: one line made from rows. */
	const char *const *usage;
	const char *arguments; /* after the options in the usage line: "[PAIR...]"; NULL: none */
	const char *values; /* of the arguments, as in option_row */
	unsigned most; /* arguments; for more, a usage error that ends with input */
	const char *input; /* "kput reads records from standard input"; NULL: nothing to add */
	bool aws; /* it can call AWS: it has the options of aws_options.c */
	bool command; /* the first argument ends the options: what follows is a command's */
	const struct option_subcommand *subcommands; /* the last has name NULL; NULL: none */
	const char *statuses; /* the last lines of --help; NULL: the usual "Exit status: ..." */
};

/* Rows that several tools have. where: OPTION_AT. */
#define OPTION_STREAM(where) \
	{ \
		's', "stream", "STREAM", OPTION_TEXT, where, \
		    .values = "<stream>", \
		    .help = "the stream (default: $FX_STREAM, else rates): NAME, a path, " \
		            "kinesis:NAME or an ARN" \
	}
#define OPTION_TABLE(where) \
	{ \
		't', "table", "TABLE", OPTION_TEXT, where, \
		    .values = "<table>", \
		    .help = "the table (default: $FX_TABLE, else rates): NAME, a path, " \
		            "dynamodb:NAME or an ARN" \
	}
#define OPTION_REJECTS(where) \
	{ \
		'x', "rejects", "FILE", OPTION_TEXT, where, \
		    .values = "<file>", .help = "append refused lines to FILE and continue" \
	}
#define OPTION_QUIET(where) \
	{ \
		'q', "quiet", NULL, OPTION_FLAG, where, .help = "write no receipts" \
	}

/* The options of tools that can call AWS, whose targets are in struct tool. */
extern const struct option_row option_aws_rows[];

/*
 * Reads argv by the table: values into the struct at options (and of shared options into tool),
 * arguments into tool->operands, the subcommand into tool->subcommand. Prints and ends the
 * program for --help, --version and --complete; called by tool_start.
 */
void option_read(
    struct tool *tool, const struct option_table *table, int argc, char **argv, void *options);

/* For functions of OPTION_CALL: a value from text, or a usage error that names option. */
uint64_t option_number(
    struct tool *tool, const char *option, const char *text, uint64_t least, uint64_t most);
uint64_t option_size(
    struct tool *tool, const char *option, const char *text, uint64_t least, uint64_t most);
int64_t option_duration(struct tool *tool, const char *option, const char *text); /* ms, above 0 */
/* A number of seconds, from least ms to a year; the result is in ms. */
int64_t option_seconds(struct tool *tool, const char *option, const char *text, uint64_t least);
/* The place of text among words, which have a blank between. */
unsigned option_choice(struct tool *tool, const char *option, const char *text, const char *words);

/* Parts of option_read, called by it and by each other only. */

/*
 * All rows of a table, then NULL: its own, whose number is returned, and the shared ones that it
 * does not replace, whose targets are in struct tool.
 */
size_t option_rows(
    const struct option_table *table, const struct option_row *rows[OPTION_MOST + 1]);
/* Finds the subcommand, and checks options and arguments. given: for each row, whether it was. */
void option_check(struct tool *tool, const struct option_row *const *rows, const bool *given);
/* Prints --help. False: it could not be written (errno). */
bool option_print_help(const struct option_table *table);
/*
 * Prints the table for scripts/completion, as `TOOL --complete` does. False: it could not be
 * written. Each line is one of these, with tabs between the fields:
 *
 *	option	SUBCOMMANDS	OPTION	VALUES
 *	subcommand	NAME	VALUES
 *	arguments	VALUES
 *
 * SUBCOMMANDS: "-" for all. VALUES: as in option_row; "-" for none; of an option, empty if it has
 * no operand.
 */
bool option_print_completion(const struct option_table *table);

#endif
