/* fxalert: writes a line each time a rule becomes true for a key. */
#include "base/clock.h"
#include "fxalert/alert_missing.h"
#include "fxalert/alert_state.h"
#include "record/measure.h"

enum { LINE = 2 * 1024 * 1024 /* the names of two members, arguments, have most of it */ };

/* Places among the members that are wanted; those of the rules follow. */
enum { KEY, TIME, OWN };

struct fxalert {
	struct alert_options options;
	struct filtering filtering;
	struct alert_output output;
	struct json_wanted wanted[OWN + RULES_MOST];
	struct buffer key; /* of a record whose key has escapes */
};

static void start(struct fxalert *fxalert);
static bool begin(void *context, struct failure *failure);
static bool reach(
    void *context, const struct positioned *found, bool mark, struct failure *failure);
static bool take_record(void *context, const struct line *line, const struct position *position,
    struct failure *failure);
static bool look(void *context, struct failure *failure);

int
main(int argc, char **argv)
{
	static struct fxalert fxalert;
	static struct tool tool;
	struct filter filter = {.context = &fxalert,
	    .begin = begin,
	    .reach = reach,
	    .take = take_record,
	    .look = look,
	    .look_every = -1};
	struct failure failure = {.kind = FAILURE_NONE};

	alert_options_read(&tool, argc, argv, &fxalert.options);
	tool_ready(&tool);
	if (fxalert.options.rules.missing)
		filter.look_every = ALERT_MISSING_WAIT;
	fxalert.filtering = (struct filtering){
	    .tool = &tool, .options = &fxalert.options.filtering, .filter = &filter};
	start(&fxalert);
	if (alert_state_open(&fxalert.output, &failure))
		filtering_run(&fxalert.filtering, &failure);
	filtering_report_late(&fxalert.filtering, "ignored");
	filtering_close(&fxalert.filtering, &failure);
	watches_clear(&fxalert.output.watches);
	rules_free(&fxalert.options.rules);
	buffer_free(&fxalert.output.text);
	buffer_free(&fxalert.key);
	tool_end(&tool, &failure);
}

static void
start(struct fxalert *fxalert)
{
	const struct alert_options *options = &fxalert->options;

	fxalert->output =
	    (struct alert_output){.filtering = &fxalert->filtering, .options = options};
	watches_init(&fxalert->output.watches, &options->rules, options->filtering.max_state);
	buffer_init(&fxalert->output.text, LINE);
	buffer_init(&fxalert->key, 2 * MEASURE_KEY);
	fxalert->wanted[KEY].name = span_of(options->key);
	fxalert->wanted[TIME].name = span_of(options->time);
	for (size_t i = 0; i < options->rules.member_count; i++)
		fxalert->wanted[OWN + i].name = span_of(options->rules.members[i]);
}

static bool
begin(void *context, struct failure *failure)
{
	struct fxalert *fxalert = context;

	return alert_missing_begin(&fxalert->output, failure);
}

static bool
reach(void *context, const struct positioned *found, bool mark, struct failure *failure)
{
	struct fxalert *fxalert = context;

	(void)mark;
	alert_output_at(&fxalert->output, &found->position);
	return alert_missing_again(&fxalert->output, failure);
}

static bool
look(void *context, struct failure *failure)
{
	struct fxalert *fxalert = context;

	return alert_missing_check(&fxalert->output, failure);
}

static bool
read_record(struct fxalert *fxalert, const struct line *line, struct watch_input *input,
    struct failure *failure)
{
	size_t members = fxalert->options.rules.member_count;
	struct json_wanted *wanted = fxalert->wanted;

	if (!measure_check(line, fxalert->filtering.tool->max_line, failure) ||
	    !measure_find(line->text, wanted, OWN + members, OWN + members, failure) ||
	    !measure_key(&wanted[KEY], &fxalert->key, &input->key, failure) ||
	    !measure_time(&wanted[TIME], &input->time, failure))
		return false;
	for (size_t i = 0; i < members; i++) {
		if (!measure_number(&wanted[OWN + i], &input->values[i], failure))
			return false;
	}
	input->arrived = clock_now();
	return true;
}

/* Writes the alerts that the record fires. */
static bool
take_record(void *context, const struct line *line, const struct position *position,
    struct failure *failure)
{
	struct fxalert *fxalert = context;
	struct alert_output *output = &fxalert->output;
	struct alert alerts[WATCH_ALERTS];
	struct watch_input input;
	size_t count;
	bool late;

	if (!read_record(fxalert, line, &input, failure) ||
	    !alert_state_add(output, &input, position, alerts, &count, &late, failure))
		return false;
	if (position == NULL)
		*output->position = '\0';
	fxalert->filtering.late += late;
	for (size_t i = 0; i < count; i++) {
		if (!alert_output_give(
		        output, input.key, input.time, alerts[i].rule, &alerts[i], failure))
			return false;
	}
	return true;
}
