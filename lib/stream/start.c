/* start: tries the forms of a place one after the other. */
#include <strings.h>

#include "base/environment.h"
#include "stream/start.h"
#include "system/moment.h"
#include "text/timestamp.h"

#define FORMS \
	"trim-horizon, latest, a duration before now such as 15m or 1w, a position such as 0:7, " \
	"or a time: " MOMENT_FORMS

static bool
read_word(const char *text, enum stream_from *from)
{
	static const struct {
		const char *word;
		enum stream_from from;
	} words[] = {{"trim-horizon", FROM_TRIM_HORIZON}, {"trim_horizon", FROM_TRIM_HORIZON},
	    {"epoch", FROM_TRIM_HORIZON}, {"latest", FROM_LATEST}, {"now", FROM_LATEST}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcasecmp(text, words[i].word) == 0) {
			*from = words[i].from;
			return true;
		}
	}
	return false;
}

static bool
read_time(const char *text, int64_t *time, struct failure *failure)
{
	const struct moment_rules rules = {.large_numbers = true};
	struct moments *moments = moments_open(environment_zones(), "");
	bool good = moment_read(moments, span_of(text), &rules, time, failure);

	if (!good && failure->kind == FAILURE_REFUSED)
		failure->kind = FAILURE_PERMANENT;
	moments_close(moments);
	return good;
}

/* A date: no shard is called so, but a time without seconds looks like a position otherwise. */
static bool
begins_with_date(const char *text)
{
	static const char form[] = "0000-00-00";

	for (size_t i = 0; form[i] != '\0'; i++) {
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	}
	return true;
}

bool
start_read(const char *text, struct start *start, struct failure *failure)
{
	const char *duration = text[0] == '-' ? text + 1 : text;
	struct timestamp ignored;
	struct shown shown;

	*start = (struct start){.text = text};
	if (read_word(text, &start->from))
		return true;
	start->from = FROM_TIME;
	start->relative = duration_parse(span_of(duration), &start->time);
	if (start->relative)
		return true;
	if (timestamp_read(span_of(text), &ignored))
		return read_time(text, &start->time, failure);
	start->from = FROM_POSITION;
	return (!begins_with_date(text) && position_parse(span_of(text), &start->position)) ||
	       fail(failure, FAILURE_PERMANENT, "\"%s\" is not a place in a stream: use " FORMS,
	           show(&shown, text, strlen(text)));
}

int64_t
start_time(const struct start *start, const struct stream *stream)
{
	return start->relative ? stream_now(stream) - start->time : start->time;
}
