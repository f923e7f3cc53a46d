/* path: symbolic links are resolved, also of files that do not exist. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/path.h"
#include "tap.h"

/* Does path lead to expected, which is relative to the working directory unless it begins with /? */
static bool
leads(const char *path, const char *expected)
{
	char here[PATH_MAX], whole[2 * PATH_MAX], *real = path_real(path);
	bool same;

	if (getcwd(here, sizeof here) == NULL)
		return false;
	snprintf(whole, sizeof whole, "%s/%s", here, expected);
	same = strcmp(real, expected[0] == '/' || expected[0] == '\0' ? expected : whole) == 0;
	if (!same)
		printf("# %s leads to %s\n", path, real);
	free(real);
	return same;
}

static void
missing(void)
{
	ok(leads("file", "file"), "a missing file");
	ok(leads("./no/such/file", "no/such/file"), "in a missing directory");
	ok(leads("/no-such-file", "/no-such-file"), "below the root");
	ok(leads("dangling", "there/file"), "a dangling link");
	ok(leads("chain", "there/file"), "a link to it");
	ok(leads("absolute", "/no/such/file"), "an absolute one");
	ok(leads("directory/file", "elsewhere/file"), "in a directory that is a dangling link");
}

static void
existing(void)
{
	ok(leads("made", "made"), "a file");
	ok(leads("here/made", "made"), "by a link to its directory");
	ok(leads("to-made", "made"), "by a link to it");
	ok(leads("here/new", "new"), "a missing file by a link to its directory");
}

static void
target(void)
{
	char *of_link = path_target("dangling"), *below = path_target("here/chain");

	ok(of_link != NULL && strcmp(of_link, "./there/file") == 0, "the target of a link");
	ok(below != NULL && strcmp(below, "here/dangling") == 0, "relative to its directory");
	ok(path_target("made") == NULL, "a file has none");
	ok(path_target("no-such-file") == NULL, "nor has a missing file");
	free(of_link);
	free(below);
}

static void
unresolved(void)
{
	char *circle = path_real("circle");

	ok(strcmp(circle, "circle") == 0, "links in a circle are left as they are");
	free(circle);
}

int
main(void)
{
	char directory[] = "/tmp/path-XXXXXX", here[PATH_MAX];

	if (mkdtemp(directory) == NULL || realpath(directory, here) == NULL || chdir(here) < 0 ||
	    symlink("there/file", "dangling") < 0 || symlink("dangling", "chain") < 0 ||
	    symlink("/no/such/file", "absolute") < 0 || symlink("elsewhere", "directory") < 0 ||
	    symlink(".", "here") < 0 || symlink("made", "to-made") < 0 ||
	    symlink("circle", "circle") < 0 || mkdir("made", 0700) < 0) {
		printf("Bail out! could not create links\n");
		return 2;
	}
	missing();
	existing();
	target();
	unresolved();
	for (const char *const *name = (const char *const[]){"dangling", "chain", "absolute",
	         "directory", "here", "to-made", "circle", NULL};
	     *name != NULL; name++)
		unlink(*name);
	rmdir("made");
	rmdir(here);
	return done();
}
