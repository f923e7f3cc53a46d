/* key_queue: at most one entry of each key is in flight; which one goes next. */
#include <stdlib.h>
#include "base/memory.h"
#include "tap.h"
#include "table/dynamodb/key_queue.h"

struct thing {
	struct keyed keyed;
	unsigned number;
};

static unsigned released;

static void
release(struct keyed *keyed)
{
	released++;
	free(keyed);
}

static void
add(struct key_queue *queue, const char *key, unsigned number)
{
	struct thing *thing = memory_new(1, sizeof *thing);

	thing->keyed.key = span_of(key);
	thing->number = number;
	key_queue_add(queue, &thing->keyed);
}

static unsigned
number(const struct keyed *keyed)
{
	return keyed != NULL ? ((const struct thing *)keyed)->number : 0;
}

/* The numbers of a list, "1 2 3", which is released. */
static const char *
list(struct keyed *keyed)
{
	static char text[100];
	size_t length = 0;

	text[0] = '\0';
	while (keyed != NULL) {
		struct keyed *next = keyed->next;

		length += (size_t)snprintf(text + length, sizeof text - length, "%s%u",
		    length > 0 ? " " : "", number(keyed));
		free(keyed);
		keyed = next;
	}
	return text;
}

static void
test_newest(void)
{
	struct key_queue *queue = key_queue_open(1);
	struct key_slot *a, *b;

	ok(key_queue_take(queue, true) == NULL, "nothing is there");
	add(queue, "a", 1);
	add(queue, "b", 2);
	add(queue, "a", 3);
	is_number((int64_t)key_queue_ready(queue), 2, "two keys are ready");
	a = key_queue_take(queue, true);
	is_number(number(a->in_flight), 3, "the newest of the first key goes");
	ok(key_queue_find(queue, span_of("a")) == a, "a key is found");
	ok(key_queue_find(queue, span_of("c")) == NULL, "one that is not here is not");
	b = key_queue_take(queue, true);
	is_number(number(b->in_flight), 2, "then the other key");
	add(queue, "a", 4);
	add(queue, "b", 5);
	ok(key_queue_take(queue, true) == NULL, "what arrives meanwhile waits");
	is_text(list(key_queue_done(queue, a, false)), "1 3",
	    "done: it and what it takes the place of");
	a = key_queue_take(queue, true);
	is_number(number(a->in_flight), 4, "then what came meanwhile");
	is_text(list(key_queue_refused(queue, b)), "2", "refused: only it");
	b = key_queue_take(queue, true);
	is_number(number(b->in_flight), 5, "then what came meanwhile");
	key_queue_put_back(queue, b);
	add(queue, "b", 6);
	add(queue, "c", 7);
	ok(key_queue_take(queue, true) == b, "what was put back is first");
	is_number(number(b->in_flight), 6, "with the newest");
	is_text(list(key_queue_refused(queue, b)), "6", "the newest is refused");
	is_number((int64_t)key_queue_ready(queue), 2, "those before it are ready again");
	is_text(list(key_queue_done(queue, a, false)), "4", "the last with its key");
	ok(key_queue_find(queue, span_of("a")) == NULL, "then the key is gone");
	key_queue_take(queue, true);
	key_queue_close(queue, release);
	is_number(released, 2, "what is left is released");
}

static void
test_oldest(void)
{
	struct key_queue *queue = key_queue_open(2);
	struct key_slot *slot;

	add(queue, "a", 1);
	add(queue, "a", 2);
	slot = key_queue_take(queue, false);
	is_number(number(slot->in_flight), 1, "the oldest goes");
	key_queue_hold(slot);
	add(queue, "a", 3);
	ok(key_queue_take(queue, false) == NULL, "a key that is held is not ready");
	key_queue_pick(slot, false);
	is_number(number(slot->in_flight), 1, "picked: the oldest still");
	is_text(list(key_queue_refused(queue, slot)), "1", "refused: only it");
	slot = key_queue_take(queue, false);
	is_text(list(key_queue_done(queue, slot, true)), "2 3", "done: all with that key");
	is_number((int64_t)key_queue_ready(queue), 0, "and nothing is left");
	key_queue_close(queue, release);
}

/* Many keys, each thing of which comes out in its order. */
static void
test_many(void)
{
	enum { KEYS = 20000, ROUNDS = 3 };
	static char names[KEYS][16];
	struct key_queue *queue = key_queue_open(3);
	struct key_slot *slot;
	unsigned good = 0;

	for (unsigned i = 0; i < KEYS * ROUNDS; i++) {
		snprintf(names[i % KEYS], sizeof names[0], "%u", i % KEYS);
		add(queue, names[i % KEYS], i);
	}
	while ((slot = key_queue_take(queue, false)) != NULL) {
		struct keyed *done = key_queue_done(queue, slot, true);
		unsigned first = number(done), second = number(done->next);

		good += first < KEYS && second == first + KEYS;
		list(done);
	}
	is_number(good, KEYS, "many keys keep their order");
	key_queue_close(queue, release);
}

int
main(void)
{
	test_newest();
	test_oldest();
	test_many();
	return done();
}
