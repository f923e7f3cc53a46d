/* alert_state: what the journal needs of the state, and the options that the state depends on. */
#include "fxalert/alert_state.h"

enum { OPTIONS = 1024 * 1024 /* more than arguments can have */ };

static void
clear(void *context)
{
	watches_clear(context);
}

static bool
save(void *context, struct buffer *saved)
{
	return watches_save(context, saved);
}

static bool
load(void *context, struct span saved, struct failure *failure)
{
	return watches_load(context, saved, failure);
}

static bool
apply(void *context, struct span input, struct failure *failure)
{
	return watches_apply(context, input, failure);
}

/* As text, in the order of the rules, which decides what a snapshot holds. */
static const char *
describe(const struct alert_options *options, struct buffer *text)
{
	buffer_add_format(text, "-k %s -T %s", options->key, options->time);
	for (size_t i = 0; i < options->rules.count; i++)
		buffer_add_format(text, " '%s'", options->rules.items[i].text);
	return buffer_text(text);
}

bool
alert_state_open(struct alert_output *to, struct failure *failure)
{
	const struct journal_state state = {
	    .context = &to->watches, .clear = clear, .save = save, .load = load, .apply = apply};
	struct buffer text;
	bool opened;

	buffer_init(&text, OPTIONS);
	opened = filtering_open(to->filtering, &state, describe(to->options, &text), failure);
	buffer_free(&text);
	return opened;
}

bool
alert_state_add(struct alert_output *to, const struct watch_input *input,
    const struct position *position, struct alert alerts[WATCH_ALERTS], size_t *count, bool *late,
    struct failure *failure)
{
	struct journal *journal = position != NULL ? to->filtering->journal : NULL;
	unsigned char bytes[WATCHES_INPUT];
	size_t length;

	if (journal != NULL && !journal_before(journal, position, failure))
		return false;
	if (!watches_add(&to->watches, input, alerts, count, late, failure))
		return false;
	if (journal == NULL || *late)
		return true;
	length = watches_write_record(&to->watches, input, bytes);
	return journal_add(journal, position, (struct span){(const char *)bytes, length}, failure);
}
