/* path: resolves symbolic links, also of files that do not exist. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "system/directory.h"
#include "system/path.h"

enum { LINKS = 40 /* that are followed, as Linux does */ };

char *
path_target(const char *path)
{
	char text[PATH_MAX];
	ssize_t length = readlink(path, text, sizeof text);
	char *directory, *target;

	if (length <= 0 || length == (ssize_t)sizeof text)
		return NULL;
	if (text[0] == '/')
		return memory_copy(text, (size_t)length);
	directory = directory_of(path);
	target = memory_format("%s/%.*s", directory, (int)length, text);
	free(directory);
	return target;
}

static char *real_within(const char *path, int links);

/* The real path of a file in a directory that may be missing, too. */
static char *
real_in_directory(const char *path, int links)
{
	const char *slash = strrchr(path, '/');
	char *directory, *in, *real;

	if (slash == path)
		return memory_copy_text(path);
	directory = directory_of(path);
	in = real_within(directory, links);
	real = memory_format(
	    "%s/%s", strcmp(in, "/") == 0 ? "" : in, slash != NULL ? slash + 1 : path);
	free(in);
	free(directory);
	return real;
}

static char *
real_within(const char *path, int links)
{
	char *real = realpath(path, NULL), *target;

	if (real != NULL || errno != ENOENT || links == 0)
		return real != NULL ? real : memory_copy_text(path);
	target = path_target(path);
	if (target == NULL)
		return real_in_directory(path, links - 1);
	real = real_within(target, links - 1);
	free(target);
	return real;
}

char *
path_real(const char *path)
{
	return real_within(path, LINKS);
}
