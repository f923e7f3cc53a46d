/* metrics_route: GET /metrics: figures of the server itself, as Prometheus reads them. */
#include <inttypes.h>

#include "base/clock.h"
#include "serve/arguments.h"
#include "serve/internal.h"

enum { BODY = 16 * 1024 };

static void
add(struct buffer *body, const char *name, const char *type, const char *help, uint64_t value)
{
	buffer_add_format(body,
	    "# HELP fxserve_%s %s\n# TYPE fxserve_%s %s\nfxserve_%s %" PRIu64 "\n", name, help,
	    name, type, name, value);
}

static void
add_stream(struct buffer *body, struct follower *follower)
{
	struct follower_counts counts;

	follower_count(follower, &counts);
	add(body, "records_total", "counter", "Records that were read from the stream.",
	    counts.records);
	add(body, "lost_total", "counter", "Records that retention took before they were read.",
	    counts.lost);
	add(body, "followers", "gauge", "Clients that follow the stream now.", counts.following);
	if (counts.newest > 0)
		buffer_add_format(body,
		    "# HELP fxserve_newest_timestamp_seconds When the newest record arrived.\n"
		    "# TYPE fxserve_newest_timestamp_seconds gauge\n"
		    "fxserve_newest_timestamp_seconds %" PRId64 ".%03d\n",
		    counts.newest / 1000, (int)(counts.newest % 1000));
}

void
metrics_handle(struct service *service, struct request *request)
{
	struct reply made = {.status = 200, .type = "text/plain; version=0.0.4; charset=utf-8"};
	struct server_counts counts;

	if (!arguments_read(request, NULL, 0))
		return;
	request_server_counts(request, &counts);
	buffer_init(&made.body, BODY);
	add(&made.body, "connections_total", "counter", "Connections that were accepted.",
	    counts.connections);
	add(&made.body, "requests_total", "counter", "Requests.", counts.requests);
	add(&made.body, "refused_total", "counter",
	    "Requests that were refused, with a status of 4xx.", counts.refused);
	add(&made.body, "connections", "gauge", "Connections now.", counts.open);
	add(&made.body, "waiting_bytes", "gauge", "Bytes of replies that wait for their clients.",
	    counts.bytes);
	if (service->has_stream)
		add_stream(&made.body, service->follower);
	request_reply(request, &made);
}
