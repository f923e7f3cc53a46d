/* confinement: gives up rights once the stack has been read. */

/*
 * Schedules run crontab(1), which is setgid and would lose its group: a stack with schedules is
 * not confined.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "base/name.h"
#include "fxstack/common.h"
#include "system/directory.h"
#include "system/path.h"
#include "system/sandbox.h"

enum { WRITABLE = sizeof((struct sandbox *)0)->writable / sizeof(const char *) };

/* The directory of an embedded resource, to free; NULL: unknown. */
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

/* The directory of the file itself if the name of a stream or table is a symbolic link, to free. */
static char *
target_of(const struct resource *resource)
{
	bool stream = resource->type == RESOURCE_STREAM;
	char *real, *place = NULL, *link;
	struct failure ignored;
	struct name name;

	if (!stream && resource->type != RESOURCE_TABLE)
		return NULL;
	if (name_parse(resource->name, stream ? &name_stream : &name_table, &name, &ignored) &&
	    name.path != NULL && (link = path_target(name.path)) != NULL) {
		real = path_real(link);
		place = directory_of(real);
		free(real);
		free(link);
	}
	name_free(&name);
	return place;
}

/* Takes place, a directory, and makes it writable in the sandbox. False: there is no room. */
static bool
name_writable(struct sandbox *sandbox, char *place, bool create)
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
	if (create) {
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

/* Adds place, which may be NULL, and frees it. False: the sandbox has no room for it. */
static bool
add_place(struct sandbox *sandbox, char *place, bool confined, bool create)
{
	if (place != NULL && confined)
		return name_writable(sandbox, place, create);
	free(place);
	return true;
}

void
confinement_enter(struct fxstack *fx, bool create)
{
	struct sandbox sandbox = {.network = false};
	bool confined = true;

	for (size_t i = 0; i < stack_count(fx->stack); i++) {
		const struct resource *resource = stack_resource(fx->stack, i);
		char *place = NULL, *target = NULL;

		if (fxstack_is_entry(resource))
			confined = false;
		if (resource->aws) {
			sandbox.network = true;
			sandbox.programs = true; /* credential_process may name one */
		} else if (resource->kind != NULL) {
			place = place_of(resource);
			target = target_of(resource);
		}
		/* The sandbox does not allow a bucket's directory to be renamed and removed. */
		if (!resource->aws && resource->type == RESOURCE_BUCKET)
			sandbox.programs = true;
		if (!add_place(&sandbox, place, confined, create) ||
		    !add_place(&sandbox, target, confined, create))
			sandbox.programs = true;
	}
	if (confined)
		sandbox_enter(&sandbox);
	for (size_t i = 0; i < WRITABLE && sandbox.writable[i] != NULL; i++)
		free((void *)(uintptr_t)sandbox.writable[i]);
}
