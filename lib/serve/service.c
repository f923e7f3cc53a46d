/* service: opens the parts, and finds the route of a request. */
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/memory.h"
#include "serve/arguments.h"
#include "serve/internal.h"
#include "system/file.h"

enum {
	WAITING = 256, /* queries that wait for the crew */
	LARGEST_CHART = 4 * 1024 * 1024, /* bytes of a file of dygraphs */
	HEALTH_BODY = 1024 * 1024,
	SECOND = 1000000 /* us */
};

static bool
open_crew(struct service *service, struct failure *failure)
{
	const struct service_settings *settings = &service->settings;
	void **contexts = memory_new(settings->crew, sizeof *contexts);

	service->tables = memory_new(settings->crew, sizeof service->tables[0]);
	for (unsigned i = 0; i < settings->crew; i++)
		contexts[i] = &service->tables[i];
	service->crew = crew_open(contexts, settings->crew, WAITING, failure);
	free(contexts);
	if (service->crew == NULL)
		return false;
	service->health = shared_open(&(struct shared_settings){.crew = service->crew,
	    .age = 5 * SECOND,
	    .ceiling = HEALTH_BODY,
	    .make = health_make,
	    .owner = service,
	    .trouble = service->trouble,
	    .what = "the checks failed"});
	return true;
}

/* A file of dygraphs, which may not be installed. */
static void
read_chart(struct service *service, struct chart_file *chart, const char *name)
{
	char *path = memory_format("%s/%s", service->settings.dygraphs, name);
	struct buffer text = {.data = NULL};
	struct failure failure;
	bool missing;

	if (!file_read_regular(path, LARGEST_CHART, &text, &missing, &failure)) {
		/* A part of it is of no use. */
		buffer_free(&text);
		if (!missing || service->settings.wants_dygraphs)
			caller_warn(&service->settings.caller,
			    "the page shows a table and no chart: %s", failure.text);
	}
	body_make(&chart->body, &text);
	free(path);
}

static void
read_charts(struct service *service)
{
	service->charts[0].name = "dygraph.js";
	service->charts[1].name = "dygraph.css";
	read_chart(service, &service->charts[0], "dygraph.min.js");
	read_chart(service, &service->charts[1], "dygraph.min.css");
}

bool
service_sandbox(
    const struct service_settings *settings, struct sandbox *sandbox, struct failure *failure)
{
	const char *home;

	sandbox->serves = true;
	sandbox_read(sandbox, settings->dygraphs);
	if (environment_home(&home, failure))
		sandbox_read(sandbox, home);
	return sources_sandbox(settings, sandbox, failure);
}

struct service *
service_open(const struct service_settings *settings, struct failure *failure)
{
	struct service *service = memory_new(1, sizeof *service);

	service->settings = *settings;
	service->trouble = trouble_open(&settings->caller);
	sources_name(service);
	read_charts(service);
	page_open(service);
	if (open_crew(service, failure) && sources_open(service, failure))
		return service;
	service_close(service);
	return NULL;
}

void
service_end(struct service *service)
{
	crew_end(service->crew);
}

void
service_close(struct service *service)
{
	if (service == NULL)
		return;
	crew_end(service->crew);
	shared_close(service->latest);
	shared_close(service->health);
	crew_close(service->crew);
	sources_close(service);
	trouble_close(service->trouble);
	free(service->tables);
	for (size_t i = 0; i < SERVICE_CHARTS; i++)
		body_free(&service->charts[i].body);
	page_close(service);
	free(service);
}

static void
join(struct follower *follower, struct request *request)
{
	const char *after = NULL, *last = request_header(request, "Last-Event-ID");
	const struct argument arguments[] = {{.name = "after", .target = &after}};

	if (arguments_read(request, arguments, 1))
		follower_join(follower, request, last != NULL ? last : after);
}

/* GET /v1/stream: the records as they come. */
static void
stream_handle(struct service *service, struct request *request)
{
	if (service->has_stream)
		join(service->follower, request);
	else
		request_problem(request, 404, "%s",
		    service->settings.stream != NULL ? "there is no stream here yet"
		                                     : "no stream is followed here");
}

/* GET /v1/alerts: those of --alerts. */
static void
alerts_handle(struct service *service, struct request *request)
{
	if (service->alerts == NULL)
		request_problem(
		    request, 404, "no alerts are followed here: --alerts names a stream");
	else
		join(service->alerts, request);
}

static void
give_latest(struct service *service, struct request *request, enum latest_form form)
{
	if (service->latest == NULL)
		request_problem(request, 404,
		    "the keys of a table of DynamoDB are not read: name those that are wanted with "
		    "--key");
	else if (arguments_read(request, NULL, 0))
		shared_reply(service->latest, request, form, 0);
}

static void
keys_handle(struct service *service, struct request *request)
{
	give_latest(service, request, LATEST_KEYS);
}

static void
latest_handle(struct service *service, struct request *request)
{
	give_latest(service, request, LATEST_ITEMS);
}

struct route {
	const char *path;
	void (*handle)(struct service *service, struct request *request);
	bool table; /* it needs one */
};

static const struct route routes[] = {
    {"/v1/items", items_handle, true},
    {"/v1/keys", keys_handle, true},
    {"/v1/latest", latest_handle, true},
    {"/v1/about", about_handle, false},
    {"/v1/stream", stream_handle, false},
    {"/v1/alerts", alerts_handle, false},
    {"/v1/health", health_handle, false},
    {"/metrics", metrics_handle, false},
};

void
service_handle(void *context, struct request *request)
{
	struct service *service = context;
	const char *path = request_query(request)->path;

	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (strcmp(path, routes[i].path) != 0)
			continue;
		if (routes[i].table && !service->has_table)
			request_problem(request, 404, "there is no table here%s",
			    service->settings.table != NULL ? " yet" : "");
		else
			routes[i].handle(service, request);
		return;
	}
	page_handle(service, request);
}
