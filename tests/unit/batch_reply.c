/* batch_reply: what replies to PutRecordBatch and PutRecords say of each record. */
#include "aws/client/batch_reply.h"
#include "tap.h"

#define DONE "{\"RecordId\":\"r\"}"
#define FAILED(code) "{\"ErrorCode\":\"" code "\",\"ErrorMessage\":\"Slow \\u0064own.\"}"
#define REPLY(responses) \
	"{\"Encrypted\":false,\"FailedPutCount\":1,\"RequestResponses\":[" responses "]}"

/* expected: a letter for each of three records: D done, T throttled, F failed; "": not valid. */
static void
reads(const char *name, const char *reply, const char *expected)
{
	const struct batch_reply *names = strstr(reply, "RequestResponses") != NULL
	                                      ? &batch_reply_firehose
	                                      : &batch_reply_kinesis;
	static const char letters[] = "DTF";
	struct batch_result results[3];
	char got[4] = "";

	if (batch_reply_read(names, span_of(reply), results, 3)) {
		for (size_t i = 0; i < 3; i++)
			got[i] = letters[results[i].outcome];
	}
	is_text(got, expected, name);
}

static void
test_firehose(void)
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
	reads("the last is not an object", REPLY(DONE "," DONE ",1"), "");
	reads("too many, and the last is not an object", REPLY(DONE "," DONE "," DONE ",1"), "");
	reads("two codes",
	    REPLY(DONE "," DONE ",{\"RecordId\":\"r\",\"ErrorCode\":\"\",\"ErrorCode\":\"x\"}"),
	    "");
	reads("an escaped name",
	    REPLY(DONE "," DONE ",{\"RecordId\":\"r\",\"Error\\u0043ode\":\"x\"}"), "DDF");
	reads("two lists", "{\"RequestResponses\":[],\"RequestResponses\":[]}", "");
	reads("cut off", "{\"RequestResponses\":[" DONE "," DONE "," DONE "]", "");

	ok(batch_reply_read(
	       &batch_reply_firehose, span_of(REPLY(FAILED("InternalFailure"))), &result, 1),
	    "a reply to one record");
	is_span(result.code, span_of("InternalFailure"), "its code");
	is_span(result.message, span_of("Slow \\u0064own."), "its message, with escapes");
}

#define BROKEN "{\"ErrorCode\":\"InternalFailure\",\"SequenceNumber\":null,\"ShardId\":null}"
#define STORED "{\"SequenceNumber\":\"4\",\"ShardId\":\"a\"}"
#define RECORDS(records) "{\"FailedRecordCount\":1,\"Records\":[" records "]}"

static void
test_kinesis(void)
{
	struct batch_result result;

	reads("each record by its own result",
	    RECORDS(STORED "," FAILED("ProvisionedThroughputExceededException") "," BROKEN), "DTF");
	reads("the other code for throttling",
	    RECORDS(STORED "," STORED "," FAILED("KMSThrottlingException")), "DDT");
	reads("the id of another service", RECORDS(STORED "," STORED "," DONE), "");
	reads("no list", "{\"FailedRecordCount\":0}", "");
	reads("an object", "{\"Records\":{}}", "");
	reads("an array", "[]", "");
	reads("not JSON", "<html>", "");
	reads("nothing", "", "");

	ok(batch_reply_read(&batch_reply_kinesis, span_of(RECORDS(STORED)), &result, 1),
	    "a reply to one record");
	is_span(result.shard, span_of("a"), "its shard");
}

int
main(void)
{
	test_firehose();
	test_kinesis();
	return done();
}
