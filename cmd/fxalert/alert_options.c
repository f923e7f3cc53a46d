/* alert_options: reads the command line. */
#include "base/environment.h"
#include "fxalert/alert_options.h"
#include "stream_options/start_option.h"

enum { LARGEST_STATE = 512 * 1024 * 1024, STATE = 64 * 1024 * 1024 };

#define AT(member) OPTION_AT(struct alert_options, member)

static const struct option_row rows[] = {
    {'k', "key", "MEMBER", OPTION_TEXT, AT(key), .required = true,
        .help = "each value of MEMBER has alerts of its own"},
    {'T', "time", "MEMBER", OPTION_TEXT, AT(time),
        .help = "take the time from MEMBER (default last_refreshed)"},
    OPTION_STREAM(AT(filtering.stream)),
    {'g', "group", "GROUP", OPTION_CALL, AT(filtering.group), .read = group_option,
        .values = "<group>",
        .help = "keep the state for GROUP, whose records kread reads, so that no alert is lost "
                "when a tool is killed"},
    {0, "state", "FILE", OPTION_TEXT, AT(filtering.state), .values = "<file>",
        .help = "keep the state in FILE (default: STREAM.GROUP.fxalert beside the group)"},
    {0, "reset", "PERCENT%", OPTION_TEXT, AT(reset),
        .help = "let a rule fire again only when the value has gone back by PERCENT"},
    {0, "cooldown", "TIME", OPTION_DURATION, AT(rules.pause),
        .help = "leave at least TIME between two alerts of a rule for a key"},
    {0, "max-state", "SIZE", OPTION_SIZE, AT(filtering.max_state), .least = 1024,
        .most = LARGEST_STATE,
        .help = "end with status 2 if the values need more memory (default 64M)"},
    OPTION_REJECTS(AT(filtering.rejects)), OPTION_END};

static const struct option_table table = {.name = "fxalert",
    .about = "write an alert when a rule becomes true",
    .details = "Reads objects, and writes a line each time a rule fires for a key: once when it "
               "becomes true, and again only after it was false. The rules, each an argument "
               "(the shell needs quotes):\n"
               "  'MEMBER > NUMBER'                       also <, >=, <=\n"
               "  'MEMBER crosses NUMBER'                 crosses above, crosses below\n"
               "  'MEMBER change PERCENT% in TIME'        rise, fall\n"
               "  'missing TIME'                          no record of a key came",
    .rows = rows,
    .arguments = "RULE...",
    .most = OPTION_MANY,
    .input = "fxalert reads records from standard input"};

/* The members of an alert that are not those of the record. */
static const char *const own[] = {
    "_pos", "alert", "id", "direction", "value", "previous", "text", NULL};

static void
check_members(struct tool *tool, const struct alert_options *options)
{
	const struct rules *rules = &options->rules;

	if (strcmp(options->key, options->time) == 0)
		tool_usage(tool, "-k and -T name the same member");
	for (size_t i = 0; own[i] != NULL; i++) {
		if (strcmp(own[i], options->key) == 0 || strcmp(own[i], options->time) == 0)
			tool_usage(
			    tool, "-k and -T cannot be \"%s\", a member of the alerts", own[i]);
	}
	for (size_t i = 0; i < rules->member_count; i++) {
		if (strcmp(rules->members[i], options->key) == 0 ||
		    strcmp(rules->members[i], options->time) == 0)
			tool_usage(tool, "a rule cannot be about \"%s\", the key or the time",
			    rules->members[i]);
	}
}

void
alert_options_read(struct tool *tool, int argc, char **argv, struct alert_options *options)
{
	struct failure failure;

	*options = (struct alert_options){.time = "last_refreshed",
	    .filtering = {.stream = environment_stream(), .max_state = STATE}};
	tool_start(tool, &table, argc, argv, options);
	if (tool->operand_count == 0)
		tool_usage(tool, "a rule is missing, such as 'exchange_rate > 50000'");
	if (options->filtering.state != NULL && options->filtering.group == NULL)
		tool_usage(tool, "--state requires -g");
	if (options->reset != NULL &&
	    !rules_percentage(span_of(options->reset), &options->rules.reset))
		tool_usage(tool, "--reset \"%s\" is not a percentage such as 1%%", options->reset);
	for (size_t i = 0; i < tool->operand_count; i++) {
		if (!rules_add(&options->rules, tool->operands[i], &failure))
			tool_usage(tool, "%s", failure.text);
	}
	if (!rules_check(&options->rules, &failure))
		tool_usage(tool, "%s", failure.text);
	check_members(tool, options);
}
