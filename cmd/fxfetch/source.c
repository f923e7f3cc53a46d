/* source: takes the subjects to fetch from the arguments, else from standard input. */
#include <string.h>
#include <unistd.h>

#include "text/json.h"
#include "fxfetch/source.h"

void
source_open(struct source *source, const struct provider *provider, char **arguments,
    struct tool *tool, size_t window)
{
	*source = (struct source){.tool = tool, .provider = provider};
	if (*arguments != NULL) {
		source->arguments = arguments;
	} else {
		tool_announce_terminal(tool);
		source->lines = lines_open(STDIN_FILENO, tool->max_line, window, &tool_stop);
	}
	source->dry = source->lines != NULL;
}

void
source_close(struct source *source)
{
	lines_close(source->lines);
}

void
source_refused(struct source *source, uint64_t line, const struct failure *refused)
{
	source->tool->stats.refused++;
	tool_note_status(source->tool, failure_status(FAILURE_REFUSED));
	tool_message_line(source->tool, line, refused);
}

enum { TEXT_MAX = SUBJECT_SIZE * 6 /* if all of it is escaped */ };

static bool
plain_text(struct span value, char plain[TEXT_MAX], struct span *text)
{
	if (value.start == NULL || json_kind(value) != JSON_STRING)
		return false;
	struct span inside = json_inside(value);
	if (inside.length > TEXT_MAX)
		return false;
	*text = (struct span){plain, json_unescape(inside, plain)};
	return true;
}

enum { TICKER, FROM, TO, CONVERSION, WANTED };

/* A pair may also be {"from":"BTC","to":"USD"}, or that inside "conversion". */
static bool
read_members(const struct source *source, struct json_wanted wanted[WANTED],
    struct subject *subject, struct failure *failure)
{
	char first[TEXT_MAX], second[TEXT_MAX];
	struct span from, to;
	bool pair = source->provider->asks == SUBJECT_PAIR;

	if (wanted[TICKER].times > 0 ? plain_text(wanted[TICKER].value, first, &from) &&
	                                   subject_parse(source->provider->asks, from, subject)
	                             : pair && plain_text(wanted[FROM].value, first, &from) &&
	                                   plain_text(wanted[TO].value, second, &to) &&
	                                   subject_make_pair(from, to, subject))
		return true;
	if (pair)
		return fail(failure, FAILURE_REFUSED,
		    "not a pair: expected {\"ticker\":\"BTC/USD\"} or "
		    "{\"from\":\"BTC\",\"to\":\"USD\"}, each half 1 to 20 of A-Z 0-9 . _ -");
	return fail(failure, FAILURE_REFUSED, "not a %s: expected {\"ticker\":\"…\"} with %s",
	    subject_noun(source->provider->asks), subject_form(source->provider->asks));
}

/* Only some providers can be asked for all pairs. */
static bool
check_all(const struct source *source, const struct subject *subject, struct failure *failure)
{
	char text[SUBJECT_SIZE];

	return provider_takes(source->provider, subject) ||
	       fail(failure, FAILURE_REFUSED, "%s: %s cannot be asked for all pairs",
	           subject_text(subject, text), source->provider->name);
}

static bool
read_object(
    const struct source *source, struct span text, struct subject *subject, struct failure *failure)
{
	struct json_wanted wanted[WANTED] = {[TICKER] = {.name = span_of("ticker")},
	    [FROM] = {.name = span_of("from")},
	    [TO] = {.name = span_of("to")},
	    [CONVERSION] = {.name = span_of("conversion")}};
	struct json_error error;

	if (!json_find(text, JSON_DEPTH, wanted, WANTED, NULL, &error))
		return fail(failure, FAILURE_REFUSED,
		    "%s at byte %zu: expected {\"ticker\":\"%s\"}", error.reason, error.offset + 1,
		    source->provider->asks == SUBJECT_PAIR ? "BTC/USD" : "…");
	for (size_t i = 0; i < WANTED; i++)
		if (wanted[i].times > 1)
			return fail(failure, FAILURE_REFUSED, "member \"%s\" occurs twice",
			    wanted[i].name.start);
	struct span inner = wanted[CONVERSION].value;
	if (wanted[TICKER].times == 0 && wanted[FROM].times == 0 && inner.start != NULL &&
	    json_kind(inner) == JSON_OBJECT)
		json_find(inner, JSON_DEPTH, wanted, CONVERSION, NULL, &error);
	return read_members(source, wanted, subject, failure) &&
	       check_all(source, subject, failure);
}

static bool
read_line(const struct source *source, const struct line *line, struct subject *subject,
    struct failure *failure)
{
	const char *format;

	if (line->state == LINE_LONG)
		return fail(failure, FAILURE_REFUSED, "%llu bytes long, and --max-line is %zu",
		    (unsigned long long)line->bytes, source->tool->max_line);
	if (line->state == LINE_CUT)
		return fail(failure, FAILURE_REFUSED,
		    "the input ends inside it: no newline, and not a complete object");
	format = lines_known_format(line);
	if (format != NULL)
		return fail(failure, FAILURE_REFUSED, "%s", format);
	return read_object(source, line->text, subject, failure);
}

static bool
next_argument(struct source *source, struct subject *subject)
{
	while (*source->arguments != NULL) {
		const char *argument = *source->arguments++;
		struct failure failure;
		struct shown shown;
		source->tool->stats.lines++;
		source->tool->stats.bytes += strlen(argument);
		if (subject_parse(source->provider->asks, span_of(argument), subject)) {
			if (check_all(source, subject, &failure))
				return true;
			source_refused(source, 0, &failure);
			continue;
		}
		fail(&failure, FAILURE_REFUSED, "\"%s\" is not %s",
		    show(&shown, argument, strlen(argument)), subject_form(source->provider->asks));
		source_refused(source, 0, &failure);
	}
	source->ended = true;
	return false;
}

bool
source_next(struct source *source, struct subject *subject, uint64_t *number)
{
	struct line line;
	struct failure failure;

	*number = 0;
	if (source->arguments != NULL)
		return next_argument(source, subject);
	while (!source->dry && lines_next(source->lines, &line)) {
		if (lines_ignore(&line)) {
			source->tool->stats.blank++;
			continue;
		}
		source->tool->stats.lines++;
		source->tool->stats.bytes += line.bytes;
		*number = line.number;
		if (read_line(source, &line, subject, &failure))
			return true;
		source_refused(source, line.number, &failure);
	}
	source->dry = true;
	return false;
}

uint64_t
source_rest(struct source *source)
{
	struct line line;
	uint64_t rest = 0;

	while (source->arguments != NULL && *source->arguments != NULL) {
		source->arguments++;
		rest++;
	}
	while (source->lines != NULL && lines_next(source->lines, &line))
		rest++;
	return rest;
}

bool
source_wait(struct source *source, int timeout, struct failure *failure)
{
	switch (lines_wait(source->lines, STDOUT_FILENO, timeout, failure)) {
	case LINES_READY:
		source->dry = false;
		return true;
	case LINES_END:
		source->ended = true;
		return true;
	case LINES_FAILED:
		break;
	}
	/* After a signal the requests in flight are still finished. */
	return failure->kind == FAILURE_STOPPED;
}
