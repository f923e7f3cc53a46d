/*
 * sharer: readers that share a group, in a simulation: the real code of leases over a table and a
 * clock of its own. One reader at a time uses a lease, in every tenure from where the one before
 * has committed; all have equal shares soon; what a dead reader had is read again; parents come
 * before children. Run with READERS SHARDS it prints how long that takes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "group/share/sharer.h"
#include "tap.h"

enum {
	FAILOVER = 10000,
	HANDOVER = 30000,
	TICK = 250, /* ms */
	RENEW_EVERY = FAILOVER / 3,
	COMMIT_AFTER = 1000 /* ms after which what a reader has written is committed */
};

struct shard {
	char name[32];
	uint64_t written, committed; /* records, by whoever */
	int reader; /* who uses it; -1: nobody */
	bool closed; /* it has CLOSED records */
	int64_t unread_since;
};

enum { CLOSED = 40 };

struct reading {
	bool reads;
	uint64_t next; /* the record that is written next */
	int64_t wrote; /* when */
	char tenure[LEASE_TENURE + 1];
};

struct reader {
	struct sharer *sharer;
	char worker[16];
	bool dead;
	int64_t paused_until;
	int64_t start_at, renew_at;
	struct reading *shards;
};

static struct leases table;
static struct shard *shards;
static size_t shard_count, reader_count;
static struct reader *readers;
static uint64_t seed;
static int64_t now;
static unsigned faults; /* calls of a thousand that fail */
static bool quiet = true;
static bool asking = true; /* readers may ask for leases */
static bool sees_ends; /* as the store says */
static uint64_t reads, changes, wrong, repeated;

static void
breach(const char *what, const char *shard, const char *worker)
{
	if (wrong++ < 5)
		printf("# %s: shard %s, %s, at %lld ms\n", what, shard, worker, (long long)now);
}

static size_t
number_of(const char *shard)
{
	return (size_t)strtoul(shard + strlen("shardId-"), NULL, 10);
}

/* --- the table --- */

static bool
strikes(void)
{
	return faults > 0 && random_next(&seed) % 1000 < faults;
}

static bool
lives(const char *worker)
{
	return worker[0] != '\0' && !readers[strtoul(worker + 1, NULL, 10)].dead;
}

/* As a store that sees ends. */
static void
leave_out_dead(struct lease *lease)
{
	if (!lives(lease->owner))
		snprintf(lease->owner, sizeof lease->owner, "%s",
		    lives(lease->checkpoint_owner) ? lease->checkpoint_owner : "");
	if (!lives(lease->checkpoint_owner) || strcmp(lease->checkpoint_owner, lease->owner) == 0)
		lease->checkpoint_owner[0] = '\0';
}

static bool
read_table(struct lease_store *store, struct leases *leases, struct failure *failure)
{
	(void)store;
	reads++;
	if (strikes())
		return fail(failure, FAILURE_TEMPORARY, "a fault");
	for (size_t i = 0; i < table.count; i++) {
		*leases_add(leases) = table.leases[i];
		if (sees_ends)
			leave_out_dead(&leases->leases[i]);
	}
	return true;
}

static bool
fits(const struct lease *is, const struct lease_request *request, const char *worker)
{
	const struct lease *seen = &request->lease;

	if (request->step == LEASE_LOOK)
		return true;
	if (request->step == LEASE_YIELD)
		return (strcmp(is->checkpoint_owner, worker) == 0 ||
		           (sees_ends && strcmp(is->owner, worker) == 0)) &&
		       strcmp(is->tenure, request->tenure) == 0;
	if (request->step == LEASE_RELEASE)
		return strcmp(is->owner, worker) == 0 && strcmp(is->tenure, request->tenure) == 0;
	return is->counter == seen->counter && strcmp(is->owner, seen->owner) == 0;
}

static void
change_one(struct lease_request *request, const char *worker)
{
	struct lease *is = (struct lease *)leases_find(&table, request->lease.shard), seen;
	bool struck = strikes(), applied = !struck || random_next(&seed) % 2 == 0;

	changes++;
	request->result = struck ? LEASE_FAILED : LEASE_CONFLICT;
	if (is == NULL || !applied)
		return;
	seen = *is;
	if (sees_ends)
		leave_out_dead(&seen);
	if (!fits(&seen, request, worker) ||
	    (sees_ends && request->step == LEASE_TAKE && seen.owner[0] != '\0'))
		return;
	request->lease = seen;
	lease_step_apply(request, worker);
	*is = request->lease;
	if (!struck)
		request->result = LEASE_CHANGED;
}

static void
change_table(struct lease_store *store, const char *worker, struct lease_request *requests,
    size_t count, struct failure *failure)
{
	(void)store;
	fail(failure, FAILURE_TEMPORARY, "a fault");
	for (size_t i = 0; i < count; i++)
		change_one(&requests[i], worker);
}

static bool
add_to_table(
    struct lease_store *store, const struct lease *leases, size_t count, struct failure *failure)
{
	(void)store;
	for (size_t i = 0; i < count; i++) {
		if (strikes())
			return fail(failure, FAILURE_TEMPORARY, "a fault");
		if (leases_find(&table, leases[i].shard) == NULL)
			*leases_add(&table) = leases[i];
		leases_sort(&table);
	}
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
mark_of(size_t shard, uint64_t records, char mark[POSITION_SIZE])
{
	mark[0] = '\0';
	if (records > 0)
		snprintf(mark, POSITION_SIZE, "shardId-%012zu:%llu+", shard,
		    (unsigned long long)records);
}

/* Commits in a tenure, as kack does. */
static void
commit(struct reader *reader, size_t shard, uint64_t records)
{
	struct lease *lease = (struct lease *)leases_find(&table, shards[shard].name);
	char mark[POSITION_SIZE];

	if (lease == NULL || records <= shards[shard].committed || lease->at == LEASE_AT_SHARD_END)
		return;
	if (strcmp(lease->tenure, reader->shards[shard].tenure) != 0 ||
	    (strcmp(lease->owner, reader->worker) != 0 &&
	        strcmp(lease->checkpoint_owner, reader->worker) != 0))
		return;
	mark_of(shard, records, mark);
	lease_put_at(lease, mark);
	shards[shard].committed = records;
}

static void
begin(struct reader *reader, const struct share_event *event)
{
	size_t shard = number_of(event->lease.shard);
	struct reading *reading = &reader->shards[shard];
	struct checkpoint checkpoint;

	for (size_t i = 0; i < LEASE_PARENTS && event->lease.parents[i][0] != '\0'; i++) {
		if (shards[number_of(event->lease.parents[i])].committed < CLOSED)
			breach(
			    "began before its parent was done", event->lease.shard, reader->worker);
	}
	memcpy(reading->tenure, event->lease.tenure, sizeof reading->tenure);
	reading->reads = true;
	reading->wrote = 0;
	reading->next = 1;
	if (lease_checkpoint(&event->lease, &checkpoint) && checkpoint.position.through)
		reading->next = strtoull(checkpoint.position.sequence.start, NULL, 10) + 1;
	if (reading->next <= shards[shard].committed)
		breach("begins before what is committed", event->lease.shard, reader->worker);
	repeated += shards[shard].written >= reading->next;
}

static void
take_events(struct reader *reader)
{
	struct share_event event;
	char mark[POSITION_SIZE];

	while (sharer_next(reader->sharer, &event)) {
		size_t shard = number_of(event.lease.shard);
		struct reading *reading = &reader->shards[shard];

		switch (event.kind) {
		case SHARE_BEGIN:
			begin(reader, &event);
			break;
		case SHARE_STOP:
			reading->reads = false;
			break;
		case SHARE_YIELD:
			if (!reading->reads)
				break;
			mark_of(shard, reading->next - 1, mark);
			sharer_yielded(reader->sharer, shards[shard].name, mark);
			break;
		}
	}
}

/* The shard is at its end: it has two children, or a closed one has none. */
static void
end(struct reader *reader, size_t shard)
{
	struct lease children[2];
	size_t count = 0;
	char mark[POSITION_SIZE];

	for (size_t i = 1; i <= 2; i++) {
		size_t child = shard * 2 + i + shard_count / 2;

		if (child >= shard_count)
			continue;
		children[count] = lease_of(child);
		snprintf(children[count].parents[0], sizeof children[count].parents[0], "%s",
		    shards[shard].name);
		count++;
	}
	mark_of(shard, reader->shards[shard].next - 1, mark);
	reader->shards[shard].reads = false;
	sharer_ended(reader->sharer, shards[shard].name, mark, children, count);
}

/* Writes a record of each shard that it holds, and commits what it wrote a while ago. */
static void
work(struct reader *reader)
{
	for (size_t i = 0; i < shard_count; i++) {
		struct reading *reading = &reader->shards[i];
		int64_t until = sharer_held_until(reader->sharer, shards[i].name);

		if (reading->next > 1 && reading->wrote > 0 && now - reading->wrote >= COMMIT_AFTER)
			commit(reader, i, reading->next - 1);
		if (!reading->reads || until <= now)
			continue;
		for (size_t r = 0; r < reader_count; r++) {
			if (&readers[r] != reader && readers[r].shards[i].reads &&
			    !(sees_ends && readers[r].dead) &&
			    sharer_held_until(readers[r].sharer, shards[i].name) > now)
				breach("two readers", shards[i].name, reader->worker);
		}
		shards[i].reader = (int)(reader - readers);
		shards[i].unread_since = now;
		if (shards[i].closed && reading->next > CLOSED) {
			end(reader, i);
		} else if (now - reading->wrote >= COMMIT_AFTER || reading->wrote == 0) {
			if (reading->next > shards[i].written + 1)
				breach("left out records", shards[i].name, reader->worker);
			if (reading->next > shards[i].written)
				shards[i].written = reading->next;
			reading->next++;
			reading->wrote = now;
		}
	}
}

static void
step(struct reader *reader)
{
	struct failure failure;

	if (reader->dead || now < reader->paused_until)
		return;
	if (now >= reader->renew_at) {
		sharer_renew(reader->sharer, now, &failure);
		reader->renew_at = now + RENEW_EVERY;
	}
	if (now >= reader->start_at && now >= sharer_due(reader->sharer))
		sharer_look(reader->sharer, now, &failure);
	take_events(reader);
	work(reader);
}

static void
start_reader(size_t number)
{
	struct reader *reader = &readers[number];
	struct sharer_settings settings = {.store = &store,
	    .worker = reader->worker,
	    .failover = FAILOVER,
	    .handover = HANDOVER,
	    .asks = asking,
	    .seed = random_next(&seed)};

	snprintf(reader->worker, sizeof reader->worker, "w%zu", number);
	reader->shards = memory_new(shard_count, sizeof *reader->shards);
	reader->sharer = sharer_open(&settings);
	reader->start_at = reader->renew_at = now + (int64_t)(random_next(&seed) % RENEW_EVERY);
}

static void
begin_simulation(size_t count, size_t first_shards, size_t all_shards)
{
	reader_count = count;
	shard_count = all_shards;
	readers = memory_new(count, sizeof *readers);
	shards = memory_new(all_shards, sizeof *shards);
	now = 1000;
	wrong = reads = changes = repeated = 0;
	faults = 0;
	leases_free(&table);
	for (size_t i = 0; i < all_shards; i++) {
		struct lease lease = lease_of(i);

		shards[i] = (struct shard){.reader = -1, .unread_since = now};
		memcpy(shards[i].name, lease.shard, sizeof shards[i].name);
		shards[i].closed = all_shards > first_shards && i < first_shards / 2;
		if (i < first_shards)
			*leases_add(&table) = lease;
	}
	leases_sort(&table);
	for (size_t i = 0; i < count; i++)
		readers[i].dead = true;
}

static void
end_simulation(void)
{
	for (size_t i = 0; i < reader_count; i++) {
		if (readers[i].sharer != NULL)
			sharer_close(readers[i].sharer);
		free(readers[i].shards);
	}
	free(readers);
	free(shards);
}

static void
run(int64_t milliseconds)
{
	for (int64_t last = now + milliseconds; now < last; now += TICK) {
		for (size_t i = 0; i < reader_count; i++)
			step(&readers[i]);
	}
}

static bool
is_balanced(void)
{
	size_t all = 0, held, least = SIZE_MAX, most = 0;

	for (size_t i = 0; i < reader_count; i++) {
		if (readers[i].dead)
			continue;
		held = 0;
		for (size_t s = 0; s < shard_count; s++)
			held += readers[i].shards[s].reads &&
			        sharer_held_until(readers[i].sharer, shards[s].name) > now;
		least = held < least ? held : least;
		most = held > most ? held : most;
		all += held;
	}
	return all == table.count && most - least <= 1;
}

/* Milliseconds until the readers have equal shares; -1: not within limit. */
static int64_t
balance_within(int64_t limit)
{
	int64_t start = now;

	while (now - start < limit) {
		run(TICK);
		if (is_balanced())
			return now - start;
	}
	return -1;
}

/* The longest time for which a shard has not been read. */
static int64_t
longest_unread(void)
{
	int64_t longest = 0;

	for (size_t i = 0; i < table.count; i++) {
		const struct shard *shard = &shards[number_of(table.leases[i].shard)];

		if (table.leases[i].at != LEASE_AT_SHARD_END && now - shard->unread_since > longest)
			longest = now - shard->unread_since;
	}
	return longest;
}

static void
start_all(void)
{
	for (size_t i = 0; i < reader_count; i++) {
		start_reader(i);
		readers[i].dead = false;
	}
}

static void
report(const char *what, int64_t took)
{
	if (!quiet)
		printf("%s: %.1f s\n", what, (double)took / 1000);
}

static void
test_balance(size_t count, size_t leases)
{
	int64_t took;

	begin_simulation(count, leases, leases);
	start_all();
	took = balance_within(30 * FAILOVER);
	ok(took >= 0, "%zu readers, %zu shards: equal shares after a start", count, leases);
	report("after a start", took);
	run(3 * FAILOVER);
	readers[0].dead = true;
	took = balance_within(30 * FAILOVER);
	ok(count == 1 || took >= 0, "  after a death");
	report("after a death", took);
	ok(count == 1 || longest_unread() <= RENEW_EVERY, "  every shard is read");
	readers[0].dead = false;
	took = balance_within(30 * FAILOVER);
	ok(took >= 0, "  after it came back");
	report("after a reader joined", took);
	is_number((int64_t)wrong, 0, "  one reader at a time");
	if (!quiet)
		printf("%.2f reads and %.2f changes of leases a second\n",
		    (double)reads * 1000 / (double)now, (double)changes * 1000 / (double)now);
	end_simulation();
}

/* Each dead reader's shards are read by others within two failover times. */
static void
test_death(void)
{
	int64_t worst = 0;

	begin_simulation(8, 32, 32);
	start_all();
	run(6 * FAILOVER);
	for (int i = 0; i < 50; i++) {
		struct reader *victim = &readers[random_next(&seed) % reader_count];

		victim->dead = true;
		for (int64_t start = now; now - start < 2 * FAILOVER;) {
			run(TICK);
			worst = longest_unread() > worst ? longest_unread() : worst;
		}
		sharer_close(victim->sharer);
		free(victim->shards);
		start_reader((size_t)(victim - readers));
		victim->dead = false;
		run(2 * FAILOVER);
	}
	ok(worst <= 2 * FAILOVER, "50 deaths: read again after at most %lld ms", (long long)worst);
	is_number((int64_t)wrong, 0, "one reader at a time");
	end_simulation();
}

/* Faults of the table, pauses longer than a lease, deaths, and shards that close, all at once. */
static void
test_chaos(void)
{
	begin_simulation(8, 32, 64);
	start_all();
	faults = 50;
	for (int i = 0; i < 300; i++) {
		struct reader *victim = &readers[random_next(&seed) % reader_count];

		if (i % 3 == 0)
			victim->paused_until = now + (int64_t)(random_next(&seed) % (3 * FAILOVER));
		else
			victim->dead = !victim->dead;
		run((int64_t)(random_next(&seed) % FAILOVER));
	}
	faults = 0;
	for (size_t i = 0; i < reader_count; i++)
		readers[i].dead = false;
	run(10 * FAILOVER);
	is_number(
	    (int64_t)wrong, 0, "300 deaths and pauses: one reader at a time, nothing left out");
	ok(longest_unread() <= RENEW_EVERY, "every shard is read");
	for (size_t i = 0; i < table.count; i++) {
		const struct shard *shard = &shards[number_of(table.leases[i].shard)];

		if (shard->closed && table.leases[i].at != LEASE_AT_SHARD_END)
			breach("not ended", shard->name, "");
	}
	is_number((int64_t)wrong, 0, "closed shards are done");
	ok(table.count > 32, "and have children: %zu leases", table.count);
	end_simulation();
}

/*
 * A store that sees ends: what the dead had is read at once, what stopped readers have is left to
 * them, and a hand-over that is asked for twice goes through.
 */
static void
test_ends(void)
{
	begin_simulation(8, 32, 32);
	store.sees_ends = sees_ends = true;
	start_all();
	for (int i = 0; i < 200; i++) {
		struct reader *victim = &readers[random_next(&seed) % reader_count];

		if (i % 2 == 0) {
			victim->paused_until = now + (int64_t)(random_next(&seed) % (9 * FAILOVER));
		} else {
			victim->dead = true;
			run((int64_t)(random_next(&seed) % FAILOVER));
			sharer_close(victim->sharer);
			free(victim->shards);
			for (size_t n = 0; n < table.count; n++)
				leave_out_dead(&table.leases[n]);
			start_reader((size_t)(victim - readers));
			victim->dead = false;
		}
		run((int64_t)(random_next(&seed) % FAILOVER));
	}
	is_number((int64_t)wrong, 0, "200 ends and stops: one reader at a time, nothing left out");
	run(9 * FAILOVER);
	ok(balance_within(10 * FAILOVER) >= 0, "equal shares");
	readers[0].dead = true;
	run(2 * RENEW_EVERY);
	ok(longest_unread() <= RENEW_EVERY, "what one had that has ended is read at the next look");
	readers[1].paused_until = now + 20 * FAILOVER;
	run(20 * FAILOVER - TICK);
	ok(longest_unread() > 15 * FAILOVER, "what one has that is stopped is not");
	run(2 * RENEW_EVERY);
	ok(longest_unread() <= RENEW_EVERY, "until it continues");
	is_number((int64_t)wrong, 0, "one reader at a time");
	store.sees_ends = sees_ends = false;
	end_simulation();
}

/* What a reader knows of the others when it starts. */
static void
test_doubts(void)
{
	begin_simulation(3, 6, 6);
	asking = false;
	for (size_t i = 0; i < reader_count; i++)
		start_reader(i);
	readers[0].dead = false;
	run(2 * FAILOVER);
	readers[1].dead = false;
	readers[1].start_at = now;
	run(TICK);
	is_number((int64_t)sharer_count(readers[1].sharer).doubtful, 6, "6 leases of a stranger");
	run(FAILOVER - 2 * TICK);
	is_number((int64_t)sharer_count(readers[1].sharer).doubtful, 0, "it renews them");
	ok(sharer_count(readers[1].sharer).held == 0, "and is not asked for any");
	readers[0].dead = readers[1].dead = true;
	readers[2].dead = false;
	readers[2].start_at = now;
	run(FAILOVER - 2 * TICK);
	is_number((int64_t)sharer_count(readers[2].sharer).doubtful, 6, "leases of the dead");
	run(RENEW_EVERY + 2 * TICK);
	is_number((int64_t)sharer_count(readers[2].sharer).doubtful, 0, "expire");
	is_number((int64_t)sharer_count(readers[2].sharer).held, 6, "and are taken");
	asking = true;
	end_simulation();
}

static bool
note_nothing(void *context, const char *shard, const struct tenure *tenure, struct failure *failure)
{
	(void)context;
	(void)shard;
	(void)tenure;
	return fail(failure, FAILURE_TEMPORARY, "no room");
}

/* A reader that cannot note its tenures says so, frees what it has taken, and takes nothing more. */
static void
test_note(void)
{
	struct sharer_settings settings = {.store = &store,
	    .worker = "full",
	    .failover = FAILOVER,
	    .handover = HANDOVER,
	    .note = note_nothing};
	struct failure failure = {.kind = FAILURE_NONE};
	struct share_event event;
	struct sharer *sharer;
	size_t owned = 0;

	begin_simulation(1, 3, 3);
	sharer = sharer_open(&settings);
	ok(!sharer_scan(sharer, now, &failure) && strcmp(failure.text, "no room") == 0,
	    "a tenure that cannot be noted: %s", failure.text);
	ok(!sharer_is_fit(sharer) && !sharer_next(sharer, &event), "nothing is read");
	ok(sharer_scan(sharer, now + 1, &failure), "the leases are given up");
	is_number((int64_t)sharer_count(sharer).held, 0, "all of them");
	ok(sharer_scan(sharer, now + 3 * FAILOVER, &failure), "nothing more is taken");
	for (size_t i = 0; i < table.count; i++)
		owned += table.leases[i].owner[0] != '\0';
	is_number((int64_t)owned, 0, "all leases are free");
	sharer_close(sharer);
	end_simulation();
}

/* --- single events --- */

/* A reader of a table of two leases, that has taken what it could. */
static struct sharer *
join(const char *worker, bool asks)
{
	struct sharer_settings settings = {.store = &store,
	    .worker = worker,
	    .failover = FAILOVER,
	    .handover = HANDOVER,
	    .asks = asks};
	struct sharer *sharer = sharer_open(&settings);
	struct failure failure;

	sharer_scan(sharer, now, &failure);
	return sharer;
}

static const struct lease *
first_lease(const char *owner, const char *checkpoint_owner)
{
	for (size_t i = 0; i < table.count; i++) {
		if (strcmp(table.leases[i].owner, owner) == 0 &&
		    strcmp(table.leases[i].checkpoint_owner, checkpoint_owner) == 0)
			return &table.leases[i];
	}
	return NULL;
}

static void
scan(struct sharer *sharer)
{
	struct failure failure;

	now += 500;
	sharer_scan(sharer, now, &failure);
}

static void
test_without_asking(void)
{
	struct sharer *old, *other;

	begin_simulation(0, 2, 2);
	old = join("a", true);
	other = join("b", false);
	ok(first_lease("b", "a") == NULL, "who does not ask takes only what is free");
	sharer_close(old);
	sharer_close(other);
	end_simulation();
}

/* What was asked for is given up once who had it has committed, who may do so until then. */
static void
test_end_while_waiting(void)
{
	struct sharer *old, *other;
	char shard[POSITION_SHARD + 1];

	begin_simulation(0, 2, 2);
	old = join("a", true);
	other = join("b", true);
	snprintf(shard, sizeof shard, "%s", first_lease("b", "a")->shard);
	scan(old);
	sharer_finish_rest(other);
	scan(other);
	ok(first_lease("b", "a") != NULL, "who was asked may still commit when who asks ends");
	is_number((int64_t)sharer_count(other).leaving, 1, "  which is waited for");
	sharer_yielded(old, shard, "");
	scan(old);
	scan(other);
	is_number((int64_t)sharer_count(other).held, 0, "  and then it is given up");
	ok(first_lease("", "") != NULL, "  for anybody");
	sharer_close(old);
	sharer_close(other);
	end_simulation();
}

/* It ends before it knows that it was asked. */
static void
test_end_when_asked(bool scanned)
{
	struct sharer *old, *other;
	char shard[POSITION_SHARD + 1];

	begin_simulation(0, 2, 2);
	old = join("a", true);
	if (!scanned)
		sharer_finish_rest(old);
	other = join("b", true);
	snprintf(shard, sizeof shard, "%s", first_lease("b", "a")->shard);
	if (scanned)
		scan(old);
	sharer_finish_rest(old);
	scan(old);
	scan(old);
	is_number((int64_t)sharer_count(old).held, 0, "an end just when another asks");
	ok(strcmp(leases_find(&table, shard)->checkpoint_owner, "") == 0,
	    "  is no reason to wait for it");
	scan(other);
	ok(sharer_held_until(other, shard) > now, "  the other reads at once");
	sharer_close(old);
	sharer_close(other);
	end_simulation();
}

/* Another asks between the scan and the step that follows from it. */
static bool
read_and_be_asked(struct lease_store *unused, struct leases *leases, struct failure *failure)
{
	struct lease *lease;

	read_table(unused, leases, failure);
	lease = (struct lease *)first_lease("a", "");
	if (lease != NULL) {
		struct lease_request request = {.step = LEASE_ASK, .lease = *lease};

		lease_step_apply(&request, "b");
		*lease = request.lease;
	}
	return true;
}

static void
test_end_meets_question(void)
{
	struct sharer *old;

	begin_simulation(0, 1, 1);
	old = join("a", true);
	sharer_finish_rest(old);
	store.read = read_and_be_asked;
	scan(old);
	store.read = read_table;
	scan(old);
	ok(first_lease("b", "") != NULL,
	    "one that is asked for while it is given up is handed over");
	is_number((int64_t)sharer_count(old).held, 0, "  and no longer held");
	sharer_close(old);
	end_simulation();
}

static void
change_nothing(struct lease_store *unused, const char *worker, struct lease_request *requests,
    size_t count, struct failure *failure)
{
	(void)unused;
	(void)worker;
	(void)failure;
	for (size_t i = 0; i < count; i++)
		requests[i].result = LEASE_CONFLICT;
}

/* It tries to take free leases just when another does, who then gives them up. */
static void
test_lost_race(void)
{
	struct sharer *reader;

	begin_simulation(0, 2, 2);
	store.change = change_nothing;
	reader = join("a", false);
	store.change = change_table;
	is_number((int64_t)sharer_count(reader).doubtful, 2, "free leases are waited for");
	is_number(sharer_due(reader) - now, 500, "  not for long");
	now += FAILOVER;
	scan(reader);
	is_number((int64_t)sharer_count(reader).held, 2, "  and taken");
	is_number((int64_t)sharer_count(reader).doubtful, 0, "  and then no longer");
	sharer_close(reader);
	end_simulation();
}

/* A third asks for a lease that was asked for, before who asked first has begun with it. */
static void
test_asked_before_begun(void)
{
	struct sharer *old, *other;
	struct lease_request request = {.step = LEASE_ASK};
	struct lease *lease;

	begin_simulation(0, 2, 2);
	old = join("a", true);
	other = join("b", true);
	lease = (struct lease *)first_lease("b", "a");
	scan(old);
	sharer_yielded(old, lease->shard, "");
	scan(old);
	ok(strcmp(lease->checkpoint_owner, "") == 0, "one that was asked for is given up");
	request.lease = *lease;
	lease_step_apply(&request, "c");
	*lease = request.lease;
	scan(other);
	ok(strcmp(lease->owner, "c") == 0 && strcmp(lease->checkpoint_owner, "") == 0,
	    "  and who has not begun with it gives it up to a third");
	is_number((int64_t)sharer_count(other).held, 0, "  at once");
	sharer_close(old);
	sharer_close(other);
	end_simulation();
}

/* Who has read a shard to its end takes its children. */
static void
test_children(void)
{
	struct lease children[2];
	struct sharer *reader;

	begin_simulation(0, 1, 3);
	reader = join("a", true);
	for (size_t i = 0; i < 2; i++) {
		children[i] = lease_of(1 + i);
		memcpy(children[i].parents[0], shards[0].name, sizeof shards[0].name);
	}
	sharer_ended(reader, shards[0].name, "", children, 2);
	scan(reader);
	is_number((int64_t)table.count, 3, "the children of a shard have leases");
	ok(sharer_held_until(reader, shards[1].name) > now &&
	        sharer_held_until(reader, shards[2].name) > now,
	    "  which who has read the shard takes at once");
	sharer_close(reader);
	end_simulation();
}

static void
ended(struct sharer *reader, size_t shard, const struct lease *children, size_t count)
{
	struct failure failure;

	sharer_ended(reader, shards[shard].name, "", children, count);
	while (sharer_due(reader) <= now)
		sharer_look(reader, now, &failure);
}

/* A shard that is split, and merged again, between two scans of a table that is seldom read. */
static void
test_split_and_merged(void)
{
	struct lease children[2], merged = lease_of(34);
	struct sharer *reader;
	uint64_t before;

	begin_simulation(0, 32, 35);
	reader = join("a", true);
	for (size_t i = 0; i < 2; i++) {
		children[i] = lease_of(32 + i);
		memcpy(children[i].parents[0], shards[0].name, sizeof shards[0].name);
		memcpy(merged.parents[i], shards[32 + i].name, sizeof shards[0].name);
	}
	before = reads;
	ended(reader, 0, children, 2);
	is_number((int64_t)(reads - before), 0, "children of one parent: the table is not read");
	ended(reader, 32, &merged, 1);
	is_number((int64_t)(reads - before), 1, "a child of two, one of which is unknown: it is");
	ended(reader, 33, &merged, 1);
	ok(leases_find(&table, shards[34].name) != NULL, "  and the child gets its lease");
	ok(sharer_held_until(reader, shards[34].name) > now, "  and is read");
	sharer_close(reader);
	end_simulation();
}

/* A lease that another has asked for is noticed by its renewal, and looked at alone. */
static void
test_watch(void)
{
	struct lease_request request = {.step = LEASE_ASK};
	struct failure failure;
	struct share_event event;
	struct sharer *reader;
	uint64_t before;

	begin_simulation(0, 32, 32);
	reader = join("a", true);
	while (sharer_next(reader, &event))
		;
	request.lease = table.leases[7];
	lease_step_apply(&request, "b");
	table.leases[7] = request.lease;
	before = reads;
	now += 500;
	ok(sharer_due(reader) > now, "nothing is due");
	sharer_renew(reader, now, &failure);
	ok(sharer_due(reader) <= now, "  until a renewal does not succeed");
	sharer_look(reader, now, &failure);
	ok(sharer_next(reader, &event) && event.kind == SHARE_YIELD &&
	        strcmp(event.lease.shard, shards[7].name) == 0,
	    "  and then it is known who has asked");
	ok(reads == before, "  without reading the table");
	sharer_yielded(reader, shards[7].name, "");
	ok(sharer_due(reader) <= now && sharer_look(reader, now, &failure) && reads == before,
	    "what the reader says is acted upon at once");
	ok(strcmp(table.leases[7].checkpoint_owner, "") == 0, "  and without reading it, too");
	leases_free(&table);
	before = reads;
	sharer_yielded(reader, shards[8].name, "");
	sharer_scan(reader, now + 1, &failure);
	is_number((int64_t)sharer_count(reader).held, 0, "leases that were deleted are lost");
	sharer_close(reader);
	end_simulation();
}

static bool
never(struct lease_store *unused, int64_t time)
{
	(void)unused;
	(void)time;
	return false;
}

/* How long the reader waits from a scan of a table that many share to the next. */
static int64_t
pace_of(const char *worker, size_t leases, size_t workers)
{
	struct sharer *reader;
	int64_t wait;

	begin_simulation(0, leases, leases);
	for (size_t i = 0; i < leases; i++)
		snprintf(table.leases[i].owner, sizeof table.leases[i].owner, "w%zu", i % workers);
	store.may_ask = never;
	reader = join(worker, true);
	store.may_ask = NULL;
	wait = sharer_due(reader) - now;
	sharer_close(reader);
	end_simulation();
	return wait;
}

static void
test_pace(void)
{
	is_number(pace_of("x", 96, 24), RENEW_EVERY, "a small group is looked at often");
	is_number(pace_of("x", 960, 82), RENEW_EVERY, "  also one of 83 readers and 960 shards");
	is_number(pace_of("x", 2400, 999), 100000,
	    "1,000 readers read 300 units each in 100 s: 3,000 in a second");
	is_number(pace_of("w0", 2400, 999), RENEW_EVERY, "  but for the first of them");
	is_number(pace_of("w13", 2400, 999), 99900, "  which are only a few");
}

int
main(int count, char **arguments)
{
	static const size_t sizes[][2] = {{1, 1}, {2, 3}, {3, 2}, {8, 32}, {10, 100}};

	seed = (uint64_t)(getenv("FX_SEED") != NULL ? atoll(getenv("FX_SEED")) : 1);
	if (count == 3) {
		quiet = false;
		test_balance(strtoul(arguments[1], NULL, 10), strtoul(arguments[2], NULL, 10));
		return 0;
	}
	printf("# seed %llu\n", (unsigned long long)seed);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		test_balance(sizes[i][0], sizes[i][1]);
	test_death();
	test_chaos();
	test_ends();
	test_doubts();
	test_without_asking();
	test_end_while_waiting();
	test_end_when_asked(true);
	test_end_when_asked(false);
	test_end_meets_question();
	test_lost_race();
	test_asked_before_begun();
	test_children();
	test_split_and_merged();
	test_watch();
	test_pace();
	test_note();
	leases_free(&table);
	return done();
}
