/* old_option: options of tools that have no table yet. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/position.h"
#include "tool/tool.h"

enum { LARGEST_LINE = 64 * 1024 * 1024 };

static _Noreturn void
print_and_end(struct tool *tool, const char *format, const char *text)
{
	if (printf(format, text) < 0 || fflush(stdout) != 0) {
		struct failure failure;

		fail_errno(&failure, errno, "could not write the output");
		tool_failed(tool, &failure);
		exit(tool->status);
	}
	exit(0);
}

/* getopt says only which letter was wrong, and of a long option nothing. */
static _Noreturn void
wrong_option(struct tool *tool)
{
	const char *argument = tool->arguments[optind - 1];
	struct shown shown;

	if (optopt == 0)
		tool_usage(tool, "there is no option %s", show(&shown, argument, strlen(argument)));
	if (optopt >= TOOL_STATS)
		tool_usage(tool, "option %s: an argument is missing or is too much",
		    show(&shown, argument, strlen(argument)));
	if (strchr("-?", optopt) == NULL && strchr(tool->help, optopt) != NULL) {
		char option[4] = {' ', '-', (char)optopt, '\0'};

		if (strstr(tool->help, option) != NULL)
			tool_usage(
			    tool, "option -%c: an argument is missing, or is one too many", optopt);
	}
	tool_usage(tool, "there is no option -%s", show(&shown, (char[]){(char)optopt}, 1));
}

void
tool_option(struct tool *tool, int option)
{
	switch (option) {
	case 'h':
		print_and_end(tool, "%s", tool->help);
	case 'V':
		print_and_end(tool, "%s (fxpipe) " FX_VERSION "\n", tool->name);
	case 'v':
		tool->verbose = true;
		break;
	case TOOL_STATS:
		tool->stats_path = optarg;
		break;
	case TOOL_PROGRESS:
		tool->progress = 1;
		break;
	case TOOL_NO_PROGRESS:
		tool->progress = 0;
		break;
	case TOOL_MAX_LINE:
		tool->max_line = tool_size(tool, "--max-line", optarg, 1, LARGEST_LINE);
		break;
	case TOOL_LOG:
		tool_log_option(tool, "--log", optarg);
		tool->log_named = true;
		break;
	default:
		wrong_option(tool);
	}
}

/* Digits with one of the letters in units behind, each a further 1024. */
static uint64_t
read_number(struct tool *tool, const char *option, const char *text, uint64_t least, uint64_t most,
    const char *units)
{
	uint64_t number = 0;
	bool over = false;
	const char *at = text, *unit;
	struct shown shown;

	for (; *at >= '0' && *at <= '9' && !over; at++) {
		over = number > (UINT64_MAX - 9) / 10;
		number = number * 10 + (uint64_t)(*at - '0');
	}
	if (at > text && *at != '\0' && (unit = strchr(units, *at)) != NULL) {
		for (long i = unit - units; i >= 0 && !over; i--) {
			over = number > UINT64_MAX / 1024;
			number *= 1024;
		}
		at++;
	}
	if (at == text || *at != '\0' || over || number < least || number > most)
		tool_usage(tool, "option %s: %s is not a whole number from %llu to %llu", option,
		    show(&shown, text, strlen(text)), (unsigned long long)least,
		    (unsigned long long)most);
	return number;
}

uint64_t
tool_number(struct tool *tool, const char *option, const char *text, uint64_t least, uint64_t most)
{
	return read_number(tool, option, text, least, most, "");
}

uint64_t
tool_size(struct tool *tool, const char *option, const char *text, uint64_t least, uint64_t most)
{
	return read_number(tool, option, text, least, most, "KMG");
}

size_t
tool_line_ceiling(const struct tool *tool)
{
	return (tool->max_line + 2) / 3 * 4 + POSITION_SIZE + 64;
}
