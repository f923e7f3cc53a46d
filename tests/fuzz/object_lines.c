/*
 * object_lines: whatever an object holds, plain or compressed, and in whatever pieces it arrives:
 * the lines that are returned are those of the shard, in order, and of a plain object they
 * are its first lines.
 */
#include <stdint.h>
#include <string.h>

#include "archive/object_lines.h"
#include "archive/source_kind.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINE = 512 };

/* An archive of one object, which is the input. */
struct memory_object {
	struct archive_object object;
	struct span rest;
	size_t piece;
};

static struct memory_object object;

static struct archive_object *
open_object(struct archive_source *source, const char *name, uint64_t size)
{
	(void)name;
	(void)size;
	object.object.source = source;
	return &object.object;
}

static bool
read_object(struct archive_object *base, struct span *bytes, struct failure *failure)
{
	(void)base;
	(void)failure;
	*bytes = object.rest;
	if (bytes->length > object.piece)
		bytes->length = object.piece;
	object.rest.start += bytes->length;
	object.rest.length -= bytes->length;
	return true;
}

static void
close_object(struct archive_object *base)
{
	(void)base;
}

static const struct archive_source_kind kind = {
    .open_object = open_object, .read_object = read_object, .close_object = close_object};

/* text is what is left of a plain object. */
static void
is_first_line(struct span *text, struct span line)
{
	const char *newline = memchr(text->start, '\n', text->length);

	must(newline != NULL);
	must(span_equal(line, (struct span){text->start, (size_t)(newline - text->start)}));
	text->start = newline + 1;
	text->length -= line.length + 1;
}

static void
read_all(struct object_name *name, struct span text, bool plain)
{
	struct archive_source source = {&kind};
	struct object_lines *lines = object_lines_open(&source, "x", name, text.length, LINE);
	struct failure failure = {.kind = FAILURE_NONE};
	struct positioned found;
	struct span line;
	bool positioned, any = false;
	enum object_lines_status status;
	struct position last;
	char digits[POSITION_SEQUENCE];

	while ((status = object_lines_next(lines, &line, &found, &positioned, &failure)) ==
	       OBJECT_LINES_NEXT) {
		if (plain)
			is_first_line(&text, line);
		must(line.length == 0 || memchr(line.start, '\n', line.length) == NULL);
		must(positioned && span_equal(found.position.shard, name->first.shard));
		must(!any || position_compare(&found.position, &last) >= 0);
		last = found.position;
		memcpy(digits, last.sequence.start, last.sequence.length);
		last.sequence.start = digits;
		any = true;
	}
	must(status == OBJECT_LINES_FAILED ? failure.kind == FAILURE_REFUSED : any);
	object_lines_close(lines);
}

/* The first byte says how the rest is compressed and in which pieces it arrives. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"0_1_9_0123456789abcdef.ndjson",
	    "0_1_9_0123456789abcdef.ndjson.gz", "0_1_9_0123456789abcdef.ndjson.zst"};
	struct object_name name;
	struct span text;
	unsigned which;

	if (size == 0)
		return 0;
	which = data[0] % 3;
	text = (struct span){(const char *)data + 1, size - 1};
	object = (struct memory_object){.rest = text, .piece = data[0] / 3 + 1};
	must(object_name_read(span_of(names[which]), &name));
	read_all(&name, text, which == 0);
	return 0;
}
