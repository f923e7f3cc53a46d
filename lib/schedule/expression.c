/* expression: reads schedules, and translates them for cron and systemd timers. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schedule/expression.h"
#include "schedule/field.h"

enum { AWS_FIELDS = 6, CRON_FIELDS = 5, TEXT_MOST = 64 * 1024, DAY = 1440 /* minutes */ };

struct reading {
	const char *text; /* the whole expression */
	struct expression *to;
	struct failure *failure;
	uint64_t values[FIELD_KINDS];
};

static bool
refuse(struct reading *reading, const char *why)
{
	struct shown shown;

	return fail(reading->failure, FAILURE_PERMANENT, "%s: %s",
	    show(&shown, reading->text, strlen(reading->text)), why);
}

/* Splits at blanks. text is changed; returns how many words there are, at most `most` kept. */
static size_t
split(char *text, char **words, size_t most)
{
	char *rest, *word = strtok_r(text, " \t", &rest);
	size_t count = 0;

	for (; word != NULL; word = strtok_r(NULL, " \t", &rest)) {
		if (count < most)
			words[count] = word;
		count++;
	}
	return count;
}

static bool
read_fields(struct reading *reading, enum field_dialect dialect, char *const *texts)
{
	for (int kind = 0; kind < FIELD_KINDS; kind++) {
		if (!field_read((enum field_kind)kind, dialect, texts[kind], reading->text,
		        &reading->values[kind], reading->failure))
			return false;
	}
	reading->to->runs = (uint64_t)field_count(reading->values[FIELD_MINUTE]) *
	                    field_count(reading->values[FIELD_HOUR]);
	return true;
}

static void
add_event(struct reading *reading, uint64_t days, uint64_t weekdays)
{
	char **to = reading->to->events;
	struct buffer text;

	buffer_init(&text, TEXT_MOST);
	field_add_weekdays(&text, weekdays);
	buffer_add_text(&text, "*-");
	field_add_event(&text, FIELD_MONTH, reading->values[FIELD_MONTH]);
	buffer_add_text(&text, "-");
	field_add_event(&text, FIELD_DAY, days);
	buffer_add_text(&text, " ");
	field_add_event(&text, FIELD_HOUR, reading->values[FIELD_HOUR]);
	buffer_add_text(&text, ":");
	field_add_event(&text, FIELD_MINUTE, reading->values[FIELD_MINUTE]);
	buffer_add_text(&text, ":00");
	to[to[0] != NULL] = buffer_take_text(&text);
}

/* cron has neither L (the last), nor W (the nearest weekday), nor # (the Nth of a month). */
static bool
check_day(struct reading *reading, const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		char letter = (char)toupper((unsigned char)text[i]);
		bool last = text[i + 1] == '\0' || text[i + 1] == ',';

		if (text[i] == '#')
			return refuse(reading,
			    "cron has no # (as in FRI#2, the second Friday); use FRI and begin "
			    "COMMAND with a test: [ $((($(date +%-d) + 6) / 7)) = 2 ] || exit 0;");
		if (((letter == 'L' || letter == 'W') && last) ||
		    (i == 0 && letter == 'L' && text[1] == '-'))
			return refuse(
			    reading, "cron has no L (the last) and no W (the nearest weekday)");
	}
	return true;
}

static bool
check_days(struct reading *reading, char **texts)
{
	bool day = strcmp(texts[2], "?") == 0, weekday = strcmp(texts[4], "?") == 0;

	if (strcmp(texts[5], "*") != 0)
		return refuse(reading, "cron has no years: the last field must be *");
	if (day && weekday)
		return refuse(reading, "day of month and day of week cannot both be ?");
	if (!day && !weekday)
		return refuse(reading, "day of month or day of week must be ?");
	return check_day(reading, texts[2]) && check_day(reading, texts[4]);
}

/* The six fields of EventBridge, between the brackets. */
static bool
read_aws(struct reading *reading, char *inside)
{
	char *texts[AWS_FIELDS], every[] = "*";
	struct buffer fields;

	if (split(inside, texts, AWS_FIELDS) != AWS_FIELDS)
		return refuse(reading,
		    "six fields are required: minute, hour, day of month, month, day of week, "
		    "year");
	if (!check_days(reading, texts))
		return false;
	for (size_t i = 2; i <= 4; i += 2) {
		if (strcmp(texts[i], "?") == 0)
			texts[i] = every;
	}
	if (!read_fields(reading, FIELD_EVENTBRIDGE, texts))
		return false;
	buffer_init(&fields, TEXT_MOST);
	for (int kind = 0; kind < FIELD_KINDS; kind++) {
		buffer_add_text(&fields, kind > 0 ? " " : "");
		field_add_cron(&fields, (enum field_kind)kind, reading->values[kind]);
	}
	reading->to->fields = buffer_take_text(&fields);
	add_event(reading, reading->values[FIELD_DAY], reading->values[FIELD_WEEKDAY]);
	return true;
}

/* The five fields of a crontab, which stay as they are. */
static bool
read_crontab(struct reading *reading, const char *text)
{
	char *copy = memory_copy_text(text), *texts[CRON_FIELDS];
	const uint64_t *values = reading->values;
	bool good = split(copy, texts, CRON_FIELDS) == CRON_FIELDS ||
	            refuse(reading,
	                "not a schedule; expected rate(5 minutes), cron(0 9 ? * MON-FRI *), the "
	                "five fields of a crontab, or @hourly");

	good = good && read_fields(reading, FIELD_CRONTAB, texts);
	if (good) {
		char *fields = memory_format(
		    "%s %s %s %s %s", texts[0], texts[1], texts[2], texts[3], texts[4]);
		bool each = strcmp(fields, "*/1 * * * *") == 0;

		if (each || strcmp(fields, "0 */1 * * *") == 0) {
			free(fields);
			fields = memory_copy_text(each ? "* * * * *" : "0 * * * *");
		}
		reading->to->fields = fields;
		/* If neither begins with *, cron means either of the two days, and a timer's
		 * event would mean both: it gets two events. */
		if (texts[2][0] == '*' || texts[4][0] == '*') {
			add_event(reading, values[FIELD_DAY], values[FIELD_WEEKDAY]);
		} else {
			add_event(reading, values[FIELD_DAY], 0x7F);
			add_event(reading, UINT64_C(0xFFFFFFFE), values[FIELD_WEEKDAY]);
		}
	}
	free(copy);
	return good;
}

static const char *
plural(unsigned count)
{
	return count == 1 ? "" : "s";
}

static bool
rate_days(struct reading *reading, unsigned days)
{
	if (days == 1)
		return read_crontab(reading, "0 0 * * *");
	if (days == 7)
		return read_crontab(reading, "0 0 * * 0");
	reading->to->cron_cannot =
	    memory_format("rate(%u days): cron starts again each month; use rate(1 day) or "
	                  "rate(7 days), or --systemd, which takes any rate",
	        days);
	return true;
}

/* A count that divides the whole (60 minutes, 24 hours) is a step of cron. */
static bool
rate_steps(struct reading *reading, unsigned count, bool hours)
{
	unsigned whole = hours ? 24 : 60, below = count, above = count;
	const char *unit = hours ? "hour" : "minute";

	if (count < whole && whole % count == 0) {
		char *fields = hours ? memory_format("0 */%u * * *", count)
		                     : memory_format("*/%u * * * *", count);
		bool good = read_crontab(reading, fields);

		free(fields);
		return good;
	}
	if (count >= whole) {
		below = whole / 2;
		above = whole;
	}
	while (whole % below > 0)
		below--;
	while (whole % above > 0)
		above++;
	reading->to->cron_cannot = memory_format(
	    "rate(%u %s%s): cron starts again each %s, and %u does not divide it; use rate(%u "
	    "%s%s) or rate(%u %s%s), or --systemd, which takes any rate",
	    count, unit, plural(count), hours ? "day" : "hour", count, below, unit, plural(below),
	    above, unit, plural(above));
	return true;
}

static bool
check_rate(struct reading *reading, unsigned count, const char *unit, bool many)
{
	struct shown shown;

	show(&shown, reading->text, strlen(reading->text));
	if (count == 0)
		return refuse(reading, "it must be at least 1");
	if (many == (count != 1))
		return true;
	return fail(reading->failure, FAILURE_PERMANENT, "%s: write rate(%u %s%s)", shown.text,
	    count, unit, plural(count));
}

/* "5 minutes", between the brackets. */
static bool
read_rate(struct reading *reading, char *inside)
{
	static const struct {
		const char *name;
		unsigned minutes;
	} units[] = {{"minute", 1}, {"hour", 60}, {"day", DAY}};
	char *words[2];
	bool good = split(inside, words, 2) == 2 && strlen(words[0]) <= 6 &&
	            strspn(words[0], "0123456789") == strlen(words[0]);

	for (size_t i = 0; good && i < sizeof units / sizeof *units; i++) {
		size_t length = strlen(units[i].name);
		const char *rest = words[1] + length;
		unsigned count = (unsigned)strtoul(words[0], NULL, 10);
		unsigned period = count * units[i].minutes;

		if (strncmp(words[1], units[i].name, length) != 0 ||
		    (rest[0] != '\0' && strcmp(rest, "s") != 0))
			continue;
		if (!check_rate(reading, count, units[i].name, rest[0] != '\0'))
			return false;
		good = period % DAY == 0  ? rate_days(reading, period / DAY)
		       : period % 60 == 0 ? rate_steps(reading, period / 60, true)
		                          : rate_steps(reading, period, false);
		reading->to->runs = (DAY + period - 1) / period;
		reading->to->every = reading->to->cron_cannot != NULL ? period : 0;
		return good;
	}
	return refuse(reading, "expected rate(5 minutes), rate(1 hour) or rate(1 day)");
}

static bool
read_word(struct reading *reading)
{
	static const struct {
		const char *word;
		const char *fields;
	} words[] = {{"@hourly", "0 * * * *"}, {"@daily", "0 0 * * *"}, {"@midnight", "0 0 * * *"},
	    {"@weekly", "0 0 * * 0"}, {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
	    {"@annually", "0 0 1 1 *"}};

	if (strcmp(reading->text, "@reboot") == 0) {
		reading->to->fields = memory_copy_text(reading->text);
		reading->to->runs = 1;
		return true;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(reading->text, words[i].word) == 0)
			return read_crontab(reading, words[i].fields);
	}
	return read_crontab(reading, reading->text);
}

bool
expression_read(const char *text, struct expression *expression, struct failure *failure)
{
	struct reading reading = {.text = text, .to = expression, .failure = failure};
	size_t length = strlen(text), name = strcspn(text, "(");
	bool good;
	char *inside;

	*expression = (struct expression){.fields = NULL};
	if (strpbrk(text, "\n") != NULL)
		return refuse(&reading, "a schedule cannot hold a newline");
	if (length == name || text[length - 1] != ')')
		return read_word(&reading);
	inside = memory_copy(text + name + 1, length - name - 2);
	if (strncmp(text, "rate(", 5) == 0)
		good = read_rate(&reading, inside);
	else if (strncmp(text, "cron(", 5) == 0)
		good = read_aws(&reading, inside);
	else if (strncmp(text, "at(", 3) == 0)
		good = refuse(&reading, "it would run only once: use at(1)");
	else
		good = read_word(&reading);
	free(inside);
	return good;
}

void
expression_free(struct expression *expression)
{
	free(expression->fields);
	for (size_t i = 0; i < EXPRESSION_EVENTS; i++)
		free(expression->events[i]);
	free(expression->cron_cannot);
	*expression = (struct expression){.fields = NULL};
}
