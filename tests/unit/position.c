/* position: what is one and what is not, how they are ordered, and where a line has one. */
#include "record/position.h"
#include "tap.h"

#define DIGITS_50 "12345678901234567890123456789012345678901234567890"
#define DIGITS_100 DIGITS_50 DIGITS_50
#define LETTERS_50 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"
#define LETTERS_100 LETTERS_50 LETTERS_50

static void
test_parts(void)
{
	struct position position;

	ok(position_parse(span_of("shardId-000000000001:4959.12+"), &position), "all parts");
	is_span(position.shard, span_of("shardId-000000000001"), "the shard");
	is_span(position.sequence, span_of("4959"), "the sequence number");
	is_number(position.sub, 12, "the number inside an aggregate");
	ok(position.through, "a mark");
	ok(position_parse(span_of("0:7"), &position), "without the last two");
	is_number(position.sub, -1, "no number inside");
	ok(!position.through, "no mark");
}

static void
test_taken(void)
{
	static const char *const good[] = {"0:0", "0:1", "a:1+", "A.b-c_9:10", "0:1.0", "0:1.0+",
	    "0:1.999999999", "-:1", ".:1", "_:1", "0:" DIGITS_100 "12345678901234567890123456789",
	    LETTERS_100 "abcdefghijklmnopqrstuvwxyz01:1"};
	static const char *const bad[] = {"", ":", "0", "0:", ":1", "0:+", "0:01", "0:00", "0:-1",
	    "0:+1", "0:1 ", " 0:1", "0 :1", "0: 1", "0:1++", "0:1+.1", "0:1.", "0:1.+", "0:1.01",
	    "0:1.-1", "0:1.1.1", "0:1.1234567890", "0:1e3", "0:0x1", "0:1\n", "a/b:1", "a b:1",
	    "a:b:1", "\xC3\xA9:1", "a\\:1", "a\":1", "0:1,",
	    "0:" DIGITS_100 "123456789012345678901234567890",
	    LETTERS_100 "abcdefghijklmnopqrstuvwxyz012:1"};
	struct position position;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		char text[POSITION_SIZE];

		ok(position_parse(span_of(good[i]), &position), "taken: %.60s", good[i]);
		is_number((int64_t)position_format(&position, position.through, text),
		    (int64_t)strlen(good[i]), "its length as text");
		ok(strcmp(text, good[i]) == 0, "as text it is the same");
		position_format(&position, !position.through, text);
		ok(position.through ? strncmp(text, good[i], strlen(text)) == 0
		                    : text[strlen(good[i])] == '+',
		    "the mark of a position, or the position of a mark");
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!ok(!position_parse(span_of(bad[i]), &position), "not taken: number %zu", i))
			tap_show("taken", span_of(bad[i]));
	ok(!position_parse((struct span){"0:1\0", 4}, &position), "not taken: a NUL behind it");
	ok(!position_parse((struct span){NULL, 0}, &position), "not taken: nothing");
}

/* Each is before all that follow it. */
static void
test_order(void)
{
	static const char *const ordered[] = {"0:0", "0:0+", "0:1", "0:1.0", "0:1.0+", "0:1.1",
	    "0:1.1+", "0:1.10", "0:1.999999999", "0:1.999999999+", "0:1+", "0:2", "0:9", "0:10",
	    "0:11", "0:99", "0:100", "0:18446744073709551615", "0:18446744073709551616",
	    "0:18446744073709551617", "0:" DIGITS_100, "0:" DIGITS_100 "0"};
	enum { COUNT = sizeof ordered / sizeof *ordered };
	unsigned wrong = 0;

	for (size_t i = 0; i < COUNT; i++) {
		for (size_t j = 0; j < COUNT; j++) {
			struct position a, b;
			int order;

			position_parse(span_of(ordered[i]), &a);
			position_parse(span_of(ordered[j]), &b);
			order = position_compare(&a, &b);
			if ((order < 0) == (i < j) && (order > 0) == (i > j))
				continue;
			printf("# %s and %s: %d\n", ordered[i], ordered[j], order);
			wrong++;
		}
	}
	is_number(wrong, 0, "all pairs are ordered");
}

static const struct {
	const char *line;
	enum position_found found;
	const char *text; /* NULL for NONE */
	const char *record; /* before + after; NULL where it is in raw */
	const char *raw;
} lines[] = {
    {"{\"_pos\":\"0:7\",\"a\":1}", POSITION_RECORD, "0:7", "{\"a\":1}", NULL},
    {" \t{ \"_pos\" : \"0:7\" , \"a\":1 } ", POSITION_RECORD, "0:7", " \t{ \"a\":1 } ", NULL},
    {"{\"_pos\":\"s-1:7.3\",\"a\":1}\r", POSITION_RECORD, "s-1:7.3", "{\"a\":1}\r", NULL},
    {"{\"_pos\":\"0:7\"}", POSITION_RECORD, "0:7", "{}", NULL},
    {"{\"_pos\":\"0:7\" }", POSITION_RECORD, "0:7", "{}", NULL},
    {"{\"_pos\":\"0:7\",\"_pos\":\"0:8+\",\"a\":1}", POSITION_RECORD, "0:7",
        "{\"_pos\":\"0:8+\",\"a\":1}", NULL},
    {"{\"_pos\":\"0:7\",\"a\":{\"_raw\":\"eA==\"}}", POSITION_RECORD, "0:7",
        "{\"a\":{\"_raw\":\"eA==\"}}", NULL},
    {"{\"_pos\":\"0:7\",\"_rawer\":1}", POSITION_RECORD, "0:7", "{\"_rawer\":1}", NULL},
    {"{\"_pos\":\"0:7\",\"_raw\":\"eA==\"}", POSITION_RECORD, "0:7", NULL, "eA=="},
    {"{\"_pos\":\"0:7\",\"_raw\":\"\"}", POSITION_RECORD, "0:7", NULL, ""},
    {" { \"_pos\" : \"0:7\" , \"_raw\" : \"eA==\" } ", POSITION_RECORD, "0:7", NULL, "eA=="},
    {"{\"_pos\":\"0:7\",\"_raw\":\"eA==\",\"a\":1}", POSITION_BAD_RAW, "0:7", NULL, NULL},
    {"{\"_pos\":\"0:7\",\"_raw\":{}}", POSITION_BAD_RAW, "0:7", NULL, NULL},
    {"{\"_pos\":\"0:7\",\"_raw\":5}", POSITION_BAD_RAW, "0:7", NULL, NULL},
    {"{\"_pos\":\"0:7\",\"_raw\":\"eA==\"}}", POSITION_BAD_RAW, "0:7", NULL, NULL},
    {"{\"_pos\":\"0:7\",\"_raw\":\"eA==\"", POSITION_BAD_RAW, "0:7", NULL, NULL},
    {"{\"_pos\":\"0:7\",\"_raw\"", POSITION_BAD_RAW, "0:7", NULL, NULL},
    {"{\"_pos\":\"0:7+\"}", POSITION_MARK, "0:7+", NULL, NULL},
    {"{ \"_pos\":\"0:7.2+\" , \"added\":\"by a filter\"}", POSITION_MARK, "0:7.2+", NULL, NULL},
    {"{\"_pos\":\"0:7+\",\"_raw\":\"eA==\"}", POSITION_MARK, "0:7+", NULL, NULL},
    {"{\"a\":1,\"_pos\":\"0:7\"}", POSITION_NONE, NULL, NULL, NULL},
    {"{\"\\u005fpos\":\"0:7\",\"a\":1}", POSITION_NONE, NULL, NULL, NULL},
    {"{\"_pos\":\"\\u0030:7\",\"a\":1}", POSITION_NONE, NULL, NULL, NULL},
    {"{\"_pos\":\"0:07\",\"a\":1}", POSITION_NONE, NULL, NULL, NULL},
    {"{\"_pos\":7,\"a\":1}", POSITION_NONE, NULL, NULL, NULL},
    {"{\"_pos\":null}", POSITION_NONE, NULL, NULL, NULL},
    {"{\"_pos\":\"0:7\"", POSITION_NONE, NULL, NULL, NULL},
    {"{\"_pos\":\"0:7\":", POSITION_NONE, NULL, NULL, NULL},
    {"{\"_pos\":\"0:7", POSITION_NONE, NULL, NULL, NULL},
    {"{\"_pos\" \"0:7\",\"a\":1}", POSITION_NONE, NULL, NULL, NULL},
    {"[{\"_pos\":\"0:7\"}]", POSITION_NONE, NULL, NULL, NULL},
    {"\"_pos\"", POSITION_NONE, NULL, NULL, NULL},
    {"{", POSITION_NONE, NULL, NULL, NULL},
    {"", POSITION_NONE, NULL, NULL, NULL},
};

static void
test_lines(void)
{
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct positioned found;
		char record[200];

		if (!is_number(position_of_line(span_of(lines[i].line), &found), lines[i].found,
		        "what is found"))
			tap_show("in", span_of(lines[i].line));
		if (lines[i].text != NULL)
			is_span(found.text, span_of(lines[i].text), "  its text");
		if (lines[i].found != POSITION_RECORD)
			continue;
		is_span(found.raw,
		    lines[i].raw != NULL ? span_of(lines[i].raw) : (struct span){NULL, 0},
		    "  what is raw");
		if (lines[i].record == NULL)
			continue;
		memcpy(record, found.before.start, found.before.length);
		memcpy(record + found.before.length, found.after.start, found.after.length);
		is_span((struct span){record, found.before.length + found.after.length},
		    span_of(lines[i].record), "  the record");
	}
}

static void
test_times(void)
{
	static const char *const none[] = {"", ":@1", "0:@", "0:@01", "0:@1+", "0:1", "0@1",
	    "0:@-1", "0:@1234567890123456", "0 :@1"};
	struct position position;
	struct span shard;
	int64_t time;

	ok(position_is_time(span_of("shardId-0:@1736208000123"), &shard, &time), "a time");
	is_span(shard, span_of("shardId-0"), "  its shard");
	is_number(time, INT64_C(1736208000123), "  its milliseconds");
	ok(!position_parse(span_of("0:@1"), &position), "  is no position");
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		ok(!position_is_time(span_of(none[i]), &shard, &time), "no time: %s", none[i]);
}

int
main(void)
{
	test_times();
	test_parts();
	test_taken();
	test_order();
	test_lines();
	return done();
}
