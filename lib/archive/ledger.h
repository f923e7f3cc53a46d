/*
 * ledger: the order of the input: for each line, the object that has it; between them the marks and
 * the positions of refused lines. It is in the spool.
 */
#ifndef ARCHIVE_LEDGER_H
#define ARCHIVE_LEDGER_H

#include "archive/spool.h"
#include "record/sink.h"

enum { LEDGER_WINDOW = 4096 };

/* Zeroed: empty. */
struct ledger {
	struct chain chain;
	uint64_t read; /* bytes of the chain */
	char window[LEDGER_WINDOW]; /* bytes from window_start on */
	uint64_t window_start;
	size_t window_length;
};

struct ledger_entry {
	enum sink_kept_kind kind;
	uint32_t object; /* SINK_KEPT_RECORD: its number */
	uint32_t length; /* of the text; that of a record is in its object */
};

bool ledger_add(struct spool *spool, struct ledger *ledger, const struct ledger_entry *entry,
    struct span text, struct failure *failure);
bool ledger_is_empty(const struct ledger *ledger);
/* The first entry, which stays. */
bool ledger_first(const struct spool *spool, struct ledger *ledger, struct ledger_entry *entry,
    struct failure *failure);
/* Takes the first entry off, and copies its text to to, which has room for it; unless a record. */
bool ledger_take(struct spool *spool, struct ledger *ledger, const struct ledger_entry *entry,
    char *to, struct failure *failure);

#endif
