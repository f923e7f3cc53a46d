/* publish_reply: what a reply to PublishBatch says of each entry. */
#include "tap.h"
#include "topic/sns/publish_reply.h"

#define DONE(id) "<member><MessageId>m</MessageId><Id>" id "</Id></member>"
#define FAILED(id, code, fault) \
	"<member><Id>" id "</Id><Code>" code "</Code><SenderFault>" fault "</SenderFault></" \
	                                                                  "member>"
#define REPLY(failed, done) \
	"<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">" \
	"<PublishBatchResult><Failed>" failed "</Failed><Successful>" done \
	"</Successful></PublishBatchResult></PublishBatchResponse>"

/* expected: a letter for each of three entries: ? unknown, D done, R refused, A again, B barred. */
static void
reads(const char *name, const char *reply, const char *expected)
{
	static const char letters[] = "?DRAB";
	struct publish_result results[PUBLISH_ENTRIES];
	char got[4] = "";

	publish_reply_read(span_of(reply), 3, results);
	for (size_t i = 0; i < 3; i++)
		got[i] = letters[results[i].outcome];
	is_text(got, expected, name);
}

int
main(void)
{
	struct publish_result results[PUBLISH_ENTRIES];

	reads("all done, in another order", REPLY("", DONE("2") DONE("0") DONE("1")), "DDD");
	reads("one by one",
	    REPLY(FAILED("1", "InternalFailure", "false") FAILED("2", "InvalidParameter", "true"),
	        DONE("0")),
	    "DAR");
	reads("throttled, whoever is at fault", REPLY(FAILED("0", "Throttled", "true"), ""), "A??");
	reads("a key that cannot be used", REPLY(FAILED("0", "KMSDisabled", "true"), ""), "B??");
	reads("in both lists: failed",
	    REPLY(FAILED("0", "InternalFailure", "false"), DONE("0") DONE("1")), "AD?");
	reads("ids that were not sent",
	    REPLY(FAILED("3", "x", "true") FAILED("00", "x", "true"),
	        DONE("-1") DONE("10") DONE("") DONE("9")),
	    "???");
	reads("a failure without a fault or a code", "<Failed><member><Id>0</Id></member></Failed>",
	    "A??");
	reads("empty lists", "<PublishBatchResult><Failed/><Successful/></PublishBatchResult>",
	    "???");
	reads("nothing", "", "???");
	reads("cut off", "<PublishBatchResult><Successful>" DONE("0") "<member><Id>1</Id>", "???");

	publish_reply_read(span_of(REPLY("<member><Id>0</Id><Code>Odd</Code><Message>a&lt;\x1b[m"
	                                 "</Message><SenderFault>true</SenderFault></member>",
	                       "")),
	    1, results);
	is_text(results[0].text, "Odd: a<\\x1b[m", "the text is safe to print");
	return done();
}
