/* word: what a reader says to the thread that keeps its leases; private to this folder. */
#ifndef GROUP_SHARE_WORD_H
#define GROUP_SHARE_WORD_H

#include "group/share/sharer.h"

/* The functions of sharer.h that they call. */
enum word_kind { WORD_YIELDED, WORD_ENDED, WORD_DROP, WORD_FINISH, WORD_FINISH_REST };

struct word {
	enum word_kind kind;
	char shard[POSITION_SHARD + 1];
	char mark[POSITION_SIZE];
	struct lease *children; /* allocated; NULL: none */
	size_t child_count;
};

void word_make(struct word *word, enum word_kind kind, const char *shard, const char *mark);
void word_add_children(struct word *word, const struct lease *children, size_t count);
void word_pass(const struct word *word, struct sharer *sharer);

#endif
