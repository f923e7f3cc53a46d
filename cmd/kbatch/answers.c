/* answers: compares what a command writes with the lines that it was given. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "kbatch/answers.h"
#include "kbatch/payload.h"
#include "text/json.h"

enum { LONGEST_ERROR = 200 /* bytes kept of an error */ };

void
answers_init(struct answers *answers, const struct backlog *backlog, bool persistent,
    bool positions, size_t lines, size_t longest)
{
	*answers =
	    (struct answers){.backlog = backlog, .persistent = persistent, .positions = positions};
	answers->done = memory_new(lines, sizeof *answers->done);
	answers->hashes = memory_new(lines, sizeof *answers->hashes);
	answers->queue = memory_new(lines, sizeof *answers->queue);
	buffer_init(&answers->line, longest + 1);
	buffer_init(&answers->expected, SIZE_MAX / 2);
}

void
answers_free(struct answers *answers)
{
	struct answer answer;

	while (answers_next(answers, &answer))
		free(answer.error);
	buffer_free(&answers->line);
	buffer_free(&answers->expected);
	free(answers->done);
	free(answers->hashes);
	free(answers->queue);
}

void
answers_begin(struct answers *answers, const backlog_number *numbers, size_t count)
{
	buffer_clear(&answers->line);
	memset(answers->done, 0, count * sizeof *answers->done);
	answers->numbers = numbers;
	answers->count = answers->left = count;
	answers->too_long = answers->hashed = false;
	answers->next = answers->failed = answers->unknown = 0;
}

void
answers_end(struct answers *answers)
{
	size_t unknown = answers->unknown;

	answers_begin(answers, NULL, 0);
	answers->unknown = unknown;
}

bool
answers_are_complete(const struct answers *answers)
{
	return answers->persistent && answers->next == answers->count;
}

bool
answers_next(struct answers *answers, struct answer *answer)
{
	if (answers->queue_first == answers->queue_count) {
		answers->queue_first = answers->queue_count = 0;
		return false;
	}
	*answer = answers->queue[answers->queue_first++];
	return true;
}

/* The line as it was given. Valid until the next call. */
static struct span
given_line(struct answers *answers, size_t at)
{
	struct buffer *to = &answers->expected;

	buffer_clear(to);
	payload_add(
	    to, backlog_line(answers->backlog, answers->numbers[at])->text, answers->positions);
	return buffer_span(to);
}

static void
add_answer(struct answers *answers, size_t at, char *error)
{
	answers->queue[answers->queue_count++] = (struct answer){at, error};
	answers->next = at + 1;
	if (error != NULL) {
		answers->failed++;
	} else {
		answers->done[at] = true;
		answers->left--;
	}
}

/* Searches a line that was not answered next. */
static void
take_out_of_order(struct answers *answers, struct span line)
{
	uint64_t hash = hash_add(HASH_BEGIN, line);
	size_t count = answers->count;

	for (size_t i = 0; i < count && !answers->hashed; i++)
		answers->hashes[i] =
		    answers->done[i] ? 0 : hash_add(HASH_BEGIN, given_line(answers, i));
	answers->hashed = true;
	for (size_t i = 0; i < count; i++) {
		size_t at = (answers->next + i) % count;

		if (!answers->done[at] && answers->hashes[at] == hash &&
		    span_equal(given_line(answers, at), line)) {
			add_answer(answers, at, NULL);
			return;
		}
	}
	answers->unknown++;
}

/* With --receipts: a line that the command did. */
static void
take_receipt(struct answers *answers, struct span line)
{
	while (answers->next < answers->count && answers->done[answers->next])
		answers->next++;
	if (answers->next < answers->count && span_equal(given_line(answers, answers->next), line))
		add_answer(answers, answers->next, NULL);
	else
		take_out_of_order(answers, line);
}

/* The text of {"error":TEXT}, to be freed; NULL: the line is not such an object. */
static char *
error_of(struct span line)
{
	struct json_wanted wanted = {.name = {"error", 5}};
	struct json_error ignored;
	struct span text;
	char *plain = NULL, *error;

	if (!json_find(line, JSON_DEPTH, &wanted, 1, NULL, &ignored) || wanted.times != 1)
		return NULL;
	text = wanted.value;
	if (json_kind(text) == JSON_STRING) {
		plain = memory_new(text.length, 1);
		text.length = json_unescape(json_inside(text), plain);
		text.start = plain;
	}
	error = memory_copy(text.start, text.length < LONGEST_ERROR ? text.length : LONGEST_ERROR);
	free(plain);
	return error;
}

/* With --persistent: the answer to the next line. */
static bool
take_answer(struct answers *answers, struct span line, size_t given)
{
	char *error;

	/* Every line that it was given is answered, or it has gone wrong before. */
	if (answers->next >= given || answers->unknown > 0) {
		answers->unknown++;
		return false;
	}
	if (span_equal(given_line(answers, answers->next), line)) {
		add_answer(answers, answers->next, NULL);
		return true;
	}
	error = error_of(line);
	if (error == NULL) {
		answers->unknown++;
		return false;
	}
	add_answer(answers, answers->next, error);
	return true;
}

static bool
take_line(struct answers *answers, struct span line, size_t given)
{
	if (answers->persistent)
		return take_answer(answers, line, given);
	take_receipt(answers, line);
	return true;
}

bool
answers_take(struct answers *answers, const char *bytes, size_t length, size_t given)
{
	const char *end = bytes + length, *newline;
	bool valid = true;

	for (; bytes < end && valid; bytes = newline + 1) {
		newline = memchr(bytes, '\n', (size_t)(end - bytes));
		length = (size_t)((newline != NULL ? newline : end) - bytes);
		if (newline != NULL && answers->line.length == 0 && !answers->too_long) {
			valid = take_line(answers, (struct span){bytes, length}, given);
			continue;
		}
		if (!buffer_add(&answers->line, bytes, length))
			answers->too_long = true;
		if (newline == NULL)
			break;
		if (answers->too_long)
			answers->unknown++;
		else
			valid = take_line(answers, buffer_span(&answers->line), given);
		buffer_clear(&answers->line);
		answers->too_long = false;
	}
	return valid;
}
