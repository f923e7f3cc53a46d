/* service: opens the parts, and finds the route of a request. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "serve/arguments.h"
#include "serve/internal.h"
#include "system/file.h"

enum {
	WAITING = 256, /* queries that wait for the crew */
	LARGEST_CHART = 4 * 1024 * 1024, /* bytes of a file of dygraphs */
	KEPT = 16 * 1024 * 1024 /* bytes of events */
};

static bool
open_tables(struct service *service, struct failure *failure)
{
	const struct service_settings *settings = &service->settings;
	struct table_settings table = {
	    .caller = settings->caller, .eventual = true, .rate = settings->rate};

	service->tables = memory_new(settings->crew, sizeof(struct table *));
	for (unsigned i = 0; i < settings->crew; i++) {
		service->tables[i] = table_open(settings->table, TABLE_READ, &table, failure);
		if (service->tables[i] == NULL)
			return false;
	}
	service->key = *table_own_key(service->tables[0]);
	service->crew = crew_open((void **)service->tables, settings->crew, WAITING, failure);
	if (service->crew == NULL)
		return false;
	if (settings->keys != NULL || table_has_newest(service->tables[0]))
		service->latest = latest_open(&(struct latest_settings){.crew = service->crew,
		    .key = &service->key,
		    .keys = settings->keys,
		    .age = table_has_newest(service->tables[0]) ? 1000 : 10000});
	return true;
}

static bool
open_follower(struct service *service, struct failure *failure)
{
	struct follower_settings settings = {
	    .stream = service->settings.stream, .bytes = KEPT, .caller = service->settings.caller};

	service->follower = follower_open(&settings, failure);
	return service->follower != NULL;
}

#define CHARTS "/usr/share/javascript/dygraphs/"

/* Debian's libjs-dygraphs, if it is installed. */
static void
read_charts(struct service *service)
{
	struct failure failure;

	service->charts[0] =
	    (struct chart_file){.name = "dygraph.js", .path = CHARTS "dygraph.min.js"};
	service->charts[1] =
	    (struct chart_file){.name = "dygraph.css", .path = CHARTS "dygraph.min.css"};
	for (size_t i = 0; i < SERVICE_CHARTS; i++) {
		struct chart_file *chart = &service->charts[i];
		int file = open(chart->path, O_RDONLY | O_CLOEXEC);

		if (file < 0)
			continue;
		if (!file_read_all(file, chart->path, LARGEST_CHART, &chart->text, &failure))
			caller_warn(&service->settings.caller, "%s", failure.text);
		close(file);
	}
}

struct service *
service_open(const struct service_settings *settings, struct failure *failure)
{
	struct service *service = memory_new(1, sizeof *service);

	service->settings = *settings;
	read_charts(service);
	if ((settings->table == NULL || open_tables(service, failure)) &&
	    (settings->stream == NULL || open_follower(service, failure)))
		return service;
	service_close(service);
	return NULL;
}

void
service_end(struct service *service)
{
	crew_close(service->crew);
	service->crew = NULL;
}

void
service_close(struct service *service)
{
	if (service == NULL)
		return;
	crew_close(service->crew);
	follower_close(service->follower);
	latest_close(service->latest);
	for (unsigned i = 0; service->tables != NULL && i < service->settings.crew; i++) {
		if (service->tables[i] != NULL)
			table_close(service->tables[i]);
	}
	free(service->tables);
	for (size_t i = 0; i < SERVICE_CHARTS; i++)
		buffer_free(&service->charts[i].text);
	free(service);
}

bool
service_work(struct service *service, struct request *request, struct crew_work *work)
{
	if (crew_add(service->crew, work))
		return true;
	request_problem(request, 503, "too many queries wait");
	return false;
}

/* GET /v1/stream: the records as they come. */
static void
stream_handle(struct service *service, struct request *request)
{
	const char *after = NULL, *last = request_header(request, "Last-Event-ID");
	const struct argument arguments[] = {{.name = "after", .target = &after}};

	if (service->follower == NULL)
		request_problem(request, 404, "no stream is followed here");
	else if (arguments_read(request, arguments, 1))
		follower_join(service->follower, request, last != NULL ? last : after);
}

static void
give_latest(struct service *service, struct request *request, enum latest_form form)
{
	if (service->latest == NULL)
		request_problem(request, 404,
		    "the keys of a table of DynamoDB are not read: name those that are wanted with "
		    "--keys");
	else if (arguments_read(request, NULL, 0))
		latest_reply(service->latest, request, form);
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
    {"/v1/stream", stream_handle, false},
};

void
service_handle(void *context, struct request *request)
{
	struct service *service = context;
	const char *path = request_query(request)->path;

	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (strcmp(path, routes[i].path) != 0)
			continue;
		if (routes[i].table && service->crew == NULL)
			request_problem(request, 404, "there is no table here");
		else
			routes[i].handle(service, request);
		return;
	}
	page_handle(service, request);
}
