/*
 * sharer: one reader among those that share a group: it takes its share of the leases, renews
 * them, hands over those that others ask for, and gives them up at the end. It has no thread and no
 * clock: times are arguments, milliseconds of a clock that runs through sleep (clock_boot). The
 * rules are those of the Kinesis Client Library: docs/lease-lifecycle.md.
 *
 * A shard begins with SHARE_BEGIN. It ends with SHARE_STOP (the lease is lost: nothing more of it
 * may be written), or with SHARE_YIELD (another reader asks for it: what was written is to be
 * committed), after which the reader calls sharer_yielded; or the reader calls sharer_ended.
 */
#ifndef GROUP_SHARE_SHARER_H
#define GROUP_SHARE_SHARER_H

#include "group/share/store.h"
#include "group/tenure.h"

struct sharer_settings {
	struct lease_store *store;
	const char *worker;
	/* ms without a renewal after which a lease is lost; of a store that sees ends, three times
	 * that in which it is read */
	int64_t failover;
	int64_t handover; /* ms that another reader has to commit what it has read */
	size_t most; /* leases; 0: no limit */
	bool asks; /* others for its share; else only free leases are taken */
	uint64_t seed;
	/* The tenures on this machine; each may be NULL. note: false if it could not be noted. */
	bool (*note)(
	    void *context, const char *shard, const struct tenure *tenure, struct failure *failure);
	void (*forget)(void *context, const char *shard, const struct tenure *tenure);
	/* Did an earlier run with this worker's name, on this machine, have this tenure? */
	bool (*was_mine)(void *context, const struct lease *lease);
	/* Does the stream list the shard no more? NULL: it lists all. */
	bool (*has_expired)(void *context, const char *shard);
	void *context;
};

enum share_kind { SHARE_BEGIN, SHARE_STOP, SHARE_YIELD };

struct share_event {
	enum share_kind kind;
	struct lease lease; /* SHARE_BEGIN: where it begins */
	const char *why; /* SHARE_STOP: static text */
};

struct sharer;

struct sharer *sharer_open(const struct sharer_settings *settings);
void sharer_close(struct sharer *sharer);

/* Reads the table, and takes, asks for and hands over leases. False: the table could not be read,
 * which is no harm unless it lasts. */
bool sharer_scan(struct sharer *sharer, int64_t now, struct failure *failure);
/* The same with those leases only that others may have changed, and none is taken. */
bool sharer_watch(struct sharer *sharer, int64_t now, struct failure *failure);
/* Does one or the other, as is due. */
bool sharer_look(struct sharer *sharer, int64_t now, struct failure *failure);
/* The end of a shard has changed what may be read: the table is read soon. In a group where others
 * ask for leases nothing is done, as who has read a shard takes its children. */
void sharer_rescan(struct sharer *sharer);
/* When to look again; a renewal, or what the reader says, may bring it forward. */
int64_t sharer_due(const struct sharer *sharer);
/* Renews all leases. False: some could not be; those that were not in time are lost. */
bool sharer_renew(struct sharer *sharer, int64_t now, struct failure *failure);
/* Takes the next event. */
bool sharer_next(struct sharer *sharer, struct share_event *event);

/* False: a tenure could not be noted on this machine. Nothing more is taken. */
bool sharer_is_fit(const struct sharer *sharer);
/* Until when a lease may be used; 0: it is not held. */
int64_t sharer_held_until(const struct sharer *sharer, const char *shard);

/*
 * All that was written of the shard is before or at this mark; "": nothing was. It is given up once
 * the mark is committed.
 */
void sharer_yielded(struct sharer *sharer, const char *shard, const char *mark);
/*
 * The shard was closed, and is read to its end, this mark. Once that is committed, its children get
 * leases, unless another of their parents has none yet, and it is given up for good. The parents of
 * children are those that the stream still lists.
 */
void sharer_ended(struct sharer *sharer, const char *shard, const char *mark,
    const struct lease *children, size_t count);
/* Gives up a lease at once: something of its shard was read, and not written. */
void sharer_drop(struct sharer *sharer, const char *shard);
/* Gives up a lease once this mark is committed, because reading ends; nothing more is taken. */
void sharer_finish(struct sharer *sharer, const char *shard, const char *mark);

/* Gives up all others: nothing was written of them. */
void sharer_finish_rest(struct sharer *sharer);

struct sharer_counts {
	size_t held;
	size_t leaving; /* of those, that wait for a commit */
	size_t ending; /* of those, at the end of their shards: it is not known yet what follows */
	/* That are free, or of others of whom it is not known yet whether they live, and that this
	 * reader may take. */
	size_t doubtful;
	/* The table has been read, also since sharer_rescan. */
	bool scanned;
};
/* The shard of a lease that is held, by its number. */
const char *sharer_shard(const struct sharer *sharer, size_t number);
struct sharer_counts sharer_count(const struct sharer *sharer);

#endif
