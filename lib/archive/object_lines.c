/* object_lines: reads an object into a buffer, and checks its lines and its digest. */
#include <inttypes.h>
#include <stdlib.h>

#include "archive/object_lines.h"
#include "pack/unpack.h"
#include "base/memory.h"
#include "text/digest.h"

enum { PIECE = 32 * 1024 /* bytes that are uncompressed at once */ };

struct object_lines {
	const struct object_name *name;
	bool shardless; /* its lines have no positions */
	struct archive_object *object;
	struct unpack *unpack;
	struct span packed; /* has arrived, not uncompressed yet */
	struct digest *digest; /* of the uncompressed bytes; NULL: it could not be made */
	size_t max_line;
	uint64_t number; /* of the last line, from 1 */
	char *text; /* uncompressed, not yet handed out: from begin to end */
	size_t capacity, begin, end;
	size_t searched; /* there is no newline before it */
	bool ended;
	struct position last; /* of the last line */
	char last_digits[POSITION_SEQUENCE];
};

struct object_lines *
object_lines_open(struct archive_source *source, const char *path, const struct object_name *name,
    uint64_t size, size_t max_line)
{
	struct object_lines *lines = memory_new(1, sizeof *lines);
	struct failure ignored;

	lines->name = name;
	lines->shardless = span_is(name->first.shard, OBJECT_NO_SHARD);
	lines->object = archive_object_open(source, path, size);
	lines->unpack = unpack_open(name->compression);
	lines->packed = (struct span){"", 0};
	lines->max_line = max_line;
	lines->digest = digest_open(DIGEST_SHA256, &ignored);
	return lines;
}

void
object_lines_close(struct object_lines *lines)
{
	if (lines == NULL)
		return;
	archive_object_close(lines->object);
	unpack_close(lines->unpack);
	digest_close(lines->digest);
	free(lines->text);
	free(lines);
}

/* --- bytes --- */

static bool
fail_length(const struct object_lines *lines, struct failure *failure)
{
	return fail(failure, FAILURE_REFUSED,
	    "line %" PRIu64 " is longer than %zu bytes (see --max-line)", lines->number,
	    lines->max_line);
}

/* Makes room for a piece after the bytes that are left. */
static bool
make_room(struct object_lines *lines, struct failure *failure)
{
	size_t left = lines->end - lines->begin;

	if (left > lines->max_line) {
		lines->number++;
		return fail_length(lines, failure);
	}
	if (lines->begin > 0 && left > 0)
		memmove(lines->text, lines->text + lines->begin, left);
	lines->searched -= lines->begin;
	lines->begin = 0;
	lines->end = left;
	if (lines->capacity - left < PIECE) {
		lines->capacity = lines->capacity > 0 ? 2 * lines->capacity : PIECE;
		while (lines->capacity - left < PIECE)
			lines->capacity *= 2;
		lines->text = memory_resize(lines->text, lines->capacity, 1);
	}
	return true;
}

/* Uncompresses the next piece; sets ended at the end. */
static bool
fill(struct object_lines *lines, struct failure *failure)
{
	size_t made = 0;

	if (!make_room(lines, failure))
		return false;
	while (made == 0) {
		if (!unpack_some(lines->unpack, &lines->packed, lines->text + lines->end,
		        lines->capacity - lines->end, &made, failure))
			return false;
		if (made > 0)
			break;
		if (!archive_object_read(lines->object, &lines->packed, failure))
			return false;
		if (lines->packed.length == 0) {
			lines->ended = true;
			return unpack_is_complete(lines->unpack) ||
			       fail(failure, FAILURE_REFUSED, "its compressed data are cut off");
		}
	}
	if (lines->digest != NULL)
		digest_add(lines->digest, (struct span){lines->text + lines->end, made});
	lines->end += made;
	return true;
}

/* --- checks --- */

static bool
check_position(struct object_lines *lines, const struct position *position, struct span text,
    struct failure *failure)
{
	const struct position *first = &lines->name->first;
	struct shown shown;

	show(&shown, text.start, text.length);
	if (!span_equal(position->shard, first->shard))
		return fail(failure, FAILURE_REFUSED,
		    "the position %s of line %" PRIu64 " is of another shard", shown.text,
		    lines->number);
	if (lines->number == 1 && position_compare(position, first) != 0)
		return fail(failure, FAILURE_REFUSED,
		    "its first line has the position %s, which its name does not say", shown.text);
	if (lines->number > 1 && position_compare(position, &lines->last) < 0)
		return fail(failure, FAILURE_REFUSED,
		    "the position %s of line %" PRIu64 " is before that of the line before",
		    shown.text, lines->number);
	/* The line is only borrowed. */
	lines->last = *position;
	memcpy(lines->last_digits, position->sequence.start, position->sequence.length);
	lines->last.sequence.start = lines->last_digits;
	return true;
}

static bool
check_line(struct object_lines *lines, struct span line, struct positioned *found, bool *positioned,
    struct failure *failure)
{
	enum position_found what = position_of_line(line, found);

	if (line.length > lines->max_line)
		return fail_length(lines, failure);
	*positioned = what != POSITION_NONE;
	if (what == POSITION_MARK || what == POSITION_BAD_RAW)
		return fail(failure, FAILURE_REFUSED, "line %" PRIu64 " is %s", lines->number,
		    what == POSITION_MARK
		        ? "a mark"
		        : "not a record: its _raw is not base64, or another member follows");
	if (lines->shardless)
		return true;
	if (what == POSITION_NONE)
		return fail(
		    failure, FAILURE_REFUSED, "line %" PRIu64 " has no position", lines->number);
	return check_position(lines, &found->position, found->text, failure);
}

/* All has been read. */
static bool
check_end(struct object_lines *lines, struct failure *failure)
{
	unsigned char digest[DIGEST_MOST];
	char text[OBJECT_NAME_DIGEST + 1];

	if (lines->begin < lines->end)
		return fail(failure, FAILURE_REFUSED, "its last line is cut off");
	if (lines->digest == NULL)
		return digest_load(failure) &&
		       fail(failure, FAILURE_PERMANENT, "libcrypto has no SHA-256");
	digest_end(lines->digest, digest);
	digest_hex(digest, OBJECT_NAME_DIGEST / 2, text);
	if (!span_is(lines->name->digest, text))
		return fail(failure, FAILURE_REFUSED,
		    "its lines have the digest %s, not that of its name", text);
	if (!lines->shardless && position_compare(&lines->last, &lines->name->last) != 0)
		return fail(failure, FAILURE_REFUSED,
		    "its last line has a position that its name does not say");
	return true;
}

enum object_lines_status
object_lines_next(struct object_lines *lines, struct span *line, struct positioned *found,
    bool *positioned, struct failure *failure)
{
	for (;;) {
		size_t left = lines->end - lines->searched;
		const char *newline =
		    left > 0 ? memchr(lines->text + lines->searched, '\n', left) : NULL;

		if (newline != NULL) {
			*line = (struct span){lines->text + lines->begin,
			    (size_t)(newline - lines->text) - lines->begin};
			lines->begin = lines->searched = (size_t)(newline - lines->text) + 1;
			lines->number++;
			return check_line(lines, *line, found, positioned, failure)
			           ? OBJECT_LINES_NEXT
			           : OBJECT_LINES_FAILED;
		}
		lines->searched = lines->end;
		if (lines->ended)
			return check_end(lines, failure) ? OBJECT_LINES_END : OBJECT_LINES_FAILED;
		if (!fill(lines, failure))
			return OBJECT_LINES_FAILED;
	}
}
