/*
 * journal: a filter that is killed and starts again where its group does, at random, with records
 * of several shards. Each record must find the state that the records before it in its shard make.
 */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "journal/journal.h"
#include "group/file/checkpoints_file.h"
#include "tap.h"

enum { SHARDS = 3, RECORDS = 4000, LIVES = 120 };

static char stream[] = "/tmp/journal.XXXXXX/x.stream";
static char file[] = "/tmp/journal.XXXXXX/x.g.fxtest";
static const char id[] = "0123456789abcdef0123456789abcdef";

/*
 * The filter: of each shard a number that all its records, in their order, make, and the number of
 * notes, which stay whatever the journal goes back to.
 */
enum { NOTES = SHARDS };
static uint64_t sums[SHARDS + 1], right[SHARDS][RECORDS + 1];

static uint64_t
after(uint64_t sum, unsigned record)
{
	return (sum ^ record) * UINT64_C(0x9E3779B97F4A7C15) + 1;
}

static void
clear(void *context)
{
	(void)context;
	memset(sums, 0, sizeof sums);
}

static bool
save(void *context, struct buffer *saved)
{
	(void)context;
	return buffer_add(saved, sums, sizeof sums);
}

static bool
load(void *context, struct span saved, struct failure *failure)
{
	(void)context;
	if (saved.length != sizeof sums)
		return fail(failure, FAILURE_PERMANENT, "%zu bytes", saved.length);
	memcpy(sums, saved.start, sizeof sums);
	return true;
}

static bool
apply(void *context, struct span input, struct failure *failure)
{
	unsigned numbers[2];

	(void)context;
	if (input.length < sizeof numbers)
		return fail(failure, FAILURE_PERMANENT, "%zu bytes", input.length);
	memcpy(numbers, input.start, sizeof numbers);
	if (numbers[0] == NOTES)
		sums[NOTES]++;
	else
		sums[numbers[0]] = after(sums[numbers[0]], numbers[1]);
	return true;
}

static const struct journal_state state = {
    .clear = clear, .save = save, .load = load, .apply = apply};

static struct journal_settings
settings_of(const char *options)
{
	return (struct journal_settings){
	    .tool = "fxtest", .stream = stream, .group = "g", .options = options, .ceiling = 1024};
}

static struct journal *
open_journal(const char *options, struct failure *failure)
{
	struct journal_settings settings = settings_of(options);

	return journal_open(&settings, &state, failure);
}

static void
begin_group(const char *of)
{
	char places[SHARDS][POSITION_SIZE] = {"0:1", "1:1", "2:1"};
	static const struct caller nobody;
	struct failure failure;
	struct checkpoints *groups =
	    checkpoints_file_open(stream, CHECKPOINTS_CREATE, NULL, &nobody, &failure);

	ok(groups != NULL &&
	        checkpoints_place(groups, "g", of, places, SHARDS, CHECKPOINTS_MOVE, &failure),
	    "the group begins");
	checkpoints_close(groups);
}

static void
commit(unsigned shard, unsigned record)
{
	static const struct caller nobody;
	struct failure failure;
	struct checkpoints *groups =
	    checkpoints_file_open(stream, CHECKPOINTS_CREATE, NULL, &nobody, &failure);
	struct position position;
	char text[40];

	snprintf(text, sizeof text, "%u:%u", shard, record);
	if (!position_parse(span_of(text), &position) ||
	    !checkpoints_commit(groups, "g", id, &position, 1, &failure))
		printf("Bail out! commit: %s\n", failure.text);
	checkpoints_close(groups);
}

/* Gives the journal a record. False: it found another state than the records before it make. */
static bool
give(struct journal *journal, unsigned shard, unsigned record, struct failure *failure)
{
	/* Large inputs bring snapshots about. */
	char text[40], input[700] = "";
	unsigned numbers[2] = {shard, record};
	struct span bytes = {input, sizeof input};
	struct position position;

	snprintf(text, sizeof text, "%u:%u", shard, record);
	memcpy(input, numbers, sizeof numbers);
	if (!position_parse(span_of(text), &position) ||
	    !journal_before(journal, &position, failure))
		return false;
	if (sums[shard] != right[shard][record - 1])
		return fail(failure, FAILURE_REFUSED, "%s finds another state", text);
	return apply(NULL, bytes, failure) && journal_add(journal, &position, bytes, failure);
}

/* Notes something at a place that has been read. */
static bool
note(struct journal *journal, unsigned shard, unsigned record, struct failure *failure)
{
	unsigned numbers[2] = {NOTES, 0};
	struct span bytes = {(const char *)numbers, sizeof numbers};
	char text[40];

	snprintf(text, sizeof text, "%u:%u", shard, record);
	return apply(NULL, bytes, failure) && journal_note(journal, span_of(text), bytes, failure);
}

/* A life: from the group's checkpoints on, to a random place; what was synced may be committed. */
static bool
live(unsigned committed[SHARDS], uint64_t *noted, struct failure *failure)
{
	struct journal *journal = open_journal("o", failure);
	unsigned next[SHARDS], synced[SHARDS];
	bool good = journal != NULL;
	uint64_t notes;

	if (good && sums[NOTES] < *noted)
		good = fail(failure, FAILURE_REFUSED, "notes are lost at the beginning");
	notes = sums[NOTES];
	memcpy(next, committed, sizeof next);
	memcpy(synced, committed, sizeof synced);
	/* Before anything is read, where the group is: the records after it come again all the
	 * same. */
	if (good && rand() % 2 == 0) {
		good =
		    note(journal, 0, committed[0] - 1, failure) && journal_sync(journal, failure);
		*noted = ++notes;
	}
	for (int i = rand() % 300 - 50; i > 0 && good; i--) {
		unsigned shard = (unsigned)rand() % SHARDS;

		if (next[shard] <= RECORDS)
			good = give(journal, shard, next[shard]++, failure);
		if (good && rand() % 10 == 0) {
			good = note(journal, shard, next[shard] - 1, failure);
			notes++;
		}
		if (good && sums[NOTES] != notes)
			good = fail(failure, FAILURE_REFUSED, "notes are lost or doubled");
		if (good && rand() % 8 == 0) {
			good = journal_sync(journal, failure);
			memcpy(synced, next, sizeof synced);
			*noted = notes;
		}
		shard = (unsigned)rand() % SHARDS;
		if (rand() % 20 == 0 && synced[shard] > committed[shard]) {
			committed[shard] +=
			    (unsigned)rand() % (synced[shard] - committed[shard]) + 1;
			commit(shard, committed[shard]);
		}
	}
	journal_close(journal); /* without a sync, as a kill would */
	return good;
}

static void
test_lives(void)
{
	unsigned committed[SHARDS] = {1, 1, 1};
	struct failure failure = {.kind = FAILURE_NONE};
	struct stat made;
	uint64_t noted = 0;
	int lives = 0;

	begin_group(id);
	while (lives < LIVES && live(committed, &noted, &failure))
		lives++;
	if (!ok(lives == LIVES, "%d lives of a filter", LIVES))
		printf("# life %d: %s\n", lives, failure.text);
	ok(committed[0] > 300 && committed[1] > 300 && committed[2] > 300,
	    "%u, %u and %u records were committed", committed[0], committed[1], committed[2]);
	if (stat(file, &made) < 0)
		made = (struct stat){.st_size = -1};
	ok(made.st_size > 0 && made.st_size < 2 * 1024 * 1024 && (made.st_mode & 0777) == 0600,
	    "the file has kept %lld bytes", (long long)made.st_size);
}

/* Fails to open, or to go to shard 0, record: the reason. */
static const char *
reason(const char *options, unsigned record)
{
	static struct failure failure;
	struct journal *journal = open_journal(options, &failure);

	if (journal != NULL && give(journal, 0, record, &failure))
		snprintf(failure.text, sizeof failure.text, "none");
	journal_close(journal);
	return failure.text;
}

static bool
says(const char *text, const char *words, const char *name)
{
	bool said = strstr(text, words) != NULL;

	if (!ok(said, "%s", name))
		printf("# %s\n", text);
	return said;
}

static void
test_refusals(void)
{
	struct failure failure;
	struct journal *journal;
	int status = -1;
	pid_t child;

	says(reason("o", 1), "does not reach back to where the group starts again, 0:1",
	    "a position before all snapshots");
	says(reason("p", 1), "is the state of other options (o)", "other options");
	begin_group("another");
	says(
	    reason("o", 1), "is the state of another stream called", "another stream of that name");
	begin_group(id);
	journal = open_journal("o", &failure);
	child = fork();
	if (child == 0)
		_exit(open_journal("o", &failure) == NULL && failure.kind == FAILURE_TEMPORARY ? 0
		                                                                               : 1);
	ok(waitpid(child, &status, 0) == child && status == 0, "a second process does not get it");
	journal_close(journal);
}

static void
remove_all(const char *directory)
{
	DIR *listed = opendir(directory);
	struct dirent *entry;

	while (listed != NULL && (entry = readdir(listed)) != NULL) {
		char *path = memory_format("%s/%s", directory, entry->d_name);

		unlink(path);
		free(path);
	}
	if (listed != NULL)
		closedir(listed);
	rmdir(directory);
}

int
main(void)
{
	char directory[] = "/tmp/journal.XXXXXX";

	if (mkdtemp(directory) == NULL)
		return 2;
	memcpy(stream, directory, sizeof directory - 1);
	memcpy(file, directory, sizeof directory - 1);
	for (unsigned shard = 0; shard < SHARDS; shard++) {
		for (unsigned record = 1; record <= RECORDS; record++)
			right[shard][record] = after(right[shard][record - 1], record);
	}
	srand((unsigned)getpid());
	printf("# seed %u\n", (unsigned)getpid());
	test_lives();
	test_refusals();
	remove_all(directory);
	return done();
}
