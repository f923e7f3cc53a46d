/*
 * checkpoints_kind: the functions of each kind of checkpoints; private to the kinds and
 * checkpoints.c. Another kind is one more folder, and a line in lib/open/checkpoints.c.
 */
#ifndef GROUP_KIND_H
#define GROUP_KIND_H

#include "group/checkpoints.h"

/* As the functions of checkpoints.h, which call them. */
struct checkpoints_kind {
	void (*close)(struct checkpoints *);
	const char *(*directory)(const struct checkpoints *);
	bool (*get)(struct checkpoints *, const char *, const char *, struct checkpoint *, bool *,
	    struct failure *);
	bool (*have)(struct checkpoints *, const char *, bool *, struct failure *);
	bool (*check)(struct checkpoints *, const char *, const char *, struct failure *);
	bool (*commit)(struct checkpoints *, const char *, const char *, const struct position *,
	    size_t, struct failure *);
	/* NULL: it keeps no description. */
	void (*describe)(struct checkpoints *, const char *, const struct checkpoints_shard *);
	bool (*place)(struct checkpoints *, const char *, const char *, char (*)[POSITION_SIZE],
	    size_t, enum checkpoints_placing, struct failure *);
	bool (*delete_group)(struct checkpoints *, const char *, bool *, struct failure *);
	bool (*stream_id)(struct checkpoints *, const char *, char **, struct failure *);
	bool (*each)(struct checkpoints *, bool (*)(void *, const char *, struct failure *), void *,
	    struct failure *);
	bool (*claim)(struct checkpoints *, const char *, struct failure *);
	bool (*reader)(struct checkpoints *, const char *, const char *, struct group_reader *,
	    struct failure *);
	/* NULL: its readers note nothing. */
	const char *(*notes)(struct checkpoints *, struct failure *);
	/* NULL: who reads is known at once. */
	bool (*watch)(struct checkpoints *, const char *, int64_t, bool, struct failure *);
};

/* The first member of each kind's own struct. */
struct checkpoints {
	const struct checkpoints_kind *kind;
};

#endif
