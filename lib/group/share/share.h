/*
 * share: a thread that keeps the leases of a reader, so that they are renewed also while the
 * reader waits for its output. The reader's own thread calls these functions, none of which waits
 * for the table.
 */
#ifndef GROUP_SHARE_SHARE_H
#define GROUP_SHARE_SHARE_H

#include "base/caller.h"
#include "group/share/sharer.h"

struct share;

/* The store is closed by share_close, also if this fails. */
struct share *share_open(
    const struct sharer_settings *settings, const struct caller *caller, struct failure *failure);
/* Ends the thread; leases that are still held are left to expire. */
void share_close(struct share *share);

/* Takes the next event. */
bool share_next(struct share *share, struct share_event *event);
/* May lines of the shard be written now? */
bool share_holds(struct share *share, const char *shard);
/* False: the leases cannot be kept, because of permissions, because the table is gone, or because
 * tenures cannot be noted. */
bool share_is_well(struct share *share, struct failure *failure);

/* As the functions of sharer.h. */
void share_yielded(struct share *share, const char *shard, const char *mark);
void share_ended(struct share *share, const char *shard, const char *mark,
    const struct lease *children, size_t count);
void share_drop(struct share *share, const char *shard);
void share_finish(struct share *share, const char *shard, const char *mark);
void share_finish_rest(struct share *share);

/*
 * Has the table been read, is there no event that was not taken, is no lease free that this reader
 * may take, and is it known of the owners of all others that they live, and what may be read after
 * shards that were read to their end?
 */
bool share_is_idle(struct share *share);
/*
 * Waits until nothing is held any more, at most timeout ms. Once the reader of descriptor watch
 * (-1: none) is gone, only until the table has been read again.
 */
void share_await(struct share *share, int64_t timeout, int watch);

#endif
