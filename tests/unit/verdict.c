/* verdict: statuses of a webhook, and the waits that it asks for. */
#include "tap.h"
#include "topic/webhook/verdict.h"

static void
waits(const char *body, int64_t expected)
{
	ok(verdict_wait(span_of(body)) == expected, "%s: %lld ms", body, (long long)expected);
}

static void
lasts(const char *text, int64_t expected)
{
	ok(verdict_seconds(span_of(text)) == expected, "\"%s\": %lld ms", text,
	    (long long)expected);
}

int
main(void)
{
	static const struct {
		int status;
		enum verdict verdict;
	} all[] = {{200, VERDICT_DONE}, {204, VERDICT_DONE}, {301, VERDICT_BARRED},
	    {307, VERDICT_BARRED}, {400, VERDICT_REFUSED}, {401, VERDICT_BARRED},
	    {403, VERDICT_BARRED}, {404, VERDICT_BARRED}, {408, VERDICT_AGAIN},
	    {410, VERDICT_BARRED}, {413, VERDICT_REFUSED}, {422, VERDICT_REFUSED},
	    {425, VERDICT_AGAIN}, {429, VERDICT_THROTTLED}, {500, VERDICT_AGAIN},
	    {503, VERDICT_AGAIN}, {599, VERDICT_AGAIN}, {0, VERDICT_BARRED}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		ok(verdict_of(all[i].status) == all[i].verdict, "status %d", all[i].status);
	waits("{\"message\":\"limited\",\"retry_after\":0.65,\"global\":false}", 650);
	waits("{\"ok\":false,\"parameters\":{\"retry_after\":35}}", 35000);
	waits("{\"retry_after\":null}", 0);
	waits("{\"retry_after\":-1}", 0);
	waits("{\"retry_after\":\"3\"}", 0);
	waits("{\"parameters\":[]}", 0);
	waits("limited", 0);
	waits("", 0);
	lasts("1", 1000);
	lasts("0.0009", 0);
	lasts("2.5000", 2500);
	lasts("86400", 86400000);
	lasts("99999999999999999999999", 86400000);
	lasts("", 0);
	lasts(".5", 0);
	lasts("1e3", 0);
	lasts("1 ", 0);
	return done();
}
