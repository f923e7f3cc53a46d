/* documents: writes policies and the template. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fxstack/common.h"
#include "stack/iam/policy.h"
#include "stack/template/template.h"
#include "text/json.h"
#include "text/nearest.h"

#define ELEMENT(tool) tool,

static const char *const known[] = {FXSTACK_TOOLS(ELEMENT)};

static bool refuse_tool(const char *tool, struct failure *failure);
static bool write_one(struct fxstack *fx, const char *tool, const char *const *tools, size_t count,
    struct failure *failure);
static void report_left_out(void *context, const struct resource *resource, const char *why);

/* One document for all tools named; without a name, a line for each tool that needs a policy. */
bool
documents_policies(struct fxstack *fx, struct failure *failure)
{
	size_t written = 0;

	for (size_t i = 0; i < fx->tool_count; i++) {
		if (!policy_knows(fx->tools[i]))
			return refuse_tool(fx->tools[i], failure);
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
refuse_tool(const char *tool, struct failure *failure)
{
	const char *meant = nearest(tool, known, sizeof known / sizeof *known);
	struct shown shown;

	return fail(failure, FAILURE_PERMANENT, "%s is not a tool that calls AWS%s%s%s",
	    show(&shown, tool, strlen(tool)), meant != NULL ? " (did you mean " : "",
	    meant != NULL ? meant : "", meant != NULL ? "?)" : "");
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
documents_template(struct fxstack *fx, struct failure *failure)
{
	struct buffer document;
	bool written;

	buffer_init(&document, POLICY_MOST);
	written = template_write(fx->stack, &document, report_left_out, fx, failure) &&
	          output_add_line(fx->tool->output, buffer_span(&document), failure);
	fx->tool->stats.done += written;
	buffer_free(&document);
	return written;
}

static void
report_left_out(void *context, const struct resource *resource, const char *why)
{
	char *remark = memory_format("left out of the template: %s", why);

	fxstack_report_remark(context, resource, remark);
	free(remark);
}
