/* batch_reply: what a reply to PutRecordBatch says of each record. */
#include "archive/firehose/batch_reply.h"
#include "tap.h"

#define DONE "{\"RecordId\":\"r\"}"
#define FAILED(code) "{\"ErrorCode\":\"" code "\",\"ErrorMessage\":\"Slow \\u0064own.\"}"
#define REPLY(responses) \
	"{\"Encrypted\":false,\"FailedPutCount\":1,\"RequestResponses\":[" responses "]}"

/* expected: a letter for each of three records: D done, T throttled, F failed; "": not valid. */
static void
reads(const char *name, const char *reply, const char *expected)
{
	static const char letters[] = "DTF";
	struct batch_result results[3];
	char got[4] = "";

	if (batch_reply_read(span_of(reply), results, 3)) {
		for (size_t i = 0; i < 3; i++)
			got[i] = letters[results[i].outcome];
	}
	is_text(got, expected, name);
}

int
main(void)
{
	struct batch_result result;

	reads("all done", REPLY(DONE "," DONE "," DONE), "DDD");
	reads("one by one",
	    REPLY(DONE "," FAILED("ServiceUnavailableException") "," FAILED("InternalFailure")),
	    "DTF");
	reads("an id and a code: failed",
	    REPLY(DONE "," DONE ",{\"RecordId\":\"r\",\"ErrorCode\":\"x\"}"), "DDF");
	reads("an empty code, as emulators send it: done",
	    REPLY(DONE "," DONE ",{\"RecordId\":\"r\",\"ErrorCode\":\"\",\"ErrorMessage\":null}"),
	    "DDD");
	reads("too few", REPLY(DONE "," DONE), "");
	reads("too many", REPLY(DONE "," DONE "," DONE "," DONE), "");
	reads("neither id nor code", REPLY(DONE "," DONE ",{}"), "");
	reads("not objects", REPLY("1,2,3"), "");
	reads("no list", "{\"FailedPutCount\":0}", "");
	reads("two lists", "{\"RequestResponses\":[],\"RequestResponses\":[]}", "");
	reads("not JSON", "<html>", "");
	reads("nothing", "", "");

	ok(batch_reply_read(span_of(REPLY(FAILED("InternalFailure"))), &result, 1),
	    "a reply to one record");
	is_span(result.code, span_of("InternalFailure"), "its code");
	is_span(result.message, span_of("Slow \\u0064own."), "its message, with escapes");
	return done();
}
