/* home: finds an entry's directory of embedded data in its variables, and compares two. */
#include <inttypes.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/memory.h"
#include "schedule/home.h"
#include "schedule/variables.h"

/* Each may be NULL or empty: not set. */
static char *
find(const struct place *place, const char *home, const char *data)
{
	if (home != NULL && home[0] != '\0')
		return memory_copy_text(home);
	if (data != NULL && data[0] != '\0')
		return memory_format("%s/fxpipe", data);
	return memory_format("%s/.local/share/fxpipe", place->home);
}

char *
home_of_entry(const struct place *place, const struct entry *entry)
{
	return find(place, variables_get(entry, "FX_HOME"), variables_get(entry, "XDG_DATA_HOME"));
}

char *
home_of_place(const struct place *place)
{
	char *home = place_home(place);

	return home != NULL ? home : find(place, NULL, place_variable(place, "XDG_DATA_HOME"));
}

/* Without slashes at the end. */
static size_t
length_of(const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return length;
}

bool
home_is_same(const char *a, const char *b)
{
	struct stat first, second;

	if (length_of(a) == length_of(b) && memcmp(a, b, length_of(a)) == 0)
		return true;
	return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
	       first.st_ino == second.st_ino;
}

/* With the hash of the path. */
char *
home_name(const char *name, const char *home)
{
	return memory_format("%s.%08" PRIx32, name, hash_32((struct span){home, length_of(home)}));
}
