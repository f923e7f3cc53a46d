/* roll_state: what the journal needs of the state, and the options that the state depends on. */
#include "fxroll/roll_state.h"

enum { OPTIONS = 1024 * 1024 /* more than arguments can have */ };

static void
clear(void *context)
{
	roll_clear(context);
}

static bool
save(void *context, struct buffer *saved)
{
	return roll_save(context, saved);
}

static bool
load(void *context, struct span saved, struct failure *failure)
{
	return roll_load(context, saved, failure);
}

static bool
apply(void *context, struct span bytes, struct failure *failure)
{
	struct roll_input input;
	enum series_added added;
	struct series *series;

	if (!roll_read_input(context, bytes, &input))
		return fail(failure, FAILURE_PERMANENT, "an input of the saved state is damaged");
	return roll_add(context, &input, &added, &series, failure);
}

/* As text, in the order of the statistics, which decides what a snapshot holds. */
static const char *
describe(const struct roll_options *options, struct buffer *text)
{
	buffer_add_format(text, "-k %s -v %s -T %s", options->key, options->value, options->time);
	for (size_t i = 0; i < options->statistics.count; i++)
		buffer_add_format(text, " %s", options->statistics.items[i].name);
	if (options->candles != NULL)
		buffer_add_format(text, " --candles %s", options->candles);
	if (options->volume != NULL)
		buffer_add_format(text, " --volume %s", options->volume);
	if (options->forecast != NULL)
		buffer_add_format(text, " --forecast %s --level-time %lldms --trend-time %lldms",
		    options->forecast, (long long)options->statistics.forecast.level_time,
		    (long long)options->statistics.forecast.trend_time);
	return buffer_text(text);
}

bool
roll_state_open(struct filtering *filtering, const struct roll_options *options, struct roll *roll,
    struct failure *failure)
{
	const struct journal_state state = {
	    .context = roll, .clear = clear, .save = save, .load = load, .apply = apply};
	struct buffer text;
	bool opened;

	buffer_init(&text, OPTIONS);
	opened = filtering_open(filtering, &state, describe(options, &text), failure);
	buffer_free(&text);
	return opened;
}

bool
roll_state_add(struct journal *journal, struct roll *roll, const struct roll_input *input,
    const struct position *position, enum series_added *added, struct series **series,
    struct failure *failure)
{
	unsigned char bytes[ROLL_INPUT];
	size_t length;

	if (journal != NULL && !journal_before(journal, position, failure))
		return false;
	if (!roll_add(roll, input, added, series, failure))
		return false;
	if (*added == SERIES_LARGE)
		return fail(failure, FAILURE_REFUSED,
		    "the values of this key need more than %d digits", DECIMAL_DIGITS);
	if (journal == NULL || *added == SERIES_LATE)
		return true;
	length = roll_write_input(roll, input, bytes);
	return journal_add(journal, position, (struct span){(const char *)bytes, length}, failure);
}
