/* confinement: gives up rights once the stack has been read. */

/*
 * Schedules run crontab(1), which is setgid and would lose its group: a stack with schedules is
 * not confined.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/client/aws.h"
#include "base/environment.h"
#include "base/memory.h"
#include "base/name.h"
#include "fxstack/common.h"
#include "system/directory.h"
#include "system/path.h"

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

/* Makes a directory writable in the sandbox. */
static void
name_writable(struct sandbox *sandbox, const char *place, bool create)
{
	struct failure ignored;

	if (create) {
		char *inside = memory_format("%s/", place);

		(void)directory_make(inside, &ignored);
		free(inside);
	}
	sandbox_write(sandbox, place);
}

void
confinement_enter(struct fxstack *fx, bool create)
{
	struct sandbox sandbox = {.network = false};
	struct caller caller = tool_caller(fx->tool);
	bool confined = true, remote = false;

	for (size_t i = 0; i < stack_count(fx->stack); i++) {
		const struct resource *resource = stack_resource(fx->stack, i);
		char *place = NULL, *target = NULL;

		if (fxstack_is_entry(resource))
			confined = false;
		remote = remote || resource->aws;
		if (!resource->aws && resource->kind != NULL) {
			place = place_of(resource);
			target = target_of(resource);
		}
		if (place != NULL)
			name_writable(&sandbox, place, create);
		if (target != NULL)
			name_writable(&sandbox, target, create);
		free(target);
		free(place);
	}
	if (remote)
		aws_sandbox(&caller, &sandbox);
	if (confined)
		tool_confine(fx->tool, &sandbox);
	else
		sandbox_free(&sandbox);
}
