/* send_queue: the order of records of one key, and lanes that are paused. */
#include "stream/kinesis/send_queue.h"
#include "tap.h"

static void
add(struct send_queue *queue, uint64_t ticket, uint64_t key)
{
	struct sent sent = {.ticket = ticket, .key = key, .most = 500};

	send_queue_add(queue, &sent);
}

/* Takes up to most records into a flight; their tickets as text. */
static const char *
take(struct send_queue *queue, unsigned flight, size_t most, int32_t *numbers, size_t *count)
{
	static char text[200];
	size_t length = 0;
	int32_t next;

	*count = 0;
	text[0] = '\0';
	while (*count < most && (next = send_queue_peek(queue, flight)) != SEND_NONE) {
		length += (size_t)snprintf(text + length, sizeof text - length, "%llu ",
		    (unsigned long long)send_queue_at(queue, next)->ticket);
		numbers[(*count)++] = next;
		send_queue_take(queue);
	}
	return text;
}

static void
finish(struct send_queue *queue, const int32_t *numbers, size_t count)
{
	while (count-- > 0)
		send_queue_done(queue, numbers[count]);
}

static void
test_order(void)
{
	struct send_queue *queue = send_queue_open(false);
	int32_t first[10], second[10];
	size_t count, others;

	for (uint64_t i = 1; i <= 6; i++)
		add(queue, i, i % 2 + 1); /* keys 2 1 2 1 2 1 */
	is_text(take(queue, 0, 3, first, &count), "1 2 3 ", "a request may hold two of a key");
	is_text(take(queue, 1, 9, second, &others), "", "another none of a key in flight");
	add(queue, 7, 0);
	is_text(take(queue, 1, 9, second, &others), "7 ", "one without a key overtakes");
	/* The last of the three failed, the others did not. */
	send_queue_retry(queue, first[2]);
	send_queue_done(queue, first[1]);
	send_queue_done(queue, first[0]);
	is_text(take(queue, 0, 9, first, &count), "3 5 4 6 ",
	    "failed records precede later ones of their key");
	is_number((int64_t)send_queue_ready(queue), 0, "none is left that may go");
	finish(queue, first, count);
	finish(queue, second, others);
	is_number((int64_t)send_queue_count(queue), 0, "all are done");
	send_queue_close(queue);
}

static void
test_gather(void)
{
	struct send_queue *queue = send_queue_open(false);
	int32_t first[10], second[10];
	size_t count, others;

	for (uint64_t i = 1; i <= 6; i++)
		add(queue, i, i % 2 + 1); /* keys 2 1 2 1 2 1 */
	send_queue_gather(queue);
	is_number((int64_t)send_queue_ready(queue), 6, "gathered: all may go");
	is_text(take(queue, 0, 2, first, &count), "1 3 ", "those of a key together");
	add(queue, 7, 2);
	add(queue, 8, 1);
	add(queue, 9, 0);
	send_queue_gather(queue);
	is_text(take(queue, 1, 9, second, &others), "2 4 6 8 9 ",
	    "another key, and one without, in another");
	is_number((int64_t)send_queue_ready(queue), 0, "what is behind those in flight waits");
	send_queue_retry(queue, first[1]);
	send_queue_done(queue, first[0]);
	is_number((int64_t)send_queue_ready(queue), 3, "and may go when they have landed");
	finish(queue, second, others);
	is_text(take(queue, 2, 9, first, &count), "3 5 7 ", "in their order");
	finish(queue, first, count);
	is_number((int64_t)send_queue_count(queue), 0, "all are done");
	send_queue_close(queue);
}

/* A record waits for a pause; later ones of its key are gathered meanwhile. */
static void
test_gather_while_paused(void)
{
	struct send_queue *queue = send_queue_open(false);
	struct sent sent = {.ticket = 1, .key = 1, .most = 500};
	int32_t numbers[10];
	size_t count;

	send_queue_add(queue, &sent);
	send_queue_pause(queue, send_queue_lane_of(queue, &sent), 1000);
	is_text(take(queue, 0, 10, numbers, &count), "", "all is paused");
	add(queue, 2, 1);
	send_queue_gather(queue);
	is_text(take(queue, 0, 10, numbers, &count), "", "also what is gathered");
	is_number((int64_t)send_queue_ready(queue), 0, "none may go");
	send_queue_wake(queue, 1000);
	is_number((int64_t)send_queue_ready(queue), 2, "after the pause both may go");
	add(queue, 3, 1);
	send_queue_gather(queue);
	is_text(take(queue, 0, 10, numbers, &count), "1 2 3 ", "in order");
	finish(queue, numbers, count);
	send_queue_close(queue);
}

static void
test_again(void)
{
	struct send_queue *queue = send_queue_open(false);
	int32_t numbers[10];
	size_t count;

	for (uint64_t i = 1; i <= 4; i++)
		add(queue, i, i < 3 ? i : 0);
	take(queue, 0, 10, numbers, &count);
	while (count-- > 0)
		send_queue_retry(queue, numbers[count]);
	is_number((int64_t)send_queue_ready(queue), 4, "all may go again");
	is_text(take(queue, 1, 10, numbers, &count), "1 2 3 4 ", "in their order");
	finish(queue, numbers, count);
	send_queue_close(queue);
}

static void
test_strict(void)
{
	struct send_queue *queue = send_queue_open(true);
	int32_t numbers[10];
	size_t count;

	for (uint64_t i = 1; i <= 3; i++)
		add(queue, i, 5);
	is_text(take(queue, 0, 10, numbers, &count), "1 ", "strict: one of a key");
	finish(queue, numbers, count);
	is_text(take(queue, 0, 10, numbers, &count), "2 ", "and then the next");
	send_queue_retry(queue, numbers[0]);
	is_text(take(queue, 0, 10, numbers, &count), "2 ", "or the same record again");
	finish(queue, numbers, count);
	is_text(take(queue, 0, 10, numbers, &count), "3 ", "and the last");
	finish(queue, numbers, count);
	send_queue_close(queue);
}

/* The key's first byte is its lane. */
static size_t
lane_of(void *context, const struct record *record)
{
	(void)context;
	return (size_t)(record->key.start[0] - '0');
}

static void
test_lanes(void)
{
	struct send_queue *queue = send_queue_open(false);
	int32_t numbers[10];
	size_t count;

	send_queue_divide(queue, 2, lane_of, NULL);
	for (uint64_t i = 1; i <= 6; i++) {
		struct sent sent = {.ticket = i, .key = i % 2 + 1, .most = 500};

		sent.record.key = span_of(i % 2 == 0 ? "0" : "1");
		send_queue_add(queue, &sent);
	}
	is_text(take(queue, 0, 2, numbers, &count), "1 2 ", "both lanes");
	send_queue_pause(queue, send_queue_lane_of(queue, send_queue_at(queue, numbers[0])), 1000);
	send_queue_done(queue, numbers[1]);
	send_queue_retry(queue, numbers[0]);
	is_text(
	    take(queue, 0, 10, numbers, &count), "4 6 ", "the one that is not paused continues");
	finish(queue, numbers, count);
	is_number(send_queue_wake(queue, 999), 1000, "when the pause ends");
	is_text(take(queue, 0, 10, numbers, &count), "", "not before");
	is_number(send_queue_wake(queue, 1000), 0, "it is over");
	is_text(take(queue, 0, 10, numbers, &count), "1 3 5 ", "in order");
	finish(queue, numbers, count);
	is_number((int64_t)send_queue_count(queue), 0, "all are done");
	send_queue_close(queue);
}

static void
test_divide_while_paused(void)
{
	struct send_queue *queue = send_queue_open(false);
	int32_t numbers[10];
	struct sent sent = {.ticket = 1, .key = 9, .most = 500};
	size_t count;

	sent.record.key = span_of("1");
	send_queue_add(queue, &sent);
	send_queue_pause(queue, send_queue_lane_of(queue, &sent), 1000);
	is_text(take(queue, 0, 10, numbers, &count), "", "all is paused");
	send_queue_divide(queue, 2, lane_of, NULL);
	is_text(take(queue, 0, 10, numbers, &count), "1 ", "other lanes: nothing stays behind");
	finish(queue, numbers, count);
	send_queue_close(queue);
}

/* Many keys, many failures, several flights: those of a key never overtake each other. */
static void
test_many(void)
{
	enum { KEYS = 50, RECORDS = 20000, FLIGHTS = 4, MOST = 20 };
	static uint64_t last[KEYS + 1];
	struct send_queue *queue = send_queue_open(true);
	int32_t numbers[FLIGHTS][MOST];
	size_t counts[FLIGHTS] = {0};
	uint64_t random = 1, added = 0, done = 0;
	bool ordered = true;

	while (done < RECORDS) {
		unsigned flight =
		    (unsigned)((random = random * 6364136223846793005u + 1) >> 60) % FLIGHTS;

		for (unsigned i = 0; i < 30 && added < RECORDS && added - done < 500; i++) {
			added++;
			add(queue, added, added * 7919 % KEYS + 1);
		}
		for (size_t i = counts[flight]; i-- > 0;) {
			struct sent *sent = send_queue_at(queue, numbers[flight][i]);

			random = random * 6364136223846793005u + 1;
			if (random >> 63) {
				send_queue_retry(queue, numbers[flight][i]);
				continue;
			}
			ordered = ordered && last[sent->key] < sent->ticket;
			last[sent->key] = sent->ticket;
			done++;
			send_queue_done(queue, numbers[flight][i]);
		}
		if (random >> 62 == 1)
			send_queue_gather(queue);
		take(queue, flight, MOST, numbers[flight], &counts[flight]);
	}
	ok(ordered, "of a key none overtakes another");
	is_number((int64_t)send_queue_count(queue), 0, "and all come through");
	is_number((int64_t)send_queue_ready(queue), 0, "and are counted");
	send_queue_close(queue);
}

int
main(void)
{
	test_order();
	test_gather();
	test_gather_while_paused();
	test_again();
	test_strict();
	test_lanes();
	test_divide_while_paused();
	test_many();
	return done();
}
