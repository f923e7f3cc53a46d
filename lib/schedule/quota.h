/*
 * quota: the requests that an entry makes to a provider in a day, as far as its command shows
 * them, and the number that the provider allows.
 */
#ifndef SCHEDULE_QUOTA_H
#define SCHEDULE_QUOTA_H

#include <stdbool.h>
#include <stdint.h>
#include "schedule/entry.h"
#include "schedule/expression.h"
#include "schedule/place.h"

enum { QUOTA_PROVIDERS = 16 };

/* What the user's options say about the command. */
struct quota_settings {
	const char *provider; /* that it asks; NULL: as its fxfetch says */
	uint64_t pairs; /* requests of a run; 0: as its fxfetch says */
	uint64_t per_day; /* requests that the provider allows; 0: as its definition says */
};

/* The requests of one run, by provider. */
struct quota {
	struct {
		char *provider;
		uint64_t requests;
	} asked[QUOTA_PROVIDERS];
	size_t count;
	bool standard_input; /* an fxfetch reads its pairs there: they count as one */
};

/* Finds each fxfetch in the entry's command. settings: NULL for an entry that is installed. */
void quota_find(const struct entry *entry, const struct place *place,
    const struct quota_settings *settings, struct quota *quota);
void quota_free(struct quota *quota);
uint64_t quota_requests(const struct quota *quota, const char *provider);
/* The requests a day that the provider allows; 0: no limit is known. */
uint64_t quota_limit(
    const char *provider, const struct place *place, const struct quota_settings *settings);
/*
 * Refuses (FAILURE_PERMANENT) more requests than limit; the message has the arithmetic and a
 * schedule that fits. requests: of a run; others: those of other entries in a day.
 */
bool quota_check(const char *provider, const char *schedule, uint64_t runs, uint64_t requests,
    uint64_t others, uint64_t limit, struct failure *failure);

#endif
