/* watch: what the rules need to know of one key, and which of them a record fires. */
#ifndef ALERT_WATCH_H
#define ALERT_WATCH_H

#include "alert/bounds.h"
#include "alert/rule.h"

/* Of each rule. */
struct watch_rule {
	/*
	 * It has fired, and was not false since, in each direction; of RULE_MISSING up is used.
	 */
	bool up, down;
	int side; /* of RULE_CROSSES: 1 above the number, -1 below, 0 unknown */
	bool armed; /* the value was far enough on that side to change it again */
	bool fired;
	int64_t fired_at; /* time of the record; of RULE_MISSING by the clock; 0 if not fired */
	/* Of RULE_CHANGE: the values before the last record, for rising and falling. */
	struct bounds lowest, highest;
};

struct watch {
	struct span key; /* as in the record, the caller's */
	bool begun; /* there was a record */
	int64_t time; /* of its last record */
	int64_t arrived; /* when that came, by the clock */
	struct decimal *values; /* of the last record, one for each member of the rules */
	struct watch_rule *rules;
};

/* A record: what is added to the state. */
struct watch_input {
	struct span key; /* as text that is the same for equal keys */
	int64_t time; /* ms since 1970 */
	int64_t arrived; /* by the clock */
	struct decimal values[RULES_MOST]; /* one for each member of the rules */
};

struct alert {
	size_t rule;
	enum rule_direction direction;
	struct decimal value;
	bool has_previous;
	/* The value of the record before; of RULE_CHANGE the one that it is compared with. */
	struct decimal previous;
};

enum { WATCH_ALERTS = 2 * RULES_MOST };

void watch_init(struct watch *watch, const struct rules *rules);
void watch_free(struct watch *watch, const struct rules *rules);
/* Bytes that it takes. */
size_t watch_size(const struct watch *watch, const struct rules *rules);
/*
 * Adds a record, which is not older than the last one; returns the number of alerts. A record with
 * the time of the last one replaces it in what later ones are compared with.
 */
size_t watch_add(struct watch *watch, const struct rules *rules, const struct watch_input *input,
    struct alert alerts[WATCH_ALERTS]);
/*
 * The clock, which may have been set back: what came after now by the clock as it was counts as
 * having come now, so that a RULE_MISSING is not silent until the clock is there again.
 */
void watch_set_clock(struct watch *watch, const struct rules *rules, int64_t now);
/* Is a RULE_MISSING due, by the clock? */
bool watch_is_missing(
    const struct watch *watch, const struct rules *rules, size_t rule, int64_t now);

#endif
