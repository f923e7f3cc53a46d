/* tenure: writes and finds notes of tenures. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/environment.h"
#include "base/memory.h"
#include "base/name.h"
#include "group/tenure.h"
#include "system/file.h"

enum {
	NOTE = GROUP_WORKER + 2 * LEASE_TENURE + 4,
	TRIES = 20, /* for the lock, which is held while a file is written */
	NAP = 10 /* ms */
};

char *
tenure_directory(const char *group, const char *place, struct failure *failure)
{
	const char *home;
	struct name name;
	char *directory = NULL;

	if (!name_parse(group, &name_table, &name, failure))
		return NULL;
	if (name.place == NAME_EMBEDDED)
		fail(failure, FAILURE_PERMANENT, "%s is not a table of DynamoDB", group);
	else if (environment_home(&home, failure))
		directory = memory_format("%s/%s.leases%s%s", home, name.name,
		    place != NULL ? "/" : "", place != NULL ? place : "");
	name_free(&name);
	return directory;
}

/* A part of an ARN as it may stand in a file's name. */
static bool
is_plain(struct span part)
{
	enum { LONGEST = 40 };

	for (size_t i = 0; i < part.length; i++) {
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-", part.start[i]) == NULL)
			return false;
	}
	return part.length > 0 && part.length <= LONGEST;
}

char *
tenure_place(struct span arn)
{
	enum { REGION = 3, ACCOUNT = 4, PARTS = 5 };
	struct span parts[PARTS] = {{NULL, 0}};
	size_t at = 0;

	for (size_t i = 0; i < PARTS && at < arn.length; i++) {
		const char *end = memchr(arn.start + at, ':', arn.length - at);

		if (end == NULL)
			break;
		parts[i] = (struct span){arn.start + at, (size_t)(end - arn.start) - at};
		at += parts[i].length + 1;
	}
	if (!is_plain(parts[REGION]) || !is_plain(parts[ACCOUNT]))
		return memory_copy_text("unknown");
	return memory_format("%.*s.%.*s", (int)parts[REGION].length, parts[REGION].start,
	    (int)parts[ACCOUNT].length, parts[ACCOUNT].start);
}

/*
 * Locks the directory until the descriptor is closed; -1: another process holds it for long, which
 * may have been stopped and must keep nobody from reading.
 */
static int
lock(const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (int i = 0; fd >= 0 && i < TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		nanosleep(&(struct timespec){.tv_nsec = NAP * 1000000L}, NULL);
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

bool
tenure_note(
    const char *directory, const char *shard, const struct tenure *tenure, struct failure *failure)
{
	char *path = memory_format("%s/%s", directory, shard);
	char *temporary = memory_format("%s/.%s.%ld", directory, shard, (long)getpid());
	char *text = memory_format("%s\n%s\n%s\n", tenure->id, tenure->worker, tenure->run);
	int held = lock(directory);
	bool noted = file_replace(path, temporary, 0600, span_of(text), failure);

	if (held >= 0)
		close(held);
	free(text);
	free(temporary);
	free(path);
	return noted;
}

/* The next line, which must fit. */
static bool
take_line(struct span *rest, char *line, size_t room)
{
	const char *end = memchr(rest->start, '\n', rest->length);
	size_t length = end != NULL ? (size_t)(end - rest->start) : room;

	if (length == 0 || length >= room || memchr(rest->start, '\0', length) != NULL)
		return false;
	memcpy(line, rest->start, length);
	line[length] = '\0';
	rest->start += length + 1;
	rest->length -= length + 1;
	return true;
}

bool
tenure_find(const char *directory, const char *shard, struct tenure *tenure, bool *found,
    struct failure *failure)
{
	char *path = memory_format("%s/%s", directory, shard);
	struct buffer bytes;
	struct span rest;
	bool missing = false, read;

	*found = false;
	buffer_init(&bytes, NOTE);
	read = file_read_regular(path, NOTE, &bytes, &missing, failure);
	if (read) {
		rest = buffer_span(&bytes);
		*found = rest.length > 0 && take_line(&rest, tenure->id, sizeof tenure->id) &&
		         rest.length > 0 &&
		         take_line(&rest, tenure->worker, sizeof tenure->worker) &&
		         rest.length > 0 && take_line(&rest, tenure->run, sizeof tenure->run) &&
		         rest.length == 0;
		if (!*found)
			read = fail(failure, FAILURE_PERMANENT,
			    "%s is damaged: delete it, and start kread again", path);
	} else if (missing) {
		failure->kind = FAILURE_NONE;
		read = true;
	}
	buffer_free(&bytes);
	free(path);
	return read;
}

bool
tenure_lost(const char *group, const char *shard, const char *owner, struct failure *failure)
{
	struct shown shown;

	if (owner[0] == '\0')
		return fail(failure, FAILURE_TEMPORARY,
		    "the lease of shard %s was lost: what was read since the last commit is read "
		    "again for group %s",
		    shard, group);
	return fail(failure, FAILURE_TEMPORARY,
	    "the lease of shard %s was lost to %s, which reads again for group %s what was read "
	    "here since the last commit",
	    shard, show(&shown, owner, strlen(owner)), group);
}

void
tenure_forget(const char *directory, const char *shard, const struct tenure *tenure)
{
	struct failure ignored;
	struct tenure noted;
	int held = lock(directory);
	char *path;
	bool found;

	/* A note that stays is no harm: its tenure is over. */
	if (held < 0)
		return;
	if (tenure_find(directory, shard, &noted, &found, &ignored) && found &&
	    strcmp(noted.id, tenure->id) == 0) {
		path = memory_format("%s/%s", directory, shard);
		unlink(path);
		free(path);
	}
	close(held);
}
