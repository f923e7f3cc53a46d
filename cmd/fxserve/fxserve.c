/* fxserve: answers queries of a table and a stream over HTTP, and shows them on a page. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/memory.h"
#include "fxserve/serve_options.h"
#include "fxserve/serve_secrets.h"
#include "serve/service.h"

enum {
	CREW = 4,
	PATIENCE = 30, /* s */
	BYTES = 64 * 1024 * 1024, /* of replies that wait */
	MOST_ROWS = 1000000,
	MOST_TIME = 5000, /* ms of a query */
	REPLY_TIME = 10000, /* ms until any request is replied to */
	LEAST_FILES = 128, /* descriptors that the limit must allow */
	SPARE = 256 + SERVER_EXCESS /* descriptors for all but connections */
};

struct serving {
	struct tool *tool;
	struct options options;
	struct listener listener;
	struct serve_secrets secrets;
	char *cookie;
	char *localhost; /* "localhost:8080" */
	struct service *service;
	struct server *server;
};

static void
listen_at_address(struct serving *serving)
{
	const char *address = serving->options.listen;
	struct failure failure;
	bool passed = false;

	if (address == NULL && !listener_take_passed(&serving->listener, &passed, &failure))
		tool_fail(serving->tool, &failure);
	if (!passed && !listener_open(&serving->listener,
	                   address != NULL ? address : "127.0.0.1:8080", &failure))
		tool_fail(serving->tool, &failure);
	serve_options_check(serving->tool, &serving->options, &serving->listener);
}

/* At most as many connections as descriptors allow. */
static void
raise_limit(struct serving *serving)
{
	struct rlimit limit;
	rlim_t wanted = serving->options.connections + SPARE, most;
	struct failure failure;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur < LEAST_FILES) {
		fail(&failure, FAILURE_TEMPORARY,
		    "the limit of open files is %llu, but at least %d are needed (ulimit -n)",
		    (unsigned long long)limit.rlim_cur, LEAST_FILES);
		tool_fail(serving->tool, &failure);
	}
	most = limit.rlim_cur > 2 * SPARE ? limit.rlim_cur - SPARE : limit.rlim_cur / 4;
	if (serving->options.connections > most)
		serving->options.connections = (unsigned)most;
}

static void
start_server(struct serving *serving, struct failure *failure)
{
	const struct options *options = &serving->options;
	struct server_settings settings = {.connections = options->connections,
	    .most_time = REPLY_TIME,
	    .patience = PATIENCE,
	    .most_bytes = BYTES,
	    .access = {.token = serving->secrets.token,
	        .cookie = serving->cookie,
	        .origin = options->origin,
	        .secure = options->certificate != NULL,
	        .host_count = options->host_count},
	    .handle = service_handle,
	    .context = serving->service};

	memcpy(settings.access.hosts, options->hosts, sizeof options->hosts);
	if (!serving->listener.local)
		settings.access.hosts[settings.access.host_count++] = serving->listener.host;
	if (!serving->listener.local && serving->listener.loopback)
		settings.access.hosts[settings.access.host_count++] = serving->localhost;
	if (options->certificate != NULL) {
		settings.certificate = buffer_text(&serving->secrets.certificate);
		settings.key = buffer_text(&serving->secrets.key);
	}
	serving->server = server_start(&serving->listener, &settings, failure);
}

static struct service_settings
settings_of(struct serving *serving)
{
	const struct options *options = &serving->options;

	return (struct service_settings){.table = options->table,
	    .stream = options->stream,
	    .table_may_come = !options->table_named,
	    .stream_may_come = !options->stream_named,
	    .alerts = options->alerts,
	    .dygraphs = options->dygraphs,
	    .wants_dygraphs = options->dygraphs_named,
	    .token = serving->secrets.token,
	    .cookie = serving->cookie,
	    .secure = options->certificate != NULL,
	    .keys = options->key_count > 0 ? options->keys : NULL,
	    .groups = options->groups,
	    .allowed = options->max_lag,
	    .max_age_text = options->max_age_text,
	    .max_age = options->max_age,
	    .disk = options->disk,
	    .crew = CREW,
	    .most_rows = MOST_ROWS,
	    .most_time = MOST_TIME,
	    .rate = options->rate,
	    .caller = tool_caller(serving->tool)};
}

static bool
announce(const struct serving *serving, struct failure *failure)
{
	const char *scheme = serving->options.certificate != NULL ? "https" : "http";
	/* No client can go to that of all addresses. */
	const char *host =
	    serving->listener.any ? serving->options.hosts[0] : serving->listener.host;

	if (serving->listener.local)
		printf("unix:%s\n", host);
	else if (serving->options.token != NULL)
		printf("%s://%s/\n", scheme, host);
	else
		printf("%s://%s/?token=%s\n", scheme, host, serving->secrets.token);
	return fflush(stdout) == 0 ||
	       fail_errno(failure, errno, "the address could not be written to standard output");
}

/* Looks for what is missing meanwhile. A signal that comes before it waits must not be missed. */
static void
wait_for_signal(struct service *service)
{
	const struct timespec second = {.tv_sec = 1};
	sigset_t ends, before;
	bool misses;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	do {
		misses = service_look(service);
		pthread_sigmask(SIG_BLOCK, &ends, &before);
		if (!tool_stop)
			ppoll(NULL, 0, misses ? &second : NULL, &before);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	} while (!tool_stop);
}

static void
serve(struct serving *serving, struct failure *failure)
{
	struct service_settings settings;
	struct sandbox sandbox = {.network = false};

	settings = settings_of(serving);
	if (!service_sandbox(&settings, &sandbox, failure))
		tool_fail(serving->tool, failure);
	tool_confine(serving->tool, &sandbox);
	serving->service = service_open(&settings, failure);
	if (serving->service == NULL)
		tool_fail(serving->tool, failure);
	start_server(serving, failure);
	if (serving->server == NULL)
		return;
	if (announce(serving, failure))
		wait_for_signal(serving->service);
	server_end(serving->server);
}

int
main(int argc, char **argv)
{
	static struct serving serving;
	struct tool tool;
	struct failure failure = {.kind = FAILURE_NONE};
	const char *port;

	serve_options_read(&tool, argc, argv, &serving.options);
	serving.tool = &tool;
	tool_ready(&tool);
	listen_at_address(&serving);
	serve_secrets_read(&serving.secrets, &tool, &serving.options);
	port = strrchr(serving.listener.host, ':');
	serving.cookie = memory_format("fxserve_%s", port != NULL ? port + 1 : "unix");
	serving.localhost = memory_format("localhost%s", port != NULL ? port : "");
	raise_limit(&serving);
	serve(&serving, &failure);
	tool_failed(&tool, &failure);
	service_end(serving.service);
	server_close(serving.server);
	service_close(serving.service);
	listener_close(&serving.listener);
	serve_secrets_free(&serving.secrets);
	free(serving.cookie);
	free(serving.localhost);
	tool_end(&tool, &failure);
}
