/* expression: what schedules become for cron and for timers, and what is refused. */
#include <stdlib.h>
#include "schedule/expression.h"
#include "tap.h"

static void
gives(const char *text, const char *fields, const char *event, uint64_t runs)
{
	struct expression expression;
	struct failure failure;

	if (ok(expression_read(text, &expression, &failure), "%s is a schedule", text)) {
		is_text(expression.fields, fields, "its fields");
		is_text(expression.events[0], event, "its event");
		is_number((int64_t)expression.runs, (int64_t)runs, "its runs a day");
	}
	expression_free(&expression);
}

static void
refused(const char *text, const char *why)
{
	struct expression expression;
	struct failure failure = {.text = ""};
	bool good = expression_read(text, &expression, &failure);

	ok(!good && failure.kind == FAILURE_PERMANENT && strstr(failure.text, why) != NULL,
	    "'%.*s' is refused: %s", (int)strcspn(text, "\n"), text, why);
	if (good || strstr(failure.text, why) == NULL)
		tap_show("failure", span_of(failure.text));
	expression_free(&expression);
}

static void
test_timers(void)
{
	struct expression expression;
	struct failure failure;

	ok(expression_read("rate(7 minutes)", &expression, &failure), "a rate that cron cannot do");
	is_number(expression.every, 7, "its minutes");
	is_text(expression.fields, NULL, "no fields");
	ok(strstr(expression.cron_cannot, "rate(6 minutes) or rate(10 minutes)") != NULL,
	    "those near it are named");
	expression_free(&expression);
	ok(expression_read("0 9 1,15 * 7", &expression, &failure), "either of two days");
	is_text(expression.events[0], "*-*-1,15 9:0:00", "the event of the days of the month");
	is_text(expression.events[1], "Sun *-*-* 9:0:00", "the event of the weekday");
	expression_free(&expression);
}

int
main(void)
{
	gives("rate(1 minute)", "* * * * *", "*-*-* *:*:00", 1440);
	gives("rate( 90  minutes )", NULL, NULL, 16);
	gives("rate(999999 days)", NULL, NULL, 1);
	gives("rate(12 hours)", "0 */12 * * *", "*-*-* 0,12:0:00", 2);
	gives("cron(0/5 8-17 ? * MON-FRI *)", "*/5 8-17 * * 1-5",
	    "Mon,Tue,Wed,Thu,Fri *-*-* 8..17:0/5:00", 120);
	gives("cron(59-1 * * * ? *)", "0,1,59 * * * *", "*-*-* *:0,1,59:00", 72);
	gives("cron(0 9 ? * 1/2 *)", "0 9 * * */2", "Sun,Tue,Thu,Sat *-*-* 9:0:00", 1);
	gives("cron(0 9 30/9999 * ? *)", "0 9 30 * *", "*-*-30 9:0:00", 1);
	gives("@weekly", "0 0 * * 0", "Sun *-*-* 0:0:00", 1);
	gives("@reboot", "@reboot", NULL, 1);
	gives("0\t9 * jan mon", "0 9 * jan mon", "Mon *-1-* 9:0:00", 1);
	gives("*/1 * * * *", "* * * * *", "*-*-* *:*:00", 1440);
	test_timers();
	refused("", "not a schedule");
	refused("rate(1000000 minutes)", "expected rate");
	refused("rate(1 minute", "not a schedule");
	refused("rate(1 minute))", "expected rate");
	refused("rate(5 minutess)", "expected rate");
	refused("cron", "not a schedule");
	refused("cron()", "six fields");
	refused("cron(0 9 * * ? *", "not a schedule");
	refused("@daily\n", "newline");
	refused("* * * *\n*", "newline");
	refused("-5 * * * *", "'-5' is not a minute");
	refused("5- * * * *", "'5-' is not a minute");
	refused("00005 * * * *", "is not a minute");
	refused("* * * * mo", "'mo' is not a day of week");
	refused("* * * * mond", "'mond' is not a day of week");
	return done();
}
