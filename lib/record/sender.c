/* sender: fills calls with the items that wait, and decides what happens to those that failed. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "record/sender.h"

enum {
	FEW = 2, /* a call that is not full may start while fewer are in flight */
	PATIENCE = 60 * 1000, /* ms without a success */
	FIRST = 500, /* ms before the first retry of a call, doubled each time */
	LONGEST = 10000
};

static void
queue_init(struct sender_queue *queue)
{
	*queue = (struct sender_queue){.last = &queue->first};
}

static void
queue_add(struct sender_queue *queue, struct sender_item *item)
{
	item->next = NULL;
	*queue->last = item;
	queue->last = &item->next;
	queue->count++;
}

static struct sender_item *
queue_take(struct sender_queue *queue)
{
	struct sender_item *item = queue->first;

	if (item == NULL)
		return NULL;
	queue->first = item->next;
	if (queue->first == NULL)
		queue->last = &queue->first;
	queue->count--;
	return item;
}

/* Moves all of more to the front. */
static void
queue_put_back(struct sender_queue *queue, struct sender_queue *more)
{
	if (more->first == NULL)
		return;
	*more->last = queue->first;
	if (queue->first == NULL)
		queue->last = more->last;
	queue->first = more->first;
	queue->count += more->count;
	queue_init(more);
}

static void
free_item(struct sender_item *item)
{
	free(item->refused);
	free(item);
}

static void
free_queue(struct sender_queue *queue)
{
	struct sender_item *item;

	while ((item = queue_take(queue)) != NULL)
		free_item(item);
}

void
sender_init(
    struct sender *sender, const struct sender_kind *kind, const struct sender_settings *settings)
{
	sender->kind = kind;
	sender->settings = *settings;
	queue_init(&sender->ready);
	queue_init(&sender->results);
	backoff_init(&sender->backoff, (uint64_t)clock_steady());
	sender->calls = memory_new(settings->in_flight, sizeof *sender->calls);
	for (unsigned i = 0; i < settings->in_flight; i++) {
		queue_init(&sender->calls[i].items);
		buffer_init(&sender->calls[i].body, settings->ceiling);
	}
}

void
sender_free(struct sender *sender)
{
	for (unsigned i = 0; i < sender->settings.in_flight; i++) {
		free_queue(&sender->calls[i].items);
		buffer_free(&sender->calls[i].body);
	}
	free_queue(&sender->ready);
	free_queue(&sender->results);
	free(sender->calls);
}

void
sender_add(struct sender *sender, struct sender_item *item, uint64_t ticket)
{
	item->ticket = ticket;
	item->most = sender->settings.most;
	item->refused = NULL;
	if (sender->ready.count == 0 && sender->in_flight == 0)
		sender->good = clock_steady();
	queue_add(&sender->ready, item);
}

/* Fills a call with items that are ready. */
static void
fill(struct sender *sender, struct sender_call *call)
{
	struct sender_queue *ready = &sender->ready;
	struct sender_item **at = &ready->first, *item;
	unsigned most = sender->settings.most;

	buffer_clear(&call->body);
	while ((item = *at) != NULL && call->items.count < most && call->items.count < item->most) {
		enum sender_fit fit = sender->kind->add(sender, call, item);

		if (fit == SENDER_FULL)
			break;
		if (fit == SENDER_NOT_NOW) {
			at = &item->next;
			continue;
		}
		most = item->most < most ? item->most : most;
		*at = item->next;
		if (*at == NULL)
			ready->last = at;
		ready->count--;
		queue_add(&call->items, item);
	}
}

/* May a call start? A full one always; one that is not while fewer than few are in flight. */
static bool
is_due(const struct sender *sender, unsigned few)
{
	return sender->failed.kind == FAILURE_NONE && sender->held == 0 &&
	       sender->ready.count > 0 && sender->in_flight < sender->settings.in_flight &&
	       (sender->ready.count >= sender->settings.most || sender->in_flight < few);
}

static void
start(struct sender *sender, unsigned few)
{
	while (is_due(sender, few)) {
		struct sender_call *call = sender->calls;

		while (call->used)
			call++;
		fill(sender, call);
		if (!sender->kind->start(sender, call, &sender->failed)) {
			queue_put_back(&sender->ready, &call->items);
			return;
		}
		call->used = true;
		sender->in_flight++;
	}
}

static void
report(struct sender *sender, struct sender_item *item, const char *refused)
{
	if (item->refused == NULL && refused != NULL)
		item->refused = memory_copy_text(refused);
	queue_add(&sender->results, item);
}

static void
report_all(struct sender *sender, struct sender_call *call, const char *refused)
{
	struct sender_item *item;

	while ((item = queue_take(&call->items)) != NULL)
		report(sender, item, refused);
}

/* Reports the items with a result; those to be sent again stay. False: all of them stay. */
static bool
report_each(struct sender *sender, struct sender_call *call)
{
	size_t count = call->items.count;

	for (size_t i = 0; i < count; i++) {
		struct sender_item *item = queue_take(&call->items);

		if (item->outcome == SENDER_AGAIN)
			queue_add(&call->items, item);
		else
			report(sender, item, NULL);
	}
	return call->items.count < count;
}

static void
retry(struct sender *sender, struct sender_call *call, unsigned most)
{
	sender->retries += call->items.count;
	for (struct sender_item *item = call->items.first; item != NULL; item = item->next)
		item->most = most < item->most ? most : item->most;
	queue_put_back(&sender->ready, &call->items);
}

static void
note_success(struct sender *sender)
{
	sender->good = clock_steady();
	sender->failures = 0;
}

/* No call starts for wait ms. */
static void
hold(struct sender *sender, int64_t wait)
{
	int64_t until = clock_steady() + 1000 * wait;

	if (until > sender->held)
		sender->held = until;
}

static void
fail_for_good(struct sender *sender, const struct failure *why)
{
	if (sender->failed.kind == FAILURE_NONE)
		sender->failed = *why;
}

/* Items of a call failed for a reason that is not their content. */
static void
take_failure(struct sender *sender, const struct sender_reply *reply)
{
	const struct caller *caller = &sender->settings.caller;
	const struct failure *why = &reply->failure;
	int64_t now = clock_steady();

	retry(sender, reply->call, sender->settings.most);
	if (why->kind != FAILURE_TEMPORARY || caller_is_stopped(caller) ||
	    now - sender->good >= 1000 * PATIENCE) {
		fail_for_good(sender, why);
		return;
	}
	if (reply->wait > PATIENCE) {
		fail(&sender->last, why->kind, "%.800s; not to be sent again for %lld seconds",
		    why->text, (long long)reply->wait / 1000);
		fail_for_good(sender, &sender->last);
		return;
	}
	sender->last = *why;
	if (sender->held == 0) /* else one of several that failed together */
		hold(sender, backoff_delay(&sender->backoff, sender->failures++, FIRST, LONGEST));
	hold(sender, reply->wait);
	if (sender->warned == 0 || now - sender->warned >= LONGEST * 1000) {
		sender->warned = now;
		caller_warn(caller, "%s", why->text);
	}
}

static void
settle(struct sender *sender, const struct sender_reply *reply)
{
	struct sender_call *call = reply->call;

	sender->throttled += reply->throttled;
	if (reply->failure.kind == FAILURE_NONE) {
		note_success(sender);
		report_all(sender, call, NULL);
		if (reply->wait > 0) {
			fail(&sender->last, FAILURE_TEMPORARY, "the rate limit is reached");
			hold(sender, reply->wait < PATIENCE ? reply->wait : PATIENCE);
			sender->good = sender->held; /* the pause is not a time without success */
		}
	} else if (reply->unfit) {
		note_success(sender);
		/* Halved, until the item that is at fault is in a call of its own. */
		if (call->items.count == 1)
			report_all(sender, call, reply->failure.text);
		else
			retry(sender, call, (unsigned)(call->items.count + 1) / 2);
	} else {
		if (reply->each && report_each(sender, call))
			note_success(sender);
		if (call->items.count > 0)
			take_failure(sender, reply);
	}
}

/* The timeout of poll, shortened to the end of the pause. */
static int
soonest(const struct sender *sender, int timeout)
{
	int64_t now = clock_steady(), left;

	if (sender->held == 0)
		return timeout;
	left = sender->held > now ? (sender->held - now + 999) / 1000 : 0;
	return timeout < 0 || left < timeout ? (int)left : timeout;
}

/* After a stop, calls in flight are finished, but none is started. */
static void
stop(struct sender *sender)
{
	struct failure stopped;

	if (sender->ready.count == 0)
		return;
	fail_stopped(&stopped);
	fail_for_good(sender, sender->held != 0 ? &sender->last : &stopped);
}

bool
sender_poll(struct sink *sink, int input, int watch, int timeout, struct failure *failure)
{
	struct sender *sender = (struct sender *)sink;
	/* More records follow at once; or once there is room, or never; or that is unknown. */
	unsigned few = timeout == 0 ? 0 : input < 0 ? 1 : FEW;
	struct sender_reply reply;

	if (sender->held <= clock_steady())
		sender->held = 0;
	if (caller_is_stopped(&sender->settings.caller))
		stop(sender);
	start(sender, few);
	if (sender->failed.kind != FAILURE_NONE && sender->in_flight == 0) {
		*failure = sender->failed;
		return false;
	}
	if (sender->results.count > 0)
		timeout = 0;
	if (!sender->kind->wait(sender, input, watch, soonest(sender, timeout), failure))
		return false;
	reply = (struct sender_reply){.call = NULL};
	while (sender->kind->next(sender, &reply)) {
		settle(sender, &reply);
		reply.call->used = false;
		sender->in_flight--;
		reply = (struct sender_reply){.call = NULL};
	}
	start(sender, 0);
	return true;
}

bool
sender_next_result(struct sink *sink, struct sink_result *result)
{
	struct sender *sender = (struct sender *)sink;
	struct sender_item *item = queue_take(&sender->results);

	if (item == NULL)
		return false;
	result->ticket = item->ticket;
	result->outcome = item->refused != NULL ? SINK_REFUSED : SINK_DONE;
	result->details = NULL;
	if (item->refused != NULL)
		fail(&result->refused, FAILURE_REFUSED, "%s", item->refused);
	free_item(item);
	return true;
}
