/* object_list: writes the names of objects, and what they say. */
#include <inttypes.h>
#include <stdlib.h>

#include "s3get/object_list.h"
#include "text/json.h"
#include "text/timestamp.h"

enum { LINE = 64 * 1024 };

static void
add_partitions(struct buffer *line, struct span directory)
{
	struct span member, value;
	struct buffer plain;
	const char *comma = "";

	buffer_init(&plain, OBJECT_NAME_SIZE);
	buffer_add_text(line, ",\"partitions\":{");
	while (object_name_next_partition(&directory, &member, &value)) {
		buffer_add_text(line, comma);
		comma = ",";
		buffer_clear(&plain);
		object_name_decode(&plain, member);
		json_add_string(line, plain.data, plain.length);
		buffer_add_text(line, ":");
		buffer_clear(&plain);
		if (object_name_decode(&plain, value))
			json_add_string(line, plain.data, plain.length);
		else
			buffer_add_text(line, "null");
	}
	buffer_add_text(line, "}");
	buffer_free(&plain);
}

/*
 * A position, or the time when a line without one was taken. Shard and number are apart in the
 * name, so that position_format does not fit.
 */
static void
add_place(struct buffer *line, const char *name, const struct position *place)
{
	char text[TIMESTAMP_SIZE];

	buffer_add_format(line, ",\"%s\":\"", name);
	if (span_is(place->shard, OBJECT_NO_SHARD)) {
		buffer_add_text(
		    line, timestamp_format(strtoll(place->sequence.start, NULL, 10), true, text));
	} else {
		buffer_add(line, place->shard.start, place->shard.length);
		buffer_add_text(line, ":");
		buffer_add(line, place->sequence.start, place->sequence.length);
		if (place->sub >= 0)
			buffer_add_format(line, ".%" PRId64, place->sub);
	}
	buffer_add_text(line, "\"");
}

static void
add_entry(struct buffer *line, const struct catalog_entry *entry)
{
	static const char *const words[] = {"none", "gzip", "zstd"};
	const struct object_name *name = &entry->name;

	buffer_add_text(line, "{\"name\":");
	json_add_string(line, entry->path, strlen(entry->path));
	add_partitions(line, name->directory);
	buffer_add_text(line, ",\"shard\":");
	if (span_is(name->first.shard, OBJECT_NO_SHARD))
		buffer_add_text(line, "null");
	else
		json_add_string(line, name->first.shard.start, name->first.shard.length);
	add_place(line, "first", &name->first);
	add_place(line, "last", &name->last);
	buffer_add_text(line, ",\"digest\":");
	json_add_string(line, name->digest.start, name->digest.length);
	buffer_add_format(line, ",\"compression\":\"%s\",\"bytes\":%" PRIu64 "}",
	    words[name->compression], entry->size);
}

bool
object_list_write(
    struct tool *tool, const struct catalog *catalog, uint64_t limit, struct failure *failure)
{
	struct buffer line;
	bool good = true;

	buffer_init(&line, LINE);
	for (size_t i = 0; i < catalog->count && good && (limit == 0 || i < limit); i++) {
		buffer_clear(&line);
		add_entry(&line, &catalog->entries[i]);
		good = output_add_line(tool->output, buffer_span(&line), failure);
		tool->stats.lines++;
		tool->stats.bytes += line.length;
		tool->stats.done++;
		if (good && tool_stop)
			good = fail_stopped(failure);
	}
	buffer_free(&line);
	return good;
}
