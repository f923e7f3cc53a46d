/* bucket_rules: our rule among others, written, read, changed and taken away. */
#include <stdlib.h>
#include <string.h>
#include "stack/aws/bucket_rules.h"
#include "tap.h"

#define HEAD "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
#define TAIL "</LifecycleConfiguration>"
#define OTHER \
	"<Rule><ID>a</ID><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
#define OURS(days) \
	"<Rule><ID>fxstack-expire</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>" \
	"<Expiration><Days>" days "</Days></Expiration></Rule>"

static void
reads(const char *lifecycle, const char *expected, const char *name)
{
	char *days = bucket_rules_days(span_of(lifecycle), BUCKET_EXPIRES);

	is_text(days, expected, name);
	free(days);
}

static void
writes(
    const char *lifecycle, const char *days, const char *expected, size_t rules, const char *name)
{
	struct buffer document;
	size_t count;

	buffer_init(&document, 4096);
	ok(bucket_rules_write(span_of(lifecycle), BUCKET_EXPIRES, days, &document, &count), "%s",
	    name);
	is_span(buffer_span(&document), span_of(expected), "as it should be");
	is_number((int64_t)count, (int64_t)rules, "the number of rules");
	buffer_free(&document);
}

/* The rule for uploads, beside the other of ours. */
static void
test_aborting(void)
{
	static const char rule[] =
	    "<Rule><ID>fxstack-abort-uploads</ID><Filter><Prefix></Prefix></Filter>"
	    "<Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7"
	    "</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>";
	struct buffer document;
	size_t count;
	char *days;

	buffer_init(&document, 4096);
	ok(bucket_rules_write(
	       span_of(HEAD OURS("90") TAIL), BUCKET_ABORTS, "7", &document, &count) &&
	        count == 2,
	    "beside ours that lets objects expire");
	ok(strstr(buffer_text(&document), OURS("90")) != NULL &&
	        strstr(buffer_text(&document), rule) != NULL,
	    "both are there");
	days = bucket_rules_days(buffer_span(&document), BUCKET_ABORTS);
	is_text(days, "7", "its days");
	free(days);
	buffer_free(&document);
}

int
main(void)
{
	reads("", NULL, "none");
	reads(HEAD OTHER TAIL, NULL, "another's");
	reads(HEAD OTHER OURS("90") TAIL, "90", "ours");
	reads(HEAD "<Rule><Expiration><Days>7</Days></Expiration><ID>fxstack-expire</ID>"
	           "<Status>Enabled</Status></Rule>" TAIL,
	    "7", "in another order");
	reads("<Rule><ID>fxstack-expire</ID><Status>Disabled</Status><Expiration><Days>7</Days>"
	      "</Expiration></Rule>",
	    NULL, "one that is disabled");
	reads("<Rule><ID>fxstack-expire</ID><Status>Enabled</Status></Rule>", NULL, "no days");
	reads("<Rule><ID>fxstack-expire</ID><Status>Enabled</Status><Expiration><Days>7", NULL,
	    "cut");
	writes("", "30", HEAD OURS("30") TAIL, 1, "the first");
	writes(HEAD OTHER TAIL, "30", HEAD OTHER OURS("30") TAIL, 2, "beside another");
	writes(HEAD OURS("90") OTHER TAIL, "30", HEAD OTHER OURS("30") TAIL, 2, "other days");
	writes(HEAD OURS("90") OTHER TAIL, NULL, HEAD OTHER TAIL, 1, "no more of ours");
	writes(HEAD OURS("90") TAIL, NULL, HEAD TAIL, 0, "no more at all");
	test_aborting();
	return done();
}
