/*
 * sizing: what a group of many readers costs, and how soon it shares its shards: the real code of
 * leases (lib/group/share) over a table and a clock of its own.
 *
 *     sizing [-s SECONDS] SHARDS READERS
 *
 * prints one row: how long it takes until all shards are read and until all readers have equal
 * shares, after a start of all readers at once, after the death of one, of every tenth, and after
 * splits of one shard in a hundred and of all; then what an hour of an undisturbed group costs, as
 * measured over SECONDS (600), without the commits, each of which is a write. A call takes CALL ms,
 * and 16 are in flight; throttling is not simulated. Exit status 1: two readers have used a shard at
 * a time, or shards were left unread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/random.h"
#include "group/dynamodb/lease_item.h"
#include "group/share/sharer.h"

enum {
	FAILOVER = 10000,
	HANDOVER = 30000,
	TICK = 250, /* ms */
	RENEW_EVERY = FAILOVER / 3,
	CALL = 10, /* ms */
	FLYING = 16,
	COMMIT_AFTER = 1000, /* ms from a mark to its commit */
	GIVE_UP = 3600 * 1000 /* ms */
};

/* Of a thousandth of a dollar: scripts/prices/us-east-1.json. */
static const double write_price = 0.625e-6, read_price = 0.125e-6;

struct reader {
	struct sharer *sharer;
	char worker[32];
	bool dead;
	int64_t start_at, renew_at, busy_until;
	size_t reads; /* shards */
};

struct shard {
	char name[32];
	int32_t reader; /* -1: nobody */
	uint64_t written;
	int64_t commit_at; /* of what was written; 0: it is committed */
	char tenure[LEASE_TENURE + 1];
	bool closed; /* but not read to its end yet */
};

static struct {
	double read, write; /* units */
	uint64_t calls, wrong;
} costs;

static struct leases table;
static struct shard *shards;
static size_t shard_count, reader_count, first_shards;
static struct reader *readers, *caller;
static uint64_t seed = 1;
static int64_t now = 1000;

static size_t
number_of(const char *shard)
{
	return (size_t)strtoul(shard + strlen("shardId-"), NULL, 10);
}

/* --- the table --- */

/* Bytes of an attribute as DynamoDB counts them; a number has a byte for two digits, and one. */
static size_t
text_size(const char *name, const char *value)
{
	return value[0] != '\0' ? strlen(name) + strlen(value) : 0;
}

static size_t
number_size(const char *name, int64_t number)
{
	char text[24];

	return strlen(name) + ((size_t)snprintf(text, sizeof text, "%lld", (long long)number) + 1) / 2 +
	       1;
}

/* As lease_table_add and what follows write it; {"S":"…"} are 8 bytes. */
static size_t
size_of(const struct lease *lease)
{
	static struct buffer checkpoint;
	size_t size;

	if (checkpoint.ceiling == 0)
		buffer_init(&checkpoint, 1024);
	buffer_clear(&checkpoint);
	lease_item_add_checkpoint(&checkpoint, lease);
	size = text_size("leaseKey", lease->shard) + text_size("leaseOwner", lease->owner) +
	       text_size("checkpointOwner", lease->checkpoint_owner) +
	       number_size("leaseCounter", lease->counter) + strlen("checkpoint") +
	       buffer_span(&checkpoint).length - 8 + number_size("checkpointSubSequenceNumber", 0) +
	       number_size("ownerSwitchesSinceCheckpoint", 0) +
	       text_size("startingHashKey", "170141183460469231731687303715884105728") +
	       text_size("endingHashKey", "170141183460469231731687303715884105728") +
	       text_size("fxTenure", lease->tenure) + text_size("fxStream", "1761052800.123") +
	       number_size("fxCommitted", 1761052800123);
	for (size_t i = 0; i < LEASE_PARENTS; i++)
		size += text_size(i == 0 ? "parentShardId" : "", lease->parents[i]);
	return size;
}

static double
units(size_t bytes, size_t unit)
{
	return (double)((bytes + unit - 1) / unit);
}

static void
spend(size_t calls, size_t in_flight)
{
	costs.calls += calls;
	caller->busy_until = now + (int64_t)((calls + in_flight - 1) / in_flight * CALL);
}

static bool
read_table(struct lease_store *store, struct leases *leases, struct failure *failure)
{
	size_t bytes = 0, page = 1024 * 1024;

	(void)store;
	(void)failure;
	for (size_t i = 0; i < table.count; i++)
		bytes += size_of(&table.leases[i]);
	costs.read += units(bytes, 4096);
	spend(bytes / page + 1, 1);
	leases->leases = memory_resize(leases->leases, table.count + 1, sizeof *leases->leases);
	memcpy(leases->leases, table.leases, table.count * sizeof *leases->leases);
	leases->count = leases->capacity = table.count;
	return true;
}

static bool
fits(const struct lease *is, const struct lease_request *request, const char *worker)
{
	const struct lease *seen = &request->lease;

	if (request->step == LEASE_YIELD)
		return strcmp(is->checkpoint_owner, worker) == 0 &&
		       strcmp(is->tenure, request->tenure) == 0;
	if (request->step == LEASE_RELEASE)
		return strcmp(is->owner, worker) == 0 && strcmp(is->tenure, request->tenure) == 0;
	return is->counter == seen->counter && strcmp(is->owner, seen->owner) == 0;
}

/* The index of the owners has an entry less, or one more. */
static void
note_owners(const char *before, const char *after)
{
	if (strcmp(before, after) != 0)
		costs.write += (before[0] != '\0') + (after[0] != '\0');
}

static void
change_one(struct lease_request *request, const char *worker)
{
	struct lease *is = (struct lease *)leases_find(&table, request->lease.shard);
	char before[GROUP_WORKER + 1];

	request->result = LEASE_CONFLICT;
	if (request->step == LEASE_LOOK) {
		costs.read += units(size_of(is), 4096);
		request->lease = *is;
		request->result = LEASE_CHANGED;
		return;
	}
	costs.write += units(size_of(is), 1024);
	if (!fits(is, request, worker))
		return;
	memcpy(before, is->owner, strlen(is->owner) + 1);
	request->lease = *is;
	lease_step_apply(request, worker);
	*is = request->lease;
	request->result = LEASE_CHANGED;
	note_owners(before, is->owner);
}

static void
change_table(struct lease_store *store, const char *worker, struct lease_request *requests,
    size_t count, struct failure *failure)
{
	(void)store;
	(void)failure;
	for (size_t i = 0; i < count; i++)
		change_one(&requests[i], worker);
	spend(count, FLYING);
}

static void
add_one(const struct lease *lease)
{
	size_t place;

	costs.write++;
	costs.calls++;
	if (leases_find(&table, lease->shard) != NULL)
		return;
	(void)leases_add(&table);
	place = table.count - 1;
	for (; place > 0 && strcmp(table.leases[place - 1].shard, lease->shard) > 0; place--)
		table.leases[place] = table.leases[place - 1];
	table.leases[place] = *lease;
}

static bool
add_to_table(
    struct lease_store *store, const struct lease *leases, size_t count, struct failure *failure)
{
	(void)store;
	(void)failure;
	for (size_t i = 0; i < count; i++)
		add_one(&leases[i]);
	return true;
}

static struct lease_store store = {.read = read_table, .change = change_table, .add = add_to_table};

/* --- readers --- */

static struct lease
lease_of(size_t shard)
{
	struct lease lease = {.at = LEASE_AT_TRIM_HORIZON, .since = -1};

	snprintf(lease.shard, sizeof lease.shard, "shardId-%012zu", shard);
	return lease;
}

static void
mark_of(const struct shard *shard, char mark[POSITION_SIZE])
{
	snprintf(mark, POSITION_SIZE, "%s:4968067566750923695308342650442364660550802853%010llu+",
	    shard->name, (unsigned long long)shard->written);
}

/* A reader has written up to here, which kack commits. */
static void
write_mark(struct shard *shard, char mark[POSITION_SIZE])
{
	shard->written++;
	shard->commit_at = now + COMMIT_AFTER;
	mark_of(shard, mark);
}

static void
commit(struct shard *shard)
{
	struct lease *lease = (struct lease *)leases_find(&table, shard->name);
	char mark[POSITION_SIZE];

	shard->commit_at = 0;
	if (strcmp(lease->tenure, shard->tenure) != 0 || lease->at == LEASE_AT_SHARD_END)
		return;
	mark_of(shard, mark);
	lease_put_at(lease, mark);
}

static void
stop(struct reader *reader, struct shard *shard)
{
	if (shard->reader != reader - readers)
		return;
	shard->reader = -1;
	reader->reads--;
}

static void
begin(struct reader *reader, struct shard *shard, const struct lease *lease)
{
	if (shard->reader >= 0) {
		struct reader *before = &readers[shard->reader];

		costs.wrong += before != reader && sharer_held_until(before->sharer, shard->name) > now;
		before->reads--;
	}
	shard->reader = (int32_t)(reader - readers);
	shard->commit_at = 0;
	memcpy(shard->tenure, lease->tenure, sizeof shard->tenure);
	reader->reads++;
}

static void
take_events(struct reader *reader)
{
	struct share_event event;
	char mark[POSITION_SIZE];

	while (sharer_next(reader->sharer, &event)) {
		struct shard *shard = &shards[number_of(event.lease.shard)];

		if (event.kind == SHARE_BEGIN) {
			begin(reader, shard, &event.lease);
			continue;
		}
		stop(reader, shard);
		if (event.kind == SHARE_YIELD) {
			write_mark(shard, mark);
			sharer_yielded(reader->sharer, shard->name, mark);
		}
	}
}

static void
step(struct reader *reader)
{
	struct failure failure;

	if (reader->dead || now < reader->start_at || now < reader->busy_until)
		return;
	caller = reader;
	if (now >= reader->renew_at) {
		reader->renew_at = now + RENEW_EVERY;
		sharer_renew(reader->sharer, now, &failure);
	} else if (now >= sharer_due(reader->sharer)) {
		sharer_look(reader->sharer, now, &failure);
	}
	take_events(reader);
}

/* Its reader has come to the end of a shard that was split. */
static void
end(struct shard *shard)
{
	struct reader *reader = shard->reader >= 0 ? &readers[shard->reader] : NULL;
	size_t number = (size_t)(shard - shards);
	struct lease children[2];
	char mark[POSITION_SIZE];

	if (reader == NULL || reader->dead || sharer_held_until(reader->sharer, shard->name) <= now)
		return;
	for (size_t i = 0; i < 2; i++) {
		children[i] = lease_of(first_shards + 2 * number + i);
		memcpy(children[i].parents[0], shard->name, sizeof shard->name);
	}
	shard->closed = false;
	stop(reader, shard);
	write_mark(shard, mark);
	sharer_ended(reader->sharer, shard->name, mark, children, 2);
}

/* --- measurements --- */

static void
run(int64_t milliseconds)
{
	for (int64_t last = now + milliseconds; now < last; now += TICK) {
		for (size_t i = 0; i < reader_count; i++)
			step(&readers[i]);
		for (size_t i = 0; i < shard_count; i++) {
			if (shards[i].commit_at > 0 && now >= shards[i].commit_at)
				commit(&shards[i]);
			if (shards[i].closed && random_next(&seed) % 4 == 0)
				end(&shards[i]);
		}
	}
}

static bool
is_read(const struct lease *lease)
{
	const struct shard *shard = &shards[number_of(lease->shard)];

	return lease->at == LEASE_AT_SHARD_END ||
	       (shard->reader >= 0 && !readers[shard->reader].dead && !shard->closed &&
	           sharer_held_until(readers[shard->reader].sharer, shard->name) > now);
}

static bool
all_are_read(void)
{
	for (size_t i = 0; i < table.count; i++) {
		if (!is_read(&table.leases[i]))
			return false;
	}
	return true;
}

static bool
are_equal(void)
{
	size_t least = SIZE_MAX, most = 0;

	for (size_t i = 0; i < reader_count; i++) {
		if (readers[i].dead)
			continue;
		least = readers[i].reads < least ? readers[i].reads : least;
		most = readers[i].reads > most ? readers[i].reads : most;
	}
	return most - least <= 1;
}

/* Prints the seconds until all shards are read, and until they are also shared equally. */
static void
measure(void)
{
	int64_t start = now, read = -1;

	while (now - start < GIVE_UP && (read < 0 || !are_equal() || !all_are_read())) {
		run(TICK);
		if (read < 0 && all_are_read())
			read = now - start;
	}
	costs.wrong += now - start >= GIVE_UP;
	printf("\t%.0f\t%.0f", (double)read / 1000, (double)(now - start) / 1000);
	fflush(stdout);
}

static void
start_readers(void)
{
	readers = memory_new(reader_count, sizeof *readers);
	for (size_t i = 0; i < reader_count; i++) {
		struct reader *reader = &readers[i];
		struct sharer_settings settings = {.store = &store,
		    .worker = reader->worker,
		    .failover = FAILOVER,
		    .handover = HANDOVER,
		    .asks = true,
		    .seed = random_next(&seed)};

		snprintf(reader->worker, sizeof reader->worker, "ip-10-0-%zu-%zu-1", i / 250, i % 250);
		reader->sharer = sharer_open(&settings);
		reader->start_at = reader->renew_at =
		    now + (int64_t)(random_next(&seed) % RENEW_EVERY);
	}
}

static void
make_shards(void)
{
	shard_count = 3 * first_shards;
	shards = memory_new(shard_count, sizeof *shards);
	for (size_t i = 0; i < shard_count; i++) {
		struct lease lease = lease_of(i);

		shards[i] = (struct shard){.reader = -1};
		memcpy(shards[i].name, lease.shard, sizeof shards[i].name);
		if (i < first_shards)
			*leases_add(&table) = lease;
	}
}

static void
measure_deaths(void)
{
	size_t more = reader_count / 10;

	if (reader_count == 1) {
		printf("\t-\t-\t-\t-");
		return;
	}
	readers[reader_count / 2].dead = true;
	measure();
	for (size_t i = 0; i < more; i++)
		readers[i * 10 + 7].dead = true;
	if (more > 1)
		measure();
	else
		printf("\t-\t-");
}

/* Splits every so manieth of the first shards. */
static void
measure_splits(size_t every)
{
	for (size_t i = 0; i < first_shards; i += every)
		shards[i].closed = leases_find(&table, shards[i].name)->at != LEASE_AT_SHARD_END;
	measure();
}

static void
measure_hour(int64_t milliseconds)
{
	double read = costs.read, write = costs.write, hour = 3600000.0 / (double)milliseconds;
	uint64_t calls = costs.calls;

	run(milliseconds);
	read = (costs.read - read) * hour;
	write = (costs.write - write) * hour;
	printf("\t%.0f\t%.0f\t%.0f\t%.4f", (double)(costs.calls - calls) * hour, read, write,
	    read * read_price + write * write_price);
}

int
main(int argc, char **argv)
{
	int64_t steady = 600 * 1000;
	int option;

	while ((option = getopt(argc, argv, "s:")) == 's')
		steady = atoll(optarg) * 1000;
	if (option != -1 || argc - optind != 2) {
		fputs("usage: sizing [-s SECONDS] SHARDS READERS\n", stderr);
		return 2;
	}
	first_shards = strtoul(argv[optind], NULL, 10);
	reader_count = strtoul(argv[optind + 1], NULL, 10);
	printf("%zu\t%zu", first_shards, reader_count);
	make_shards();
	start_readers();
	measure();
	run(3 * FAILOVER);
	measure_hour(steady);
	measure_deaths();
	measure_splits(100);
	measure_splits(1);
	printf("\n");
	return costs.wrong > 0;
}
