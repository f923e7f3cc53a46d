/* process: keys from the standard output of a program, which is run without a shell.
 *
 * Source: AWS SDKs and Tools Reference Guide, "Process credential provider". */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "aws/credentials/runner.h"
#include "aws/credentials/source.h"
#include "base/memory.h"
#include "system/shell_words.h"
#include "system/spawn.h"

enum {
	PATIENCE = 60 * 1000, /* ms that the program may take */
	LOOK = 200, /* ms between checks of the stop flag */
	PROMPT = 5, /* ms between checks of a program that is about to end */
	OUTPUT_MAX = 64 * 1024,
	BY_RUNNER = -1 /* as a child: that of the runner */
};

static bool
is_stopped(const struct search *search)
{
	return caller_is_stopped(&search->settings->caller);
}

/* Returns NULL, or why it failed. */
static const char *
read_output(struct search *search, int from, int64_t end, struct buffer *output)
{
	struct pollfd poll_for = {.fd = from, .events = POLLIN};
	while (clock_steady() < end && !is_stopped(search)) {
		int ready = poll(&poll_for, 1, LOOK);
		if (ready == 0 || (ready < 0 && errno == EINTR))
			continue;
		ssize_t got =
		    read(from, output->data + output->length, output->capacity - output->length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return "its output cannot be read";
		if (got == 0)
			return NULL;
		output->length += (size_t)got;
		if (output->length > OUTPUT_MAX)
			return "its output is longer than 64 KiB";
	}
	return is_stopped(search) ? "stopped" : "it takes longer than 60 s";
}

/* Waits until end for the program, which may run on after closing its output; then kills it. */
static bool
wait_for(struct search *search, pid_t child, int64_t end, int *status)
{
	for (;;) {
		if (child == BY_RUNNER && runner_ended(status))
			return *status != -1;
		pid_t ended = child != BY_RUNNER ? waitpid(child, status, WNOHANG) : 0;
		if (ended == child || (ended < 0 && errno != EINTR))
			return ended == child;
		if (clock_steady() >= end || is_stopped(search))
			break;
		poll(NULL, 0, PROMPT);
	}
	if (child == BY_RUNNER) {
		runner_kill();
		return false;
	}
	kill(child, SIGKILL);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		;
	return false;
}

static enum outcome
check_status(int status, const char *name, struct failure *failure)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return OUTCOME_FOUND;
	bool exited = WIFEXITED(status);
	return source_failed(failure, FAILURE_PERMANENT, "%s (credential_process) ended with %s %d",
	    name, exited ? "status" : "signal", exited ? WEXITSTATUS(status) : WTERMSIG(status));
}

/* Runs the program and adds its output to output, which has room for it. */
static enum outcome
run(struct search *search, const char *profile, char **words, struct buffer *output,
    struct failure *failure)
{
	struct spawn spawn = {.words = words, .input = -1, .error = -1};
	int ends[2];
	pid_t child = BY_RUNNER;
	struct shown shown;
	const char *name = show(&shown, words[0], strlen(words[0]));
	if (!spawn_pipe(ends)) {
		fail_errno(failure, errno, "credentials: could not open a pipe");
		return OUTCOME_FAILED;
	}
	spawn.output = ends[1];
	int error = runner_exists() ? runner_start(profile, ends[1]) : spawn_start(&spawn, &child);
	close(ends[1]);
	if (error != 0) {
		close(ends[0]);
		fail_errno(
		    failure, error, "credentials: %s (credential_process) cannot be started", name);
		return OUTCOME_FAILED;
	}
	int status = 0;
	int64_t end = clock_steady() + PATIENCE * INT64_C(1000);
	const char *wrong = read_output(search, ends[0], end, output);
	close(ends[0]);
	if (!wait_for(search, child, wrong == NULL ? end : 0, &status) && wrong == NULL)
		wrong = "it does not end";
	if (wrong == NULL)
		return check_status(status, name, failure);
	if (is_stopped(search)) {
		fail_stopped(failure);
		return OUTCOME_FAILED;
	}
	return source_failed(
	    failure, FAILURE_TEMPORARY, "%s (credential_process): %s", name, wrong);
}

static enum outcome
take_document(struct span document, const char *name, const char *profile, struct found_keys *found,
    struct failure *failure)
{
	static const struct key_names names = {
	    "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"};
	struct span version = source_member(document, "Version");
	if (!span_is(version, "1"))
		return source_failed(failure, FAILURE_PERMANENT,
		    "the output of %s (credential_process) is not a JSON object with Version 1",
		    name);
	const char *wrong = source_keys(document, &names, found);
	if (wrong != NULL)
		return source_failed(failure, FAILURE_PERMANENT,
		    "the output of %s (credential_process) has no valid %s", name, wrong);
	found->where = memory_format("%s (credential_process of the profile %s)", name, profile);
	return OUTCOME_FOUND;
}

enum outcome
credentials_process(
    struct search *search, const char *profile, struct found_keys *found, struct failure *failure)
{
	const char *line = aws_config_get(search->config, profile, "credential_process");
	struct buffer output;
	struct shown program, shown;
	if (line == NULL) {
		source_tried(search, "no credential_process");
		return OUTCOME_ABSENT;
	}
	char **words = shell_words_split(line);
	if (words == NULL || words[0] == NULL) {
		shell_words_free(words);
		return source_failed(failure, FAILURE_PERMANENT,
		    "credential_process of the profile %s is not a command line",
		    show(&shown, profile, strlen(profile)));
	}
	buffer_init(&output, OUTPUT_MAX + 1);
	buffer_reserve(&output, OUTPUT_MAX + 1);
	enum outcome outcome = run(search, profile, words, &output, failure);
	if (outcome == OUTCOME_FOUND)
		outcome =
		    take_document(buffer_span(&output), show(&program, words[0], strlen(words[0])),
		        show(&shown, profile, strlen(profile)), found, failure);
	buffer_wipe(&output);
	shell_words_free(words);
	return outcome;
}
