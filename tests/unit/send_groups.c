/* send_groups: which records of a request share an entry, and how large it becomes at most. */
#include "stream/kinesis/aggregate_writer.h"
#include "stream/kinesis/put_records.h"
#include "stream/kinesis/send_groups.h"
#include "tap.h"

enum { MOST = 5000 };

static struct send_groups *groups;
static unsigned slot;

/* Adds a record; returns the entries that the request then has at most. */
static size_t
add(size_t lane, size_t bound, bool alone)
{
	struct send_growth growth = {.lane = lane, .bound = bound, .alone = alone};

	send_groups_measure(groups, &growth);
	send_groups_add(groups, &growth, slot++);
	return growth.entries;
}

static void
begin(void)
{
	send_groups_begin(groups);
	slot = 0;
}

static void
test_entries(void)
{
	struct send_growth growth = {.lane = 0, .bound = 100};
	const size_t frame = AGGREGATE_FRAME + 1;

	begin();
	is_number((int64_t)add(0, 100, false), 1, "the first");
	is_number((int64_t)add(0, 100, false), 1, "the next one of the lane joins it");
	is_number((int64_t)add(2, 100, false), 2, "one of another lane does not");
	is_number((int64_t)add(0, 60000, true), 3, "a large one has an entry of its own");
	is_number((int64_t)add(0, 100, false), 4, "after which the lane begins another");
	is_number((int64_t)add(2, AGGREGATE_BYTES - 100 - frame, false), 4, "one that just fits");
	is_number((int64_t)add(2, 1, false), 5, "one that does not");
	send_groups_measure(groups, &growth);
	is_number((int64_t)growth.bytes,
	    (int64_t)(500 + 60000 + AGGREGATE_BYTES - 100 - frame + 1 + 4 * frame),
	    "bytes at most");
	begin();
	send_groups_measure(groups, &growth);
	is_number((int64_t)growth.entries, 1, "another request begins empty");
	for (unsigned i = 0; i <= AGGREGATE_MEMBERS; i++)
		growth.entries = add(1, 10, false);
	is_number((int64_t)growth.entries, 2, "an aggregate has at most 500 members");
}

static void
test_lists(void)
{
	int32_t at;

	begin();
	add(2, 10, false);
	add(0, 10, false);
	add(2, 70000, true);
	is_number((int64_t)send_groups_count(groups), 2, "two lanes");
	at = send_groups_first(groups, 0);
	ok(at == 0 && !send_groups_is_alone(groups, at), "the first record");
	at = send_groups_next(groups, at);
	ok(at == 2 && send_groups_is_alone(groups, at), "the next one of its lane");
	is_number(send_groups_next(groups, at), -1, "and no more");
	is_number(send_groups_first(groups, 1), 1, "the other lane");
	send_groups_divide(groups, 1);
	begin();
	is_number((int64_t)add(0, 10, false), 1, "after another division");
	is_number((int64_t)send_groups_count(groups), 1, "there is one lane");
}

int
main(void)
{
	groups = send_groups_open(MOST);
	send_groups_divide(groups, 3);
	test_entries();
	test_lists();
	send_groups_close(groups);
	return done();
}
