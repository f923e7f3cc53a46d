/* keeping: private to the keeper: closes its objects, and moves them on to the store. */
#ifndef ARCHIVE_KEEPING_H
#define ARCHIVE_KEEPING_H

#include "archive/ledger.h"
#include "archive/objects.h"
#include "archive/partition.h"
#include "archive/store.h"
#include "base/pool.h"
#include "system/worker.h"

/* What the worker does: it has the object, the compressor and failure meanwhile. */
struct keeper_work {
	struct object *object; /* NULL: none */
	bool made;
	struct failure failure;
};

struct keeper {
	struct sink sink;
	struct archive_settings settings;
	struct partition_plan *plan;
	struct spool *spool;
	struct ledger ledger;
	struct objects objects;
	struct object_list closed; /* they wait for the worker */
	struct object_list made; /* they wait for the store */
	struct worker *worker;
	struct keeper_work work;
	int64_t taken; /* when the last line without a position was, ms since 1970 */
	struct compressor *compressor;
	struct store *store;
	bool short_of_room; /* the next line waits for room */
	unsigned storing; /* objects that the store has */
	uint64_t stored; /* objects, in all */
	struct failure failed; /* no more is made or stored; NONE: it continues */
	struct pool texts; /* of next_kept, until the next poll */
};

void keeping_close(struct keeper *keeper, struct object *object);
void keeping_close_all(struct keeper *keeper);
/* Is there room for a line? If not, it comes to be while the keeper is polled. */
bool keeping_has_room(const struct keeper *keeper, size_t length);
/* For the sink's kind. */
bool keeping_poll(struct sink *sink, int input, int watch, int timeout, struct failure *failure);

#endif
