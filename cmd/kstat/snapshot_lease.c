/* snapshot_lease: what is known of a lease, in a word. */
#include "kstat/snapshot_text.h"

const char *
snapshot_lease(const struct group_reader *reader, int64_t failover)
{
	static const char *const words[] = {[READER_NONE] = "free",
	    [READER_LIVES] = "renewed",
	    [READER_DEAD] = "expired",
	    [READER_UNKNOWN] = "unknown"};

	if (!reader->leased)
		return NULL;
	if (reader->ended)
		return "ended";
	if (reader->waits)
		return "waiting";
	return words[group_reader_life(reader, failover)];
}

int64_t
snapshot_lease_age(const struct group_reader *reader)
{
	bool known = reader->leased && !reader->ended && reader->worker[0] != '\0' &&
	             (reader->renewed || reader->unchanged > 0);

	return known ? reader->unchanged : -1;
}
