/* internal: private to the service: its parts, and one function for each route. */
#ifndef SERVE_INTERNAL_H
#define SERVE_INTERNAL_H

#include "serve/crew.h"
#include "serve/follower.h"
#include "serve/kept.h"
#include "serve/latest.h"
#include "serve/own_table.h"
#include "serve/service.h"
#include "serve/shared.h"
#include "serve/trouble.h"
#include "table/item.h"

enum { SERVICE_CHARTS = 2 };

/* A file of dygraphs; empty if it is not installed. */
struct chart_file {
	const char *name;
	struct body body;
};

struct service {
	struct service_settings settings;
	/* The table and the stream may be opened later: then these become true, last of all. */
	_Atomic bool has_table, has_stream;
	bool awaits_table, awaits_stream; /* for the thread of service_look */
	struct own_table *tables; /* one for each thread of the crew */
	const struct table *rated; /* the table of a service, whose rate counts; NULL: none */
	struct table_key key; /* of the table */
	/* Names without directories, regions and accounts, for clients; NULL: there is none. */
	char *table_label, *stream_label, *alerts_label;
	char *table_trouble; /* what is said if the table cannot be read */
	struct trouble *trouble;
	struct crew *crew;
	struct follower *follower, *alerts; /* NULL: none */
	struct table *watched; /* the table, for the server's thread; NULL: it is a service's */
	struct item_reader *reader; /* of the server's thread */
	struct kept *kept; /* answers for items, while it stays as it is */
	struct shared *health; /* what /v1/health says */
	struct chart_file charts[SERVICE_CHARTS];
	struct body *pages; /* of page_files */
	struct latest_settings latest_settings;
	struct shared *latest; /* NULL: the keys are not known */
};

/* sources: the table and the streams. */
void sources_name(struct service *service);
bool sources_sandbox(
    const struct service_settings *settings, struct sandbox *sandbox, struct failure *failure);
/* The crew is open. */
bool sources_open(struct service *service, struct failure *failure);
void sources_close(struct service *service);

/* What is shown: the table, its key, the streams. */
void about_handle(struct service *service, struct request *request);
/* A query for the crew, whose context is a struct own_table. */
void items_handle(struct service *service, struct request *request);
void health_handle(struct service *service, struct request *request);
/* As in struct shared_settings, with the service for its owner. */
bool health_make(
    void *service, void *context, struct shared_answer *answer, struct failure *failure);
void metrics_handle(struct service *service, struct request *request);
/* Prepares the page, and the files that it loads. */
void page_open(struct service *service);
void page_close(struct service *service);
void page_handle(struct service *service, struct request *request);

#endif
