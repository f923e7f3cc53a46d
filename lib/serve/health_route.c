/* health_route: GET /v1/health: what the checks of the stream, its groups and the disk find. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "health/checks.h"
#include "serve/arguments.h"
#include "serve/internal.h"

struct writing {
	struct trouble *trouble;
	struct buffer *body;
	int worst;
	bool first;
};

static void
write_finding(void *context, const struct finding *finding)
{
	struct writing *writing = context;

	struct finding shown = *finding;
	char what[256];

	if (finding->failed) {
		snprintf(what, sizeof what, "%s %s", finding->check, finding->of);
		trouble_note(writing->trouble, what, finding->sentence);
		shown.sentence = "it cannot be checked: " TROUBLE_WHERE;
	}
	/* The disk's name is a directory. */
	if (strcmp(finding->check, "disk") == 0)
		shown.of = "FX_HOME";
	writing->worst = failure_worse_status(writing->worst, finding->status);
	buffer_add_text(writing->body, writing->first ? "\n" : ",\n");
	writing->first = false;
	finding_write(writing->body, &shown);
}

static void
check_stream_and_groups(const struct service *service, struct findings *findings)
{
	const struct service_settings *settings = &service->settings;
	struct stream_settings stream = {.caller = settings->caller};
	struct checked_stream checked = {.name = service->stream_label};
	size_t count = 0;
	bool missing = false;

	while (settings->groups[count] != NULL)
		count++;
	checked.stream =
	    stream_open(settings->stream, STREAM_READ, &stream, NULL, &checked.failure);
	if (checked.stream != NULL && stream_directory(checked.stream) == NULL)
		checked.reader =
		    stream_open(settings->stream, STREAM_READ, &stream, NULL, &checked.failure);
	if (checked.stream != NULL && count > 0)
		checked.groups = checkpoints_open_all(settings->stream, settings->groups, count,
		    &missing, &settings->caller, &checked.groups_failure);
	if (missing || checked.groups != NULL)
		checked.groups_failure.kind = FAILURE_NONE;
	check_stream(findings, &checked);
	for (size_t i = 0; i < count; i++)
		check_group(findings, &checked, settings->groups[i], &settings->allowed);
	checkpoints_close(checked.groups);
	stream_close(checked.reader);
	stream_close(checked.stream);
}

bool
health_make(void *owner, void *context, struct shared_answer *answer, struct failure *failure)
{
	const struct service *service = owner;
	const struct service_settings *settings = &service->settings;
	struct buffer *body = &answer->bodies[0];
	struct writing writing = {.trouble = service->trouble, .body = body, .first = true};
	struct findings findings = {.now = clock_now(),
	    .max_age = settings->max_age,
	    .max_age_text = settings->max_age_text,
	    .stop = settings->caller.stop,
	    .found = write_finding,
	    .context = &writing};

	(void)context;
	buffer_add_text(body, "{\"findings\":[");
	/* One that may come is missed only by its groups. */
	if (service->has_stream || (settings->stream != NULL && settings->groups[0] != NULL))
		check_stream_and_groups(service, &findings);
	check_disk(&findings, settings->disk);
	answer->status = writing.worst == FINDINGS_WELL ? 200 : 503;
	return buffer_add_format(
	           body, "%s],\"status\":%d}\n", writing.first ? "" : "\n", writing.worst) ||
	       fail(failure, FAILURE_PERMANENT, "there are too many findings");
}

void
health_handle(struct service *service, struct request *request)
{
	unsigned words = 0;
	const struct argument arguments[] = {
	    {.name = "status", .type = ARGUMENT_CHOICE, .target = &words, .words = "503 200"}};

	if (arguments_read(request, arguments, 1))
		shared_reply(service->health, request, 0, words == 1 ? 200 : 0);
}
