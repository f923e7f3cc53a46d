/* retry_policy: each outcome and what is decided, and that bisecting finds the lines at fault. */
#include "kbatch/batch.h"
#include "kbatch/retry_policy.h"
#include "tap.h"

enum { LINES = 1000 };

static const char *const actions[] = {"next part", "now", "halves", "later", "refuse",
    "stop refused", "stop temporary", "stop permanent"};

/* Rules: retries, bisect, rejects. State: left, old, progress, failures. */
static const struct {
	const char *about;
	struct retry_rules rules;
	struct retry_state state;
	enum outcome_kind kind;
	enum outcome_end end;
	enum retry_action action;
	unsigned failures;
} table[] = {
    {"all done", {2, false, false}, {0, 0, true, 0}, OUTCOME_DONE, OUTCOME_EXITED, RETRY_NEXT_PART,
        0},
    {"the first failure", {2, false, false}, {3, 0, false, 0}, OUTCOME_FAILED, OUTCOME_EXITED,
        RETRY_LATER, 1},
    {"the last retry", {2, false, false}, {3, 0, false, 1}, OUTCOME_FAILED, OUTCOME_KILLED,
        RETRY_LATER, 2},
    {"no retry is left", {2, false, false}, {3, 0, false, 2}, OUTCOME_FAILED, OUTCOME_EXITED,
        RETRY_STOP_REFUSED, 3},
    {"the same with a rejects file", {2, false, true}, {3, 0, false, 2}, OUTCOME_FAILED,
        OUTCOME_EXITED, RETRY_REFUSE, 3},
    {"no retries at all", {0, false, true}, {3, 0, false, 0}, OUTCOME_FAILED, OUTCOME_EXITED,
        RETRY_REFUSE, 1},
    {"no limit", {RETRY_FOREVER, false, false}, {1, 0, false, RETRY_FOREVER}, OUTCOME_FAILED,
        OUTCOME_EXITED, RETRY_LATER, RETRY_FOREVER},
    {"some lines done: counting starts again", {1, false, false}, {2, 0, true, 1}, OUTCOME_FAILED,
        OUTCOME_EXITED, RETRY_LATER, 1},
    {"the same without retries", {0, false, true}, {2, 0, true, 0}, OUTCOME_FAILED, OUTCOME_EXITED,
        RETRY_REFUSE, 1},

    {"temporary: retried", {1, false, true}, {3, 0, false, 0}, OUTCOME_TEMPORARY, OUTCOME_EXITED,
        RETRY_LATER, 1},
    {"temporary: never refused", {1, false, true}, {3, 0, false, 1}, OUTCOME_TEMPORARY,
        OUTCOME_EXITED, RETRY_STOP_TEMPORARY, 2},
    {"temporary: never split", {1, true, true}, {3, 0, false, 0}, OUTCOME_TEMPORARY, OUTCOME_EXITED,
        RETRY_LATER, 1},

    {"bisect: halves, no retry used", {0, true, false}, {3, 0, false, 0}, OUTCOME_FAILED,
        OUTCOME_EXITED, RETRY_HALVES, 0},
    {"bisect: some done, the rest at once", {0, true, true}, {3, 0, true, 0}, OUTCOME_FAILED,
        OUTCOME_EXITED, RETRY_NOW, 0},
    {"bisect: a single line is retried", {1, true, true}, {1, 0, false, 0}, OUTCOME_FAILED,
        OUTCOME_EXITED, RETRY_LATER, 1},
    {"bisect: and refused", {1, true, true}, {1, 0, false, 1}, OUTCOME_FAILED, OUTCOME_EXITED,
        RETRY_REFUSE, 2},
    {"bisect: not if each line was answered", {1, true, true}, {3, 0, true, 0}, OUTCOME_FAILED,
        OUTCOME_STILL_RUNS, RETRY_LATER, 1},

    {"old, no rejects file", {RETRY_FOREVER, false, false}, {3, 1, false, 0}, OUTCOME_FAILED,
        OUTCOME_EXITED, RETRY_STOP_REFUSED, 1},
    {"old and temporary, no rejects file", {RETRY_FOREVER, false, false}, {3, 1, false, 0},
        OUTCOME_TEMPORARY, OUTCOME_EXITED, RETRY_STOP_REFUSED, 1},
    {"old, no rejects file, but split first", {0, true, false}, {3, 1, false, 0}, OUTCOME_FAILED,
        OUTCOME_EXITED, RETRY_HALVES, 0},
    {"all old", {9, false, true}, {3, 3, false, 0}, OUTCOME_FAILED, OUTCOME_EXITED, RETRY_NEXT_PART,
        0},
    {"one old: the others are retried", {9, false, true}, {3, 1, false, 0}, OUTCOME_TEMPORARY,
        OUTCOME_EXITED, RETRY_LATER, 1},
    {"all but one old: nothing to split", {9, true, true}, {3, 2, false, 0}, OUTCOME_FAILED,
        OUTCOME_EXITED, RETRY_LATER, 1},

    {"cannot be run", {9, true, true}, {3, 3, false, 0}, OUTCOME_CANNOT_RUN, OUTCOME_EXITED,
        RETRY_STOP_PERMANENT, 0},
    {"unread: no attempt", {0, true, true}, {3, 3, false, 0}, OUTCOME_UNREAD, OUTCOME_EXITED,
        RETRY_NOW, 0},
    {"unread: failures stay", {5, true, true}, {3, 0, false, 2}, OUTCOME_UNREAD, OUTCOME_KILLED,
        RETRY_NOW, 2},
};

static void
test_table(void)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct outcome outcome = {.kind = table[i].kind, .end = table[i].end};
		struct retry_decision decision =
		    retry_policy_decide(&table[i].rules, &table[i].state, &outcome);
		bool attempted =
		    table[i].kind != OUTCOME_UNREAD && table[i].kind != OUTCOME_CANNOT_RUN;

		ok(decision.action == table[i].action && decision.failures == table[i].failures,
		    "%s: %s, %u failures", table[i].about, actions[decision.action],
		    decision.failures);
		ok(decision.refuse_old ==
		        (attempted && table[i].rules.rejects && table[i].state.old > 0),
		    "old lines are refused only with a rejects file");
		ok(decision.too_old ==
		        (decision.action == RETRY_STOP_REFUSED && table[i].state.old > 0),
		    "or stop the work");
	}
}

static void
apply(struct batch *batch, const struct retry_decision *decision, bool *more)
{
	batch_compact(batch);
	batch_part(batch)->failures = decision->failures;
	if (decision->action == RETRY_HALVES)
		batch_split(batch);
	if (decision->action == RETRY_REFUSE || decision->action == RETRY_NEXT_PART)
		*more = batch_next_part(batch);
}

/*
 * Attempts a batch in which the lines that are bad fail, until all have a result. Returns the
 * number of attempts; 0: a result is missing, wrong, or out of order.
 */
static unsigned
bisect(struct batch *batch, size_t lines, bool (*is_bad)(unsigned), unsigned retries)
{
	const struct retry_rules rules = {.retries = retries, .bisect = true, .rejects = true};
	unsigned attempts = 0, expected = 0;
	bool more = true;

	for (size_t i = 0; i < lines; i++)
		batch->numbers[i] = (backlog_number)i;
	batch_begin(batch, lines);
	while (more) {
		size_t count;
		const backlog_number *now = batch_lines(batch, &count);
		struct outcome outcome = {.kind = OUTCOME_DONE, .end = OUTCOME_EXITED};
		struct retry_state state = {.failures = batch_part(batch)->failures};
		struct retry_decision decision;

		attempts++;
		for (size_t i = 0; i < count; i++)
			outcome.kind = is_bad(now[i]) ? OUTCOME_FAILED : outcome.kind;
		if (count == 0 || now[0] != expected)
			return 0;
		state.left = outcome.kind == OUTCOME_DONE ? 0 : count;
		decision = retry_policy_decide(&rules, &state, &outcome);
		if (decision.action == RETRY_REFUSE && (count != 1 || !is_bad(now[0])))
			return 0;
		if (decision.action == RETRY_REFUSE || decision.action == RETRY_NEXT_PART)
			expected += (unsigned)count;
		apply(batch, &decision, &more);
	}
	return expected == lines ? attempts : 0;
}

static bool
none(unsigned number)
{
	return number > LINES;
}

static bool
one(unsigned number)
{
	return number == 613;
}

static bool
every(unsigned number)
{
	return number <= LINES;
}

static bool
third(unsigned number)
{
	return number % 3 == 0;
}

static void
test_bisect(void)
{
	struct batch batch;
	unsigned attempts;

	batch_init(&batch, LINES);
	is_number(bisect(&batch, LINES, none, 0), 1, "no bad line: one attempt");
	attempts = bisect(&batch, LINES, one, 0);
	ok(attempts > 0 && attempts <= 21, "one bad line: twice the logarithm (%u)", attempts);
	is_number(bisect(&batch, LINES, one, 3), attempts + 3, "only the bad line is retried");
	is_number(bisect(&batch, LINES, every, 0), 2 * LINES - 1, "all bad: each by itself, once");
	ok(bisect(&batch, LINES, third, 1) > 0, "every third bad: only those, in order");
	for (size_t lines = 1; lines < 40; lines++) {
		if (bisect(&batch, lines, third, 0) == 0)
			ok(false, "%zu lines", lines);
	}
	batch_free(&batch);
}

int
main(void)
{
	test_table();
	test_bisect();
	return done();
}
