/* snspub: publishes lines to a topic, each as a message. */
#include "storing/storing.h"
#include "topic/topic.h"

enum { MOST_JOBS = 64, TIMEOUT = 30, LONGEST_TIMEOUT = 600 };

struct options {
	const char *topic;
	const char *text, *subject;
	const char *attributes;
	const char *group, *deduplication;
	enum topic_format format;
	const char *rejects;
	unsigned jobs;
	unsigned timeout; /* s */
	bool quiet;
};

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {
    {'t', "topic", "TOPIC", OPTION_TEXT, AT(topic), .required = true, .values = "<secret>",
        .help = "the topic: sns:NAME or an ARN, or the secret that holds a webhook's https URL: "
                "file:PATH, secretsmanager:NAME[#FIELD] or a secret ARN"},
    {0, "text", "TEMPLATE", OPTION_TEXT, AT(text),
        .help = "the message: text with members in it, as in \"{ticker} is at {exchange_rate}\" "
                "(default: the line)"},
    {0, "subject", "TEMPLATE", OPTION_TEXT, AT(subject),
        .help = "the subject of an SNS message, or the title of an ntfy message"},
    {0, "attribute", "MEMBER,...", OPTION_TEXT, AT(attributes),
        .help = "SNS: send these members as attributes of the message, too (up to 10)"},
    {0, "group-id", "MEMBER", OPTION_TEXT, AT(group),
        .help = "FIFO topic: the member that holds the message group; required there"},
    {0, "deduplication-id", "MEMBER", OPTION_TEXT, AT(deduplication),
        .help = "FIFO topic: the member that holds the deduplication id (default: made from the "
                "line's position, if it has one)"},
    {0, "format", "FORMAT", OPTION_CHOICE, AT(format), .values = TOPIC_FORMATS,
        .help = "the format of a webhook: line (the message alone; default), slack, discord, ntfy "
                "or telegram"},
    {'j', "jobs", "N", OPTION_NUMBER, AT(jobs), .least = 1, .most = MOST_JOBS,
        .help = "keep up to N requests in flight (default: SNS 4, webhook and FIFO topic 1, "
                "which keeps the order)"},
    {0, "timeout", "SECONDS", OPTION_NUMBER, AT(timeout), .least = 1, .most = LONGEST_TIMEOUT,
        .help = "end a request without a reply after SECONDS (1 to 600, default 30)"},
    OPTION_REJECTS(AT(rejects)), OPTION_QUIET(AT(quiet)), OPTION_END};

static const struct option_table table = {.name = "snspub",
    .about = "publish lines to a topic (SNS or a webhook)",
    .details = "Publishes each line of standard input as a message, and writes it to standard "
               "output once the service has it. Without --text a line may be any text.",
    .rows = rows,
    .aws = true,
    .input = "snspub reads its lines from standard input"};

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options = {.timeout = TIMEOUT};
	struct topic_settings settings;
	struct failure failure;
	struct storing storing = {.tool = &tool};
	struct sandbox sandbox = {.network = true};

	tool_start(&tool, &table, argc, argv, &options);
	tool_ready(&tool);
	settings = (struct topic_settings){.name = options.topic,
	    .text = options.text,
	    .subject = options.subject,
	    .attributes = options.attributes,
	    .group = options.group,
	    .deduplication = options.deduplication,
	    .format = options.format,
	    .in_flight = options.jobs,
	    .timeout = 1000 * (int64_t)options.timeout,
	    .caller = tool_caller(&tool)};
	storing.rejects_path = options.rejects;
	storing.quiet = options.quiet;
	topic_sandbox(options.topic, &settings.caller, &sandbox);
	storing_confine(&storing, &sandbox);
	storing.sink = topic_open(&settings, &failure);
	if (storing.sink == NULL)
		tool_fail(&tool, &failure);
	storing_run(&storing);
}
