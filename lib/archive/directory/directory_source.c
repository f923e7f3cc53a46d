/* directory_source: reads an archive that is a directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/source_kind.h"
#include "base/buffer.h"
#include "base/memory.h"

enum {
	DEPTH = 32, /* of directories */
	PIECE = 32 * 1024 /* bytes that are read at once */
};

struct directory_source {
	struct archive_source source;
	struct caller caller;
	char *path;
};

struct directory_object {
	struct archive_object object;
	char *path;
	uint64_t offset;
	char bytes[PIECE];
};

/* --- listing --- */

struct walk {
	const struct directory_source *source;
	const struct archive_visitor *visitor;
	struct buffer name; /* of the entry that is visited, relative to the archive */
	struct failure *failure;
};

static bool visit(struct walk *walk, int directory, bool all, unsigned depth);

/* Enters the directory walk->name, which ends in a slash. */
static bool
enter(struct walk *walk, int parent, const char *base, bool all, unsigned depth)
{
	enum archive_entry entry =
	    all ? ARCHIVE_ALL
	        : walk->visitor->enter(walk->visitor->context, buffer_span(&walk->name));
	int fd;

	if (entry == ARCHIVE_SKIP)
		return true;
	if (depth == DEPTH)
		return fail(walk->failure, FAILURE_PERMANENT,
		    "%s: directories are nested more than %d deep", walk->source->path, DEPTH);
	fd = openat(parent, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		return visit(walk, fd, entry == ARCHIVE_ALL, depth + 1);
	/* Removed meanwhile. */
	return errno == ENOENT || fail_errno(walk->failure, errno, "%s/%s", walk->source->path,
	                              buffer_text(&walk->name));
}

static bool
visit_entry(struct walk *walk, int directory, const char *base, bool all, unsigned depth)
{
	struct archive_visitor const *visitor = walk->visitor;
	size_t length = walk->name.length;
	struct stat status;
	bool good = true;

	if (caller_is_stopped(&walk->source->caller))
		return fail_stopped(walk->failure);
	if (fstatat(directory, base, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT || fail_errno(walk->failure, errno, "%s/%s%s",
		                              walk->source->path, buffer_text(&walk->name), base);
	if (!buffer_add_text(&walk->name, base) || !buffer_add(&walk->name, "/", 1))
		return fail(walk->failure, FAILURE_PERMANENT, "%s: the path of %s is too long",
		    walk->source->path, base);
	if (S_ISDIR(status.st_mode)) {
		good = enter(walk, directory, base, all, depth);
	} else if (S_ISREG(status.st_mode)) {
		walk->name.length--;
		good = visitor->found(visitor->context, buffer_span(&walk->name),
		    (uint64_t)status.st_size, walk->failure);
	}
	walk->name.length = length;
	return good;
}

/* Visits all in the directory walk->name; closes directory. */
static bool
visit(struct walk *walk, int directory, bool all, unsigned depth)
{
	DIR *stream = fdopendir(directory);
	const struct dirent *entry;
	bool good = true;

	if (stream == NULL) {
		fail_errno(walk->failure, errno, "%s", walk->source->path);
		close(directory);
		return false;
	}
	while (good && (errno = 0, entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] != '.')
			good = visit_entry(walk, directory, entry->d_name, all, depth);
	}
	if (good && errno != 0)
		good = fail_errno(
		    walk->failure, errno, "%s/%s", walk->source->path, buffer_text(&walk->name));
	closedir(stream);
	return good;
}

static bool
list(struct archive_source *base, const struct archive_visitor *visitor, struct failure *failure)
{
	struct directory_source *source = (struct directory_source *)base;
	struct walk walk = {.source = source, .visitor = visitor, .failure = failure};
	enum archive_entry entry = visitor->enter(visitor->context, span_of(""));
	int directory = open(source->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good;

	if (directory < 0)
		return fail_errno(failure, errno, "the archive %s", source->path);
	buffer_init(&walk.name, 2 * PATH_MAX);
	good = visit(&walk, directory, entry == ARCHIVE_ALL, 0);
	buffer_free(&walk.name);
	return good;
}

/* --- objects --- */

static struct archive_object *
open_object(struct archive_source *base, const char *name, uint64_t size)
{
	struct directory_source *source = (struct directory_source *)base;
	struct directory_object *object = memory_new(1, sizeof *object);

	(void)size;
	object->object.source = base;
	object->path = memory_format("%s/%s", source->path, name);
	return &object->object;
}

/* The file is not kept open, as a thousand may be read at once. */
static bool
read_object(struct archive_object *base, struct span *bytes, struct failure *failure)
{
	struct directory_object *object = (struct directory_object *)base;
	int fd = open(object->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t length = -1;
	int error;

	while (fd >= 0 && (length = pread(fd, object->bytes, PIECE, (off_t)object->offset)) < 0 &&
	       errno == EINTR)
		;
	error = errno;
	if (fd >= 0)
		close(fd);
	if (length < 0 && error == ENOENT)
		return fail(failure, FAILURE_TEMPORARY, "it was removed after it was listed");
	if (length < 0)
		return fail_errno(failure, error, "it cannot be read");
	*bytes = (struct span){object->bytes, (size_t)length};
	object->offset += (uint64_t)length;
	return true;
}

static void
close_object(struct archive_object *base)
{
	struct directory_object *object = (struct directory_object *)base;

	free(object->path);
	free(object);
}

static void
close_source(struct archive_source *base)
{
	struct directory_source *source = (struct directory_source *)base;

	free(source->path);
	free(source);
}

static const struct archive_source_kind kind = {.list = list,
    .close = close_source,
    .open_object = open_object,
    .read_object = read_object,
    .close_object = close_object};

struct archive_source *
archive_source_directory_open(
    const struct archive_source_settings *settings, struct failure *failure)
{
	struct directory_source *source = memory_new(1, sizeof *source);
	size_t length = strlen(settings->name);

	(void)failure;
	while (length > 1 && settings->name[length - 1] == '/')
		length--;
	source->source.kind = &kind;
	source->caller = settings->caller;
	source->path = memory_copy(settings->name, length);
	return &source->source;
}
