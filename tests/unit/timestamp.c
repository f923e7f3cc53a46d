/* timestamp: the calendar, both ways; what providers send; lengths of time. */
#include <time.h>
#include "text/timestamp.h"
#include "text/zone.h"
#include "tap.h"

static const struct {
	const char *text;
	int64_t milliseconds; /* -1: refused */
} points[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2025-10-21T14:30:00Z", 1761057000000},
    {"2025-10-21T14:30:00.123Z", 1761057000123},
    {"2025-10-21t14:30:00.1z", 1761057000100},
    {"2025-10-21 14:30:00.0019999999999999999Z", 1761057000001},
    {"2025-10-21T16:30:00+02:00", 1761057000000},
    {"2025-10-21T05:00:00-09:30", 1761057000000},
    {"2025-10-21T14:30:00-00:00", 1761057000000},
    {"2024-02-29T23:59:59.999Z", 1709251199999},
    {"2000-02-29T00:00:00Z", 951782400000},
    {"1969-12-31T23:00:00-01:30", 1800000},
    {"9999-12-31T23:59:59.999Z", 253402300799999},
    {"2016-12-31T23:59:60Z", 1483228800000},
    {"2017-01-01T08:59:60.5+09:00", 1483228800500},
    {"2016-12-31T22:59:60Z", -1},
    {"1970-01-01T00:00:00+00:01", -1},
    {"9999-12-31T23:59:59-00:01", -1},
    {"1969-12-31T23:59:59Z", -1},
    {"2023-02-29T00:00:00Z", -1},
    {"2100-02-29T00:00:00Z", -1},
    {"2025-04-31T00:00:00Z", -1},
    {"2025-13-01T00:00:00Z", -1},
    {"2025-00-01T00:00:00Z", -1},
    {"2025-01-00T00:00:00Z", -1},
    {"2025-10-21T24:00:00Z", -1},
    {"2025-10-21T14:60:00Z", -1},
    {"2025-10-21T14:30:61Z", -1},
    {"2025-10-21T14:30:00+24:00", -1},
    {"2025-10-21T14:30:00+01:60", -1},
    {"2025-10-21T14:30:00+0100", -1},
    {"2025-10-21T14:30:00+01", -1},
    {"2025-10-21T14:30:00", -1},
    {"2025-10-21T14:30:00.Z", -1},
    {"2025-10-21T14:30:00,5Z", -1},
    {"2025-10-21T14:30Z", -1},
    {"2025-10-21T14:30:00ZZ", -1},
    {"2025-10-21T14:30:00Z ", -1},
    {" 2025-10-21T14:30:00Z", -1},
    {"2025-10-21_14:30:00Z", -1},
    {"2025-1-21T14:30:00Z", -1},
    {"20251021T143000Z", -1},
    {"2025-10-21", -1},
    {"", -1},
    {"2025-10-21T", -1},
    {"-025-10-21T14:30:00Z", -1},
};

static void
test_parse(void)
{
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
		int64_t got = -1;
		if (!timestamp_parse(span_of(points[i].text), &got))
			got = -1;
		is_number(got, points[i].milliseconds, points[i].text);
	}
	int64_t got;
	ok(!timestamp_parse((struct span){"2025-10-21T14:30:00Z", 19}, &got),
	    "no byte behind the text");
	ok(!timestamp_parse((struct span){NULL, 0}, &got), "nothing at all");
}

static void
test_format(void)
{
	char text[TIMESTAMP_SIZE];

	is_text(timestamp_format(0, false, text), "1970-01-01T00:00:00Z", "the beginning");
	is_text(timestamp_format(1761057000123, false, text), "2025-10-21T14:30:00Z", "cut");
	is_text(timestamp_format(1761057000007, true, text), "2025-10-21T14:30:00.007Z", "whole");
	is_text(
	    timestamp_format(253402300799999, true, text), "9999-12-31T23:59:59.999Z", "the end");
	is_text(
	    timestamp_format(-1, true, text), "1969-12-31T23:59:59.999Z", "before the beginning");
	is_text(
	    timestamp_format(INT64_MIN, true, text), "-292275055-05-16T16:47:04.192Z", "the first");
	is_text(
	    timestamp_format(INT64_MAX, true, text), "292278994-08-17T07:12:55.807Z", "the last");
}

/* Every day there is, against the system's own calendar. */
static void
test_days(void)
{
	const int64_t day = 86400;
	unsigned wrong = 0;
	char text[TIMESTAMP_SIZE], expected[TIMESTAMP_SIZE];

	for (int64_t second = 3723; second < INT64_C(253402300800); second += day) {
		time_t now = (time_t)second;
		struct tm parts;
		int64_t back = -1;
		gmtime_r(&now, &parts);
		strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%SZ", &parts);
		timestamp_format(second * 1000, false, text);
		wrong += strcmp(text, expected) != 0;
		wrong += !timestamp_parse(span_of(text), &back) || back != second * 1000;
	}
	is_number(wrong, 0, "every day of 8030 years");
}

static const struct {
	const char *text;
	const char *zone;
	int64_t milliseconds; /* -1: refused */
} loose[] = {
    {"2025-01-21 15:20:01", "UTC", 1737472801000},
    {"2025-01-21 15:20:01", "GMT", 1737472801000},
    {"2025-01-21 15:20:01", "Z", 1737472801000},
    {"2025-01-21 15:20:01", "", 1737472801000},
    {"2025-01-21T15:20:01.25", "", 1737472801250},
    {"2025-01-21 10:20:01", "-05:00", 1737472801000},
    {"2025-01-21 20:50:01", "+05:30", 1737472801000},
    {"2025-01-21T16:20:01+01:00", "-05:00", 1737472801000},
    {"2025-01-21T15:20:01Z", "+05:30", 1737472801000},
    {"2025-01-21", "", 1737417600000},
    {"2025-01-21", "+01:00", 1737414000000},
    {"1737472801", "", 1737472801000},
    {"1737472801", "+05:00", 1737472801000},
    {"1737472801.1239", "UTC", 1737472801123},
    {"1737472801123", "", 1737472801123},
    {"0", "", 0},
    {"001737472801", "", 1737472801000},
    {"99999999999", "", 99999999999000},
    {"100000000000", "", 100000000000},
    {"253402300799999", "", 253402300799999},
    {"253402300800000", "", -1},
    {"1000000000000000", "", -1},
    {"18446744073709551616", "", -1},
    {"1737472801123.5", "", 1737472801123},
    {"1737472801.", "", -1},
    {"-1737472801", "", -1},
    {"+1737472801", "", -1},
    {"1.737472801e9", "", 1737472801000},
    {"1.7374728011239E+9", "", 1737472801123},
    {"17374728011.23E2", "", 1737472801123},
    {"1737472801.0", "", 1737472801000},
    {"173747280100000E-5", "", 1737472801000},
    {"9.99999999999e10", "", 99999999999900},
    {"1e11", "", 100000000000},
    {"1e14", "", 100000000000000},
    {"1e15", "", -1},
    {"1e400", "", -1},
    {"1.7E", "", -1},
    {"E9", "", -1},
    {"", "", -1},
    {"-", "", -1},
    {"2025-01-21 15:20", "", -1},
    {"2025-01-21 ", "", -1},
    {"2025-02-30", "", -1},
    {"1970-01-01", "+00:01", -1},
    {"2025-01-21 15:20:01", "US/Eastern", -1},
    {"2025-01-21 15:20:01", "EST", 1737490801000},
    {"2025-01-21 15:20:01", "pdt", 1737498001000},
    {"2025-01-21 15:20:01", "utc", 1737472801000},
    {"2025-01-21 16:20:01", "UTC+1", 1737472801000},
    {"2025-01-21 20:50:01", "gmt+05:30", 1737472801000},
    {"2025-01-21 16:20:01", "+0100", 1737472801000},
    {"2025-01-21 16:20:01", "Z+0100", 1737472801000},
    {"2025-01-21 16:20:01", "+01", 1737472801000},
    {"2025-07-21 16:20:01", "CET", 1753111201000},
    {"2025-01-21 15:20:01", "UTC+", -1},
    {"2025-01-21 15:20:01", "UTC+24", -1},
    {"2025-01-21 15:20:01", "UTC 1", -1},
    {"2025-01-21 15:20:01", "+01:60", -1},
    {"2025-01-21 15:20:01", "+01000", -1},
    {"2025-01-21 15:20:01", "IST", -1},
    {"2025-01-21 15:20:01", "+5", -1},
    {"2025-01-21 15:20:01", "+05:00 ", -1},
    {"2025-01-21 15:20:01 UTC", "+01:00", 1737472801000},
    {"2025-01-21T15:20:01UTC", "+01:00", 1737472801000},
    {"2025-01-21 16:20:01 +0100", "", 1737472801000},
    {"2025-01-21 15:20:01  UTC", "", -1},
    {"2025-01-21 15:20:01 ", "", -1},
    {"2025-01-21T15:20:01 Europe/Berlin", "", -1},
    {"Tue, 21 Jan 2025 15:20:01 GMT", "+01:00", 1737472801000},
    {"tue, 21 jan 2025 16:20:01 +0100", "", 1737472801000},
    {"21 Jan 2025 10:20:01 EST", "", 1737472801000},
    {"Thu, 1 Jan 1970 00:00:00 GMT", "", 0},
    {"Fri, 31 Dec 9999 23:59:59 GMT", "", 253402300799000},
    {"Sat, 31 Dec 2016 23:59:60 GMT", "", 1483228800000},
    {"21 Jan 2025 15:20:01", "", 1737472801000},
    {"Wed, 21 Jan 2025 15:20:01 GMT", "", -1},
    {"Tue 21 Jan 2025 15:20:01 GMT", "", -1},
    {"Tue, 30 Feb 2025 15:20:01 GMT", "", -1},
    {"Tue, 21 Jan 25 15:20:01 GMT", "", -1},
    {"Tue, 21 Jan 2025", "", -1},
    {"21 Jxn 2025 15:20:01 GMT", "", -1},
};

static void
test_loose(void)
{
	for (size_t i = 0; i < sizeof loose / sizeof loose[0]; i++) {
		struct span zone = span_of(loose[i].zone);
		struct timestamp stamp;
		int64_t offset = 0, got = -1;
		bool good = timestamp_read(span_of(loose[i].text), &stamp);

		if (good && stamp.known)
			offset = stamp.offset;
		else if (good)
			good = stamp.zone.start == NULL &&
			       (zone.length == 0 || zone_offset(zone, &offset));
		if (!good || !timestamp_settle(&stamp, offset, &got))
			got = -1;
		is_number(got, loose[i].milliseconds, loose[i].text);
	}
}

static void
test_zone_of_text(void)
{
	struct timestamp stamp;

	ok(timestamp_read(span_of("2025-01-21T15:20:01 Europe/Berlin"), &stamp) && !stamp.known &&
	        span_is(stamp.zone, "Europe/Berlin"),
	    "a zone in the text");
	ok(timestamp_read(span_of("2025-01-21 15:20:01"), &stamp) && !stamp.known && !stamp.date &&
	        stamp.zone.start == NULL,
	    "no zone");
	ok(timestamp_read(span_of("2025-01-21"), &stamp) && stamp.date, "a day");
	ok(!timestamp_read((struct span){NULL, 0}, &stamp), "nothing at all");
}

static const struct {
	const char *text;
	int64_t milliseconds; /* -1: refused */
} durations[] = {{"90", -1}, {"90s", 90000}, {"15m", 900000}, {"24h", 86400000}, {"1w", 604800000},
    {"7d", 604800000}, {"0", -1}, {"0s", 0}, {"007d", 604800000}, {"36525d", 3155760000000},
    {"3155760000s", 3155760000000}, {"36526d", -1}, {"3155760001s", -1}, {"876601h", -1},
    {"99999999999999999999999d", -1}, {"999999999999999d", -1}, {"", -1}, {"s", -1}, {"-1", -1},
    {"+1", -1}, {"1.5h", -1}, {"1h30m", -1}, {"1 h", -1}, {"1H", -1}, {"1y", -1}, {"1ms", -1}};

static void
test_duration(void)
{
	for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++) {
		int64_t got = -1;
		if (!duration_parse(span_of(durations[i].text), &got))
			got = -1;
		is_number(got, durations[i].milliseconds, durations[i].text);
	}
}

int
main(void)
{
	test_parse();
	test_format();
	test_days();
	test_loose();
	test_zone_of_text();
	test_duration();
	return done();
}
