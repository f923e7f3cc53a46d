/* word: keeps what was said until the thread takes it. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "group/share/word.h"

void
word_make(struct word *word, enum word_kind kind, const char *shard, const char *mark)
{
	*word = (struct word){.kind = kind};
	snprintf(word->shard, sizeof word->shard, "%s", shard);
	snprintf(word->mark, sizeof word->mark, "%s", mark);
}

void
word_add_children(struct word *word, const struct lease *children, size_t count)
{
	if (count == 0)
		return;
	word->children = memory_new(count, sizeof *word->children);
	memcpy(word->children, children, count * sizeof *children);
	word->child_count = count;
}

void
word_pass(const struct word *word, struct sharer *sharer)
{
	switch (word->kind) {
	case WORD_YIELDED:
		sharer_yielded(sharer, word->shard, word->mark);
		break;
	case WORD_ENDED:
		sharer_ended(sharer, word->shard, word->mark, word->children, word->child_count);
		break;
	case WORD_DROP:
		sharer_drop(sharer, word->shard);
		break;
	case WORD_FINISH:
		sharer_finish(sharer, word->shard, word->mark);
		break;
	case WORD_FINISH_REST:
		sharer_finish_rest(sharer);
		break;
	}
}
