/* plot_options: reads the command line. */
#include "base/environment.h"
#include "fxplot/plot_options.h"
#include "plot/picture.h"

enum { LARGEST_COUNT = 1000000000, LARGEST_SIZE = 10000 /* pixels */ };

/* --last: a number of records, or a time. */
static void
read_last(struct tool *tool, const char *option, const char *text, void *target)
{
	struct chart_window *window = target;
	size_t length = strlen(text);

	*window = (struct chart_window){0, 0};
	if (strspn(text, "0123456789") == length)
		window->count = option_number(tool, option, text, 1, LARGEST_COUNT);
	else
		window->time = option_duration(tool, option, text);
}

#define AT(member) OPTION_AT(struct plot_options, member)

static const struct option_row rows[] = {
    {'k', "key", "MEMBER", OPTION_TEXT, AT(key), .help = "draw a line for each value of MEMBER"},
    {'T', "time", "MEMBER", OPTION_TEXT, AT(time),
        .help = "take the time from MEMBER (default: last_refreshed, start, at or timestamp, the "
                "first that the first record has)"},
    {0, "numbered", NULL, OPTION_FLAG, AT(numbered),
        .help = "place records by their number, not by a time"},
    {'f', "follow", NULL, OPTION_FLAG, AT(follow),
        .help = "on a terminal, redraw the picture as lines arrive"},
    {0, "last", "N|TIME", OPTION_CALL, AT(window), .read = read_last,
        .help = "show only the last N records of each line, or those of the last TIME (90s, 15m, "
                "24h, ...)"},
    {0, "candles", NULL, OPTION_FLAG, AT(candles),
        .help = "draw candles from the members open, high, low and close"},
    {0, "style", "STYLE", OPTION_CHOICE, AT(style), .values = "braille blocks ascii",
        .help = "draw with braille (default if the locale is UTF-8), blocks or ascii"},
    {0, "color", "WHEN", OPTION_CHOICE, AT(colour), .values = "auto always never",
        .help = "use colours: auto (default; on a terminal, unless $NO_COLOR is set), always or "
                "never"},
    {0, "width", "N", OPTION_NUMBER, AT(width), .least = PICTURE_COLUMNS_LEAST,
        .most = LARGEST_SIZE,
        .help = "columns of the picture (default: those of the terminal, else 80); with -o, pixels "
                "(default 1000)"},
    {0, "height", "N", OPTION_NUMBER, AT(height), .least = PICTURE_ROWS_LEAST, .most = LARGEST_SIZE,
        .help = "rows of the picture (default: those of the terminal less one, else 24); with -o, "
                "pixels (default 600)"},
    {'o', "output", "FILE", OPTION_TEXT, AT(picture), .values = "<file>",
        .help = "write the picture to FILE, whose name ends in .svg or .png (needs gnuplot)"},
    OPTION_REJECTS(AT(rejects)), OPTION_END};

static const struct option_table table = {.name = "fxplot",
    .about = "draw values of records in the terminal, or as SVG or PNG",
    .details = "Reads objects, and draws each MEMBER, a number, as a line over time.",
    .rows = rows,
    .arguments = "[MEMBER...]",
    .most = CHART_MEMBERS,
    .input = "it draws at most 16 members, of records from standard input"};

static bool
ends_in(const char *name, const char *suffix)
{
	size_t length = strlen(name), end = strlen(suffix);

	return length > end && strcmp(name + length - end, suffix) == 0;
}

bool
plot_options_svg(const char *picture)
{
	return ends_in(picture, ".svg");
}

static void
check_picture(struct tool *tool, const struct plot_options *options)
{
	struct shown shown;

	if (options->picture == NULL) {
		if (options->width > PICTURE_MOST || options->height > PICTURE_MOST)
			tool_usage(
			    tool, "--width and --height are at most %d without -o", PICTURE_MOST);
		return;
	}
	if (!ends_in(options->picture, ".svg") && !ends_in(options->picture, ".png"))
		tool_usage(tool, "option -o: \"%s\" does not end in .svg or .png",
		    show(&shown, options->picture, strlen(options->picture)));
	if (options->follow)
		tool_usage(tool, "-o excludes -f");
	if ((options->width > 0 && options->width < 100) ||
	    (options->height > 0 && options->height < 100))
		tool_usage(tool, "with -o, --width and --height are at least 100");
}

void
plot_options_read(struct tool *tool, int argc, char **argv, struct plot_options *options)
{
	*options =
	    (struct plot_options){.style = environment_is_utf8() ? CANVAS_BRAILLE : CANVAS_ASCII};
	tool_start(tool, &table, argc, argv, options);
	if (options->candles && tool->operand_count > 0)
		tool_usage(tool, "--candles excludes members");
	if (!options->candles && tool->operand_count == 0)
		tool_usage(tool, "a member is missing, such as exchange_rate");
	if (options->numbered && options->time != NULL)
		tool_usage(tool, "--numbered excludes -T");
	if (options->numbered && options->window.time > 0)
		tool_usage(tool, "--numbered requires a number of records for --last");
	check_picture(tool, options);
}

struct chart_settings
plot_options_chart(const struct tool *tool, const struct plot_options *options)
{
	return (struct chart_settings){.members = (const char *const *)(const void *)tool->operands,
	    .member_count = options->candles ? 0 : tool->operand_count,
	    .window = options->window};
}
