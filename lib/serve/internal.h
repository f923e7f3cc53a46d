/* internal: private to the service: its parts, and one function for each route. */
#ifndef SERVE_INTERNAL_H
#define SERVE_INTERNAL_H

#include "serve/crew.h"
#include "serve/follower.h"
#include "serve/service.h"

struct service {
	struct service_settings settings;
	struct table **tables; /* one for each thread of the crew */
	struct table_key key; /* of the table */
	struct crew *crew;
	struct follower *follower; /* NULL: none */
};

/* A query for the crew, whose context is a table. */
void items_handle(struct service *service, struct request *request);
void keys_handle(struct service *service, struct request *request);

/* Replies with what there is if the crew has no room. */
bool service_work(struct service *service, struct request *request, struct crew_work *work);

#endif
