/* documents: fxstack's policy and template. */
#include <string.h>

#include "text/json.h"
#include "stack/policy.h"
#include "fxstack/common.h"

/* All that call AWS. */
static const char *const known[] = {
    "fxfetch", "kput", "kread", "kack", "kstat", "ddbput", "ddbget", "smget", "cwput"};

static bool write_one(struct fxstack *fx, const char *tool, const char *const *tools, size_t count,
    struct failure *failure);
static void tell_left_out(void *context, const struct resource *resource, const char *why);

/* One document for all tools named; without any, a line for each that has something to do. */
bool
write_policies(struct fxstack *fx, struct failure *failure)
{
	struct shown shown;
	size_t written = 0;

	for (size_t i = 0; i < fx->tool_count; i++) {
		if (!policy_knows(fx->tools[i]))
			return fail(failure, FAILURE_PERMANENT, "%s is no tool that calls AWS",
			    show(&shown, fx->tools[i], strlen(fx->tools[i])));
	}
	if (fx->tool_count > 0)
		return write_one(fx, NULL, fx->tools, fx->tool_count, failure);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (!policy_knows(known[i]))
			continue;
		if (write_one(fx, known[i], &known[i], 1, failure))
			written++;
		else if (failure->kind != FAILURE_PERMANENT)
			return false;
	}
	if (written > 0)
		failure->kind = FAILURE_NONE;
	return written > 0;
}

static bool
write_one(struct fxstack *fx, const char *tool, const char *const *tools, size_t count,
    struct failure *failure)
{
	struct buffer line, document;
	bool written;

	buffer_init(&document, POLICY_MOST);
	buffer_init(&line, 2 * POLICY_MOST);
	written = policy_for(fx->stack, tools, count, &document, failure);
	if (written && tool != NULL)
		buffer_add_format(&line, "{\"tool\":\"%s\",\"policy\":", tool);
	if (written) {
		buffer_add(&line, document.data, document.length);
		buffer_add_text(&line, tool != NULL ? "}" : "");
		written = output_add_line(fx->tool->output, buffer_span(&line), failure);
	}
	fx->tool->stats.done += written;
	buffer_free(&document);
	buffer_free(&line);
	return written;
}

bool
write_template(struct fxstack *fx, struct failure *failure)
{
	struct buffer document;
	bool written;

	buffer_init(&document, POLICY_MOST);
	written = template_write(fx->stack, &document, tell_left_out, fx, failure) &&
	          output_add_line(fx->tool->output, buffer_span(&document), failure);
	fx->tool->stats.done += written;
	buffer_free(&document);
	return written;
}

static void
tell_left_out(void *context, const struct resource *resource, const char *why)
{
	tell_about(context, resource, why);
}
