/* answers: what a command writes back of the lines that it was given. */
#include <stdlib.h>

#include "base/clock.h"
#include "kbatch/payload.h"
#include "text/json.h"
#include "base/memory.h"
#include "kbatch/run.h"

enum { ERROR = 200 /* bytes kept of one */ };

void
answers_begin(struct run *run)
{
	struct answers *answers = &run->answers;

	buffer_clear(&answers->line);
	answers->too_long = answers->hashed = false;
	answers->next = answers->failed = answers->unknown = 0;
}

/* The line at that place of the part, as it was given. */
static struct span
given(struct run *run, backlog_number number)
{
	struct buffer *to = &run->answers.given;

	buffer_clear(to);
	given_add(
	    to, backlog_line(run->course->backlog, number)->text, run->course->settings.whole);
	return buffer_span(to);
}

static void
done(struct run *run, const backlog_number *numbers, size_t at)
{
	course_tell(run->course, numbers[at], TOLD_DONE, run);
	batch_done(&run->batch, at);
	run->answers.next = at + 1;
}

/* One that came out of order, or that is none of ours. */
static void
look_for(struct run *run, const backlog_number *numbers, size_t count, struct span answer)
{
	struct answers *answers = &run->answers;
	uint64_t hash = given_hash(answer);

	if (!answers->hashed) {
		for (size_t i = 0; i < count; i++)
			answers->hashes[i] =
			    numbers[i] != BACKLOG_NONE ? given_hash(given(run, numbers[i])) : 0;
		answers->hashed = true;
	}
	for (size_t i = 0; i < count; i++) {
		size_t at = (answers->next + i) % count;

		if (numbers[at] != BACKLOG_NONE && answers->hashes[at] == hash &&
		    span_equal(given(run, numbers[at]), answer)) {
			done(run, numbers, at);
			return;
		}
	}
	answers->unknown++;
}

static void
receipt(struct run *run, struct span answer)
{
	size_t count;
	const backlog_number *numbers = batch_now(&run->batch, &count);
	size_t *next = &run->answers.next;

	while (*next < count && numbers[*next] == BACKLOG_NONE)
		++*next;
	if (*next < count && span_equal(given(run, numbers[*next]), answer))
		done(run, numbers, *next);
	else
		look_for(run, numbers, count, answer);
}

/* {"error":…}: its text goes to the line. */
static bool
is_error(struct span answer, struct backlog_line *line)
{
	struct json_wanted wanted = {.name = {"error", 5}};
	struct json_error ignored;
	struct span text;

	if (!json_find(answer, JSON_DEPTH, &wanted, 1, NULL, &ignored) || wanted.times != 1)
		return false;
	free(line->error);
	text = wanted.value;
	if (json_kind(text) == JSON_STRING) {
		char *plain = memory_new(text.length, 1);

		text.length = json_unescape(json_inside(text), plain);
		line->error = memory_copy(plain, text.length < ERROR ? text.length : ERROR);
		free(plain);
	} else {
		line->error = memory_copy(text.start, text.length < ERROR ? text.length : ERROR);
	}
	return true;
}

/* Of one that stays: each line in its turn. */
static bool
reply(struct run *run, struct span answer)
{
	struct answers *answers = &run->answers;
	const backlog_number *numbers;
	size_t count, at = answers->next;

	/* Nothing has been asked, or no more than has been answered. */
	if (run->state != RUN_UNDER_WAY || at >= run->fed || answers->unknown > 0) {
		answers->unknown++;
		return false;
	}
	numbers = batch_now(&run->batch, &count);
	if (span_equal(given(run, numbers[at]), answer)) {
		done(run, numbers, at);
	} else if (is_error(answer, backlog_line(run->course->backlog, numbers[at]))) {
		answers->failed++;
		answers->next++;
	} else {
		answers->unknown++;
		return false;
	}
	if (run->course->settings.timeout > 0)
		run->deadline = clock_steady() + run->course->settings.timeout;
	if (answers->next == count)
		verdict_of_answers(run);
	return true;
}

static bool
take_line(struct run *run, struct span line)
{
	if (run->course->settings.persistent)
		return reply(run, line);
	receipt(run, line);
	return true;
}

bool
answers_take(struct run *run, const char *bytes, size_t length)
{
	struct answers *answers = &run->answers;
	const char *end = bytes + length, *newline;
	bool agreed = true;

	for (; bytes < end && agreed; bytes = newline + 1) {
		newline = memchr(bytes, '\n', (size_t)(end - bytes));
		length = (size_t)((newline != NULL ? newline : end) - bytes);
		if (newline != NULL && answers->line.length == 0 && !answers->too_long) {
			agreed = take_line(run, (struct span){bytes, length});
			continue;
		}
		if (!buffer_add(&answers->line, bytes, length))
			answers->too_long = true;
		if (newline == NULL)
			break;
		if (answers->too_long)
			answers->unknown++;
		else
			agreed = take_line(run, buffer_span(&answers->line));
		buffer_clear(&answers->line);
		answers->too_long = false;
	}
	return agreed;
}
