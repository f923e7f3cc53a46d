/* ledger: a chain of entries of eight bytes, with the texts of those that have one after them. */
#include "archive/ledger.h"

enum { KIND_SHIFT = 30 };

/* The kind is in the upper two bits of length. */
struct packed {
	uint32_t object;
	uint32_t length;
};

bool
ledger_add(struct spool *spool, struct ledger *ledger, const struct ledger_entry *entry,
    struct span text, struct failure *failure)
{
	struct packed packed = {entry->object, entry->length | (uint32_t)entry->kind << KIND_SHIFT};

	return chain_add(spool, &ledger->chain, (struct span){(const char *)&packed, sizeof packed},
	           failure) &&
	       (entry->kind == SINK_KEPT_RECORD || chain_add(spool, &ledger->chain, text, failure));
}

bool
ledger_is_empty(const struct ledger *ledger)
{
	return ledger->read == ledger->chain.length;
}

bool
ledger_first(const struct spool *spool, struct ledger *ledger, struct ledger_entry *entry,
    struct failure *failure)
{
	struct packed packed;
	uint64_t within = ledger->read - ledger->window_start;

	if (within + sizeof packed > ledger->window_length) {
		uint64_t left = ledger->chain.length - ledger->read;

		ledger->window_start = ledger->read;
		ledger->window_length = left < LEDGER_WINDOW ? (size_t)left : LEDGER_WINDOW;
		within = 0;
		if (!chain_read(spool, &ledger->chain, ledger->read, ledger->window,
		        ledger->window_length, failure))
			return false;
	}
	memcpy(&packed, ledger->window + within, sizeof packed);
	*entry = (struct ledger_entry){.kind = (enum sink_kept_kind)(packed.length >> KIND_SHIFT),
	    .object = packed.object,
	    .length = packed.length & ((UINT32_C(1) << KIND_SHIFT) - 1)};
	return true;
}

bool
ledger_take(struct spool *spool, struct ledger *ledger, const struct ledger_entry *entry, char *to,
    struct failure *failure)
{
	ledger->read += sizeof(struct packed);
	if (entry->kind != SINK_KEPT_RECORD) {
		if (!chain_read(spool, &ledger->chain, ledger->read, to, entry->length, failure))
			return false;
		ledger->read += entry->length;
	}
	chain_drop(spool, &ledger->chain, ledger->read);
	return true;
}
