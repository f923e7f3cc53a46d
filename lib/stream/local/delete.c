#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sqlite/remove.h"
#include "system/directory.h"
#include "stream/checkpoints.h"
#include "stream/local/local.h"
#include "stream/local/change.h"
#include "stream/local/delete.h"

enum { ID_LENGTH = 32 };

struct deletion {
	const char *path;
	char *note; /* where the id is noted */
	char id[ID_LENGTH + 1];
};

/* *noted false: nothing is, or it was being written when the stream had not gone yet. */
static bool
read_note(struct deletion *deletion, bool *noted, struct failure *failure)
{
	int fd = open(deletion->note, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t length;

	*noted = false;
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ||
		       fail_errno(failure, errno, "could not open %s", deletion->note);
	length = read(fd, deletion->id, ID_LENGTH);
	close(fd);
	if (length < 0)
		return fail_errno(failure, errno, "could not read %s", deletion->note);
	deletion->id[length] = '\0';
	*noted = length == ID_LENGTH;
	return true;
}

/* On the disk before the stream goes. */
static bool
write_note(struct deletion *deletion, struct failure *failure)
{
	int fd = open(deletion->note, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool written = fd >= 0 && write(fd, deletion->id, ID_LENGTH) == ID_LENGTH && fsync(fd) == 0;

	if (!written)
		fail_errno(failure, errno != 0 ? errno : EIO, "could not write %s", deletion->note);
	if (fd >= 0)
		close(fd);
	return written && directory_sync(deletion->note, failure);
}

static bool
forget_groups(void *context, struct failure *failure)
{
	struct deletion *deletion = context;

	return checkpoints_forget(deletion->path, deletion->id, failure);
}

static bool
remove_note(struct deletion *deletion, struct failure *failure)
{
	return unlink(deletion->note) == 0 || errno == ENOENT || errno == ENOTDIR ||
	       fail_errno(failure, errno, "could not delete %s", deletion->note);
}

static bool
finish(struct deletion *deletion, const char *living, struct failure *failure)
{
	bool noted;

	if (!read_note(deletion, &noted, failure))
		return false;
	return (!noted || strcmp(deletion->id, living) == 0 || forget_groups(deletion, failure)) &&
	       remove_note(deletion, failure);
}

bool
stream_local_delete_rest(const char *path, struct failure *failure)
{
	struct deletion deletion = {.path = path, .note = memory_format("%s-deleted", path)};
	struct stream_shape shape;
	bool missing, done;

	done = stream_local_look(path, &shape, &missing, failure) || missing;
	if (done) {
		failure->kind = FAILURE_NONE;
		done = finish(&deletion, shape.id, failure);
	}
	free(deletion.note);
	return done;
}

bool
stream_local_delete(const char *path, struct failure *failure)
{
	struct deletion deletion = {.path = path, .note = memory_format("%s-deleted", path)};
	struct stream_shape shape;
	bool missing, deleted;

	deleted = stream_local_look(path, &shape, &missing, failure) || missing;
	/* An earlier one of this name may not have gone entirely. */
	if (deleted)
		deleted = stream_local_delete_rest(path, failure);
	if (deleted && !missing) {
		snprintf(deletion.id, sizeof deletion.id, "%.*s", ID_LENGTH, shape.id);
		deleted = write_note(&deletion, failure);
	}
	deleted = deleted &&
	          remove_database(path, &stream_local_format, missing ? NULL : forget_groups,
	              &deletion, failure) &&
	          remove_note(&deletion, failure);
	free(deletion.note);
	return deleted;
}
