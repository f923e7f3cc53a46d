/*
 * confinement: what fxstack gives up once it has read the stack. Schedules come to
 * crontab(1), which needs the rights of its group: with them nothing is given up.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system/directory.h"
#include "base/environment.h"
#include "base/memory.h"
#include "system/sandbox.h"
#include "fxstack/common.h"

enum { WRITABLE = sizeof((struct sandbox *)0)->writable / sizeof(const char *) };

/* The directory that an embedded resource is in; NULL where that is not known. To be freed. */
static char *
place_of(const struct resource *resource)
{
	struct failure ignored;
	const char *directory;

	if (strchr(resource->name, '/') != NULL)
		return directory_of(resource->name);
	if (resource->type == RESOURCE_SECRET ? environment_config(&directory, &ignored)
	                                      : environment_home(&directory, &ignored))
		return memory_copy_text(directory);
	return NULL;
}

/* True where it is named, or has been before. */
static bool
name_writable(struct sandbox *sandbox, char *place, bool make)
{
	struct failure ignored;
	size_t at = 0;

	while (at < WRITABLE && sandbox->writable[at] != NULL &&
	       strcmp(sandbox->writable[at], place) != 0)
		at++;
	if (at == WRITABLE || sandbox->writable[at] != NULL) {
		free(place);
		return at < WRITABLE;
	}
	if (make) {
		char *inside = memory_format("%s/", place);

		(void)directory_make(inside, &ignored);
		free(inside);
	}
	if (access(place, F_OK) == 0)
		sandbox->writable[at] = place;
	else
		free(place);
	return true;
}

void
confine(struct fxstack *fx, bool makes)
{
	struct sandbox sandbox = {.network = false};
	bool at_all = true;

	for (size_t i = 0; i < stack_count(fx->stack); i++) {
		const struct resource *resource = stack_resource(fx->stack, i);
		char *place = NULL;

		if (resource->type == RESOURCE_SCHEDULE || resource->type == RESOURCE_CONSUMER)
			at_all = false;
		if (resource->aws) {
			sandbox.network = true;
			sandbox.programs = true; /* that give credentials, perhaps */
		} else if (resource->kind != NULL) {
			place = place_of(resource);
		}
		/* Directories are renamed and removed, which the sandbox does not know. */
		if (!resource->aws && resource->type == RESOURCE_BUCKET)
			sandbox.programs = true;
		if (place != NULL && at_all && !name_writable(&sandbox, place, makes))
			sandbox.programs = true;
		else if (place != NULL && !at_all)
			free(place);
	}
	if (at_all)
		sandbox_enter(&sandbox);
	for (size_t i = 0; i < WRITABLE && sandbox.writable[i] != NULL; i++)
		free((void *)(uintptr_t)sandbox.writable[i]);
}
