/* unit_files: the units of entries among the user's units, and the user's systemd. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "schedule/units.h"
#include "system/directory.h"
#include "system/file.h"
#include "system/program.h"

enum { UNIT_MOST = 4 * 1024 * 1024, MESSAGES_MOST = 64 * 1024 };

enum unit { UNIT_NONE, UNIT_OURS, UNIT_FOREIGN };

/* What is at path; text: that of a unit of ours. FAILURE_TEMPORARY: it cannot be read now. */
static bool
read_unit(const char *path, struct buffer *text, enum unit *unit, struct failure *failure)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	bool read;

	buffer_init(text, UNIT_MOST);
	*unit = UNIT_NONE;
	if (fd < 0 && errno == ENOENT)
		return true;
	*unit = UNIT_FOREIGN;
	if (fd < 0) {
		fail_errno(failure, errno, "could not open %s", path);
		return failure->kind != FAILURE_TEMPORARY;
	}
	read = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
	if (read && !file_read_all(fd, path, UNIT_MOST, text, failure)) {
		close(fd);
		return failure->kind != FAILURE_TEMPORARY;
	}
	close(fd);
	if (read && span_begins(buffer_span(text), UNITS_FIRST_LINE))
		*unit = UNIT_OURS;
	return true;
}

static bool
find_unit(const char *path, enum unit *unit, struct failure *failure)
{
	struct buffer text;
	bool read = read_unit(path, &text, unit, failure);

	buffer_free(&text);
	return read;
}

/* Runs systemctl --user with these arguments. */
static bool
call_manager(const char *const *rest, struct failure *failure)
{
	const char *words[8] = {"systemctl", "--user"};
	struct program_result result;
	struct shown shown;
	const char *messages;
	size_t count = 2;
	bool good;

	while (rest[count - 2] != NULL && count < 7) {
		words[count] = rest[count - 2];
		count++;
	}
	words[count] = NULL;
	good = program_run(words, (struct span){NULL, 0}, MESSAGES_MOST, &result, failure);
	messages = program_messages(&result);
	if (good && result.status != 0)
		good = fail(failure, FAILURE_PERMANENT, "systemctl --user %s failed: %s", rest[0],
		    show(&shown, messages, strlen(messages)));
	program_result_free(&result);
	return good;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static bool
manager_answers(void)
{
	struct failure ignored;

	return call_manager(WORDS("show-environment"), &ignored);
}

/* The directory is not flushed: after a crash of the machine the old unit may be there. */
static bool
write_unit(const char *path, struct span text, struct failure *failure)
{
	const char *slash = strrchr(path, '/');
	char *new = memory_format("%.*s/.%s.new", (int)(slash - path), path, slash + 1);
	bool good = file_replace(path, new, 0644, text, failure);

	free(new);
	return good;
}

/* Writes a unit if it differs from the one that is there. */
static bool
update(const struct place *place, const char *name, const char *kind, const struct buffer *text,
    bool *changed, struct failure *failure)
{
	char *path = units_path(place, name, kind);
	struct buffer old;
	enum unit there;
	bool good = read_unit(path, &old, &there, failure);

	if (good && there == UNIT_FOREIGN)
		good = fail(failure, FAILURE_PERMANENT,
		    "%s was not written by fxcron: it stays as it is", path);
	else if (good &&
	         (there == UNIT_NONE || !span_equal(buffer_span(&old), buffer_span(text)))) {
		good =
		    directory_make(path, failure) && write_unit(path, buffer_span(text), failure);
		*changed = true;
	}
	buffer_free(&old);
	free(path);
	return good;
}

/* Disables and removes the unit, if it is ours. */
static bool
remove_unit(const struct place *place, const char *name, const char *kind, bool *removed,
    struct failure *failure)
{
	char *path = units_path(place, name, kind);
	const char *unit = strrchr(path, '/') + 1;
	struct failure ignored;
	enum unit there;
	bool good = find_unit(path, &there, failure);

	if (good && there == UNIT_OURS) {
		bool answers = manager_answers();

		if (answers)
			(void)call_manager(WORDS("--quiet", "disable", "--now", unit), &ignored);
		good = unlink(path) == 0 || errno == ENOENT ||
		       fail_errno(failure, errno, "%s cannot be removed", path);
		*removed = true;
		if (good)
			caller_detail(&place->caller, "%s is removed", unit);
		if (answers)
			good = good && call_manager(WORDS("daemon-reload"), failure);
	}
	free(path);
	return good;
}

static bool
switch_on(const struct place *place, const char *unit, bool changed, struct failure *failure)
{
	bool good;

	if (!manager_answers()) {
		caller_warn(&place->caller,
		    "the systemd user manager does not answer; when it does, run: systemctl "
		    "--user daemon-reload && systemctl --user enable --now %s",
		    unit);
		return true;
	}
	good = call_manager(WORDS("daemon-reload"), failure) &&
	       call_manager(WORDS("--quiet", "enable", unit), failure) &&
	       call_manager(WORDS(changed ? "restart" : "start", unit), failure);
	if (good)
		caller_detail(&place->caller,
		    "%s is on; to run it while you are not logged in too: loginctl enable-linger",
		    unit);
	return good;
}

bool
units_install(const struct place *place, const struct entry *entry, const struct units *units,
    struct failure *failure)
{
	char *main_unit =
	    memory_format("fxpipe-%s.%s", entry->name, entry->service ? "service" : "timer");
	bool changed = false, removed = false;
	bool good =
	    (!entry->service || remove_unit(place, entry->name, "timer", &removed, failure)) &&
	    update(place, entry->name, "service", &units->service, &changed, failure) &&
	    (entry->service ||
	        update(place, entry->name, "timer", &units->timer, &changed, failure)) &&
	    switch_on(place, main_unit, changed, failure);

	free(main_unit);
	return good;
}

bool
units_remove(const struct place *place, const char *name, bool *removed, struct failure *failure)
{
	return remove_unit(place, name, "timer", removed, failure) &&
	       remove_unit(place, name, "service", removed, failure);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
units_names(const struct place *place, struct words *names)
{
	static const char begin[] = "fxpipe-", end[] = ".service";
	DIR *directory = opendir(place->units);
	const struct dirent *file;

	*names = (struct words){NULL, 0};
	while (directory != NULL && (file = readdir(directory)) != NULL) {
		size_t length = strlen(file->d_name), around = strlen(begin) + strlen(end);
		char *name, *path;
		struct failure ignored;
		enum unit unit;

		if (length <= around || strncmp(file->d_name, begin, strlen(begin)) != 0 ||
		    strcmp(file->d_name + length - strlen(end), end) != 0)
			continue;
		name = memory_copy(file->d_name + strlen(begin), length - around);
		path = units_path(place, name, "service");
		if (find_unit(path, &unit, &ignored) && unit == UNIT_OURS)
			words_add(names, name);
		free(path);
		free(name);
	}
	if (directory != NULL)
		closedir(directory);
	if (names->count > 0)
		qsort(names->list, names->count, sizeof *names->list, compare);
}

/* Has the user switched it off? No, if systemd does not answer. */
static bool
is_disabled(const char *name, const char *kind)
{
	char *unit = memory_format("fxpipe-%s.%s", name, kind);
	const char *const words[] = {"systemctl", "--user", "is-enabled", unit, NULL};
	struct program_result result;
	struct failure ignored;
	bool disabled =
	    program_run(words, (struct span){NULL, 0}, MESSAGES_MOST, &result, &ignored) &&
	    span_begins(buffer_span(&result.output), "disabled");

	program_result_free(&result);
	free(unit);
	return disabled;
}

static void
read_timer(const struct place *place, const char *name, struct entry *entry)
{
	char *path = units_path(place, name, "timer");
	struct failure ignored;
	struct buffer text;
	enum unit unit;

	if (read_unit(path, &text, &unit, &ignored) && unit == UNIT_OURS)
		units_schedule(buffer_span(&text), entry);
	else
		entry->paused = true;
	buffer_free(&text);
	free(path);
}

bool
units_read(
    const struct place *place, const char *name, struct entry *entry, struct failure *failure)
{
	char *path = units_path(place, name, "service");
	struct buffer text;
	enum unit unit;
	bool good = read_unit(path, &text, &unit, failure);

	if (good && unit != UNIT_OURS)
		good = fail(failure, FAILURE_PERMANENT, "%s is no unit of fxcron", path);
	good = good && units_entry(buffer_span(&text), entry, failure);
	buffer_free(&text);
	free(path);
	if (good && !entry->service)
		read_timer(place, name, entry);
	if (good && !entry->paused)
		entry->paused = is_disabled(name, entry->service ? "service" : "timer");
	return good;
}
