/* fxfetch: fetches rates, quotes and other values from a provider. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "rate/fetch.h"
#include "base/memory.h"
#include "system/directory.h"
#include "secret/secret.h"
#include "text/timestamp.h"
#include "fxfetch/choose_provider.h"
#include "fxfetch/source.h"
#include "tool/tool.h"

enum { WINDOW = 64 * 1024, LONGEST_TIMEOUT = 600 };

struct options {
	const char *provider;
	const char *secret;
	unsigned jobs;
	unsigned timeout; /* s */
};

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {
    {'p', "provider", "NAME", OPTION_TEXT, AT(provider), .values = "<provider>",
        .help = "the provider: alphavantage, alphavantage-daily, alphavantage-fx-daily, "
                "alphavantage-intraday, alphavantage-quote, binance, coinbase, coingecko, "
                "ecb, frankfurter, kraken, openmeteo, sample, or one that you described (default: "
                "$FX_PROVIDER, else alphavantage if its key is set up, else coinbase)"},
    {'K', "key", "SECRET", OPTION_TEXT, AT(secret), .values = "<secret>",
        .help = "where the provider's key is: file:PATH, secretsmanager:NAME[#FIELD] or a secret "
                "ARN"},
    {'j', "jobs", "N", OPTION_NUMBER, AT(jobs), .least = 1, .most = FETCH_FLYING,
        .help = "send up to N requests at once (1 to 64, default 4)"},
    {0, "timeout", "SECONDS", OPTION_NUMBER, AT(timeout), .least = 1, .most = LONGEST_TIMEOUT,
        .help = "end a request after SECONDS (1 to 600, default 30)"},
    OPTION_END};

static const struct option_table table = {.name = "fxfetch",
    .about = "fetch rates, quotes and other values from a provider",
    .details = "Writes the provider's response for each SUBJECT, one JSON line each, in the order "
               "given: for each pair (BTC/USD), ticker (IBM) or place (Berlin=52.52,13.41), as "
               "the provider takes them. Without a SUBJECT, reads subjects from standard input, "
               "as {\"ticker\":\"BTC/USD\"} or {\"from\":\"BTC\",\"to\":\"USD\"}.",
    .rows = rows,
    .aws = true,
    .arguments = "[SUBJECT...]",
    .values = "<pair>",
    .most = OPTION_MANY};

struct loop {
	struct tool tool;
	struct source source; /* of subjects */
	const struct provider *provider;
	struct fetch *fetch;
	bool over; /* a permanent failure: nothing further can be fetched */
	uint64_t unasked; /* subjects that were not fetched before the end */
};

static bool run(struct loop *loop, struct failure *failure);
static bool confine(struct loop *loop, const char *secret, struct failure *failure);
static struct fetch *open_fetch(
    struct loop *loop, const struct options *options, struct span key, struct failure *failure);

int
main(int count, char **arguments)
{
	struct loop loop = {0};
	struct options options = {.jobs = 4, .timeout = 30};
	struct secret_settings settings = {0};
	struct failure failure = {.kind = FAILURE_NONE};
	struct provider *provider = NULL;
	struct buffer key;

	buffer_init(&key, SECRET_MAX);
	tool_start(&loop.tool, &table, count, arguments, &options);
	settings.caller = tool_caller(&loop.tool);
	tool_ready(&loop.tool);
	provider = choose_provider(options.provider, options.secret, &failure);
	if (provider == NULL)
		goto out;
	loop.provider = provider;
	if (!confine(&loop, options.secret, &failure) ||
	    !choose_provider_key(provider, options.secret, &settings, &key, &failure))
		goto out;
	loop.fetch = open_fetch(&loop, &options, buffer_span(&key), &failure);
	if (loop.fetch == NULL)
		goto out;
	source_open(&loop.source, provider, loop.tool.operands, &loop.tool, WINDOW);
	run(&loop, &failure);
	loop.unasked += fetch_pending(loop.fetch) + source_rest(&loop.source);
	loop.tool.stats.retries = fetch_retries(loop.fetch);
	loop.tool.stats.throttled = fetch_throttles(loop.fetch);
	/* The key in the keyring may be outdated. */
	if (loop.over && options.secret != NULL)
		secret_forget(options.secret, &settings.caller);
	source_close(&loop.source);
out:
	if (failure.kind == FAILURE_REFUSED)
		failure.kind = FAILURE_PERMANENT; /* no such provider */
	tool_failed(&loop.tool, &failure);
	if (loop.unasked > 0 && failure.kind != FAILURE_READER_GONE)
		tool_message(&loop.tool, "stopped: %llu %s%s not fetched",
		    (unsigned long long)loop.unasked, subject_noun(provider->asks),
		    loop.unasked == 1 ? " was" : "s were");
	fetch_close(loop.fetch);
	provider_free(provider);
	buffer_wipe(&key);
	tool_end(&loop.tool, &failure);
}

/* The directory of the file of rate limits is created before. */
static bool
confine(struct loop *loop, const char *secret, struct failure *failure)
{
	struct sandbox sandbox = {.network = false};
	struct caller caller = tool_caller(&loop->tool);
	struct failure ignored;
	const char *home;

	if (!environment_home(&home, failure))
		return false;
	char *inside = memory_format("%s/", home);
	if (strncmp(loop->provider->url, "file:", strlen("file:")) != 0)
		(void)directory_make(inside, &ignored);
	choose_provider_sandbox(loop->provider, secret, home, &caller, &sandbox);
	tool_confine(&loop->tool, &sandbox);
	free(inside);
	return true;
}

static struct fetch *
open_fetch(
    struct loop *loop, const struct options *options, struct span key, struct failure *failure)
{
	const char *home;
	if (!environment_home(&home, failure))
		return NULL;
	char *state = memory_format("%s/%s.pace", home, loop->provider->account);
	struct fetch_settings settings = {.provider = loop->provider,
	    .key = key,
	    .state = state,
	    .timeout = 1000 * (int64_t)options->timeout,
	    .in_flight = options->jobs,
	    .caller = tool_caller(&loop->tool)};
	struct fetch *fetch = fetch_open(&settings, failure);
	free(state);
	return fetch;
}

/* Writes a response, or reports why there is none. False: the output has failed. */
static bool
write_answer(struct loop *loop, const struct fetched *answer, struct failure *failure)
{
	struct output *output = loop->tool.output;
	char subject[SUBJECT_SIZE], time[TIMESTAMP_SIZE], head[512];

	if (answer->failure.kind == FAILURE_STOPPED) {
		loop->unasked++;
		return true;
	}
	if (answer->failure.kind == FAILURE_REFUSED) {
		source_refused(&loop->source, answer->line, &answer->failure);
		return true;
	}
	if (answer->failure.kind != FAILURE_NONE) {
		loop->over = loop->over || answer->failure.kind == FAILURE_PERMANENT;
		tool_failed(&loop->tool, &answer->failure);
		return true;
	}
	loop->tool.stats.done++;
	int length = snprintf(head, sizeof(head),
	    "{\"provider\":\"%s\",\"ticker\":\"%s\",\"fetched\":\"%s\",\"response\":",
	    loop->provider->name, subject_text(&answer->subject, subject),
	    timestamp_format(answer->at, true, time));
	return output_add(output, head, (size_t)length, failure) &&
	       output_add(output, answer->body.start, answer->body.length, failure) &&
	       output_add(output, "}\n", 2, failure);
}

/* Writes all responses that have arrived, in order, and flushes the output. */
static bool
write_answers(struct loop *loop, struct failure *failure)
{
	struct fetched answer;
	while (fetch_next(loop->fetch, &answer))
		if (!write_answer(loop, &answer, failure))
			return false;
	tool_tick(&loop->tool, false, "");
	return output_flush(loop->tool.output, failure);
}

/* Asks for as many subjects as there is room and input for. */
static void
take_subjects(struct loop *loop)
{
	struct subject subject;
	uint64_t line;
	while (!loop->over && !tool_stop && fetch_has_room(loop->fetch) &&
	       source_next(&loop->source, &subject, &line))
		fetch_ask(loop->fetch, &subject, line);
}

static bool
run(struct loop *loop, struct failure *failure)
{
	struct source *source = &loop->source;
	for (;;) {
		take_subjects(loop);
		bool ended = loop->over || tool_stop || source->ended;
		if (ended && fetch_pending(loop->fetch) == 0)
			return true;
		bool idle = fetch_pending(loop->fetch) == 0;
		bool hungry = !ended && source->dry && fetch_has_room(loop->fetch);
		if (!idle &&
		    !fetch_wait(loop->fetch, hungry ? STDIN_FILENO : -1, STDOUT_FILENO, failure))
			return false;
		if (!write_answers(loop, failure))
			return false;
		if (output_reader_gone(STDOUT_FILENO))
			return fail_reader_gone(failure);
		if (hungry && !source_wait(source, idle ? -1 : 0, failure))
			return false;
	}
}
