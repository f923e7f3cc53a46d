/* bucket: the embedded bucket, a directory that contains a note that fxstack created it. */

/*
 * It appears and disappears by renaming: while it is created or deleted it is called
 * .NAME.fxstack-new or .NAME.fxstack-gone.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "stack/local/kinds.h"
#include "stack/stack.h"
#include "system/directory.h"

static const char note_name[] = ".made-by-" STACK_MAKER;

struct place {
	char *path;
	char *coming; /* its name while it is created */
	char *going; /* and while it is deleted */
};

static char *
name_beside(const char *path, const char *word)
{
	const char *last = strrchr(path, '/') + 1;

	return memory_format("%.*s.%s." STACK_MAKER "-%s", (int)(last - path), path, last, word);
}

static bool
find_place(const struct resource *resource, struct place *place, struct failure *failure)
{
	const char *home;

	*place = (struct place){.path = NULL};
	if (strchr(resource->name, '/') != NULL)
		place->path = memory_copy_text(resource->name);
	else if (environment_home(&home, failure))
		place->path = memory_format("%s/%s.bucket", home, resource->name);
	else
		return false;
	place->coming = name_beside(place->path, "new");
	place->going = name_beside(place->path, "gone");
	return true;
}

static void
place_free(struct place *place)
{
	free(place->path);
	free(place->coming);
	free(place->going);
}

static bool
read_presence(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct place place;
	struct stat status;
	bool good = find_place(resource, &place, failure);

	(void)stack;
	if (good && stat(place.path, &status) == 0) {
		char *note = memory_format("%s/%s", place.path, note_name);

		presence->exists = true;
		presence->ours = access(note, F_OK) == 0;
		free(note);
		if (!S_ISDIR(status.st_mode))
			good =
			    fail(failure, FAILURE_PERMANENT, "%s is not a directory", place.path);
	} else if (good && errno != ENOENT) {
		good = fail_errno(failure, errno, "cannot read %s", place.path);
	}
	place_free(&place);
	return good;
}

/* The number of entries other than our note; -1: it cannot be read. */
static int
count_others(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	int others = 0;

	if (directory == NULL)
		return -1;
	while ((entry = readdir(directory)) != NULL) {
		const char *name = entry->d_name;

		others += strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		          strcmp(name, note_name) != 0;
	}
	closedir(directory);
	return others;
}

static bool
prepare(const char *path, struct failure *failure)
{
	char *note = memory_format("%s/%s", path, note_name);
	int file = -1;
	bool prepared = true;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		prepared = fail_errno(failure, errno, "cannot create %s", path);
	if (prepared && count_others(path) != 0)
		prepared =
		    fail(failure, FAILURE_PERMANENT, "%s exists already and contains files", path);
	if (prepared)
		file = open(note, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (prepared && (file < 0 || fsync(file) < 0))
		prepared = fail_errno(failure, errno, "cannot create %s", note);
	if (file >= 0)
		close(file);
	free(note);
	return prepared;
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct place place;
	int hold = -1;
	bool made = find_place(resource, &place, failure) && directory_make(place.path, failure);

	if (made)
		hold = directory_hold(place.path, &stack_settings(stack)->caller, failure);
	made = hold >= 0;
	/* Somebody else may have created it meanwhile. */
	if (made && access(place.path, F_OK) < 0) {
		made = prepare(place.coming, failure);
		if (made && rename(place.coming, place.path) < 0)
			made = fail_errno(failure, errno, "cannot create %s", place.path);
		made = made && directory_sync(place.path, failure);
	}
	if (hold >= 0)
		close(hold);
	place_free(&place);
	return made;
}

/* Removes a directory, if it exists, that is empty except for our note. */
static bool
clear(const char *path, struct failure *failure)
{
	char *note = memory_format("%s/%s", path, note_name);
	bool cleared =
	    (unlink(note) == 0 || errno == ENOENT) && (rmdir(path) == 0 || errno == ENOENT);

	if (!cleared)
		fail_errno(failure, errno, "cannot remove %s", path);
	free(note);
	return cleared;
}

static bool
tidy(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct place place;
	bool tidied = find_place(resource, &place, failure) && clear(place.coming, failure) &&
	              clear(place.going, failure);

	(void)stack;
	place_free(&place);
	return tidied;
}

static bool
remove_bucket(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct place place;
	bool gone = find_place(resource, &place, failure) && clear(place.going, failure);

	(void)stack, (void)presence;
	if (gone && count_others(place.path) > 0)
		gone = fail(
		    failure, FAILURE_REFUSED, "the bucket is not empty: its files would be lost");
	if (gone && rename(place.path, place.going) < 0)
		gone = fail_errno(failure, errno, "cannot remove %s", place.path);
	/* Somebody has just put a file into it: undo. */
	if (gone && count_others(place.going) > 0) {
		gone = fail(
		    failure, FAILURE_REFUSED, "the bucket is not empty: its files would be lost");
		(void)rename(place.going, place.path);
	}
	gone = gone && clear(place.going, failure) && directory_sync(place.path, failure);
	place_free(&place);
	return gone;
}

static const char *
remark(const struct resource *resource)
{
	const char *days = settings_get(&resource->wanted, "expire_days");

	return days != NULL && strcmp(days, "none") != 0
	           ? "nothing expires in an embedded bucket: use find(1) -mtime"
	           : NULL;
}

const struct resource_kind resource_bucket_local = {
    .read = read_presence, .make = make, .remove = remove_bucket, .tidy = tidy, .remark = remark};
