/* sandbox: collects what a tool needs. */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "system/directory.h"
#include "system/sandbox.h"

/* Takes path. */
static void
add(struct sandbox *sandbox, char *path, enum sandbox_right right)
{
	sandbox->paths = memory_resize(sandbox->paths, sandbox->count + 1, sizeof *sandbox->paths);
	sandbox->paths[sandbox->count++] = (struct sandbox_path){path, right};
}

void
sandbox_read(struct sandbox *sandbox, const char *path)
{
	if (path != NULL)
		add(sandbox, memory_copy_text(path), SANDBOX_READ);
}

void
sandbox_read_linked(struct sandbox *sandbox, const char *directory)
{
	DIR *listing = opendir(directory);
	struct dirent *entry;

	sandbox_read(sandbox, directory);
	while (listing != NULL && (entry = readdir(listing)) != NULL) {
		char *path = memory_format("%s/%s", directory, entry->d_name);
		struct stat status;

		if (lstat(path, &status) == 0 && S_ISLNK(status.st_mode) &&
		    stat(path, &status) == 0 && S_ISREG(status.st_mode))
			sandbox_read(sandbox, path);
		free(path);
	}
	if (listing != NULL)
		closedir(listing);
}

void
sandbox_write(struct sandbox *sandbox, const char *directory)
{
	if (directory != NULL)
		add(sandbox, memory_copy_text(directory), SANDBOX_WRITE);
}

/* Is it the home directory, or one that leads to it? */
static bool
leads_home(const char *directory)
{
	const char *home = environment_user_home();
	char *real = realpath(directory, NULL);
	char *real_home = home != NULL ? realpath(home, NULL) : NULL;
	bool leads = false;

	if (real != NULL && real_home != NULL) {
		size_t length = strcmp(real, "/") == 0 ? 0 : strlen(real);

		leads = strncmp(real, real_home, length) == 0 &&
		        (real_home[length] == '/' || real_home[length] == '\0');
	}
	free(real);
	free(real_home);
	return leads;
}

static void
add_directory_of(struct sandbox *sandbox, const char *path, enum sandbox_right right)
{
	char *directory = path != NULL ? directory_of(path) : NULL;

	if (directory != NULL && !leads_home(directory))
		add(sandbox, directory, right);
	else
		free(directory);
}

void
sandbox_read_replaced(struct sandbox *sandbox, const char *path)
{
	sandbox_read(sandbox, path);
	add_directory_of(sandbox, path, SANDBOX_READ);
}

void
sandbox_reopen(struct sandbox *sandbox, const char *path)
{
	struct stat status;

	/* Not /dev for the sake of /dev/fd/3. */
	if (path != NULL && stat(path, &status) == 0 && S_ISREG(status.st_mode))
		add_directory_of(sandbox, path, SANDBOX_APPEND);
}

void
sandbox_free(struct sandbox *sandbox)
{
	for (size_t i = 0; i < sandbox->count; i++)
		free(sandbox->paths[i].path);
	free(sandbox->paths);
	*sandbox = (struct sandbox){.paths = NULL};
}
