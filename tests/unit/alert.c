/*
 * alert: a state that is saved and loaded at any moment continues as one that was not; saved states
 * and inputs that are cut off or damaged are refused; decimals are compared exactly.
 */
#include <stdlib.h>

#include "alert/watches.h"
#include "tap.h"
#include "text/decimal_compare.h"

static struct rules rules;

/* VALUE against REFERENCE changed by PERCENT. */
static const struct {
	const char *value, *reference, *percent;
	int order;
} comparisons[] = {
    {"105", "100", "5", 0},
    {"104.99999999999999999999999999", "100", "5", -1},
    {"105.0000000000000000000000001", "100", "5", 1},
    {"95", "100", "-5", 0},
    {"-105", "-100", "-5", 0},
    {"-95", "-100", "5", 0},
    {"-96", "-100", "5", -1},
    {"0", "0", "5", 0},
    {"0", "100", "-100", 0},
    {"-1", "100", "-101", 0},
    {"1", "-1", "5", 1},
    {"-1", "1", "5", -1},
    {"0.000000000000000000000000000001", "100000000000000000000000000000", "-50", -1},
    {"100000000000000000000000000000", "0.000000000000000000000000000001", "50", 1},
    {"1", "999999999999999999999999999999", "0.000000000000000000000000000001", -1},
    {"0.000000000000000000000000000003", "0.000000000000000000000000000001",
        "200.00000000000000000000000001", -1},
    {"0.000000000000000000000000000003", "0.000000000000000000000000000001", "200", 0},
};

static struct decimal
decimal_of(const char *text)
{
	struct decimal decimal = {0, 0};

	if (decimal_read(span_of(text), &decimal) != NULL)
		abort();
	return decimal;
}

static void
test_comparisons(void)
{
	for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
		int order = decimal_compare_changed(decimal_of(comparisons[i].value),
		    decimal_of(comparisons[i].reference), decimal_of(comparisons[i].percent));

		ok(order == comparisons[i].order, "%s against %s changed by %s%%: %d",
		    comparisons[i].value, comparisons[i].reference, comparisons[i].percent, order);
	}
	ok(decimal_compare(decimal_of("1e29"), decimal_of("1e-30")) > 0 &&
	        decimal_compare(decimal_of("-1e29"), decimal_of("1e-30")) < 0 &&
	        decimal_compare(decimal_of("1.5"), decimal_of("1.50000")) == 0 &&
	        decimal_compare(decimal_of("1.50001"), decimal_of("1.5")) > 0,
	    "decimals of other places");
}

/* The inputs: records of 7 keys, late ones among them; now and then a note. */
static size_t
make_input(const struct watches *watches, unsigned seed, unsigned char bytes[WATCHES_INPUT])
{
	char key[8];
	struct watch_input input = {.key = {key, 2}};
	struct note note = {.rule = 3, .key = {key, 2}, .position = {"0:17", 4}};

	snprintf(key, sizeof key, "%02u", seed % 7);
	input.time = INT64_C(1760000000000) + seed * 700 - seed % 11 * 2000;
	input.arrived = input.time + 5;
	for (size_t i = 0; i < rules.member_count; i++)
		input.values[i] =
		    (struct decimal){(int)(seed * 2654435761U % 100000) - 20000, (int)(seed % 3)};
	note.time = note.at = input.time - 700 * 7;
	return seed % 50 == 49 ? watches_write_note(&note, bytes)
	                       : watches_write_record(watches, &input, bytes);
}

static void
test_saved(void)
{
	struct watches one, other;
	struct buffer saved, same;
	unsigned char bytes[WATCHES_INPUT];
	struct failure failure;
	bool equal = true;
	size_t length, refused = 0;

	buffer_init(&saved, 1024 * 1024);
	buffer_init(&same, 1024 * 1024);
	watches_init(&one, &rules, 1024 * 1024);
	watches_init(&other, &rules, 1024 * 1024);
	for (unsigned i = 0; i < 4000 && equal; i++) {
		struct span input = {(const char *)bytes, make_input(&one, i, bytes)};

		equal =
		    watches_apply(&one, input, &failure) && watches_apply(&other, input, &failure);
		if (i % 100 == 99) {
			watches_forget(&one, 0);
			watches_forget(&other, 0);
		}
		buffer_clear(&saved);
		buffer_clear(&same);
		equal = equal && watches_save(&one, &saved) && watches_save(&other, &same) &&
		        span_equal(buffer_span(&saved), buffer_span(&same)) &&
		        watches_load(&other, buffer_span(&saved), &failure);
	}
	ok(equal && one.note_count > 10 && one.count == 7,
	    "a state that is saved and loaded after each input is the same");
	for (length = 0; length < saved.length; length++)
		refused += !watches_load(&other, (struct span){saved.data, length}, &failure) ||
		           other.count < one.count;
	ok(refused == saved.length, "a state that is cut off is refused, or has fewer keys");
	saved.data[8] = '2';
	ok(!watches_load(&other, buffer_span(&saved), &failure), "another version: %s",
	    failure.text);
	for (unsigned i = 48; i < 50; i++) {
		length = make_input(&one, i, bytes) - 3;
		bytes[i == 48 ? 33 : 1] = 99; /* places of a value; a rule */
		ok(!watches_apply(&other, (struct span){(const char *)bytes, length}, &failure),
		    "a damaged input: %s", failure.text);
	}
	watches_clear(&one);
	watches_clear(&other);
	ok(one.size == 0, "nothing is left");
	buffer_free(&saved);
	buffer_free(&same);
}

int
main(void)
{
	static const char *const texts[] = {"a > 5", "a crosses 100", "b change 20% in 1m",
	    "missing 10m", "b fall 1% in 9s", "a <= 7"};
	struct failure failure;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (!rules_add(&rules, texts[i], &failure))
			abort();
	}
	rules.reset = decimal_of("0.5");
	rules.pause = 3000;
	test_comparisons();
	test_saved();
	rules_free(&rules);
	return done();
}
