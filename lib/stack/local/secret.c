/* secret: the embedded secret NAME, the file NAME.key that fxfetch reads. */

/*
 * A note beside it, NAME.key.made-by, has the digests of the values that fxstack wrote: the file
 * is ours if its digest is among them. The note is written first, so that a file of ours always
 * has one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "secret/file.h"
#include "secret/secret.h"
#include "stack/local/kinds.h"
#include "stack/stack.h"
#include "system/directory.h"
#include "system/file.h"

struct place {
	char *path, *note, *coming; /* coming: the name of either while it is written */
	const struct caller *caller;
};

static bool
find_place(struct stack *stack, const struct resource *resource, struct place *place,
    struct failure *failure)
{
	const char *directory;

	*place = (struct place){.caller = &stack_settings(stack)->caller};
	if (!environment_config(&directory, failure))
		return false;
	place->path = memory_format("%s/%s.key", directory, resource->name);
	place->note = memory_format("%s.made-by", place->path);
	place->coming = memory_format("%s.new", place->path);
	return true;
}

static void
place_free(struct place *place)
{
	free(place->path);
	free(place->note);
	free(place->coming);
}

/* Writes text and a newline to a file atomically, one process at a time. */
static bool
put(const struct place *place, const char *path, struct span text, struct failure *failure)
{
	int hold = -1;
	struct buffer line;
	bool written;

	if (directory_make(path, failure))
		hold = directory_hold(path, place->caller, failure);
	if (hold < 0)
		return false;
	/* In one piece, so that growing leaves no copy of the secret in freed memory. */
	buffer_init(&line, text.length + 1);
	buffer_reserve(&line, text.length + 1);
	buffer_add(&line, text.start, text.length);
	buffer_add(&line, "\n", 1);
	(void)unlink(place->coming);
	written = file_replace(path, place->coming, 0600, buffer_span(&line), failure) &&
	          directory_sync(path, failure);
	buffer_wipe(&line);
	close(hold);
	return written;
}

/* Is the digest in the note? */
static bool
is_noted(const struct place *place, const char *digest)
{
	struct buffer note;
	struct failure ignored;
	bool missing, noted;

	buffer_init(&note, SECRET_MAX + 1);
	noted = secret_file_read(place->note, &note, &missing, &ignored) &&
	        strstr(buffer_text(&note), digest) != NULL;
	buffer_free(&note);
	return noted;
}

static bool
read_presence(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	char digest[RESOURCE_DIGEST];
	struct place place;
	struct buffer value;
	bool missing = false, good;

	buffer_init(&value, SECRET_MAX + 1);
	good = find_place(stack, resource, &place, failure) &&
	       (secret_file_read(place.path, &value, &missing, failure) || missing);
	if (good && !missing) {
		resource_digest(buffer_span(&value), digest);
		settings_set(&presence->found, "value", digest);
		presence->exists = true;
		presence->ours = is_noted(&place, digest);
	}
	buffer_wipe(&value);
	place_free(&place);
	return good;
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	const char *digest = settings_get(&resource->wanted, "value");
	struct place place;
	bool made;

	if (digest == NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "it does not exist, and without member \"from\" it cannot be created");
	made = find_place(stack, resource, &place, failure) &&
	       put(&place, place.note, span_of(digest), failure) &&
	       put(&place, place.path, buffer_span(&resource->value), failure);
	place_free(&place);
	return made;
}

static bool
change(struct stack *stack, const struct resource *resource, const struct presence *presence,
    const char *setting, struct failure *failure)
{
	const char *before = settings_get(&presence->found, setting);
	const char *after = settings_get(&resource->wanted, setting);
	char *both = memory_format("%s\n%s", before, after);
	struct place place;
	bool changed = find_place(stack, resource, &place, failure);

	if (presence->ours)
		changed = changed && put(&place, place.note, span_of(both), failure);
	changed = changed && put(&place, place.path, buffer_span(&resource->value), failure);
	place_free(&place);
	free(both);
	return changed;
}

static bool
drop(const char *path, struct failure *failure)
{
	return unlink(path) == 0 || errno == ENOENT ||
	       fail_errno(failure, errno, "cannot remove %s", path);
}

static bool
tidy(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct place place;
	bool tidied = find_place(stack, resource, &place, failure) && drop(place.coming, failure) &&
	              drop(place.note, failure);

	place_free(&place);
	return tidied;
}

static bool
remove_secret(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct place place;
	bool gone = find_place(stack, resource, &place, failure) && drop(place.path, failure) &&
	            directory_sync(place.path, failure);

	(void)presence;
	place_free(&place);
	return gone && tidy(stack, resource, failure);
}

static const char *const settings[] = {"value", NULL};

const struct resource_kind resource_secret_local = {.settings = settings,
    .read = read_presence,
    .make = make,
    .change = change,
    .remove = remove_secret,
    .tidy = tidy};
