/* batch_options: what kbatch can be asked for. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "kbatch/options.h"

enum {
	MOST_BYTES = 64 * 1024 * 1024,
	MOST_JOBS = 128,
	MOST_RETRIES = 1000000,
	LINES = 100,
	RETRIES = 3,
	FILES = 20, /* our own, and those of a command that is being started */
	FILES_OF_JOB = 5
};

enum { BISECT = TOOL_OWN, TUMBLING, AGE, TIMEOUT, BACKOFF, RECEIPTS, STAYS, WHOLE };

const char batch_help[] =
    "usage: kbatch [-n N] [-b SIZE] [-w SECONDS] [-j N] [-k FIELD] [-r N] [--bisect] [-x FILE]\n"
    "              [-q] [--window SECONDS] [--max-age SECONDS] [--timeout SECONDS]\n"
    "              [--backoff SECONDS] [--receipts | --persistent] [--positions] [--]\n"
    "              COMMAND [ARGUMENT...]\n"
    "Runs COMMAND with each batch of lines as its standard input; writes out the lines of a\n"
    "batch that went well.\n"
    "\n"
    "  -n, --records N         lines in a batch at the most (default 100)\n"
    "  -b, --bytes SIZE        bytes in a batch at the most (default 6M)\n"
    "  -w, --wait SECONDS      wait so long for a batch to become full (default 0)\n"
    "      --window SECONDS    a batch is what arrived in one window of so many seconds\n"
    "  -j, --jobs N            batches at once (default 1): of different keys with -k, else of\n"
    "                          different shards\n"
    "  -k, --key FIELD         lines with the same value of this member keep their order\n"
    "  -r, --retries N         try a batch that failed so many times more, or \"forever\" (default "
    "3)\n"
    "      --backoff SECONDS   wait about so long before the first retry (default 1)\n"
    "      --bisect            split a batch that failed, down to the line that is to blame\n"
    "      --max-age SECONDS   what failed and is older than that is not tried again\n"
    "      --timeout SECONDS   end a COMMAND that takes longer (default 900; 0: never)\n"
    "  -x, --rejects FILE      set aside in FILE what is given up, and go on\n"
    "  -q, --quiet             write no receipts\n"
    "      --receipts          COMMAND writes the lines that it did; the others have failed\n"
    "      --persistent        COMMAND stays, and answers each line with it or {\"error\":...}\n"
    "      --positions         give COMMAND lines with their positions\n" TOOL_HELP;

/* Seconds, with up to three digits behind a point, as milliseconds. */
static int64_t
seconds_option(struct tool *tool, const char *option, const char *text, int64_t least)
{
	size_t length = strlen(text), whole = strspn(text, "0123456789");
	size_t digits = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
	struct shown shown;
	double seconds = strtod(text, NULL);

	if (length == 0 || whole > 8 || digits > 3 || whole + digits == 0 ||
	    whole + (text[whole] == '.') + digits != length || seconds > 31536000 ||
	    seconds * 1000 < (double)least)
		tool_usage(tool, "option %s: %s is not a number of seconds%s", option,
		    show(&shown, text, length), least > 0 ? " above 0" : "");
	return (int64_t)(seconds * 1000 + 0.5);
}

/* More than may be open would fail half way, and in words about something else. */
static void
check_files(struct tool *tool, unsigned jobs)
{
	unsigned needed = FILES + FILES_OF_JOB * jobs;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < needed)
		tool_usage(tool, "-j %u needs %u open files, and %llu are allowed (ulimit -n)",
		    jobs, needed, (unsigned long long)limit.rlim_cur);
}

static void
check_options(struct tool *tool, int argc, char **argv, struct batch_options *options)
{
	struct course_settings *settings = &options->settings;

	if (optind >= argc)
		tool_usage(tool, "kbatch runs a COMMAND, and none is given");
	if (settings->receipts && settings->persistent)
		tool_usage(tool, "--receipts and --persistent exclude each other");
	if (settings->window > 0 && settings->hold > 0)
		tool_usage(tool, "-w and --window exclude each other");
	if (settings->window > 0 && settings->persistent)
		tool_usage(tool, "--persistent and --window exclude each other");
	check_files(tool, settings->jobs);
	settings->command = argv + optind;
	if (settings->lines == 0)
		settings->lines = settings->window > 0 ? BACKLOG_LINES : LINES;
	/* One that answers each line says of each what it did. */
	settings->receipts |= settings->persistent;
	settings->aside = options->rejects != NULL;
}

static unsigned
retries_option(struct tool *tool, const char *text)
{
	if (strcmp(text, "forever") == 0)
		return BATCH_FOREVER;
	return (unsigned)tool_number(tool, "-r", text, 0, MOST_RETRIES);
}

/* Those that are lengths of time. */
static bool
time_option(struct tool *tool, struct course_settings *settings, int option)
{
	switch (option) {
	case 'w':
		settings->hold = seconds_option(tool, "-w", optarg, 0) * 1000;
		return true;
	case TUMBLING:
		settings->window = seconds_option(tool, "--window", optarg, 1);
		return true;
	case AGE:
		settings->age = seconds_option(tool, "--max-age", optarg, 1) * 1000;
		return true;
	case TIMEOUT:
		settings->timeout = seconds_option(tool, "--timeout", optarg, 0) * 1000;
		return true;
	case BACKOFF:
		settings->pause = seconds_option(tool, "--backoff", optarg, 0);
		return true;
	default:
		return false;
	}
}

static const struct option known[] = {{"records", required_argument, NULL, 'n'},
    {"bytes", required_argument, NULL, 'b'}, {"wait", required_argument, NULL, 'w'},
    {"jobs", required_argument, NULL, 'j'}, {"key", required_argument, NULL, 'k'},
    {"retries", required_argument, NULL, 'r'}, {"rejects", required_argument, NULL, 'x'},
    {"quiet", no_argument, NULL, 'q'}, {"bisect", no_argument, NULL, BISECT},
    {"window", required_argument, NULL, TUMBLING}, {"max-age", required_argument, NULL, AGE},
    {"timeout", required_argument, NULL, TIMEOUT}, {"backoff", required_argument, NULL, BACKOFF},
    {"receipts", no_argument, NULL, RECEIPTS}, {"persistent", no_argument, NULL, STAYS},
    {"positions", no_argument, NULL, WHOLE}, TOOL_LONG};

void
batch_options_read(struct tool *tool, int argc, char **argv, struct batch_options *options)
{
	struct course_settings *settings = &options->settings;
	int option;

	*options = (struct batch_options){.settings = {.bytes = 6 * 1024 * 1024,
	                                      .jobs = 1,
	                                      .pause = 1000,
	                                      .timeout = INT64_C(900000000),
	                                      .rules = {.retries = RETRIES}}};
	/* What follows COMMAND is its own. */
	while ((option = getopt_long(argc, argv, "+" TOOL_SHORT "n:b:w:j:k:r:x:q", known, NULL)) !=
	       -1) {
		switch (option) {
		case 'n':
			settings->lines = tool_number(tool, "-n", optarg, 1, BACKLOG_LINES);
			break;
		case 'b':
			settings->bytes = tool_size(tool, "-b", optarg, 1, MOST_BYTES);
			break;
		case 'j':
			settings->jobs = (unsigned)tool_number(tool, "-j", optarg, 1, MOST_JOBS);
			break;
		case 'k':
			options->key = optarg;
			break;
		case 'r':
			settings->rules.retries = retries_option(tool, optarg);
			break;
		case 'x':
			options->rejects = optarg;
			break;
		case 'q':
			options->quiet = true;
			break;
		case BISECT:
			settings->rules.bisect = true;
			break;
		case RECEIPTS:
			settings->receipts = true;
			break;
		case STAYS:
			settings->persistent = true;
			break;
		case WHOLE:
			settings->whole = true;
			break;
		default:
			if (!time_option(tool, settings, option))
				tool_option(tool, option);
		}
	}
	check_options(tool, argc, argv, options);
}
