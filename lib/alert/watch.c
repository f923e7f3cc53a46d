/* watch: evaluates rules. Their state changes with the records alone, but for what is missing. */
#include <stdlib.h>

#include "alert/watch.h"
#include "base/memory.h"
#include "text/decimal_compare.h"

/* A rule that is evaluated. */
struct step {
	const struct rule *rule;
	struct watch_rule *state;
	struct decimal reset; /* the hysteresis */
	struct decimal value;
	bool pauses; /* after each alert */
	bool paused;
};

void
watch_init(struct watch *watch, const struct rules *rules)
{
	watch->values = memory_new(rules->member_count + 1, sizeof *watch->values);
	watch->rules = memory_new(rules->count, sizeof *watch->rules);
}

void
watch_free(struct watch *watch, const struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		free(watch->rules[i].lowest.items);
		free(watch->rules[i].highest.items);
	}
	free(watch->values);
	free(watch->rules);
}

size_t
watch_size(const struct watch *watch, const struct rules *rules)
{
	size_t size = sizeof *watch + watch->key.length +
	              rules->member_count * sizeof *watch->values +
	              rules->count * sizeof *watch->rules;

	for (size_t i = 0; i < rules->count; i++)
		size += (watch->rules[i].lowest.capacity + watch->rules[i].highest.capacity) *
		        sizeof(struct bound);
	return size;
}

static bool
is_paused(const struct rules *rules, const struct watch_rule *state, int64_t time)
{
	return state->fired && time < state->fired_at + rules->pause;
}

/* Compares with the number changed by the hysteresis; direction 1: the number is to be exceeded. */
static int
compare_reset(const struct step *step, struct decimal number, int direction)
{
	struct decimal percent = direction > 0 ? step->reset : decimal_negated(step->reset);

	return direction * decimal_compare_changed(step->value, number, percent);
}

static unsigned
step_bound(const struct step *step)
{
	const struct rule *rule = step->rule;
	int direction = rule->kind == RULE_ABOVE ? 1 : -1;
	int order = direction * decimal_compare(step->value, rule->number);
	bool *active = direction > 0 ? &step->state->up : &step->state->down;

	if (order > 0 || (order == 0 && rule->or_equal)) {
		if (*active || step->paused)
			return 0;
		*active = true;
		return direction > 0 ? RULE_UP : RULE_DOWN;
	}
	if (*active && compare_reset(step, rule->number, -direction) >= 0)
		*active = false;
	return 0;
}

/*
 * The side changes when the value is beyond the number: at once if it was far enough from it on
 * the other side, else if it is far enough beyond.
 */
static unsigned
step_crosses(const struct step *step)
{
	struct watch_rule *state = step->state;
	int side = decimal_compare(step->value, step->rule->number);
	unsigned direction = side > 0 ? RULE_UP : RULE_DOWN, fires = 0;

	if (side == 0)
		return 0;
	if (state->side == 0)
		state->side = side;
	if (side != state->side &&
	    (state->armed || compare_reset(step, step->rule->number, side) >= 0)) {
		fires = step->rule->directions & direction;
		if (fires != 0 && step->paused)
			return 0;
		state->side = side;
		state->armed = false;
	}
	if (side == state->side && compare_reset(step, step->rule->number, side) >= 0)
		state->armed = true;
	return fires;
}

/* With a percentage above or below the one of the rule by the hysteresis. */
static bool
has_changed(const struct step *step, const struct decimal *from, int direction, bool reset)
{
	struct decimal percent = step->rule->number, less = step->reset;
	decimal_whole wholes[2];
	int places = percent.places > less.places ? percent.places : less.places;

	if (from == NULL)
		return false;
	if (reset && less.whole != 0 && decimal_scale(percent, places, &wholes[0]) &&
	    decimal_scale(less, places, &wholes[1]))
		percent = (struct decimal){wholes[0] - wholes[1], places};
	if (direction < 0)
		percent.whole = -percent.whole;
	return direction * decimal_compare_changed(step->value, *from, percent) >= 0;
}

/* direction: 1 rise, -1 fall. */
static unsigned
step_change(const struct step *step, int direction)
{
	bool *active = direction > 0 ? &step->state->up : &step->state->down;
	const struct decimal *from =
	    bounds_first(direction > 0 ? &step->state->lowest : &step->state->highest);

	if (*active) {
		*active = has_changed(step, from, direction, true);
		return 0;
	}
	if (step->paused || !has_changed(step, from, direction, false))
		return 0;
	*active = true;
	return direction > 0 ? RULE_UP : RULE_DOWN;
}

static unsigned
step_changes(const struct step *step)
{
	struct step falling = *step;
	unsigned fires = 0;

	if ((step->rule->directions & RULE_UP) != 0)
		fires |= step_change(step, 1);
	falling.paused = step->paused || (step->pauses && fires != 0);
	if ((step->rule->directions & RULE_DOWN) != 0)
		fires |= step_change(&falling, -1);
	return fires;
}

static unsigned
evaluate(const struct step *step)
{
	switch (step->rule->kind) {
	case RULE_ABOVE:
	case RULE_BELOW:
		return step_bound(step);
	case RULE_CROSSES:
		return step_crosses(step);
	case RULE_CHANGE:
		return step_changes(step);
	case RULE_MISSING:
		step->state->up = false;
	}
	return 0;
}

/* Moves what the next record is compared with: the last one is before it now. */
static void
move(struct watch *watch, const struct rules *rules, int64_t time)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->items[i];
		struct watch_rule *state = &watch->rules[i];
		struct decimal last = watch->values[rule->member];

		if (rule->kind != RULE_CHANGE)
			continue;
		if (watch->begun && last.whole != 0 && (rule->directions & RULE_UP) != 0)
			bounds_add(&state->lowest, true, watch->time, last);
		if (watch->begun && last.whole != 0 && (rule->directions & RULE_DOWN) != 0)
			bounds_add(&state->highest, false, watch->time, last);
		bounds_drop(&state->lowest, time - rule->span);
		bounds_drop(&state->highest, time - rule->span);
	}
}

static struct alert
make_alert(const struct watch *watch, const struct rules *rules, size_t rule,
    enum rule_direction direction, const struct watch_input *input)
{
	size_t member = rules->items[rule].member;
	struct alert alert = {.rule = rule,
	    .direction = direction,
	    .value = input->values[member],
	    .has_previous = watch->begun,
	    .previous = watch->values[member]};

	if (rules->items[rule].kind == RULE_CHANGE)
		alert.previous = *bounds_first(direction == RULE_UP ? &watch->rules[rule].lowest
		                                                    : &watch->rules[rule].highest);
	return alert;
}

size_t
watch_add(struct watch *watch, const struct rules *rules, const struct watch_input *input,
    struct alert alerts[WATCH_ALERTS])
{
	size_t count = 0;

	if (!watch->begun || input->time > watch->time)
		move(watch, rules, input->time);
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->items[i];
		struct watch_rule *state = &watch->rules[i];
		struct step step = {.rule = rule,
		    .state = state,
		    .reset = rules->reset,
		    .value = input->values[rule->member],
		    .pauses = rules->pause > 0,
		    .paused = is_paused(rules, state, input->time)};
		unsigned fires = evaluate(&step);

		if ((fires & RULE_UP) != 0)
			alerts[count++] = make_alert(watch, rules, i, RULE_UP, input);
		if ((fires & RULE_DOWN) != 0)
			alerts[count++] = make_alert(watch, rules, i, RULE_DOWN, input);
		if (fires != 0) {
			state->fired = true;
			state->fired_at = input->time;
		}
	}
	watch->begun = true;
	watch->time = input->time;
	watch->arrived = input->arrived;
	memcpy(watch->values, input->values, rules->member_count * sizeof *watch->values);
	return count;
}

void
watch_set_clock(struct watch *watch, const struct rules *rules, int64_t now)
{
	if (watch->arrived > now)
		watch->arrived = now;
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->items[i].kind == RULE_MISSING && watch->rules[i].fired_at > now)
			watch->rules[i].fired_at = now;
	}
}

bool
watch_is_missing(const struct watch *watch, const struct rules *rules, size_t rule, int64_t now)
{
	const struct watch_rule *state = &watch->rules[rule];

	return rules->items[rule].kind == RULE_MISSING && watch->begun && !state->up &&
	       now - watch->arrived >= rules->items[rule].span && !is_paused(rules, state, now);
}
