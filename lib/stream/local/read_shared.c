/* read_shared: reads the shards that the caller names, as readers do that share a group. */
#include "stream/local/local.h"

static struct local_cursor *
find(struct local *local, size_t shard)
{
	for (size_t i = 0; i < local->cursor_count; i++) {
		if (local->cursors[i].shard == shard)
			return &local->cursors[i];
	}
	return NULL;
}

bool
local_read_shard(
    struct stream *stream, const char *shard, const char *place, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	struct local_cursor cursor = {.shard = 0}, *before;

	if (!local_find(local, span_of(shard), &cursor.shard, failure) ||
	    !local_tip(stream, shard, &cursor.until, failure) ||
	    !local_seek_place(local, shard, place, &cursor.next, failure))
		return false;
	before = find(local, cursor.shard);
	if (before != NULL)
		*before = cursor;
	else
		local_add_cursor(local, cursor);
	return true;
}

void
local_leave_shard(struct stream *stream, const char *shard)
{
	struct local *local = (struct local *)stream;
	struct failure ignored;
	struct local_cursor *cursor;
	size_t number;

	if (!local_find(local, span_of(shard), &number, &ignored))
		return;
	cursor = find(local, number);
	if (cursor != NULL)
		cursor->left = true;
}

/* Has all been read of a shard that takes no more records? */
static bool
has_ended(const struct local *local, const struct local_cursor *cursor)
{
	const struct local_shard *shard = &local->shards[cursor->shard];

	return shard->closed && cursor->next >= shard->end;
}

enum stream_news
local_next_shared(struct local *local, struct chunk *chunk, struct failure *failure)
{
	bool news;

	for (size_t tried = 0; tried < local->cursor_count; tried++) {
		struct local_cursor *cursor = &local->cursors[local->turn % local->cursor_count];

		local->turn = (local->turn + 1) % local->cursor_count;
		if (cursor->left)
			continue;
		if (!local_read_cursor(local, cursor, chunk, &news, failure))
			return STREAM_FAILED;
		if (!news && has_ended(local, cursor)) {
			cursor->left = news = true;
			*chunk = (struct chunk){.shard = local->shards[cursor->shard].name,
			    .number = (size_t)(cursor - local->cursors),
			    .ended = true};
		}
		if (news)
			return STREAM_CHUNK;
	}
	return local->follow ? STREAM_IDLE : STREAM_END;
}
