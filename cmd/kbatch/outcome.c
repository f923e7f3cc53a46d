/* outcome: judges how an attempt ended from what is known about its command. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "kbatch/outcome.h"

enum {
	STATUS_TEMPORARY = 75, /* EX_TEMPFAIL of sysexits.h */
	STATUS_CANNOT_RUN = 126, /* these two are what shells exit with */
	STATUS_NOT_FOUND = 127
};

static void __attribute__((format(printf, 2, 3)))
set_text(struct outcome *outcome, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(outcome->text, sizeof outcome->text, format, arguments);
	va_end(arguments);
}

static void
begin(struct outcome *outcome, enum outcome_kind kind, struct span last_stderr)
{
	*outcome = (struct outcome){.kind = kind, .last_stderr_length = last_stderr.length};
	memcpy(outcome->last_stderr, last_stderr.start, last_stderr.length);
}

bool
outcome_is_success(const struct outcome *outcome)
{
	return outcome->end == OUTCOME_EXITED && outcome->number == 0 && !outcome->invalid &&
	       !outcome->forced;
}

void
outcome_of_end(struct outcome *outcome, const struct outcome_facts *facts)
{
	begin(outcome, OUTCOME_UNREAD, facts->last_stderr);
	/* Its exit status says only how it handled the signal. */
	outcome->forced = facts->timed_out || facts->stopped > 0;
	outcome->invalid = facts->persistent && facts->unknown > 0;
	if (WIFEXITED(facts->wait_status)) {
		outcome->end = OUTCOME_EXITED;
		outcome->number = WEXITSTATUS(facts->wait_status);
		set_text(outcome, "%s exited with status %d", facts->name, outcome->number);
	} else {
		outcome->end = OUTCOME_KILLED;
		outcome->number = WTERMSIG(facts->wait_status);
		set_text(outcome, "%s was killed by signal %d (%s)", facts->name, outcome->number,
		    strsignal(outcome->number));
	}
	if (facts->timed_out)
		set_text(outcome, "%s took longer than %g s and was ended (--timeout)", facts->name,
		    (double)facts->timeout / 1e6);
	else if (facts->stopped == SIGTTIN || facts->stopped == SIGTTOU)
		set_text(outcome,
		    "%s was stopped by signal %d (%s) and ended: a command of kbatch must not %s "
		    "the terminal",
		    facts->name, facts->stopped, strsignal(facts->stopped),
		    facts->stopped == SIGTTIN ? "read from" : "change or write to");
	else if (facts->stopped > 0)
		set_text(outcome, "%s was stopped by signal %d (%s) and ended", facts->name,
		    facts->stopped, strsignal(facts->stopped));
	else if (outcome->invalid)
		set_text(outcome,
		    "%s wrote a line that is neither the line it was given nor an error",
		    facts->name);
}

/* It exited with status 0: did it do all lines? */
static enum outcome_kind
check_work(struct outcome *outcome, const struct outcome_facts *facts)
{
	if (!facts->receipts && facts->unread == 0)
		return OUTCOME_DONE;
	if (!facts->receipts)
		set_text(outcome, "%s exited with status 0 but did not read all of its batch",
		    facts->name);
	else if (facts->left == 0)
		return OUTCOME_DONE;
	else if (facts->unknown > 0)
		set_text(outcome,
		    "%s exited with status 0 but wrote %zu lines that it was not given, and did "
		    "not write %zu that it was given",
		    facts->name, facts->unknown, facts->left);
	else
		set_text(outcome, "%s exited with status 0 but did not write %zu of its lines",
		    facts->name, facts->left);
	return OUTCOME_FAILED;
}

void
outcome_of_attempt(struct outcome *outcome, const struct outcome_facts *facts)
{
	outcome_of_end(outcome, facts);
	if (outcome_is_success(outcome))
		outcome->kind = check_work(outcome, facts);
	else if (facts->left == 0)
		outcome->kind = OUTCOME_DONE;
	else if (outcome->end == OUTCOME_EXITED &&
	         (outcome->number == STATUS_CANNOT_RUN || outcome->number == STATUS_NOT_FOUND))
		outcome->kind = OUTCOME_CANNOT_RUN;
	else if (outcome->end == OUTCOME_EXITED && outcome->number == STATUS_TEMPORARY &&
	         !outcome->forced)
		outcome->kind = OUTCOME_TEMPORARY;
	else
		outcome->kind = OUTCOME_FAILED;
}

void
outcome_of_answers(
    struct outcome *outcome, const char *name, size_t failed, struct span last_stderr)
{
	begin(outcome, failed > 0 ? OUTCOME_FAILED : OUTCOME_DONE, last_stderr);
	if (failed == 0)
		set_text(outcome, "%s answered all lines", name);
	else
		set_text(outcome, "%s answered %zu line%s with an error", name, failed,
		    failed == 1 ? "" : "s");
}
