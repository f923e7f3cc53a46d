/* roll_options: reads the command line. */
#include "base/environment.h"
#include "fxroll/roll_options.h"
#include "stream_options/start_option.h"

enum { LARGEST_STATE = 512 * 1024 * 1024, STATE = 64 * 1024 * 1024 };

/* -v names the value. */
static void
be_verbose(struct tool *tool, const char *option, const char *text, void *target)
{
	(void)option;
	(void)text;
	(void)target;
	tool->verbose = true;
}

#define AT(member) OPTION_AT(struct roll_options, member)

static const struct option_row rows[] = {
    {'k', "key", "MEMBER", OPTION_TEXT, AT(key), .required = true,
        .help = "records with the same MEMBER are a series"},
    {'v', "value", "MEMBER", OPTION_TEXT, AT(value), .required = true,
        .help = "compute the statistics of MEMBER, a number"},
    {'T', "time", "MEMBER", OPTION_TEXT, AT(time),
        .help = "take the time from MEMBER (default last_refreshed)"},
    OPTION_STREAM(AT(filtering.stream)),
    {'g', "group", "GROUP", OPTION_CALL, AT(filtering.group), .read = group_option,
        .values = "<group>",
        .help = "keep the state for GROUP, whose records kread reads, so that records that it "
                "repeats get the same members"},
    {0, "state", "FILE", OPTION_TEXT, AT(filtering.state), .values = "<file>",
        .help = "keep the state in FILE (default: STREAM.GROUP.fxroll beside the group)"},
    {0, "candles", "INTERVAL", OPTION_TEXT, AT(candles),
        .help = "write candles of INTERVAL (1m, 1h, ...) in place of the records"},
    {0, "close-after", "TIME", OPTION_DURATION, AT(close_after),
        .help = "with --candles, close a candle TIME after its end"},
    {0, "volume", "MEMBER", OPTION_TEXT, AT(volume),
        .help = "with --candles, add up MEMBER, a number, as their volume"},
    {0, "forecast", "TIME", OPTION_TEXT, AT(forecast),
        .help = "forecast the value in TIME (5m, 1h, ...) by its linear trend, with the errors of "
                "earlier forecasts"},
    {0, "level-time", "TIME", OPTION_DURATION, AT(level_time),
        .help = "with --forecast, smooth the level over TIME (default: half of that of the "
                "forecast)"},
    {0, "trend-time", "TIME", OPTION_DURATION, AT(trend_time),
        .help = "with --forecast, smooth the trend over TIME (default: four times that of the "
                "forecast)"},
    {0, "partial", NULL, OPTION_FLAG, AT(partial),
        .help = "also write statistics whose window is not full yet"},
    {0, "late", "HOW", OPTION_CHOICE, AT(late), .values = "drop pass",
        .help = "drop records that are older than the last of their key (default), or pass them "
                "on without statistics"},
    {0, "max-state", "SIZE", OPTION_SIZE, AT(filtering.max_state), .least = 1024,
        .most = LARGEST_STATE,
        .help = "end with status 2 if the windows need more memory (default 64M)"},
    OPTION_REJECTS(AT(filtering.rejects)),
    {0, "verbose", NULL, OPTION_CALL, .read = be_verbose, .help = "print details"}, OPTION_END};

static const struct option_table table = {.name = "fxroll",
    .about = "add statistics of each key's last records",
    .details = "Reads objects, and writes them with members added: moving averages, minimum, "
               "maximum and more, over a number of records (sma=60) or a time (sma=5m). The "
               "statistics are sma, ema, min, max, sum, count, stddev, zscore and return, which "
               "may stand alone.",
    .rows = rows,
    .arguments = "[STATISTIC[=WINDOW,...]...]",
    .values = "sma= ema= min= max= sum= count= stddev= zscore= return",
    .most = OPTION_MANY,
    .input = "fxroll reads records from standard input"};

/* The members of a candle that have names of their own. */
static const char *const own[] = {
    "_pos", "interval", "start", "open", "high", "low", "close", "count", "volume", NULL};

static void
check_candles(struct tool *tool, struct roll_options *options)
{
	for (size_t i = 0; own[i] != NULL; i++) {
		if (strcmp(own[i], options->key) == 0)
			tool_usage(tool, "-k cannot be \"%s\", a member of the candles", own[i]);
	}
	options->statistics.interval = option_duration(tool, "--candles", options->candles);
	if (tool->operand_count > 0 || options->forecast != NULL || options->partial ||
	    options->late != ROLL_LATE_DROP)
		tool_usage(tool, "--candles excludes statistics, --forecast, --partial and --late");
	options->statistics.volume = options->volume != NULL;
}

static void
check_forecast(struct tool *tool, struct roll_options *options)
{
	int64_t horizon = option_duration(tool, "--forecast", options->forecast);

	if (strlen(options->forecast) > FORECAST_TEXT)
		tool_usage(tool, "--forecast: \"%s\" has more than %d characters",
		    options->forecast, FORECAST_TEXT);
	forecast_set(&options->statistics.forecast, options->forecast, horizon, options->level_time,
	    options->trend_time);
}

void
roll_options_read(struct tool *tool, int argc, char **argv, struct roll_options *options)
{
	struct failure failure;

	*options = (struct roll_options){.time = "last_refreshed",
	    .filtering = {.stream = environment_stream(), .max_state = STATE}};
	tool_start(tool, &table, argc, argv, options);
	if (options->candles != NULL)
		check_candles(tool, options);
	else if (options->close_after != 0 || options->volume != NULL)
		tool_usage(tool, "--close-after and --volume require --candles");
	else if (tool->operand_count == 0 && options->forecast == NULL)
		tool_usage(tool, "a statistic is missing, such as sma=60");
	if (options->forecast != NULL)
		check_forecast(tool, options);
	else if (options->level_time != 0 || options->trend_time != 0)
		tool_usage(tool, "--level-time and --trend-time require --forecast");
	if (options->filtering.state != NULL && options->filtering.group == NULL)
		tool_usage(tool, "--state requires -g");
	for (size_t i = 0; i < tool->operand_count; i++) {
		if (!statistics_add(&options->statistics, tool->operands[i], &failure))
			tool_usage(tool, "%s", failure.text);
	}
}
