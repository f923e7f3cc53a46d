/* directory_store: objects as files, whose names are links to complete files, and replace nothing. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/directory/present_file.h"
#include "archive/keeper.h"
#include "archive/kind.h"
#include "base/hash.h"
#include "base/memory.h"
#include "system/directory.h"
#include "system/output.h"
#include "system/unnamed_file.h"

enum { MADE = 4096 };

struct archive_directory {
	struct store store;
	char *root; /* with a slash at its end */
	char *temporary; /* the path of the file that is written; NULL: it has no name */
	uint64_t made[MADE]; /* hashes of directories that were made and flushed; 0: none */
};

/* The place of a directory's hash in made. */
static uint64_t *
place_of(struct archive_directory *archive, const char *path, uint64_t *hash)
{
	*hash = hash_add(HASH_BEGIN, span_of(path));
	return &archive->made[*hash % MADE];
}

static bool
make_directory(struct archive_directory *archive, const char *path, struct failure *failure)
{
	uint64_t hash, *place = place_of(archive, path, &hash);

	/* Somebody may have removed it. */
	if (*place == hash && access(path, F_OK) == 0)
		return true;
	*place = hash;
	return directory_make(path, failure);
}

static int
create(struct store *store, const struct object *object, struct failure *failure)
{
	struct archive_directory *archive = (struct archive_directory *)store;
	char *path = memory_format("%s%s", archive->root, object->directory);
	int file = -1;

	if (make_directory(archive, path, failure)) {
		file = unnamed_file_create_linkable(path);
		if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
			archive->temporary = memory_format("%s.s3put-XXXXXX", path);
			file = mkostemp(archive->temporary, O_CLOEXEC);
		}
		if (file < 0)
			fail_errno(failure, errno, "could not create a file in %s", path);
	}
	free(path);
	return file;
}

static bool
link_file(const struct archive_directory *archive, int file, const char *path)
{
	char own[32];

	if (archive->temporary != NULL)
		return link(archive->temporary, path) == 0;
	snprintf(own, sizeof own, "/proc/self/fd/%d", file);
	return linkat(AT_FDCWD, own, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

/* Gives the file its name. *path: that of the file, in the archive. */
static bool
name_file(
    struct archive_directory *archive, struct object *object, char **path, struct failure *failure)
{
	while (!link_file(archive, object->file, *path)) {
		if (errno != EEXIST)
			return fail_errno(failure, errno, "could not create the file %s", *path);
		object->present = object->positioned;
		if (object->present)
			return present_file_check(*path, object->name, failure);
		object_rename(object);
		free(*path);
		*path = memory_format("%s%s", archive->root, object->name);
	}
	return true;
}

static bool
seal(struct store *store, struct object *object, struct failure *failure)
{
	struct archive_directory *archive = (struct archive_directory *)store;
	char *path = memory_format("%s%s", archive->root, object->name);
	bool sealed = fsync(object->file) == 0 ||
	              fail_errno(failure, errno, "could not flush a file of %s", path);

	sealed = sealed && name_file(archive, object, &path, failure);
	if (archive->temporary != NULL) {
		unlink(archive->temporary);
		free(archive->temporary);
		archive->temporary = NULL;
	}
	sealed = sealed && directory_sync(path, failure);
	free(path);
	return sealed;
}

static bool
wait(struct store *store, int input, int watch, int worker, int timeout, struct failure *failure)
{
	struct pollfd files[] = {{.fd = input, .events = POLLIN}, {.fd = watch, .events = 0},
	    {.fd = worker, .events = POLLIN}};

	(void)store;
	return poll(files, 3, timeout) >= 0 || errno == EINTR ||
	       fail_errno(failure, errno, "could not wait for input");
}

static void
close_directory(struct store *store)
{
	struct archive_directory *archive = (struct archive_directory *)store;

	if (archive->temporary != NULL)
		unlink(archive->temporary);
	free(archive->temporary);
	free(archive->root);
	free(archive);
}

static const struct store_kind kind = {
    .create = create, .seal = seal, .wait = wait, .close = close_directory};

struct sink *
archive_directory_open(const struct archive_settings *settings, struct failure *failure)
{
	struct archive_directory *archive;

	if (settings->encryption != NULL || settings->storage_class != NULL) {
		fail(failure, FAILURE_PERMANENT, "%s is for S3, not for a directory",
		    settings->encryption != NULL ? "--sse" : "--storage-class");
		return NULL;
	}
	archive = memory_new(1, sizeof *archive);
	archive->store.kind = &kind;
	archive->root = memory_format("%s/", settings->name);
	return keeper_open(settings, &archive->store, failure);
}
