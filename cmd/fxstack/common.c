/* common: the order of the work, waiting for a resource, and reporting on it. */
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fxstack/common.h"
#include "schedule/daemon.h"
#include "stack/served.h"
#include "text/json.h"

enum { LINE_MOST = 8 * RESOURCE_LINE_MOST, FIRST_PAUSE = 50, LONGEST_PAUSE = 5000, SLICE = 100 };

void
fxstack_begin(struct fxstack *fx)
{
	fx->deadline = clock_steady() + fx->timeout * 1000;
}

bool
fxstack_is_entry(const struct resource *resource)
{
	return resource->type == RESOURCE_SCHEDULE || resource->type == RESOURCE_CONSUMER;
}

const char *
fxstack_cron_fault(const struct fxstack *fx)
{
	for (size_t i = 0; i < stack_count(fx->stack); i++) {
		if (fxstack_is_entry(stack_resource(fx->stack, i)))
			return daemon_fault();
	}
	return NULL;
}

/* A command that publishes to a topic fails without one. */
static bool
lacks_webhook(const struct fxstack *fx, const struct resource *resource)
{
	char *webhook = fxstack_is_entry(resource) ? served_webhook(fx->stack, resource) : NULL;
	bool lacking = webhook != NULL && access(webhook, F_OK) != 0;

	free(webhook);
	return lacking;
}

const char *
fxstack_skip(const struct fxstack *fx, const struct resource *resource)
{
	const cJSON *optional = resource_value(resource, "optional");
	bool secret = resource->type == RESOURCE_SECRET && cJSON_IsTrue(optional);

	if (resource->kind == NULL)
		return "it cannot be embedded";
	if ((secret && settings_get(&resource->wanted, "value") == NULL) ||
	    (resource->type == RESOURCE_SUBSCRIPTION &&
	        settings_get(&resource->wanted, "endpoint") == NULL))
		return "its file does not exist";
	if (lacks_webhook(fx, resource))
		return "its topic is not on AWS, and there is no webhook in its place";
	return NULL;
}

static int
rank_of(const struct resource *resource)
{
	switch (resource->type) {
	case RESOURCE_FANOUT:
	case RESOURCE_SUBSCRIPTION:
	case RESOURCE_DELIVERY:
	case RESOURCE_ALARM:
		return 1;
	default:
		return fxstack_is_entry(resource) ? 2 : 0;
	}
}

const struct resource *
fxstack_resource(const struct fxstack *fx, size_t place)
{
	size_t count = stack_count(fx->stack);

	for (int rank = 0; rank <= 2; rank++) {
		for (size_t i = 0; i < count; i++) {
			const struct resource *resource = stack_resource(fx->stack, i);

			if (rank_of(resource) == rank && place-- == 0)
				return resource;
		}
	}
	return NULL;
}

bool
fxstack_wait(struct fxstack *fx, const struct resource *resource, const char *state,
    unsigned number, struct failure *failure)
{
	int64_t length = number > 7 ? LONGEST_PAUSE : FIRST_PAUSE << number;
	int64_t end = clock_steady() + (length < LONGEST_PAUSE ? length : LONGEST_PAUSE) * 1000;
	char *waiting =
	    memory_format("waiting for the %s %s: %s", resource_type_name(resource->type),
	        resource->name, state[0] != '\0' ? state : "not as wanted yet");
	int64_t left;
	bool waited = true;

	if (clock_steady() >= fx->deadline)
		waited = fail(failure, FAILURE_TEMPORARY,
		    "%s after %" PRId64 " s: run it again to continue",
		    state[0] != '\0' ? state : "not as wanted", fx->timeout / 1000);
	while (waited && tool_stop == 0 && (left = end - clock_steady()) > 0) {
		tool_tick(fx->tool, true, waiting);
		poll(NULL, 0, left < SLICE * 1000 ? (int)(left / 1000 + 1) : SLICE);
	}
	free(waiting);
	if (waited && tool_stop != 0)
		waited = fail_stopped(failure);
	return waited;
}

bool
fxstack_read(struct fxstack *fx, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	*presence = (struct presence){.exists = false};
	if (!stack_owns(fx->stack, resource, failure))
		return false;
	for (unsigned number = 0;; number++) {
		*presence = (struct presence){.exists = false};
		if (tool_stop != 0)
			return fail_stopped(failure);
		if (!resource->kind->read(fx->stack, resource, presence, failure))
			return false;
		if (!presence->busy)
			return true;
		if (!fxstack_wait(fx, resource, presence->state, number, failure))
			return false;
		presence_free(presence);
	}
}

bool
fxstack_write_result(struct fxstack *fx, const struct resource *resource, const char *action,
    struct span changes, struct failure *failure)
{
	struct buffer line;
	bool written;

	buffer_init(&line, LINE_MOST);
	buffer_add_format(
	    &line, "{\"resource\":\"%s\",\"name\":", resource_type_name(resource->type));
	json_add_string(&line, resource->name, strlen(resource->name));
	buffer_add_format(&line, ",\"action\":\"%s\"", action);
	if (changes.length > 0) {
		buffer_add_text(&line, ",\"changes\":");
		buffer_add(&line, changes.start, changes.length);
	}
	buffer_add_text(&line, "}");
	written = output_add_line(fx->tool->output, buffer_span(&line), failure) &&
	          output_flush(fx->tool->output, failure);
	buffer_free(&line);
	fx->tool->stats.done += written;
	return written;
}

void
fxstack_report_failure(
    struct fxstack *fx, const struct resource *resource, const struct failure *failure)
{
	struct failure whole;

	fail(&whole, failure->kind, "line %" PRIu64 ": the %s %s: %s", resource->line,
	    resource_type_name(resource->type), resource->name, failure->text);
	tool_failed(fx->tool, &whole);
}

void
fxstack_report_remark(struct fxstack *fx, const struct resource *resource, const char *remark)
{
	tool_message(fx->tool, "line %" PRIu64 ": the %s %s: %s", resource->line,
	    resource_type_name(resource->type), resource->name, remark);
}
