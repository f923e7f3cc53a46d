/* state: locks, reads and replaces the file of the state. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "fxmetrics/fingerprint.h"
#include "fxmetrics/state.h"
#include "system/directory.h"
#include "system/file.h"

enum {
	LARGEST = 1024 * 1024,
	MOST_RUNNING = 1000, /* tools that keep running */
	MONTH = 30 * 24 * 3600 /* s; a machine may sleep for days */
};

/* The path without links, "." and "..", as far as it exists. */
static char *
resolved(const char *path)
{
	char *whole = realpath(path, NULL), *directory, *result;
	const char *slash = strrchr(path, '/');

	if (whole != NULL)
		return whole;
	directory = directory_of(path);
	whole = realpath(directory, NULL);
	result = memory_format(
	    "%s/%s", whole != NULL ? whole : directory, slash != NULL ? slash + 1 : path);
	free(directory);
	free(whole);
	return result;
}

/* Each output has a state of its own: what was written to one is still new to another. */
static char *
usual_path(const char *kind, const char *output, struct failure *failure)
{
	char print[FINGERPRINT_SIZE], *path, *whole, *line;
	const char *directory;

	if (!environment_state(&directory, failure)) {
		strncat(failure->text, ", or use --state",
		    sizeof failure->text - strlen(failure->text) - 1);
		return NULL;
	}
	if (output == NULL)
		return memory_format("%s/fxmetrics-%s", directory, kind);
	whole = resolved(output);
	line = memory_format("%s\n", whole);
	path =
	    memory_format("%s/fxmetrics-%s-%s", directory, kind, fingerprint(span_of(line), print));
	free(whole);
	free(line);
	return path;
}

static bool
lock(struct state *state, struct failure *failure)
{
	char *path = memory_format("%s.lock", state->path);
	bool locked;

	state->lock = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	locked = state->lock >= 0 && flock(state->lock, LOCK_EX | LOCK_NB) == 0;
	if (!locked && state->lock >= 0 && errno == EWOULDBLOCK)
		fail(
		    failure, FAILURE_TEMPORARY, "another fxmetrics uses the state %s", state->path);
	else if (!locked)
		fail_errno(failure, errno, "could not lock %s", path);
	free(path);
	return locked;
}

static bool
load(struct state *state, struct failure *failure)
{
	int fd = open(state->path, O_RDONLY | O_CLOEXEC);
	struct buffer text;
	size_t line;
	bool good;

	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd < 0)
		return fail_errno(failure, errno, "the state %s cannot be read", state->path);
	good = file_read_all(fd, state->path, LARGEST, &text, failure);
	close(fd);
	if (good && !state_read(buffer_span(&text), &state->files, &state->sums, &line))
		good = fail(failure, FAILURE_PERMANENT,
		    "%s is not a state of fxmetrics: line %zu is not valid (without the file, all "
		    "statistics count again)",
		    state->path, line);
	buffer_free(&text);
	return good;
}

bool
state_open(struct state *state, const char *path, const char *kind, const char *output,
    struct failure *failure)
{
	*state = (struct state){.lock = -1};
	state->path = path != NULL ? memory_copy_text(path) : usual_path(kind, output, failure);
	return state->path != NULL && (path != NULL || directory_make(state->path, failure)) &&
	       lock(state, failure) && load(state, failure);
}

static void
add_counts(struct buffer *text, const struct sums_entry *entry)
{
	for (size_t i = 0; i < STATS_COUNTERS; i++)
		buffer_add_format(
		    text, "%s%llu", i > 0 ? " " : "", (unsigned long long)entry->counts[i]);
}

/* A number of milliseconds with up to three decimals. */
static void
add_milliseconds(struct buffer *text, uint64_t microseconds)
{
	buffer_add_format(text, " %llu.%03u", (unsigned long long)(microseconds / 1000),
	    (unsigned)(microseconds % 1000));
}

static void
add_optional(struct buffer *text, int64_t number)
{
	if (number < 0)
		buffer_add_text(text, " -");
	else
		buffer_add_format(text, " %lld", (long long)number);
}

static void
add_tools(struct buffer *text, const struct sums_list *tools)
{
	for (size_t i = 0; i < tools->count; i++) {
		const struct sums_entry *entry = &tools->entries[i];
		const struct sums_last *last = &entry->last;

		buffer_add_format(text, "total\t%s\t", entry->name);
		add_counts(text, entry);
		buffer_add_text(text, "\n");
		if (!last->known)
			continue;
		buffer_add_format(text, "last\t%s\t%lld", entry->name, (long long)last->written);
		add_optional(text, last->status);
		add_milliseconds(text, last->p50_us);
		add_milliseconds(text, last->p99_us);
		add_optional(text, last->lag_ms);
		buffer_add_text(text, "\n");
	}
}

static int
seen_last_first(const void *a, const void *b)
{
	const struct sums_entry *first = *(const struct sums_entry *const *)a;
	const struct sums_entry *second = *(const struct sums_entry *const *)b;

	return (first->seen < second->seen) - (first->seen > second->seen);
}

/* The tools that run on (silent for a month: killed), those seen last if there are too many. */
static void
add_running(struct buffer *text, const struct sums_list *running, int64_t now)
{
	const struct sums_entry **order = memory_new(running->count + 1, sizeof *order);
	size_t count = 0;

	for (size_t i = 0; i < running->count; i++) {
		if (now - running->entries[i].seen <= MONTH)
			order[count++] = &running->entries[i];
	}
	qsort(order, count, sizeof *order, seen_last_first);
	for (size_t i = 0; i < count && i < MOST_RUNNING; i++) {
		buffer_add_format(text, "run\t%s\t", order[i]->name);
		add_counts(text, order[i]);
		buffer_add_format(text, " %lld\n", (long long)order[i]->seen);
	}
	free(order);
}

static void
add_files(struct buffer *text, const struct files *files)
{
	size_t skipped = files->count > FILES_REMEMBERED ? files->count - FILES_REMEMBERED : 0;

	for (size_t i = skipped; i < files->count; i++) {
		const struct file *file = &files->files[i];

		if (file->print[0] != '\0')
			buffer_add_format(text, "file\t%s\t%llu\t%s\n", file->id,
			    (unsigned long long)file->offset, file->print);
	}
}

/* When the state was saved last, if that is earlier: one run with a wrong clock forgets nothing. */
static int64_t
earlier_look(const struct state *state, int64_t now)
{
	struct stat file;
	return stat(state->path, &file) == 0 && file.st_mtime < now ? (int64_t)file.st_mtime : now;
}

bool
state_save(struct state *state, int64_t now, struct failure *failure)
{
	char *temporary = memory_format("%s.new", state->path);
	const struct sums_list *statuses = &state->sums.statuses;
	struct buffer text;
	bool saved;

	/* Each list is bounded (sums.h, files.h): all of them never reach twice LARGEST. */
	buffer_init(&text, 2 * LARGEST);
	buffer_add_text(&text, "fxmetrics 1\n");
	add_files(&text, &state->files);
	add_running(&text, &state->sums.running, earlier_look(state, now));
	add_tools(&text, &state->sums.tools);
	for (size_t i = 0; i < statuses->count; i++)
		buffer_add_format(&text, "status\t%s\t%llu\n", statuses->entries[i].name,
		    (unsigned long long)statuses->entries[i].counts[0]);
	saved = text.length <= LARGEST;
	if (!saved)
		fail(failure, FAILURE_PERMANENT, "the state %s would be larger than 1 MiB",
		    state->path);
	saved = saved && file_replace(state->path, temporary, 0600, buffer_span(&text), failure);
	buffer_free(&text);
	free(temporary);
	return saved;
}

void
state_close(struct state *state)
{
	if (state->lock >= 0)
		close(state->lock);
	files_free(&state->files);
	sums_free(&state->sums);
	free(state->path);
}
