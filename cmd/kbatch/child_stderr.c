/* speech: what a command says while it works. */
#include "base/clock.h"
#include "kbatch/child_stderr.h"

enum { PERIOD = 10 * 1000000 /* us */, LINES = 100 /* in a period */ };

void
speech_begin(struct speech *speech, struct speech_limit *limit)
{
	speech->limit = limit;
	speech->length = speech->last_length = 0;
}

void
speech_limit_end(struct speech_limit *limit)
{
	if (limit->held_back > 0)
		tool_message(limit->tool, "%s: %llu more lines of its words are not shown",
		    limit->name, (unsigned long long)limit->held_back);
	limit->held_back = 0;
	limit->said = 0;
	limit->since = clock_steady();
}

static void
say(struct speech *speech)
{
	struct speech_limit *limit = speech->limit;
	struct shown shown;

	if (speech->length > 0) {
		if (limit->said >= LINES && clock_steady() - limit->since >= PERIOD)
			speech_limit_end(limit);
		if (limit->said == 0)
			limit->since = clock_steady();
		if (limit->said < LINES) {
			tool_message(limit->tool, "%s: %s", limit->name,
			    show(&shown, speech->line, speech->length));
			limit->said++;
		} else {
			limit->held_back++;
		}
	}
	speech->length = 0;
}

void
speech_pause(struct speech *speech)
{
	say(speech);
}

static void
keep_last(struct speech *speech, const char *bytes, size_t length)
{
	if (length > SPEECH_LAST) {
		bytes += length - SPEECH_LAST;
		length = SPEECH_LAST;
	}
	if (speech->last_length + length > sizeof speech->last) {
		size_t kept = SPEECH_LAST - length;

		memmove(speech->last, speech->last + speech->last_length - kept, kept);
		speech->last_length = kept;
	}
	memcpy(speech->last + speech->last_length, bytes, length);
	speech->last_length += length;
}

void
speech_hear(struct speech *speech, const char *bytes, size_t length)
{
	const char *end = bytes + length;

	keep_last(speech, bytes, length);
	while (bytes < end) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t got = (size_t)((newline != NULL ? newline : end) - bytes);
		size_t room = sizeof speech->line - speech->length;

		memcpy(speech->line + speech->length, bytes, got < room ? got : room);
		speech->length += got < room ? got : room;
		bytes += got;
		if (newline != NULL) {
			say(speech);
			bytes++;
		}
	}
}

struct span
speech_last(const struct speech *speech)
{
	struct span last = {speech->last, speech->last_length};
	const char *newline;

	while (last.length > 0 && last.start[last.length - 1] == '\n')
		last.length--;
	if (last.length <= SPEECH_LAST)
		return last;
	last.start += last.length - SPEECH_LAST;
	last.length = SPEECH_LAST;
	newline = memchr(last.start, '\n', last.length);
	if (newline != NULL) {
		last.length -= (size_t)(newline + 1 - last.start);
		last.start = newline + 1;
	}
	return last;
}
