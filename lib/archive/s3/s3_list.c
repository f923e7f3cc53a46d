/* s3_list: lists the objects of an archive in S3, page by page. */
#include <stdlib.h>
#include <string.h>

#include "archive/s3/s3_source.h"
#include "base/memory.h"
#include "text/url.h"
#include "text/xml.h"

enum {
	PAGE = 8 * 1024 * 1024, /* bytes of a reply: 1000 keys of 1 KiB, escaped */
	QUERY = 16 * 1024,
	KEY = 1024 /* bytes of a key at most, as S3 has it */
};

/* A prefix that is to be listed. */
struct task {
	struct task *next;
	bool all; /* with everything below it */
	char name[]; /* relative to the archive; "" or with a slash at its end */
};

struct listing {
	struct s3_source *source;
	const struct archive_visitor *visitor;
	struct task *tasks;
	struct failure *failure;
};

/* Adds a task for the prefix if the visitor wants it. */
static void
add_task(struct listing *listing, struct span name)
{
	enum archive_entry entry = listing->visitor->enter(listing->visitor->context, name);
	struct task *task;

	if (entry == ARCHIVE_SKIP)
		return;
	task = memory_new(1, sizeof *task + name.length + 1);
	task->all = entry == ARCHIVE_ALL;
	memcpy(task->name, name.start, name.length);
	task->next = listing->tasks;
	listing->tasks = task;
}

/* Is it below the prefix of the task, and not hidden? Then cuts off the archive's prefix. */
static bool
is_below(const struct listing *listing, const struct task *task, const char *key, struct span *name)
{
	size_t prefix = strlen(listing->source->name.prefix);

	if (strncmp(key, listing->source->name.prefix, prefix) != 0 ||
	    strncmp(key + prefix, task->name, strlen(task->name)) != 0 || strlen(key) > KEY)
		return false;
	*name = span_of(key + prefix);
	return name->length > strlen(task->name) && name->start[0] != '.' &&
	       strstr(name->start, "/.") == NULL;
}

static bool
take_object(struct listing *listing, const struct task *task, struct span element)
{
	char *key = xml_text(element, "Key"), *size = xml_text(element, "Size");
	struct span name;
	bool good = true;

	/* A key that ends in a slash stands for a directory. */
	if (key != NULL && size != NULL && is_below(listing, task, key, &name) &&
	    name.start[name.length - 1] != '/')
		good = listing->visitor->found(
		    listing->visitor->context, name, strtoull(size, NULL, 10), listing->failure);
	free(key);
	free(size);
	return good;
}

static bool
take_page(struct listing *listing, const struct task *task, struct span page)
{
	struct span rest = page, element, name;

	while (xml_next(&rest, "Contents", &element)) {
		if (!take_object(listing, task, element))
			return false;
	}
	rest = page;
	while (xml_next(&rest, "CommonPrefixes", &element)) {
		char *prefix = xml_text(element, "Prefix");

		if (prefix != NULL && is_below(listing, task, prefix, &name))
			add_task(listing, name);
		free(prefix);
	}
	return true;
}

/* The parameters are in the order of their names, as the signature needs them. */
static void
write_query(
    struct buffer *query, const struct listing *listing, const struct task *task, const char *token)
{
	buffer_clear(query);
	if (token != NULL) {
		buffer_add_text(query, "continuation-token=");
		url_encode(query, span_of(token), "");
		buffer_add_text(query, "&");
	}
	if (!task->all)
		buffer_add_text(query, "delimiter=%2F&");
	buffer_add_text(query, "list-type=2&prefix=");
	url_encode(query, span_of(listing->source->name.prefix), "");
	url_encode(query, span_of(task->name), "");
}

/* *token: of the next page, to be freed; NULL: it was the last one. */
static bool
read_page(struct listing *listing, const struct task *task, struct buffer *query, char **token)
{
	struct aws_reply reply;
	struct aws_call call = {.action = "ListObjectsV2",
	    .permission = "s3:ListBucket",
	    .method = "GET",
	    .bucket = listing->source->name.bucket,
	    .ceiling = PAGE};
	char *more, *before = *token;
	bool truncated;

	write_query(query, listing, task, before);
	*token = NULL;
	call.query = buffer_text(query);
	if (!aws_call_and_wait(listing->source->aws, &call, &reply, listing->failure)) {
		free(before);
		return false;
	}
	more = xml_text(reply.body, "IsTruncated");
	truncated = more != NULL && strcmp(more, "true") == 0;
	if (truncated)
		*token = xml_text(reply.body, "NextContinuationToken");
	if (more == NULL || (truncated && *token == NULL))
		fail(listing->failure, FAILURE_TEMPORARY,
		    "S3 ListObjectsV2: the reply is not a list of objects");
	else if (truncated && before != NULL && strcmp(*token, before) == 0)
		fail(listing->failure, FAILURE_TEMPORARY,
		    "S3 ListObjectsV2: the continuation token is that of the page before");
	free(more);
	free(before);
	if (listing->failure->kind != FAILURE_NONE)
		return false;
	return take_page(listing, task, reply.body);
}

static bool
list_task(struct listing *listing, const struct task *task)
{
	struct buffer query;
	char *token = NULL;
	bool good;

	buffer_init(&query, QUERY);
	do
		good = read_page(listing, task, &query, &token);
	while (good && token != NULL);
	free(token);
	buffer_free(&query);
	return good;
}

bool
s3_source_list(
    struct archive_source *base, const struct archive_visitor *visitor, struct failure *failure)
{
	struct listing listing = {
	    .source = (struct s3_source *)base, .visitor = visitor, .failure = failure};
	bool good = true;

	failure->kind = FAILURE_NONE;
	add_task(&listing, span_of(""));
	while (listing.tasks != NULL) {
		struct task *task = listing.tasks;

		listing.tasks = task->next;
		good = good && list_task(&listing, task);
		free(task);
	}
	return good;
}
