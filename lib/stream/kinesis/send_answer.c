/* send_answer: takes the replies to PutRecords: results, retries, refusals. */
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stream/kinesis/sending.h"
#include "stream/partition.h"

enum {
	PATIENCE = 60 * 1000000, /* us without a success */
	FIRST = 500, /* ms before the first retry of a request, doubled each time */
	LONGEST = 10000,
	TRIES = 20 /* of a record that fails inside the service while others succeed */
};

/* Adds a result. refused: why, copied; NULL: the record is safe. */
static void
add_result(struct kinesis_sending *sending, uint64_t ticket, const char *refused)
{
	size_t last = sending->result_first + sending->result_count;

	if (last == sending->result_room) {
		sending->result_room = last > 0 ? 2 * last : 1024;
		sending->results =
		    memory_resize(sending->results, sending->result_room, sizeof *sending->results);
	}
	sending->results[last] =
	    (struct kinesis_result){ticket, refused != NULL ? memory_copy_text(refused) : NULL};
	sending->result_count++;
}

static bool
is_stopped(const struct kinesis *kinesis)
{
	return caller_is_stopped(&kinesis->settings.caller);
}

static bool
out_of_patience(const struct kinesis *kinesis)
{
	return is_stopped(kinesis) || clock_steady() - kinesis->sending->good >= PATIENCE;
}

static void
give_up(struct kinesis_sending *sending, const struct failure *why)
{
	if (sending->failed.kind == FAILURE_NONE)
		sending->failed = *why;
}

/* Sends all records of a request again, in requests of at most most records. */
static void
retry_all(struct kinesis_sending *sending, const struct kinesis_flight *flight, unsigned most)
{
	for (unsigned i = flight->count; i-- > 0;) {
		struct sent *sent = send_queue_at(sending->queue, flight->records[i]);

		if (sent->most > most)
			sent->most = (uint16_t)most;
		send_queue_retry(sending->queue, flight->records[i]);
	}
	sending->retries += flight->count;
}

/* Did the service refuse the request because of its content? */
static bool
is_unfit(const struct aws_reply *reply)
{
	static const char *const codes[] = {"ValidationException", "InvalidArgumentException",
	    "SerializationException", "RequestEntityTooLargeException"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (strcmp(reply->code, codes[i]) == 0)
			return true;
	}
	return reply->status == 413;
}

/* Halves a refused request, until the record that is at fault is in one of its own. */
static void
narrow_down(struct kinesis_sending *sending, const struct kinesis_flight *flight,
    const struct aws_reply *reply)
{
	struct sent *sent = send_queue_at(sending->queue, flight->records[0]);

	if (flight->count > 1) {
		retry_all(sending, flight, (flight->count + 1) / 2);
		return;
	}
	add_result(sending, sent->ticket, reply->failure.text);
	send_queue_done(sending->queue, flight->records[0]);
}

static void
whole_failed(
    struct kinesis *kinesis, const struct kinesis_flight *flight, const struct failure *why)
{
	struct kinesis_sending *sending = kinesis->sending;
	int64_t delay, now = clock_steady();

	retry_all(sending, flight, sending->request_most);
	if (why->kind != FAILURE_TEMPORARY || out_of_patience(kinesis)) {
		give_up(sending, why);
		return;
	}
	if (sending->held != 0) /* one of several that failed together */
		return;
	delay = backoff_delay(&sending->backoff, sending->failures++, FIRST, LONGEST);
	sending->held = now + delay * 1000;
	if (now - sending->warned >= LONGEST * 1000) {
		sending->warned = now;
		caller_warn(&kinesis->settings.caller, "%s", why->text);
	}
}

/* The first record that is not stored is the one to report. */
static void
note_unstored(struct kinesis *kinesis, const struct sent *sent, const struct batch_result *result)
{
	struct kinesis_sending *sending = kinesis->sending;
	struct shown shown, code, message;
	struct failure ignored;
	char room[PARTITION_ROOM];
	struct span key = {"", 0};

	if (sending->unstored.kind != FAILURE_NONE && sending->unstored_ticket < sent->ticket)
		return;
	partition_text(&sent->record, room, &key, &ignored);
	sending->unstored_ticket = sent->ticket;
	fail(&sending->unstored, FAILURE_TEMPORARY,
	    "Kinesis could not store the record with the partition key %s in %s: %s%s%s",
	    show(&shown, key.start, key.length), kinesis->name,
	    show(&code, result->code.start, result->code.length),
	    result->message.start != NULL ? ": " : "",
	    show(&message, result->message.start, result->message.length));
}

/* Has a record failed too often, for another reason than throttling? */
static bool
is_hopeless(struct kinesis *kinesis, struct sent *sent, const struct batch_result *result)
{
	if (result->outcome != BATCH_FAILED || (++sent->tries < TRIES && !is_stopped(kinesis)))
		return false;
	note_unstored(kinesis, sent, result);
	return true;
}

/* Takes the result of each record; only those that failed are sent again. */
static void
each(struct kinesis *kinesis, const struct kinesis_flight *flight)
{
	struct kinesis_sending *sending = kinesis->sending;
	unsigned done = 0;

	for (unsigned i = 0; i < flight->entry_count; i++)
		sending->entries += sending->put_results[i].outcome == BATCH_DONE;
	for (unsigned i = flight->count; i-- > 0;) {
		unsigned entry = flight->entries[i];
		const struct batch_result *result = &sending->put_results[entry];
		struct sent *sent = send_queue_at(sending->queue, flight->records[i]);

		done += result->outcome == BATCH_DONE;
		if (result->outcome == BATCH_DONE && !kinesis_went_astray(kinesis, flight, entry)) {
			add_result(sending, sent->ticket, NULL);
			send_queue_done(sending->queue, flight->records[i]);
			continue;
		}
		if (is_hopeless(kinesis, sent, result)) {
			send_queue_set_aside(sending->queue, flight->records[i]);
			continue;
		}
		sending->retries++;
		send_queue_retry(sending->queue, flight->records[i]);
	}
	if (done > 0) {
		sending->good = clock_steady();
		sending->failures = 0;
	} else if (out_of_patience(kinesis)) {
		note_unstored(kinesis, send_queue_at(sending->queue, flight->records[0]),
		    &sending->put_results[0]);
		give_up(sending, &sending->unstored);
	}
}

void
kinesis_answer(
    struct kinesis *kinesis, struct kinesis_flight *flight, const struct aws_reply *reply)
{
	struct kinesis_sending *sending = kinesis->sending;
	struct failure lost;

	if (reply->failure.kind == FAILURE_NONE) {
		if (batch_reply_read(&batch_reply_kinesis, reply->body, sending->put_results,
		        flight->entry_count)) {
			kinesis_slow_down(kinesis, flight);
			each(kinesis, flight);
			return;
		}
		fail(&lost, FAILURE_TEMPORARY,
		    "Kinesis PutRecords: the reply does not fit the request");
		whole_failed(kinesis, flight, &lost);
	} else if (is_unfit(reply)) {
		narrow_down(sending, flight, reply);
	} else {
		whole_failed(kinesis, flight, &reply->failure);
	}
}
