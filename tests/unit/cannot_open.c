/* cannot_open: which errno is taken for the cause. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sqlite/cannot_open.h"
#include "tap.h"

int
main(void)
{
	/* Nobody may create a file there, the superuser included. */
	static const char denied[] = "/sys/kernel/fxpipe";
	char directory[] = "/tmp/fx-cannot-open-XXXXXX", path[64];
	int cause = cannot_open_cause(denied, ENOENT);

	ok(cause == EACCES || cause == EPERM || cause == EROFS, "no permission to create: %s",
	    strerror(cause));
	ok(cannot_open_cause(denied, 0) == cause, "SQLite reports nothing");
	ok(cannot_open_cause(denied, EIO) == EIO, "a fault of the disk is kept");
	ok(cannot_open_cause(denied, EMFILE) == EMFILE, "too few descriptors are kept");
	ok(mkdtemp(directory) != NULL, "a directory");
	snprintf(path, sizeof path, "%s/file", directory);
	ok(cannot_open_cause(path, EIO) == 0, "a file can be created");
	ok(rmdir(directory) == 0, "nothing is left");
	return done();
}
