/* health_route: GET /v1/health: what the checks of the stream, its groups and the table find. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "health/checks.h"
#include "serve/arguments.h"
#include "serve/internal.h"

enum { BODY = 1024 * 1024, FRESH = 5000000 /* us for which findings are good enough */ };

struct health_work {
	struct crew_work work;
	struct service *service;
	struct request *request;
	unsigned words; /* 1: the status is 200 in any case */
};

struct writing {
	struct buffer *body;
	int worst;
	bool first;
};

static void
write_finding(void *context, const struct finding *finding)
{
	struct writing *writing = context;

	writing->worst = failure_worse_status(writing->worst, finding->status);
	buffer_add_text(writing->body, writing->first ? "\n" : ",\n");
	writing->first = false;
	finding_write(writing->body, finding);
}

static void
check_stream_and_groups(const struct service *service, struct findings *findings)
{
	const struct service_settings *settings = &service->settings;
	struct stream_settings stream = {.caller = settings->caller};
	struct checked_stream checked = {.name = settings->stream};
	bool missing = false;

	checked.stream = stream_open(checked.name, STREAM_READ, &stream, NULL, &checked.failure);
	if (checked.stream != NULL && stream_directory(checked.stream) == NULL)
		checked.reader =
		    stream_open(checked.name, STREAM_READ, &stream, NULL, &checked.failure);
	if (checked.stream != NULL && settings->groups[0] != NULL)
		checked.groups = checkpoints_open_to_read(
		    checked.name, &missing, &settings->caller, &checked.groups_failure);
	if (missing || checked.groups != NULL)
		checked.groups_failure.kind = FAILURE_NONE;
	check_stream(findings, &checked);
	for (const char *const *group = settings->groups; *group != NULL; group++)
		check_group(findings, &checked, *group, &settings->allowed);
	checkpoints_close(checked.groups);
	stream_close(checked.reader);
	stream_close(checked.stream);
}

static int
make_body(const struct service *service, struct buffer *body)
{
	const struct service_settings *settings = &service->settings;
	struct writing writing = {.body = body, .first = true};
	struct findings findings = {.now = clock_now(),
	    .max_age = settings->max_age,
	    .max_age_text = settings->max_age_text,
	    .stop = settings->caller.stop,
	    .found = write_finding,
	    .context = &writing};

	buffer_clear(body);
	buffer_add_text(body, "{\"findings\":[");
	if (settings->stream != NULL)
		check_stream_and_groups(service, &findings);
	check_disk(&findings, settings->disk);
	buffer_add_format(body, "%s],\"status\":%d}\n", writing.first ? "" : "\n", writing.worst);
	return writing.worst;
}

/* In the crew: one checks, the others wait for what it finds. */
static void
run(struct crew_work *work, void *context)
{
	struct health_work *health = (struct health_work *)work;
	struct service *service = health->service;
	struct reply made = {.type = "application/json"};

	(void)context;
	pthread_mutex_lock(&service->health_mutex);
	if (service->health_made == 0 || clock_steady() - service->health_made > FRESH) {
		service->health_status = make_body(service, &service->health_body);
		service->health_made = clock_steady();
	}
	made.status = service->health_status == FINDINGS_WELL || health->words == 1 ? 200 : 503;
	buffer_init(&made.body, BODY);
	buffer_add(&made.body, service->health_body.data, service->health_body.length);
	pthread_mutex_unlock(&service->health_mutex);
	request_reply(health->request, &made);
	free(health);
}

void
health_handle(struct service *service, struct request *request)
{
	struct health_work *health;
	unsigned words = 0;
	const struct argument arguments[] = {
	    {.name = "status", .type = ARGUMENT_CHOICE, .target = &words, .words = "503 200"}};

	if (!arguments_read(request, arguments, 1))
		return;
	health = memory_new(1, sizeof *health);
	*health = (struct health_work){
	    .work = {.run = run}, .service = service, .request = request, .words = words};
	if (!crew_add(service->crew, &health->work)) {
		free(health);
		request_problem(request, 503, "too many queries wait");
	}
}
