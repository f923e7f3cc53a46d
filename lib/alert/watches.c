/* watches: finds the watch of a key, adds records and notes. */
#include <search.h>
#include <stdlib.h>

#include "alert/internal.h"
#include "base/memory.h"

void
watches_init(struct watches *watches, const struct rules *rules, size_t ceiling)
{
	*watches = (struct watches){.rules = rules, .ceiling = ceiling};
}

static int
compare(const void *a, const void *b)
{
	const struct watch *left = a, *right = b;

	return span_compare(left->key, right->key);
}

void
watches_clear(struct watches *watches)
{
	for (size_t i = 0; i < watches->count; i++) {
		tdelete(watches->items[i], &watches->tree, compare);
		free((char *)watches->items[i]->key.start);
		watch_free(watches->items[i], watches->rules);
		free(watches->items[i]);
	}
	free(watches->items);
	while (watches->note_count > 0)
		watches_forget(watches, watches->note_count - 1);
	free(watches->notes);
	watches_init(watches, watches->rules, watches->ceiling);
}

struct watch *
watches_find(const struct watches *watches, struct span key)
{
	const struct watch wanted = {.key = key};
	struct watch *const *found = tfind(&wanted, &watches->tree, compare);

	return found != NULL ? *found : NULL;
}

struct watch *
watches_new(struct watches *watches, struct span key)
{
	struct watch *watch = memory_new(1, sizeof *watch);

	if ((watches->count & (watches->count - 1)) == 0)
		watches->items = memory_resize(watches->items,
		    watches->count > 0 ? watches->count * 2 : 1, sizeof *watches->items);
	watch->key = (struct span){memory_copy(key.start, key.length), key.length};
	watch_init(watch, watches->rules);
	if (tsearch(watch, &watches->tree, compare) == NULL)
		abort(); /* no memory */
	watches->items[watches->count++] = watch;
	watches->size += watch_size(watch, watches->rules);
	return watch;
}

bool
watches_add(struct watches *watches, const struct watch_input *input,
    struct alert alerts[WATCH_ALERTS], size_t *count, bool *late, struct failure *failure)
{
	struct watch *watch = watches_find(watches, input->key);

	if (watch == NULL)
		watch = watches_new(watches, input->key);
	*count = 0;
	*late = watch->begun && input->time < watch->time;
	if (*late)
		return true;
	watches->size -= watch_size(watch, watches->rules);
	*count = watch_add(watch, watches->rules, input, alerts);
	watches->size += watch_size(watch, watches->rules);
	if (watches->size <= watches->ceiling)
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "the values of %zu keys take more than %zu bytes: shorten the times of the rules, or "
	    "allow more with --max-state",
	    watches->count, watches->ceiling);
}

static size_t
note_size(const struct note *note)
{
	return sizeof *note + note->key.length + note->position.length;
}

void
watches_forget(struct watches *watches, size_t place)
{
	struct note *note = watches->notes[place];

	watches->size -= note_size(note);
	watches->notes[place] = watches->notes[--watches->note_count];
	free((char *)note->key.start);
	free((char *)note->position.start);
	free(note);
}

static void
keep(struct watches *watches, const struct note *note)
{
	struct note *copy = memory_new(1, sizeof *copy);

	*copy = *note;
	copy->key.start = memory_copy(note->key.start, note->key.length);
	copy->position.start = memory_copy(note->position.start, note->position.length);
	for (size_t i = 0; i < watches->note_count; i++) {
		const struct note *other = watches->notes[i];

		if (other->rule == copy->rule && other->time == copy->time &&
		    span_equal(other->key, copy->key)) {
			watches_forget(watches, i);
			break;
		}
	}
	if ((watches->note_count & (watches->note_count - 1)) == 0)
		watches->notes = memory_resize(watches->notes,
		    watches->note_count > 0 ? watches->note_count * 2 : 1, sizeof *watches->notes);
	watches->notes[watches->note_count++] = copy;
	watches->size += note_size(copy);
}

void
watches_note(struct watches *watches, const struct note *note)
{
	struct watch *watch = watches_find(watches, note->key);

	/* A state that went back may not know that record yet. */
	if (watch != NULL && watch->begun && watch->time == note->time) {
		struct watch_rule *state = &watch->rules[note->rule];

		state->up = state->fired = true;
		state->fired_at = note->at;
	}
	if (note->position.length > 0)
		keep(watches, note);
}
