/* deletion: the note that a stream is being deleted. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "group/file/checkpoints_file.h"
#include "stream/local/deletion.h"
#include "system/directory.h"
#include "system/path.h"

void
deletion_init(struct deletion *deletion, const char *path, const struct caller *caller)
{
	char *real = path_real(path);

	*deletion = (struct deletion){
	    .path = path, .caller = caller, .note = memory_format("%s-deleted", real)};
	free(real);
}

void
deletion_free(struct deletion *deletion)
{
	free(deletion->note);
}

bool
deletion_begin(struct deletion *deletion, const char *id, struct failure *failure)
{
	int fd = open(deletion->note, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool written;

	snprintf(deletion->id, sizeof deletion->id, "%.*s", DELETION_ID, id);
	written = fd >= 0 && write(fd, deletion->id, DELETION_ID) == DELETION_ID && fsync(fd) == 0;
	if (!written)
		fail_errno(failure, errno != 0 ? errno : EIO, "could not write %s", deletion->note);
	if (fd >= 0)
		close(fd);
	return written && directory_sync(deletion->note, failure);
}

bool
deletion_forget_groups(void *context, struct failure *failure)
{
	struct deletion *deletion = context;

	return checkpoints_file_forget(deletion->path, deletion->id, deletion->caller, failure);
}

bool
deletion_end(struct deletion *deletion, struct failure *failure)
{
	return unlink(deletion->note) == 0 || errno == ENOENT || errno == ENOTDIR ||
	       fail_errno(failure, errno, "could not delete %s", deletion->note);
}

/* *noted: false if the note is missing or incomplete; then nothing was deleted yet. */
static bool
read_note(struct deletion *deletion, bool *noted, struct failure *failure)
{
	int fd = open(deletion->note, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t length;

	*noted = false;
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ||
		       fail_errno(failure, errno, "could not open %s", deletion->note);
	length = read(fd, deletion->id, DELETION_ID);
	close(fd);
	if (length < 0)
		return fail_errno(failure, errno, "could not read %s", deletion->note);
	deletion->id[length] = '\0';
	*noted = length == DELETION_ID;
	return true;
}

bool
deletion_complete(
    const char *path, const char *living, const struct caller *caller, struct failure *failure)
{
	struct deletion deletion;
	bool noted, done;

	deletion_init(&deletion, path, caller);
	done = read_note(&deletion, &noted, failure);
	if (done && noted && strcmp(deletion.id, living) != 0)
		done = deletion_forget_groups(&deletion, failure);
	done = done && deletion_end(&deletion, failure);
	deletion_free(&deletion);
	return done;
}
