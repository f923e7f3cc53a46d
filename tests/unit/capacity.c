/* capacity: how fast requests start, and what their replies say that they consumed. */
#include "table/dynamodb/capacity.h"
#include "tap.h"

static void
test_pace(void)
{
	struct capacity capacity;
	int64_t expected, now = 5000000;

	capacity_init(&capacity, 0);
	expected = capacity_start(&capacity, 25, now);
	capacity_settle(&capacity, expected, 25, 1000000);
	ok(capacity.free_at == 0 && capacity_items(&capacity, 25, 1) == 25, "without a rate, no limit");

	capacity_init(&capacity, 10);
	ok(capacity_items(&capacity, 25, 1) == 10, "a request takes what a second allows");
	ok(capacity_items(&capacity, 25, 8) == 1, "or a share of it");
	expected = capacity_start(&capacity, 10, now);
	ok(expected == 10000 && capacity.free_at == now + 1000000, "ten items, a unit each: a second");
	capacity_settle(&capacity, expected, 10, 20000);
	ok(capacity.free_at == now + 2000000, "they were twice as large: two seconds");
	ok(capacity_items(&capacity, 25, 1) == 5, "and the next request has half as many");
	expected = capacity_start(&capacity, 5, now + 1000000);
	ok(expected == 10000 && capacity.free_at == now + 3000000, "requests add up");
	capacity_settle(&capacity, expected, 5, 0);
	ok(capacity.free_at == now + 2000000 && capacity.each == 2000, "a failed one consumed nothing");
	capacity_settle(&capacity, 0, 5, -1);
	ok(capacity.free_at == now + 2000000, "without an answer the estimate stands");
	capacity_settle(&capacity, 0, 1000, 1);
	ok(capacity.each == 10, "no item is cheaper than a hundredth of a unit");
	expected = capacity_start(&capacity, 5, now + 60000000);
	ok(capacity.free_at == now + 60005000, "time that was not used is not saved up");
}

static void
test_replies(void)
{
	static const struct {
		const char *reply;
		int64_t units;
	} replies[] = {{"{\"ConsumedCapacity\":{\"TableName\":\"t\",\"CapacityUnits\":0.5}}", 500},
	    {"{\"ConsumedCapacity\":[{\"CapacityUnits\":25.0},{\"CapacityUnits\":1E1}]}", 35000},
	    {"{\"ConsumedCapacity\":null}", -1}, {"{}", -1}, {"{", -1}, {"{\"ConsumedCapacity\":7}", 0},
	    {"{\"ConsumedCapacity\":[{\"CapacityUnits\":null}]}", 0},
	    {"{\"ConsumedCapacity\":{\"CapacityUnits\":-1}}", 0},
	    {"{\"ConsumedCapacity\":{\"CapacityUnits\":1e30}}", 0}};

	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
		ok(capacity_consumed(span_of(replies[i].reply)) == replies[i].units, "%s",
		    replies[i].reply);
}

int
main(void)
{
	test_pace();
	test_replies();
	return done();
}
