/* archive_source: calls the functions of an archive's kind. */
#include "archive/source_kind.h"

void
archive_source_close(struct archive_source *source)
{
	if (source != NULL)
		source->kind->close(source);
}

bool
archive_source_list(
    struct archive_source *source, const struct archive_visitor *visitor, struct failure *failure)
{
	return source->kind->list(source, visitor, failure);
}

uint64_t
archive_source_retries(const struct archive_source *source)
{
	return source->kind->retries != NULL ? source->kind->retries(source) : 0;
}

uint64_t
archive_source_throttles(const struct archive_source *source)
{
	return source->kind->throttles != NULL ? source->kind->throttles(source) : 0;
}

struct archive_object *
archive_object_open(struct archive_source *source, const char *name, uint64_t size)
{
	return source->kind->open_object(source, name, size);
}

void
archive_object_close(struct archive_object *object)
{
	if (object != NULL)
		object->source->kind->close_object(object);
}

bool
archive_object_read(struct archive_object *object, struct span *bytes, struct failure *failure)
{
	return object->source->kind->read_object(object, bytes, failure);
}
