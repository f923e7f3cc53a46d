/* cannot_open: which errno is taken for the cause. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite/cannot_open.h"
#include "tap.h"

enum { NOBODY = 65534 };

int
main(void)
{
	char directory[] = "/tmp/fx-cannot-open-XXXXXX", path[64];
	bool superuser = geteuid() == 0;
	int cause;

	ok(mkdtemp(directory) != NULL, "a directory");
	snprintf(path, sizeof path, "%s/file", directory);
	ok(cannot_open_cause(path, EIO) == 0, "a file can be created");
	ok(chmod(directory, 0555) == 0 && (!superuser || seteuid(NOBODY) == 0), "now none can");
	cause = cannot_open_cause(path, ENOENT);
	ok(cause == EACCES, "no permission to create: %s", strerror(cause));
	ok(cannot_open_cause(path, 0) == EACCES, "SQLite reports nothing");
	ok(cannot_open_cause(path, EIO) == EIO, "a fault of the disk is kept");
	ok(cannot_open_cause(path, EMFILE) == EMFILE, "too few descriptors are kept");
	ok((!superuser || seteuid(0) == 0) && rmdir(directory) == 0, "nothing is left");
	return done();
}
