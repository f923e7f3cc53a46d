/* spool: chains keep their bytes in order while others grow, and give their blocks back. */
#include <stdlib.h>
#include <unistd.h>

#include "archive/ledger.h"
#include "archive/spool.h"
#include "tap.h"

enum { CHAINS = 7, ROUNDS = 3000 };

static struct failure failure;

/* Byte number at of chain number. */
static char
byte_of(unsigned chain, uint64_t at)
{
	return (char)(at * 31 + at / 251 + chain * 7);
}

static bool
add(struct spool *spool, struct chain *chain, unsigned number, size_t length)
{
	char *bytes = malloc(length + 1);
	bool added;

	for (size_t i = 0; i < length; i++)
		bytes[i] = byte_of(number, chain->length + i);
	added = chain_add(spool, chain, (struct span){bytes, length}, &failure);
	free(bytes);
	return added;
}

static bool
reads(struct spool *spool, const struct chain *chain, unsigned number, uint64_t at, size_t length)
{
	char *bytes = malloc(length + 1);
	bool same = chain_read(spool, chain, at, bytes, length, &failure);

	for (size_t i = 0; i < length && same; i++)
		same = bytes[i] == byte_of(number, at + i);
	free(bytes);
	return same;
}

static void
test_chains(struct spool *spool)
{
	struct chain chains[CHAINS] = {{.blocks = NULL}};
	bool added = true, same = true;

	for (unsigned i = 0; i < ROUNDS; i++)
		added = added &&
		        add(spool, &chains[i % CHAINS], i % CHAINS, (size_t)i * 37 % 5000 + 1);
	ok(added, "chains that grow in turn");
	for (unsigned i = 0; i < CHAINS; i++) {
		struct chain *chain = &chains[i];

		same = same && reads(spool, chain, i, 0, chain->length) &&
		       reads(spool, chain, i, chain->length - 1, 1) &&
		       reads(spool, chain, i, SPOOL_BLOCK - 3, 2 * SPOOL_BLOCK);
		same = same && chain_finish(spool, chain, &failure) &&
		       reads(spool, chain, i, 0, chain->length);
	}
	ok(same, "each has its own bytes, also when it is finished");
	chain_drop(spool, &chains[0], 5 * SPOOL_BLOCK + 1);
	ok(add(spool, &(struct chain){.blocks = NULL}, 0, 0), "nothing can be added");
	ok(reads(spool, &chains[0], 0, 5 * SPOOL_BLOCK, 100), "what was dropped was before");
	for (unsigned i = 0; i < CHAINS; i++)
		chain_free(spool, &chains[i]);
	is_number((int64_t)spool_used(spool), 0, "all is given back");
}

static void
test_ceiling(struct spool *spool)
{
	struct chain chain = {.blocks = NULL};

	while (spool_has_room(spool, 1000) && add(spool, &chain, 0, 1000))
		;
	ok(spool_used(spool) <= spool_ceiling(spool), "what has room is below the ceiling");
	ok(spool_used(spool) > spool_ceiling(spool) / 10 * 9, "which is used");
	chain_drop(spool, &chain, chain.length / 2);
	ok(spool_has_room(spool, 1000000), "there is room again after a drop");
	ok(reads(spool, &chain, 0, chain.length / 2, chain.length - chain.length / 2),
	    "the rest is as it was");
	chain_free(spool, &chain);
}

/* A queue that is read while it grows: its blocks are used again. */
static void
test_ledger(struct spool *spool)
{
	struct ledger *ledger = calloc(1, sizeof *ledger);
	struct ledger_entry entry;
	uint32_t added = 0, taken = 0;
	bool good = true;

	while (taken < 1000000 && good) {
		for (unsigned i = 0; i < 1000 && good; i++, added++) {
			entry = (struct ledger_entry){.kind = SINK_KEPT_RECORD,
			    .object = added / 7,
			    .length = added % 1000};
			if (added % 100 == 99)
				entry = (struct ledger_entry){.kind = SINK_KEPT_MARK, .length = 4};
			good = ledger_add(spool, ledger, &entry, span_of("mark"), &failure);
		}
		while (good && taken < added - 500 && ledger_first(spool, ledger, &entry, &failure)) {
			char text[5] = "";
			bool mark = taken % 100 == 99;

			good = entry.kind == (mark ? SINK_KEPT_MARK : SINK_KEPT_RECORD) &&
			       (mark || (entry.object == taken / 7 && entry.length == taken % 1000)) &&
			       ledger_take(spool, ledger, &entry, text, &failure) &&
			       (!mark || strcmp(text, "mark") == 0);
			taken++;
		}
	}
	ok(good, "entries in order, with their texts");
	ok(spool_used(spool) < 10 * SPOOL_BLOCK, "what was taken takes no room");
	ok(!ledger_is_empty(ledger), "the rest is there");
	chain_free(spool, &ledger->chain);
	free(ledger);
}

int
main(void)
{
	struct spool *spool = spool_open(".", 8 * 1024 * 1024, &failure);

	ok(spool != NULL, "a spool");
	test_chains(spool);
	test_ceiling(spool);
	test_ledger(spool);
	spool_close(spool);
	ok(spool_open("./no/such/directory", 1, &failure) == NULL, "no directory: a failure");
	return done();
}
