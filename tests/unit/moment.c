/* moment: times in zones of a tz database, which is written here. */
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "system/moment.h"
#include "text/timestamp.h"
#include "text/tzif.h"
#include "tap.h"

static char directory[] = "/tmp/moment-XXXXXX";

static void
add_number(struct buffer *to, int64_t number, unsigned width)
{
	for (unsigned i = width; i-- > 0;)
		buffer_add(to, &(char){(char)((uint64_t)number >> (8 * i))}, 1);
}

static void
add_header(struct buffer *to, char version, size_t changes, size_t kinds)
{
	buffer_add(to, "TZif", 4);
	buffer_add(to, &version, 1);
	for (size_t i = 0; i < 27; i++)
		buffer_add(to, "", 1);
	add_number(to, (int64_t)changes, 4);
	add_number(to, (int64_t)kinds, 4);
	add_number(to, 4, 4);
}

/* A zone with offsets in minutes, changes between them, and a rule after the last. */
struct made {
	size_t kinds;
	int minutes[4];
	size_t changes;
	int64_t times[4];
	char to[4];
};

static void
add_block(struct buffer *to, char version, const struct made *made, unsigned width)
{
	add_header(to, version, made->changes, made->kinds);
	for (size_t i = 0; i < made->changes; i++)
		add_number(to, made->times[i], width);
	buffer_add(to, made->to, made->changes);
	for (size_t i = 0; i < made->kinds; i++) {
		add_number(to, made->minutes[i] * 60, 4);
		add_number(to, 0, 2);
	}
	buffer_add(to, "ABC", 4);
}

static void
write_zone(const char *name, const struct buffer *text)
{
	char *path = memory_format("%s/%s", directory, name);
	FILE *file = fopen(path, "w");

	if (file == NULL || fwrite(text->data, 1, text->length, file) != text->length ||
	    fclose(file) != 0)
		abort();
	free(path);
}

/* rule NULL: a file of version 1. */
static void
make_zone(const char *name, const struct made *made, const char *rule)
{
	static const struct made none = {.kinds = 1};
	struct buffer text;

	buffer_init(&text, 4096);
	if (rule == NULL) {
		add_block(&text, '\0', made, 4);
	} else {
		add_block(&text, '2', &none, 4);
		add_block(&text, '2', made, 8);
		buffer_add_format(&text, "\n%s\n", rule);
	}
	write_zone(name, &text);
	buffer_free(&text);
}

static const struct {
	const char *zone, *text;
	enum moment_twice twice;
	const char *expected; /* a time, or the message */
} moments[] = {
    {"", "2025-03-30 02:30:00", 0, "2025-03-30T02:30:00.000Z"},
    {"Berlin", "2025-01-10 02:30:00", 0, "2025-01-10T01:30:00.000Z"},
    {"Berlin", "2025-07-10 02:30:00.25", 0, "2025-07-10T00:30:00.250Z"},
    {"Berlin", "2025-03-30 01:59:59", 0, "2025-03-30T00:59:59.000Z"},
    {"Berlin", "2025-03-30 03:00:00", 0, "2025-03-30T01:00:00.000Z"},
    {"Berlin", "2025-03-30 02:00:00", 0,
        "the time \"2025-03-30 02:00:00\" does not exist in Berlin"},
    {"Berlin", "2025-10-26 01:59:59", 0, "2025-10-25T23:59:59.000Z"},
    {"Berlin", "2025-10-26 02:00:00", 0, "the time \"2025-10-26 02:00:00\" exists twice in Berlin"},
    {"Berlin", "2025-10-26 02:00:00", MOMENT_FIRST, "2025-10-26T00:00:00.000Z"},
    {"Berlin", "2025-10-26 02:59:59", MOMENT_SECOND, "2025-10-26T01:59:59.000Z"},
    {"Berlin", "2025-10-26 03:00:00", 0, "2025-10-26T02:00:00.000Z"},
    {"Berlin", "2025-10-26", 0, "2025-10-25T22:00:00.000Z"},
    {"Berlin", "9999-07-01 12:00:00", 0, "9999-07-01T10:00:00.000Z"},
    {"Berlin", "2025-07-10T02:30:00Z", 0, "2025-07-10T02:30:00.000Z"},
    {"+01:00", "2025-07-10 02:30:00 Berlin", 0, "2025-07-10T00:30:00.000Z"},
    {"Sydney", "2025-01-10 00:30:00", 0, "2025-01-09T13:30:00.000Z"},
    {"Sydney", "2025-07-10 00:30:00", 0, "2025-07-09T14:30:00.000Z"},
    {"Paulo", "2018-11-04", 0, "2018-11-04T03:00:00.000Z"},
    {"Paulo", "2018-11-05", 0, "2018-11-05T02:00:00.000Z"},
    {"Paulo", "2018-01-05", 0, "2018-01-05T03:00:00.000Z"},
    {"Old", "1999-12-31 23:00:00", 0, "1999-12-31T23:00:00.000Z"},
    {"Old", "2000-01-01 00:30:00", 0, "the time \"2000-01-01 00:30:00\" does not exist in Old"},
    {"Old", "2030-01-01 02:00:00", 0, "2030-01-01T01:00:00.000Z"},
    {"Nowhere", "2025-01-10 02:30:00", 0,
        "the time \"2025-01-10 02:30:00\" has an unknown time zone"},
    {"../etc", "2025-01-10 02:30:00", 0,
        "the time \"2025-01-10 02:30:00\" has an unknown time zone"},
    {"folder", "2025-01-10 02:30:00", 0,
        "the time \"2025-01-10 02:30:00\" has an unknown time zone"},
    {"damaged", "2025-01-10 02:30:00", 0,
        "the time \"2025-01-10 02:30:00\" has a time zone, \"damaged\""},
    {"US/Eastern", "2025-01-10 02:30:00", 0, "2025-01-10T07:30:00.000Z"},
    {NULL, "2025-01-10 02:30:00", 0, "the time \"2025-01-10 02:30:00\" has no time zone: add Z"},
    {NULL, "2025-01-10", 0, "2025-01-10T00:00:00.000Z"},
    {NULL, "1736468130", 0, "2025-01-10T00:15:30.000Z"},
    {NULL, "10 Jan 2025 00:15:30 Berlin", 0, "2025-01-09T23:15:30.000Z"},
    {"", "yesterday", 0, "\"yesterday\" is not a time: use 2025-01-07T01:00:00Z"},
    {"+01:00", "1970-01-01 00:30:00", 0, "the time \"1970-01-01 00:30:00\" is not between 1970"},
    {"Berlin", "2017-01-01 00:59:60", 0, "2017-01-01T00:00:00.000Z"},
};

static void
make_zones(void)
{
	static const struct made berlin = {.kinds = 2, .minutes = {60, 120}};
	/* 2018-02-18T02:00:00Z, 2018-11-04T03:00:00Z, 2019-02-17T02:00:00Z */
	static const struct made paulo = {.kinds = 2,
	    .minutes = {-180, -120},
	    .changes = 3,
	    .times = {1518919200, 1541300400, 1550368800},
	    .to = {0, 1, 0}};
	static const struct made old = {
	    .kinds = 2, .minutes = {0, 60}, .changes = 1, .times = {946684800}, .to = {1}};
	static const struct made york = {.kinds = 1, .minutes = {-300}};
	struct buffer text;
	char *path;

	make_zone("Berlin", &berlin, "CET-1CEST,M3.5.0,M10.5.0/3");
	make_zone("Sydney", &berlin, "AEST-10AEDT,M10.1.0,M4.1.0/3");
	make_zone("Paulo", &paulo, "<-03>3");
	make_zone("Old", &old, NULL);
	path = memory_format("%s/America", directory);
	mkdir(path, 0700);
	free(path);
	path = memory_format("%s/folder", directory);
	mkdir(path, 0700);
	free(path);
	make_zone("America/New_York", &york, "EST5EDT,M3.2.0,M11.1.0");
	buffer_init(&text, 64);
	buffer_add_text(&text, "TZif2 and no more");
	write_zone("damaged", &text);
	buffer_free(&text);
}

static void
try_moments(struct moments *from)
{
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
		struct moment_rules rules = {.twice = moments[i].twice};
		const char *expected = moments[i].expected;
		char text[TIMESTAMP_SIZE];
		struct failure failure;
		int64_t got;

		if (moments[i].zone != NULL)
			rules.zone = span_of(moments[i].zone);
		if (moment_read(from, span_of(moments[i].text), &rules, &got, &failure))
			is_text(timestamp_format(got, true, text), expected, moments[i].text);
		else if (!ok(strncmp(failure.text, expected, strlen(expected)) == 0 &&
		                 failure.kind == FAILURE_REFUSED,
		             "%s in %s", moments[i].text, moments[i].zone))
			printf("# %s\n", failure.text);
	}
}

static const struct {
	const char *rule;
	int64_t time, offset; /* s; of an invalid rule: 1 */
} rules[] = {{"UTC0", 0, 0}, {"<+0330>-3:30", 0, 12600},
    {"EST5EDT,M3.2.0,M11.1.0", 1741503599, -18000}, {"EST5EDT,M3.2.0,M11.1.0", 1741503600, -14400},
    {"EST5EDT,M3.2.0,M11.1.0", 1762063199, -14400}, {"EST5EDT,M3.2.0,M11.1.0", 1762063200, -18000},
    /* Ireland: summer time is the standard. */
    {"IST-1GMT0,M10.5.0,M3.5.0/1", 1736467200, 0}, {"IST-1GMT0,M10.5.0,M3.5.0/1", 1752105600, 3600},
    /* Nuuk: the day before the last Sunday of March, at 24 - 2 hours. */
    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1743296399, -7200},
    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1743296400, -3600},
    /* Summer time all the year. */
    {"XXX3EDT4,0/0,J365/23", 1736467200, -14400}, {"XXX3EDT4,0/0,J365/23", 1752105600, -14400},
    /* 1 March, in a leap year and another: 2024-03-01, 2025-03-01 */
    {"AAA0BBB,J60/0,J300/0", 1709251199, 0}, {"AAA0BBB,J60/0,J300/0", 1709251200, 3600},
    {"AAA0BBB,J60/0,J300/0", 1740787200, 3600}, {"AAA0BBB,59/0,J300/0", 1709164800, 3600},
    {"", 0, 1}, {"AB0", 0, 1}, {"UTC", 0, 1}, {"UTC0X", 0, 1}, {"UTC0,", 0, 1}, {"EST5EDT", 0, 1},
    {"EST5EDT,M3.2.0", 0, 1}, {"EST5EDT,M3.6.0,M11.1.0", 0, 1}, {"EST5EDT,M13.1.0,M11.1.0", 0, 1},
    {"EST5EDT,J0,J300", 0, 1}, {"EST5EDT,366,J300", 0, 1}, {"EST168", 0, 1}, {"<EST5", 0, 1},
    {"EST5EDT,M3.2.0,M11.1.0 ", 0, 1}};

/* Of a name with a NUL, what is before it is not the name. */
static void
try_nul(struct moments *from)
{
	const struct moment_rules nul = {.zone = {"Berlin\0x", 8}};
	struct failure failure;
	int64_t got;

	ok(!moment_read(from, span_of("2025-01-10 02:30:00"), &nul, &got, &failure),
	    "a NUL in the name of a zone");
}

static void
try_rules(void)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct tz_rule rule;
		bool valid = tz_rule_read(span_of(rules[i].rule), &rule);

		is_number(valid ? tz_rule_offset(&rule, rules[i].time) : 1, rules[i].offset,
		    rules[i].rule);
	}
}

/* A zone that is not read for lack of descriptors may be read later. */
static void
try_few_descriptors(void)
{
	const struct moment_rules berlin = {.zone = span_of("Berlin")};
	struct moments *from = moments_open(directory, "");
	struct rlimit few, usual;
	struct failure failure = {.kind = FAILURE_NONE};
	int64_t time;

	getrlimit(RLIMIT_NOFILE, &usual);
	few = usual;
	few.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &few);
	ok(!moment_read(from, span_of("2025-07-10 02:30:00"), &berlin, &time, &failure) &&
	        failure.kind == FAILURE_TEMPORARY,
	    "%s", failure.text);
	setrlimit(RLIMIT_NOFILE, &usual);
	ok(moment_read(from, span_of("2025-07-10 02:30:00"), &berlin, &time, &failure), "later");
	moments_close(from);
}

int
main(void)
{
	if (mkdtemp(directory) == NULL)
		return 1;
	make_zones();
	struct moments *from = moments_open(directory, "");
	try_moments(from);
	try_moments(from);
	try_nul(from);
	moments_close(from);
	try_few_descriptors();
	try_rules();
	char *command = memory_format("rm -r %s", directory);
	ok(system(command) == 0, "the zones are removed");
	free(command);
	return done();
}
