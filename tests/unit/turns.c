/* turns: one with each key at a time, and who goes next. */
#include <stdlib.h>
#include "base/memory.h"
#include "tap.h"
#include "table/dynamodb/key_queue.h"

struct thing {
	struct turn turn;
	unsigned number;
};

static unsigned released;

static void
release(struct turn *turn)
{
	released++;
	free(turn);
}

static void
add(struct turns *turns, const char *key, unsigned number)
{
	struct thing *thing = memory_new(1, sizeof *thing);

	thing->turn.key = span_of(key);
	thing->number = number;
	turns_add(turns, &thing->turn);
}

static unsigned
number(const struct turn *turn)
{
	return turn != NULL ? ((const struct thing *)turn)->number : 0;
}

/* The numbers of a list, "1 2 3", which is released. */
static const char *
list(struct turn *turn)
{
	static char text[100];
	size_t length = 0;

	text[0] = '\0';
	while (turn != NULL) {
		struct turn *next = turn->next;

		length += (size_t)snprintf(text + length, sizeof text - length, "%s%u",
		    length > 0 ? " " : "", number(turn));
		free(turn);
		turn = next;
	}
	return text;
}

static void
test_newest(void)
{
	struct turns *turns = turns_open(1);
	struct slot *a, *b;

	ok(turns_take(turns, true) == NULL, "nothing is there");
	add(turns, "a", 1);
	add(turns, "b", 2);
	add(turns, "a", 3);
	is_number((int64_t)turns_ready(turns), 2, "two keys are ready");
	a = turns_take(turns, true);
	is_number(number(a->under_way), 3, "the newest of the first key goes");
	ok(turns_find(turns, span_of("a")) == a, "a key is found");
	ok(turns_find(turns, span_of("c")) == NULL, "one that is not here is not");
	b = turns_take(turns, true);
	is_number(number(b->under_way), 2, "then the other key");
	add(turns, "a", 4);
	add(turns, "b", 5);
	ok(turns_take(turns, true) == NULL, "what comes meanwhile waits");
	is_text(list(turns_done(turns, a, false)), "1 3", "done: it and what it takes the place of");
	a = turns_take(turns, true);
	is_number(number(a->under_way), 4, "then what came meanwhile");
	is_text(list(turns_refused(turns, b)), "2", "refused: it alone");
	b = turns_take(turns, true);
	is_number(number(b->under_way), 5, "then what came meanwhile");
	turns_put_back(turns, b);
	add(turns, "b", 6);
	add(turns, "c", 7);
	ok(turns_take(turns, true) == b, "what was put back is first");
	is_number(number(b->under_way), 6, "with the newest");
	is_text(list(turns_refused(turns, b)), "6", "the newest is refused");
	is_number((int64_t)turns_ready(turns), 2, "those before it have a turn again");
	is_text(list(turns_done(turns, a, false)), "4", "the last with its key");
	ok(turns_find(turns, span_of("a")) == NULL, "then the key is gone");
	turns_take(turns, true);
	turns_close(turns, release);
	is_number(released, 2, "what is left is released");
}

static void
test_oldest(void)
{
	struct turns *turns = turns_open(2);
	struct slot *slot;

	add(turns, "a", 1);
	add(turns, "a", 2);
	slot = turns_take(turns, false);
	is_number(number(slot->under_way), 1, "the oldest goes");
	turns_hold(slot);
	add(turns, "a", 3);
	ok(turns_take(turns, false) == NULL, "a key that is held is not ready");
	turns_pick(slot, false);
	is_number(number(slot->under_way), 1, "picked: the oldest still");
	is_text(list(turns_refused(turns, slot)), "1", "refused: it alone");
	slot = turns_take(turns, false);
	is_text(list(turns_done(turns, slot, true)), "2 3", "done: all with that key");
	is_number((int64_t)turns_ready(turns), 0, "and nothing is left");
	turns_close(turns, release);
}

/* Many keys, each thing of which comes out in its order. */
static void
test_many(void)
{
	enum { KEYS = 20000, ROUNDS = 3 };
	static char names[KEYS][16];
	struct turns *turns = turns_open(3);
	struct slot *slot;
	unsigned good = 0;

	for (unsigned i = 0; i < KEYS * ROUNDS; i++) {
		snprintf(names[i % KEYS], sizeof names[0], "%u", i % KEYS);
		add(turns, names[i % KEYS], i);
	}
	while ((slot = turns_take(turns, false)) != NULL) {
		struct turn *done = turns_done(turns, slot, true);
		unsigned first = number(done), second = number(done->next);

		good += first < KEYS && second == first + KEYS;
		list(done);
	}
	is_number(good, KEYS, "many keys keep their order");
	turns_close(turns, release);
}

int
main(void)
{
	test_newest();
	test_oldest();
	test_many();
	return done();
}
