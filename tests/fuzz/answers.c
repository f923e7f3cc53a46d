/*
 * answers: what a command of kbatch writes about the lines that it was given, in pieces of any
 * length. No line is answered twice; a persistent command answers in order, and only what it has
 * been given.
 */
#include "kbatch/answers.h"
#include "rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES = 6, LONGEST = 64 };

static const char *const lines[LINES] = {"{\"n\":1}", "{\"n\":1}", "", "{\"_pos\":\"0:1\",\"n\":2}",
    "{\"_pos\":\"0:3\",\"_raw\":\"YQpi\"}", "{\"error\":\"e\"}"};

struct seen {
	bool answered[LINES];
	size_t count, errors;
};

static void
take_all(struct answers *answers, size_t given, struct seen *seen)
{
	struct answer answer;

	while (answers_next(answers, &answer)) {
		must(answer.at < LINES && !seen->answered[answer.at]);
		must(!answers->persistent || (answer.at == seen->count && answer.at < given));
		must(answers->persistent || answer.error == NULL);
		must(answer.error == NULL || strlen(answer.error) <= 200);
		seen->answered[answer.at] = true;
		seen->count++;
		seen->errors += answer.error != NULL;
		free(answer.error);
	}
	must(answers->left == LINES - (seen->count - seen->errors));
	must(answers->failed == seen->errors);
}

static void
attempt(struct answers *answers, const backlog_number *numbers, struct bytes *bytes)
{
	struct seen seen = {.count = 0};
	size_t given = 0;
	bool good = true;

	answers_begin(answers, numbers, LINES);
	while (good && bytes->left > 0) {
		uint8_t more = bytes_one(bytes);
		struct bytes piece = bytes_some(bytes);

		given = given + more % 4 < LINES ? given + more % 4 : LINES;
		good = answers_take(answers, (const char *)piece.at, piece.left, given);
		must(good || answers->persistent);
		take_all(answers, given, &seen);
		if (more >= 128)
			break;
	}
	must(!answers_are_complete(answers) || seen.count == LINES);
	answers_end(answers);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = {data, size};
	static struct backlog *backlog; /* it takes long to open */
	backlog_number numbers[LINES];
	struct answers answers;
	uint8_t how = bytes_one(&bytes);

	if (backlog == NULL)
		backlog = backlog_open(false);
	for (size_t i = 0; i < LINES; i++)
		backlog_add(backlog, i)->text = span_of(lines[i]);
	backlog_begin_search(backlog);
	must(backlog_find(backlog,
	         &(struct backlog_limits){.lines = LINES, .bytes = SIZE_MAX, .before = UINT64_MAX},
	         numbers)
	         .count == LINES);
	backlog_take(backlog, numbers, LINES);
	answers_init(&answers, backlog, how & 1, how & 2, LINES, LONGEST);
	attempt(&answers, numbers, &bytes);
	attempt(&answers, numbers, &bytes);
	answers_free(&answers);
	for (size_t i = 0; i < LINES; i++)
		backlog_release(backlog, numbers[i]);
	return 0;
}
