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
	progress->sub = place->last && !progress->exact ? -1 : place->sub;
}

void
marks_text(const struct progress *progress, char text[POSITION_SIZE])
{
	char sub[24] = "";

	text[0] = '\0';
	if (progress->sub >= 0)
		snprintf(sub, sizeof sub, ".%lld", (long long)progress->sub);
	if (progress->sequence[0] != '\0')
		snprintf(text, POSITION_SIZE, "%s:%s%s+", progress->shard, progress->sequence, sub);
	else if (progress->next > 0)
		snprintf(text, POSITION_SIZE, "%s:%llu+", progress->shard,
		    (unsigned long long)(progress->next - 1));
}

bool
marks_write(struct tool *tool, struct progress *progress, struct failure *failure)
{
	char text[POSITION_SIZE + 32], mark[POSITION_SIZE];
	int length;

	if (!progress->changed)
		return true;
	marks_text(progress, mark);
	length = snprintf(text, sizeof text, "{\"_pos\":\"%s\"}\n", mark);
	progress->changed = false;
	progress->unmarked = 0;
	tool->stats.marks++;
	return output_add(tool->output, text, (size_t)length, failure);
}
