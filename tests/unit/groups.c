/* groups: commits go forward, belong to one stream, and one reader at a time has a group. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "group/file/checkpoints_file.h"
#include "tap.h"

static const struct caller nobody;
static char name[] = "/tmp/groups.XXXXXX/x.stream";
static char file[] = "/tmp/groups.XXXXXX/x.groups";

static bool
commit(struct checkpoints *groups, const char *group, const char *id, const char *text,
    struct failure *failure)
{
	struct position position;

	return position_parse(span_of(text), &position) &&
	       checkpoints_commit(groups, group, id, &position, 1, failure);
}

static bool
move(struct checkpoints *groups, const char *group, const char *id, const char *text,
    struct failure *failure)
{
	char places[1][POSITION_SIZE];

	snprintf(places[0], sizeof places[0], "%s", text);
	return checkpoints_place(groups, group, id, places, 1, CHECKPOINTS_MOVE, failure);
}

static void
is_at(struct checkpoints *groups, const char *group, const char *shard, const char *expected)
{
	struct checkpoint checkpoint;
	struct failure failure;
	bool found;

	ok(checkpoints_get(groups, group, shard, &checkpoint, &found, &failure), "%s in shard %s",
	    group, shard);
	is_text(found ? checkpoint.text : NULL, expected, "  its position");
}

static struct checkpoints *
open_groups(void)
{
	struct failure failure;
	struct checkpoints *groups =
	    checkpoints_file_open(name, CHECKPOINTS_CREATE, NULL, &nobody, &failure);

	if (groups == NULL) {
		printf("Bail out! %s\n", failure.text);
		exit(2);
	}
	return groups;
}

/* Begun by time: until something is committed. */
static void
test_places(void)
{
	char places[2][POSITION_SIZE] = {"0:@1736208000123", "1:0"};
	struct checkpoints *groups = open_groups();
	struct checkpoint checkpoint;
	struct failure failure;
	bool found;

	ok(checkpoints_have(groups, "places", &found, &failure) && !found, "nothing there");
	ok(checkpoints_place(groups, "places", "id", places, 2, CHECKPOINTS_BEGIN, &failure),
	    "placed");
	ok(checkpoints_have(groups, "places", &found, &failure) && found, "now it is");
	is_at(groups, "places", "0", "0:@1736208000123");
	is_at(groups, "places", "1", "1:0");
	ok(checkpoints_get(groups, "places", "0", &checkpoint, &found, &failure) &&
	        checkpoint.is_time,
	    "a time");
	strcpy(places[0], "0:@5");
	ok(checkpoints_place(groups, "places", "id", places, 1, CHECKPOINTS_BEGIN, &failure),
	    "placed again");
	is_at(groups, "places", "0", "0:@1736208000123");
	ok(!checkpoints_place(groups, "places", "other", places, 1, CHECKPOINTS_BEGIN, &failure),
	    "another stream");
	ok(commit(groups, "places", "id", "0:0+", &failure), "any position is ahead of it");
	is_at(groups, "places", "0", "0:0+");
	ok(checkpoints_place(groups, "places", "other", places, 1, CHECKPOINTS_MOVE, &failure),
	    "moved");
	is_at(groups, "places", "0", "0:@5");
	is_at(groups, "places", "1", NULL);
	strcpy(places[0], "1:7");
	ok(checkpoints_place(groups, "places", "other", places, 1, CHECKPOINTS_MOVE, &failure),
	    "only in one shard");
	is_at(groups, "places", "0", "0:@5");
	strcpy(places[0], "2:1");
	ok(checkpoints_place(groups, "places", "other", places, 1, CHECKPOINTS_MOVE_ALL, &failure),
	    "in all there are");
	is_at(groups, "places", "0", NULL);
	is_at(groups, "places", "1", NULL);
	is_at(groups, "places", "2", "2:1");
	checkpoints_close(groups);
}

static void
test_forward(void)
{
	static const char *const steps[][2] = {{"0:5", "0:5"}, {"0:4+", "0:5"}, {"0:5+", "0:5+"},
	    {"0:5", "0:5+"}, {"0:5.3+", "0:5+"}, {"0:6.0", "0:6.0"}, {"0:6.2+", "0:6.2+"},
	    {"0:6.1+", "0:6.2+"}, {"0:10", "0:10"}, {"0:9+", "0:10"},
	    {"0:18446744073709551616", "0:18446744073709551616"},
	    {"0:18446744073709551615+", "0:18446744073709551616"}};
	struct checkpoints *groups = open_groups();
	struct failure failure;

	is_at(groups, "forward", "0", NULL);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		ok(commit(groups, "forward", "id", steps[i][0], &failure), "commit %s",
		    steps[i][0]);
		is_at(groups, "forward", "0", steps[i][1]);
	}
	ok(move(groups, "forward", "id", "0:3", &failure), "moved by hand: back as well");
	is_at(groups, "forward", "0", "0:3");
	checkpoints_close(groups);
	groups = open_groups();
	is_at(groups, "forward", "0", "0:3");
	is_at(groups, "other", "0", NULL);
	is_at(groups, "forward", "1", NULL);
	checkpoints_close(groups);
	checkpoints_close(NULL);
}

/* All positions of a commit at once, or none of them. */
static void
test_many(void)
{
	struct checkpoints *groups = open_groups();
	struct position positions[3];
	struct failure failure;
	struct checkpoint checkpoint;
	bool found;

	position_parse(
	    span_of(
	        "shardId-000000000000:49590338271490256608559692538361571095921575989136588898"),
	    &positions[0]);
	position_parse(span_of("1:7.12+"), &positions[1]);
	position_parse(span_of("2:1"), &positions[2]);
	ok(checkpoints_commit(groups, "many", "id", positions, 3, &failure), "three shards");
	is_at(groups, "many", "shardId-000000000000",
	    "shardId-000000000000:49590338271490256608559692538361571095921575989136588898");
	is_at(groups, "many", "1", "1:7.12+");
	is_at(groups, "many", "2", "2:1");
	checkpoints_get(groups, "many", "2", &checkpoint, &found, &failure);
	ok(checkpoint.updated > INT64_C(1700000000000), "when that was");
	ok(checkpoints_commit(groups, "many", "id", positions, 0, &failure), "nothing to commit");
	checkpoints_close(groups);
}

static void
test_streams(void)
{
	struct checkpoints *groups = open_groups();
	struct failure failure;

	commit(groups, "old", "first", "0:5", &failure);
	commit(groups, "old", "first", "1:5", &failure);
	ok(checkpoints_check(groups, "old", "first", &failure), "the stream that it is of");
	ok(!checkpoints_check(groups, "old", "second", &failure), "another one");
	is_number(failure.kind, FAILURE_PERMANENT, "which needs attention");
	ok(!commit(groups, "old", "second", "0:9", &failure), "nor is anything committed for that");
	is_number(failure.kind, FAILURE_PERMANENT, "which is reported in the same way");
	is_at(groups, "old", "0", "0:5");
	ok(checkpoints_check(groups, "none", "second", &failure),
	    "a group without a checkpoint has no other stream");
	ok(move(groups, "old", "second", "0:2", &failure), "moved by hand");
	is_at(groups, "old", "0", "0:2");
	is_at(groups, "old", "1", NULL);
	ok(checkpoints_check(groups, "old", "second", &failure), "it is of that stream now");
	checkpoints_close(groups);
}

static bool
add_name(void *context, const char *group, struct failure *failure)
{
	(void)failure;
	strcat(strcat(context, group), ";");
	return true;
}

static void
test_names(void)
{
	struct checkpoints *groups = open_groups();
	struct failure failure;
	char names[200] = "";
	bool found;

	commit(groups, "b", "id", "0:5", &failure);
	commit(groups, "b", "id", "1:5", &failure);
	commit(groups, "a", "id", "0:5", &failure);
	ok(checkpoints_each(groups, add_name, names, &failure), "all groups");
	is_text(names, "a;b;forward;many;old;places;", "each once, in order");
	ok(checkpoints_delete(groups, "b", &found, &failure) && found, "one is deleted");
	ok(checkpoints_delete(groups, "b", &found, &failure) && !found, "then there is none");
	is_at(groups, "b", "0", NULL);
	is_at(groups, "b", "1", NULL);
	is_at(groups, "a", "0", "0:5");
	checkpoints_close(groups);
}

/* A glance leaves no log behind, sees what others have committed, and notices who begins to write. */
static void
test_glance(void)
{
	struct checkpoints *groups = open_groups(), *glance;
	char log[sizeof file + 4];
	struct checkpoint checkpoint;
	struct failure failure;
	bool found, missing;

	snprintf(log, sizeof log, "%s-wal", file);
	commit(groups, "glance", "id", "0:5", &failure);
	ok(access(log, F_OK) == 0, "a writer has a log");
	glance = checkpoints_file_glance(name, &missing, &nobody, &failure);
	is_at(glance, "glance", "0", "0:5");
	checkpoints_close(glance);
	checkpoints_close(groups);
	ok(access(log, F_OK) < 0, "the last one to close it deletes it");
	glance = checkpoints_file_glance(name, &missing, &nobody, &failure);
	is_at(glance, "glance", "0", "0:5");
	ok(access(log, F_OK) < 0, "a glance needs none");
	checkpoints_close(glance);
	glance = checkpoints_file_glance(name, &missing, &nobody, &failure);
	groups = open_groups();
	commit(groups, "glance", "id", "0:6", &failure);
	failure.kind = FAILURE_NONE;
	ok(!checkpoints_get(glance, "glance", "0", &checkpoint, &found, &failure),
	    "it ends when somebody writes");
	is_number(failure.kind, FAILURE_TEMPORARY, "which passes");
	checkpoints_close(glance);
	ok(checkpoints_delete(groups, "glance", &found, &failure), "deleted");
	checkpoints_close(groups);
}

/* The exit status of somebody else who tries to claim a group. */
static int
claimed_elsewhere(const char *group)
{
	int status = -1;
	pid_t other;

	fflush(stdout);
	other = fork();
	if (other == 0) {
		struct failure failure = {.kind = FAILURE_NONE};
		struct checkpoints *groups =
		    checkpoints_file_open(name, CHECKPOINTS_CREATE, NULL, &nobody, &failure);

		if (groups == NULL)
			_exit(99);
		checkpoints_claim(groups, group, &failure);
		_exit((int)failure.kind);
	}
	waitpid(other, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
test_claims(void)
{
	struct checkpoints *groups = open_groups();
	struct failure failure;

	ok(checkpoints_claim(groups, "mine", &failure), "a group is claimed");
	is_number(claimed_elsewhere("mine"), FAILURE_TEMPORARY, "nobody else has it");
	is_number(claimed_elsewhere("yours"), FAILURE_NONE, "another is free");
	ok(checkpoints_claim(groups, "also", &failure), "a second one");
	is_number(claimed_elsewhere("mine"), FAILURE_TEMPORARY, "the first is still held");
	/* Neither a commit nor reading lets go of it. */
	commit(groups, "mine", "id", "0:1", &failure);
	is_at(groups, "mine", "0", "0:1");
	is_number(claimed_elsewhere("mine"), FAILURE_TEMPORARY, "also after a commit");
	checkpoints_close(groups);
	is_number(claimed_elsewhere("mine"), FAILURE_NONE, "closed, it is free again");
}

/* Many processes commit at once: none is lost, none goes back. */
static void
test_concurrent(void)
{
	enum { WRITERS = 4, COMMITS = 25 };
	struct checkpoints *groups;
	unsigned wrong = 0;

	fflush(stdout);
	for (unsigned writer = 0; writer < WRITERS; writer++) {
		if (fork() != 0)
			continue;
		groups = open_groups();
		for (unsigned i = 1; i <= COMMITS; i++) {
			struct failure failure;
			char text[40];

			snprintf(text, sizeof text, "0:%u", i * WRITERS + writer);
			if (!commit(groups, "busy", "id", text, &failure))
				_exit(1);
		}
		_exit(0);
	}
	for (unsigned writer = 0; writer < WRITERS; writer++) {
		int status;

		wrong += wait(&status) < 0 || status != 0;
	}
	is_number(wrong, 0, "all commit at once");
	groups = open_groups();
	is_at(groups, "busy", "0", "0:103");
	checkpoints_close(groups);
}

int
main(void)
{
	char command[100];

	name[18] = '\0';
	if (mkdtemp(name) == NULL)
		return 2;
	memcpy(file, name, 18);
	name[18] = '/';
	test_places();
	test_forward();
	test_many();
	test_streams();
	test_glance();
	test_names();
	ok(access(file, F_OK) == 0, "they are beside the stream");
	test_claims();
	test_concurrent();
	name[18] = '\0';
	snprintf(command, sizeof command, "rm -r %s", name);
	ok(system(command) == 0, "removed");
	return done();
}
