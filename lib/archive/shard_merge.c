/* shard_merge: a heap of open objects, ordered by the position of their next line. */
#include <stdlib.h>

#include "archive/object_lines.h"
#include "archive/shard_merge.h"
#include "base/buffer.h"
#include "base/memory.h"

enum { SAME_POSITION = 64 * 1024 * 1024 /* bytes of lines */ };

/* An object that is being read. */
struct input {
	const struct catalog_entry *entry;
	struct object_lines *lines;
	struct shard_line line; /* the next one */
};

/* The lines of one position that were returned. */
struct returned_lines {
	struct position position;
	char digits[POSITION_SEQUENCE];
	struct buffer text; /* of all, one after the other */
	size_t *lengths;
	size_t count, capacity;
};

struct shard_merge {
	struct shard_merge_settings settings;
	const struct catalog_entry *entries;
	size_t count, opened;
	struct input *heap[SHARD_MERGE_MOST]; /* heap[0] has the first line */
	size_t size;
	bool returned; /* the line of heap[0] was returned */
	struct returned_lines before;
	bool shardless;
	uint64_t repeated;
};

struct shard_merge *
shard_merge_open(
    const struct shard_merge_settings *settings, const struct catalog_entry *entries, size_t count)
{
	struct shard_merge *merge = memory_new(1, sizeof *merge);

	merge->settings = *settings;
	merge->entries = entries;
	merge->count = count;
	buffer_init(&merge->before.text, SAME_POSITION);
	merge->shardless = count > 0 && span_is(entries[0].name.first.shard, OBJECT_NO_SHARD);
	return merge;
}

static void
free_input(struct input *input)
{
	object_lines_close(input->lines);
	free(input);
}

void
shard_merge_close(struct shard_merge *merge)
{
	if (merge == NULL)
		return;
	for (size_t i = 0; i < merge->size; i++)
		free_input(merge->heap[i]);
	buffer_free(&merge->before.text);
	free(merge->before.lengths);
	free(merge);
}

uint64_t
shard_merge_repeated(const struct shard_merge *merge)
{
	return merge->repeated;
}

/* --- the heap --- */

static int
compare(const struct shard_merge *merge, size_t a, size_t b)
{
	const struct input *first = merge->heap[a], *second = merge->heap[b];
	int order = position_compare(&first->line.parts.position, &second->line.parts.position);

	return order != 0 ? order : (first->entry > second->entry) - (first->entry < second->entry);
}

static void
swap(struct shard_merge *merge, size_t a, size_t b)
{
	struct input *input = merge->heap[a];

	merge->heap[a] = merge->heap[b];
	merge->heap[b] = input;
}

/* The place of the smaller child; 0: there is none. */
static size_t
child_of(const struct shard_merge *merge, size_t at)
{
	size_t child = 2 * at + 1;

	if (child >= merge->size)
		return 0;
	return child + 1 < merge->size && compare(merge, child + 1, child) < 0 ? child + 1 : child;
}

static void
sink_down(struct shard_merge *merge, size_t at)
{
	size_t child;

	while ((child = child_of(merge, at)) > 0 && compare(merge, child, at) < 0) {
		swap(merge, child, at);
		at = child;
	}
}

static void
rise(struct shard_merge *merge, size_t at)
{
	while (at > 0 && compare(merge, at, (at - 1) / 2) < 0) {
		swap(merge, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

/* --- objects --- */

/*
 * Reads the next line of an input. *ended: there is none, as all was read or the object is damaged,
 * which is reported.
 */
static bool
read_line(struct shard_merge *merge, struct input *input, bool *ended, struct failure *failure)
{
	struct shard_line *line = &input->line;
	struct failure read;
	struct shown shown;

	*ended = true;
	switch (
	    object_lines_next(input->lines, &line->text, &line->parts, &line->positioned, &read)) {
	case OBJECT_LINES_NEXT:
		*ended = false;
		break;
	case OBJECT_LINES_END:
		break;
	case OBJECT_LINES_FAILED:
		if (read.kind == FAILURE_STOPPED)
			return fail_stopped(failure);
		if (read.kind != FAILURE_REFUSED)
			return fail(failure, read.kind, "the object %s: %s",
			    show(&shown, input->entry->path, strlen(input->entry->path)),
			    read.text);
		merge->settings.damaged(merge->settings.context, input->entry, &read);
	}
	return true;
}

/* Opens the next object. */
static bool
open_next(struct shard_merge *merge, struct failure *failure)
{
	const struct catalog_entry *entry = &merge->entries[merge->opened];
	struct input *input;
	struct shown shown;
	bool ended;

	if (merge->size == SHARD_MERGE_MOST)
		return fail(failure, FAILURE_PERMANENT,
		    "more than %d objects have lines around the first position of %s: select fewer "
		    "with --where",
		    SHARD_MERGE_MOST, show(&shown, entry->path, strlen(entry->path)));
	input = memory_new(1, sizeof *input);
	input->entry = entry;
	input->lines = object_lines_open(merge->settings.source, entry->path, &entry->name,
	    entry->size, merge->settings.max_line);
	merge->opened++;
	if (!read_line(merge, input, &ended, failure) || ended) {
		free_input(input);
		return ended && failure->kind == FAILURE_NONE;
	}
	merge->heap[merge->size] = input;
	rise(merge, merge->size++);
	return true;
}

/* Goes past the line of heap[0]. */
static bool
advance(struct shard_merge *merge, struct failure *failure)
{
	bool ended;

	merge->returned = false;
	if (!read_line(merge, merge->heap[0], &ended, failure))
		return false;
	if (ended) {
		free_input(merge->heap[0]);
		merge->heap[0] = merge->heap[--merge->size];
	}
	if (merge->size > 0)
		sink_down(merge, 0);
	return true;
}

/* --- lines that were stored twice --- */

static bool
was_returned(const struct returned_lines *before, struct span text)
{
	const char *at = before->text.data;

	for (size_t i = 0; i < before->count; at += before->lengths[i++]) {
		if (span_equal(text, (struct span){at, before->lengths[i]}))
			return true;
	}
	return false;
}

/* *again: an equal line of this position was returned. */
static bool
note_line(struct returned_lines *before, const struct shard_line *line, bool *again,
    struct failure *failure)
{
	const struct position *position = &line->parts.position;

	*again = false;
	if (before->count == 0 || position_compare(&before->position, position) != 0) {
		before->count = 0;
		buffer_clear(&before->text);
		before->position = *position;
		memcpy(before->digits, position->sequence.start, position->sequence.length);
		before->position.sequence.start = before->digits;
	} else {
		*again = was_returned(before, line->text);
	}
	if (*again)
		return true;
	if (!buffer_add(&before->text, line->text.start, line->text.length))
		return fail(failure, FAILURE_PERMANENT,
		    "more than %d MiB of lines have the position %.*s", SAME_POSITION / 1024 / 1024,
		    (int)line->parts.text.length, line->parts.text.start);
	if (before->count == before->capacity) {
		before->capacity = before->capacity > 0 ? 2 * before->capacity : 16;
		before->lengths =
		    memory_resize(before->lengths, before->capacity, sizeof *before->lengths);
	}
	before->lengths[before->count++] = line->text.length;
	return true;
}

/* Must the next object be opened before the line of heap[0] may be returned? */
static bool
is_due(const struct shard_merge *merge)
{
	if (merge->opened == merge->count)
		return false;
	if (merge->size == 0)
		return true;
	return !merge->shardless && position_compare(&merge->entries[merge->opened].name.first,
	                                &merge->heap[0]->line.parts.position) <= 0;
}

/* The next line, whether it was returned before or not. */
static enum shard_merge_status
next_line(struct shard_merge *merge, struct shard_line *line, struct failure *failure)
{
	if (merge->returned && !advance(merge, failure))
		return SHARD_MERGE_FAILED;
	while (is_due(merge)) {
		if (!open_next(merge, failure))
			return SHARD_MERGE_FAILED;
	}
	if (merge->size == 0)
		return SHARD_MERGE_END;
	*line = merge->heap[0]->line;
	merge->returned = true;
	return SHARD_MERGE_LINE;
}

enum shard_merge_status
shard_merge_next(struct shard_merge *merge, struct shard_line *line, struct failure *failure)
{
	enum shard_merge_status status;
	bool again = false;

	failure->kind = FAILURE_NONE;
	do {
		status = next_line(merge, line, failure);
		if (status != SHARD_MERGE_LINE || merge->shardless)
			return status;
		if (!note_line(&merge->before, line, &again, failure))
			return SHARD_MERGE_FAILED;
		merge->repeated += again;
	} while (again);
	return SHARD_MERGE_LINE;
}
