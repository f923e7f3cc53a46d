/* course: what the parts of kbatch share. */
#include "text/json.h"
#include "kbatch/run.h"

void
course_tell(
    struct course *course, backlog_number number, enum told_kind kind, const struct run *run)
{
	backlog_settle(course->backlog, number);
	course->told[course->told_count++] = (struct told){number, kind, run};
}

void
course_halt(struct course *course, uint64_t ticket, const struct failure *failure)
{
	if (course->last.kind != FAILURE_NONE && ticket >= course->before)
		return;
	course->before = ticket;
	course->last = *failure;
}

/* How the command ended, and its last words. */
static void
describe(struct course *course, const struct run *run)
{
	struct buffer *details = &course->details;
	const struct verdict *verdict = &run->verdict;

	if (verdict->signal != 0)
		buffer_add_format(details, ",\"signal\":%d", verdict->signal);
	else if (verdict->status >= 0)
		buffer_add_format(details, ",\"status\":%d", verdict->status);
	if (verdict->words_length > 0) {
		buffer_add_text(details, ",\"words\":");
		json_add_string(details, verdict->words, verdict->words_length);
	}
}

static void
refuse(struct course *course, const struct told *told, struct failure *refused)
{
	const char *error = backlog_line(course->backlog, told->number)->error;
	const char *text = told->run->verdict.text;
	struct shown shown;

	if (error != NULL)
		text = show(&shown, error, strlen(error));
	if (told->kind == TOLD_OLD)
		fail(refused, FAILURE_REFUSED, "older than %g s (--max-age): %s",
		    (double)course->settings.age / 1e6, text);
	else if (error != NULL)
		fail(refused, FAILURE_REFUSED, "%s: %s", course->name, text);
	else
		fail(refused, FAILURE_REFUSED, "%s", text);
	describe(course, told->run);
}

bool
course_fate(struct course *course, uint64_t *ticket, struct failure *refused)
{
	const struct told *told = &course->told[course->told_first];

	buffer_clear(&course->details);
	if (course->told_first == course->told_count) {
		course->told_first = course->told_count = 0;
		return false;
	}
	course->told_first++;
	*ticket = backlog_line(course->backlog, told->number)->ticket;
	refused->kind = FAILURE_NONE;
	if (told->kind == TOLD_LAST)
		*refused = course->last;
	else if (told->kind != TOLD_DONE)
		refuse(course, told, refused);
	return true;
}
