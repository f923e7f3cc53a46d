/* vector: places of shards, noted, written and read. */
#include "serve/vector.h"
#include "tap.h"

static void
is_written(const struct vector *vector, const char *expected, const char *name)
{
	struct buffer text;

	buffer_init(&text, VECTOR_TEXT + 1);
	ok(vector_write(vector, &text), "%s is written", name);
	is_text(buffer_text(&text), expected, name);
	buffer_free(&text);
}

static void
test_noting(void)
{
	struct vector vector = {0};
	const struct chunk_place places[] = {
	    {.sequence = span_of("495"), .sub = 3}, {.sequence = span_of("496"), .sub = -1}};
	struct chunk own = {.shard = "0", .number = 0, .first = 7, .count = 3};
	struct chunk kinesis = {.shard = "shardId-1", .number = 2, .places = places, .count = 2};
	struct chunk unknown = {.shard = "shardId-2", .number = 1};

	vector_begin(&vector, "");
	is_written(&vector, "", "nothing");
	vector_note_start(&vector, &own, 5000);
	is_written(&vector, "811c9dc5/0:6", "a start after a record");
	vector_note(&vector, &own, 2);
	is_written(&vector, "811c9dc5/0:9", "a record");
	vector_note(&vector, &kinesis, 0);
	is_written(&vector, "811c9dc5/0:9,shardId-1:495.3", "a record inside an aggregate");
	vector_note(&vector, &kinesis, 1);
	vector_note_start(&vector, &kinesis, 5000);
	is_written(&vector, "811c9dc5/0:9,shardId-1:496", "a start that is known already");
	vector_note_start(&vector, &unknown, 5000);
	is_written(
	    &vector, "811c9dc5/0:9,shardId-2:@5000,shardId-1:496", "a start that is only a time");
	is_text(vector_find(&vector, "shardId-1"), "shardId-1:496+", "a place is found");
	is_text(vector_find(&vector, "shardId"), NULL, "not by a part of its name");
	vector_free(&vector);
}

static void
test_beyond(void)
{
	struct vector one = {0}, other = {0};

	ok(vector_read(&one, "00000000/0:5,1:7,2:@9") &&
	        vector_read(&other, "00000000/0:5,1:8,2:@8"),
	    "two vectors");
	ok(!vector_is_beyond(&one, &other), "it is nowhere beyond the other");
	ok(vector_is_beyond(&other, &one), "the other is, in one shard");
	vector_free(&one);
	ok(!vector_is_beyond(&one, &other), "an empty one is not");
	vector_free(&other);
}

static void
reads(const char *text, bool expected)
{
	struct vector vector = {0};

	if (ok(vector_read(&vector, text) == expected, "\"%.40s\"", text) && expected)
		is_written(&vector, text, "the same");
	vector_free(&vector);
}

static void
test_ceiling(void)
{
	struct vector vector = {0};
	struct buffer text;
	char place[POSITION_SIZE];

	buffer_init(&text, 4 * VECTOR_TEXT);
	for (size_t i = 0; i < VECTOR_TEXT / 8 + 1; i++) {
		snprintf(place, sizeof place, "%05zu:1+", i);
		vector_set(&vector, i, place);
	}
	buffer_add_text(&text, "id: ");
	ok(!vector_write(&vector, &text) && text.length == 4, "a text that is too long");
	buffer_free(&text);
	vector_free(&vector);
}

int
main(void)
{
	test_noting();
	reads("01234567/0:1", true);
	reads("89abcdef/0:1,1:2.3,shardId-000000000001:@1700000000000", true);
	reads("01234567-6a0b1c2d/0:1", true);
	reads("01234567-/0:1", false);
	reads("01234567-6a0b1c2/0:1", false);
	reads("01234567-6a0b1c2d", false);
	reads("", false);
	reads("00000000/", false);
	reads("0000000/0:1", false);
	reads("0000000A/0:1", false);
	reads("0:1", false);
	reads("00000000/0", false);
	reads("00000000/0:", false);
	reads("00000000/0:1,", false);
	reads("00000000/,0:1", false);
	reads("00000000/0:1+", false);
	reads("00000000/0:1 ", false);
	reads("00000000/0:-1", false);
	reads("00000000/0:1\t", false);
	reads("00000000/../0:1,x", false);
	test_beyond();
	test_ceiling();
	return done();
}
