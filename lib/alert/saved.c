/* saved: writes and reads the state and its inputs. */
#include <stdlib.h>

#include "alert/internal.h"
#include "base/memory.h"
#include "text/packed.h"

static const char magic[] = "fxalert 1\n";

enum { MAGIC = sizeof magic - 1, DECIMAL = PACKED_DECIMAL, BOUND = 8 + DECIMAL, SIDE = 16 };

/* The kinds of inputs. */
enum { RECORD = 'r', NOTE = 'm' };

/* The bits of a rule. */
enum { UP = 1, DOWN = 2, ARMED = 4, FIRED = 8 };

static bool
take_decimal(struct span *bytes, struct decimal *decimal)
{
	const unsigned char *start = packed_take(bytes, DECIMAL);

	if (start == NULL)
		return false;
	*decimal = packed_get_decimal(start);
	return packed_is_value(*decimal);
}

static bool
take_time(struct span *bytes, int64_t *time)
{
	uint64_t number;

	if (!packed_take_number(bytes, 8, &number))
		return false;
	*time = (int64_t)number;
	return packed_is_time(*time);
}

/* A text with its length, of 2 bytes, before it. */
static bool
take_text(struct span *bytes, size_t most, struct span *text)
{
	uint64_t length;

	if (!packed_take_number(bytes, 2, &length) || length > most || length > bytes->length)
		return false;
	*text = (struct span){bytes->start, (size_t)length};
	(void)packed_take(bytes, (size_t)length);
	return true;
}

size_t
watches_write_record(const struct watches *watches, const struct watch_input *input,
    unsigned char bytes[WATCHES_INPUT])
{
	unsigned char *at = bytes;

	*at++ = RECORD;
	packed_put(at, (uint64_t)input->time, 8);
	packed_put(at + 8, (uint64_t)input->arrived, 8);
	at += 16;
	for (size_t i = 0; i < watches->rules->member_count; i++, at += DECIMAL)
		packed_put_decimal(at, input->values[i]);
	memcpy(at, input->key.start, input->key.length);
	return (size_t)(at - bytes) + input->key.length;
}

static unsigned char *
put_text(unsigned char *bytes, struct span text)
{
	packed_put(bytes, text.length, 2);
	memcpy(bytes + 2, text.start, text.length);
	return bytes + 2 + text.length;
}

/* A note after its kind. */
static size_t
put_note(const struct note *note, unsigned char *bytes)
{
	unsigned char *at = bytes;

	*at++ = (unsigned char)note->rule;
	packed_put(at, (uint64_t)note->time, 8);
	packed_put(at + 8, (uint64_t)note->at, 8);
	at = put_text(put_text(at + 16, note->position), note->key);
	return (size_t)(at - bytes);
}

size_t
watches_write_note(const struct note *note, unsigned char bytes[WATCHES_INPUT])
{
	bytes[0] = NOTE;
	return 1 + put_note(note, bytes + 1);
}

static bool
take_note(const struct watches *watches, struct span *bytes, struct note *note)
{
	struct position position;
	uint64_t rule;

	if (!packed_take_number(bytes, 1, &rule) || rule >= watches->rules->count ||
	    watches->rules->items[rule].kind != RULE_MISSING || !take_time(bytes, &note->time) ||
	    !take_time(bytes, &note->at) || !take_text(bytes, POSITION_SIZE - 1, &note->position) ||
	    !take_text(bytes, WATCHES_KEY, &note->key))
		return false;
	note->rule = (size_t)rule;
	return position_parse(note->position, &position) && !position.through;
}

static bool
apply_record(struct watches *watches, struct span bytes, struct failure *failure)
{
	struct alert alerts[WATCH_ALERTS];
	struct watch_input input;
	bool late, good = take_time(&bytes, &input.time) && take_time(&bytes, &input.arrived);
	size_t count;

	for (size_t i = 0; i < watches->rules->member_count && good; i++)
		good = take_decimal(&bytes, &input.values[i]);
	if (!good || bytes.length > WATCHES_KEY)
		return fail(failure, FAILURE_PERMANENT, "a record of the saved state is damaged");
	input.key = bytes;
	return watches_add(watches, &input, alerts, &count, &late, failure);
}

bool
watches_apply(struct watches *watches, struct span input, struct failure *failure)
{
	uint64_t kind = 0;
	struct note note;

	if (packed_take_number(&input, 1, &kind) && kind == RECORD)
		return apply_record(watches, input, failure);
	if (kind != NOTE || !take_note(watches, &input, &note) || input.length > 0)
		return fail(failure, FAILURE_PERMANENT, "an input of the saved state is damaged");
	watches_note(watches, &note);
	return true;
}

static bool
save_decimal(struct buffer *saved, struct decimal decimal)
{
	unsigned char bytes[DECIMAL];

	packed_put_decimal(bytes, decimal);
	return buffer_add(saved, bytes, sizeof bytes);
}

static bool
save_bounds(struct buffer *saved, const struct bounds *bounds)
{
	bool good = packed_add(saved, bounds->end - bounds->begin, 8);

	for (size_t i = bounds->begin; i < bounds->end && good; i++)
		good = packed_add(saved, (uint64_t)bounds->items[i].time, 8) &&
		       save_decimal(saved, bounds->items[i].value);
	return good;
}

static bool
save_rule(struct buffer *saved, const struct rule *rule, const struct watch_rule *state)
{
	int bits = (state->up ? UP : 0) | (state->down ? DOWN : 0) | (state->armed ? ARMED : 0) |
	           (state->fired ? FIRED : 0) | SIDE * (state->side + 1);

	if (!packed_add(saved, (uint64_t)bits, 1) ||
	    !packed_add(saved, (uint64_t)state->fired_at, 8))
		return false;
	return rule->kind != RULE_CHANGE ||
	       (save_bounds(saved, &state->lowest) && save_bounds(saved, &state->highest));
}

static bool
save_watch(struct buffer *saved, const struct rules *rules, const struct watch *watch)
{
	bool good = packed_add(saved, watch->key.length, 2) &&
	            buffer_add(saved, watch->key.start, watch->key.length) &&
	            packed_add(saved, (uint64_t)watch->time, 8) &&
	            packed_add(saved, (uint64_t)watch->arrived, 8);

	for (size_t i = 0; i < rules->member_count && good; i++)
		good = save_decimal(saved, watch->values[i]);
	for (size_t i = 0; i < rules->count && good; i++)
		good = save_rule(saved, &rules->items[i], &watch->rules[i]);
	return good;
}

bool
watches_save(const struct watches *watches, struct buffer *saved)
{
	unsigned char bytes[WATCHES_INPUT];
	bool good = buffer_add(saved, magic, MAGIC) && packed_add(saved, watches->note_count, 4);

	for (size_t i = 0; i < watches->note_count && good; i++)
		good = buffer_add(saved, bytes, put_note(watches->notes[i], bytes));
	for (size_t i = 0; i < watches->count && good; i++)
		good = save_watch(saved, watches->rules, watches->items[i]);
	return good;
}

static bool
load_bounds(struct span *saved, struct bounds *bounds, int64_t before)
{
	int64_t previous = INT64_MIN;
	uint64_t count;

	if (!packed_take_number(saved, 8, &count) || count > saved->length / BOUND)
		return false;
	if (count == 0)
		return true;
	bounds->capacity = (size_t)count;
	bounds->items = memory_new(bounds->capacity, sizeof *bounds->items);
	for (; bounds->end < count; bounds->end++) {
		struct bound *item = &bounds->items[bounds->end];

		if (!take_time(saved, &item->time) || item->time <= previous ||
		    item->time >= before || !take_decimal(saved, &item->value) ||
		    item->value.whole == 0)
			return false;
		previous = item->time;
	}
	return true;
}

static bool
load_rule(struct span *saved, const struct rule *rule, const struct watch *watch,
    struct watch_rule *state)
{
	uint64_t bits;

	if (!packed_take_number(saved, 1, &bits) || bits >= 3 * SIDE ||
	    !take_time(saved, &state->fired_at))
		return false;
	state->up = (bits & UP) != 0;
	state->down = (bits & DOWN) != 0;
	state->armed = (bits & ARMED) != 0;
	state->fired = (bits & FIRED) != 0;
	state->side = (int)(bits / SIDE) - 1;
	return rule->kind != RULE_CHANGE || (load_bounds(saved, &state->lowest, watch->time) &&
	                                        load_bounds(saved, &state->highest, watch->time));
}

static bool
load_watch(struct watches *watches, struct span *saved)
{
	const struct rules *rules = watches->rules;
	struct watch *watch;
	struct span key;
	bool good = take_text(saved, WATCHES_KEY, &key) && watches_find(watches, key) == NULL;

	if (!good)
		return false;
	watch = watches_new(watches, key);
	watches->size -= watch_size(watch, rules);
	watch->begun = true;
	good = take_time(saved, &watch->time) && take_time(saved, &watch->arrived);
	for (size_t i = 0; i < rules->member_count && good; i++)
		good = take_decimal(saved, &watch->values[i]);
	for (size_t i = 0; i < rules->count && good; i++)
		good = load_rule(saved, &rules->items[i], watch, &watch->rules[i]);
	watches->size += watch_size(watch, rules);
	return good;
}

static bool
load_all(struct watches *watches, struct span saved)
{
	uint64_t count = 0;
	struct note note;
	bool good = packed_take_number(&saved, 4, &count);

	for (; count > 0 && good; count--) {
		size_t before = watches->note_count;

		good = take_note(watches, &saved, &note);
		if (good)
			watches_note(watches, &note);
		good = good && watches->note_count > before;
	}
	while (saved.length > 0 && good)
		good = load_watch(watches, &saved);
	return good;
}

bool
watches_load(struct watches *watches, struct span saved, struct failure *failure)
{
	const unsigned char *first = packed_take(&saved, MAGIC);

	watches_clear(watches);
	if (first == NULL || memcmp(first, magic, MAGIC) != 0)
		return fail(failure, FAILURE_PERMANENT,
		    "the saved state is not one of this version of fxalert");
	if (load_all(watches, saved))
		return true;
	watches_clear(watches);
	return fail(failure, FAILURE_PERMANENT, "the saved state is damaged");
}
