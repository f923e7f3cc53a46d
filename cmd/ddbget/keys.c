/* keys: looks up the keys in the lines of standard input, a batch of those that have arrived. */
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "ddbget/keys.h"
#include "storing/intake.h"

enum { WINDOW = 1024 * 1024 /* bytes of input to read ahead */ };

/* A line that is not refused. */
struct entry {
	uint64_t number;
	struct span position; /* start NULL: none */
	bool mark; /* it is one, without a key */
};

struct looking_up {
	struct sink sink; /* takes keys */
	struct tool *tool;
	struct table *table;
	bool typed;
	struct intake intake;
	struct lines *lines;
	struct buffer copies; /* of records that are not contiguous in their lines */
	struct entry entries[LINES_BATCH];
	size_t count;
	size_t written; /* entries */
	struct prepared *keys[LINES_BATCH];
	size_t key_count;
};

static bool
take_key(struct sink *sink, struct span record, uint64_t ticket, struct failure *failure)
{
	struct looking_up *to = (struct looking_up *)sink;

	(void)ticket;
	if (!table_prepare(to->table, record, to->typed, &to->keys[to->key_count], failure))
		return false;
	to->key_count++;
	return true;
}

static const struct sink_kind taking_keys = {.objects = true, .take = take_key};

static void
take_line(struct looking_up *to, struct line *line)
{
	struct arrival arrival;
	struct failure refused;

	if (intake_ignores(&to->intake, line))
		return;
	intake_read(&to->intake, line, &arrival);
	if (arrival.kind != POSITION_MARK &&
	    !intake_take(&to->intake, &arrival, &to->copies, 0, &refused)) {
		tool_message_line(to->tool, line->number, &refused);
		to->tool->stats.refused++;
		tool_note_status(to->tool, 1);
		return;
	}
	to->entries[to->count++] =
	    (struct entry){line->number, arrival.position, arrival.kind == POSITION_MARK};
}

/* "{"_pos":"…"", which an item without its brace, or the end of a mark, follows. */
static bool
write_position(struct output *output, struct span position, struct failure *failure)
{
	return output_add(output, "{\"_pos\":\"", 9, failure) &&
	       output_add(output, position.start, position.length, failure) &&
	       output_add(output, "\"", 1, failure);
}

static bool
write_marks(struct looking_up *to, struct failure *failure)
{
	struct output *output = to->tool->output;

	for (; to->written < to->count && to->entries[to->written].mark; to->written++) {
		if (!write_position(output, to->entries[to->written].position, failure) ||
		    !output_add(output, "}\n", 2, failure))
			return false;
	}
	return true;
}

/* An object with members, but perhaps white space before it. */
static bool
write_item(struct tool *tool, struct span position, struct span item, struct failure *failure)
{
	tool->stats.done++;
	if (position.start == NULL)
		return output_add_line(tool->output, item, failure);
	while (*item.start++ != '{')
		item.length--;
	item.length--;
	return write_position(tool->output, position, failure) &&
	       output_add(tool->output, ",", 1, failure) &&
	       output_add_line(tool->output, item, failure);
}

static bool
visit(void *context, size_t index, struct span item, struct failure *failure)
{
	struct looking_up *to = context;
	const struct entry *entry;

	(void)index;
	if (!write_marks(to, failure))
		return false;
	entry = &to->entries[to->written++];
	if (item.start == NULL) {
		tool_message_at(to->tool, entry->number, "no such item");
		tool_note_status(to->tool, 1);
	} else if (!write_item(to->tool, entry->position, item, failure)) {
		return false;
	}
	tool_tick(to->tool, false, "");
	return !tool_stop || fail_stopped(failure);
}

/* Where the source has to begin again. */
static void
name_line(const struct looking_up *to, struct failure *failure)
{
	struct failure met = *failure;

	if (failure->kind == FAILURE_TEMPORARY && to->written < to->count)
		fail(failure, met.kind, "%s; line %llu is the first that was not looked up",
		    met.text, (unsigned long long)to->entries[to->written].number);
}

static bool
batch(struct looking_up *to, struct failure *failure)
{
	struct line line;
	struct failure flushing;

	to->count = to->written = to->key_count = 0;
	/* Reserved in advance, so that copies do not move. */
	buffer_clear(&to->copies);
	buffer_reserve(&to->copies, lines_pending(to->lines) + 4);
	while (lines_next(to->lines, &line))
		take_line(to, &line);
	if (!table_get(to->table, to->keys, to->key_count, to->typed, visit, to, failure)) {
		name_line(to, failure);
		output_flush(to->tool->output, &flushing);
		return false;
	}
	tool_tick(to->tool, true, "");
	return write_marks(to, failure) && output_flush(to->tool->output, failure);
}

bool
keys_look_up(struct tool *tool, struct table *table, bool typed, struct failure *failure)
{
	struct looking_up *to = memory_new(1, sizeof *to);
	enum lines_status status;

	to->sink = (struct sink){.kind = &taking_keys, .reads_json = true};
	to->tool = tool;
	to->table = table;
	to->typed = typed;
	to->intake.sink = &to->sink;
	to->intake.tool = tool;
	buffer_init(&to->copies, SIZE_MAX / 2);
	tool_announce_terminal(tool);
	to->lines = lines_open(STDIN_FILENO, tool_line_ceiling(tool), WINDOW, &tool_stop);
	while ((status = lines_wait(to->lines, STDOUT_FILENO, -1, failure)) == LINES_READY) {
		if (!batch(to, failure))
			break;
	}
	lines_close(to->lines);
	buffer_free(&to->copies);
	free(to);
	return status == LINES_END;
}
