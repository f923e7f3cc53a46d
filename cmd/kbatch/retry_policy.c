/* retry_policy: decides what happens to the lines that an attempt has left. */
#include "kbatch/retry_policy.h"

/* A persistent command reports the error of each line: there is no line to search for. */
static bool
may_split(const struct retry_rules *rules, const struct outcome *outcome)
{
	return rules->bisect && outcome->kind == OUTCOME_FAILED &&
	       outcome->end != OUTCOME_STILL_RUNS;
}

static enum retry_action
give_up(const struct retry_rules *rules, const struct outcome *outcome)
{
	if (outcome->kind == OUTCOME_TEMPORARY)
		return RETRY_STOP_TEMPORARY;
	return rules->rejects ? RETRY_REFUSE : RETRY_STOP_REFUSED;
}

struct retry_decision
retry_policy_decide(
    const struct retry_rules *rules, const struct retry_state *state, const struct outcome *outcome)
{
	struct retry_decision decision = {.failures = state->progress ? 0 : state->failures};
	bool old = state->old > 0;
	size_t left = state->left;

	if (outcome->kind == OUTCOME_UNREAD) {
		decision.action = RETRY_NOW;
		return decision;
	}
	if (outcome->kind == OUTCOME_CANNOT_RUN) {
		decision.action = RETRY_STOP_PERMANENT;
		return decision;
	}
	decision.refuse_old = rules->rejects && old;
	if (decision.refuse_old)
		left -= state->old;
	if (left == 0) {
		decision.action = RETRY_NEXT_PART;
		return decision;
	}
	if (left > 1 && may_split(rules, outcome)) {
		decision.action = state->progress ? RETRY_NOW : RETRY_HALVES;
		return decision;
	}
	/* Counting stops at RETRY_FOREVER, so that it never exceeds it. */
	if (decision.failures < RETRY_FOREVER)
		decision.failures++;
	if (old && !rules->rejects) {
		decision.action = RETRY_STOP_REFUSED;
		decision.too_old = true;
	} else if (decision.failures <= rules->retries) {
		decision.action = RETRY_LATER;
	} else {
		decision.action = give_up(rules, outcome);
	}
	return decision;
}
