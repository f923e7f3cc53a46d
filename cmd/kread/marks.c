/* marks: writes marks, which tell kack how much of a shard has been read. */
#include <stdio.h>
#include <string.h>

#include "kread/marks.h"

void
marks_note(struct progress *progress, const struct chunk *chunk, size_t i)
{
	const struct chunk_place *place;

	if (chunk->places == NULL) {
		progress->next = chunk->first + i + 1;
		return;
	}
	place = &chunk->places[i];
	memcpy(progress->sequence, place->sequence.start, place->sequence.length);
	progress->sequence[place->sequence.length] = '\0';
	progress->sub = place->last ? -1 : place->sub;
}

bool
marks_write(struct tool *tool, struct progress *progress, struct failure *failure)
{
	char text[POSITION_SIZE + 32], sub[24] = "";
	int length;

	if (!progress->changed)
		return true;
	if (progress->sub >= 0)
		snprintf(sub, sizeof sub, ".%lld", (long long)progress->sub);
	if (progress->sequence[0] != '\0')
		length = snprintf(text, sizeof text, "{\"_pos\":\"%s:%s%s+\"}\n", progress->shard,
		    progress->sequence, sub);
	else
		length = snprintf(text, sizeof text, "{\"_pos\":\"%s:%llu+\"}\n", progress->shard,
		    (unsigned long long)(progress->next - 1));
	progress->changed = false;
	progress->unmarked = 0;
	tool->stats.marks++;
	return output_add(tool->output, text, (size_t)length, failure);
}
