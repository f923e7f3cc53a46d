/* metric: lines that hold a value of a metric, and what PutMetricData gets of them. */
#include "cloudwatch/metric.h"
#include "tap.h"

enum { NOW = 1769860800 };

static char name[METRIC_NAME + 1];
static struct failure failure;

static bool
read_line(const char *line, struct buffer *datum)
{
	strcpy(name, "given");
	buffer_clear(datum);
	return metric_read(span_of(line), (int64_t)NOW * 1000, name, datum, &failure);
}

static void
becomes(const char *line, const char *expected)
{
	struct buffer datum;

	buffer_init(&datum, 10000);
	if (ok(read_line(line, &datum), "taken: %s", line))
		is_span(buffer_span(&datum), span_of(expected), expected);
	else
		printf("# %s\n", failure.text);
	buffer_free(&datum);
}

static void
is_refused(const char *line, const char *words)
{
	struct buffer datum;

	buffer_init(&datum, 10000);
	ok(!read_line(line, &datum) && failure.kind == FAILURE_REFUSED, "refused: %.100s", line);
	if (!ok(strstr(failure.text, words) != NULL, "because %s", words))
		printf("# %s\n", failure.text);
	buffer_free(&datum);
}

static void
test_taken(void)
{
	becomes("{\"metric\":\"Lines\",\"value\":12}", "{\"MetricName\":\"Lines\",\"Value\":12}");
	is_text(name, "given", "the namespace stays");
	becomes("{\"namespace\":\"a\\u0042\",\"metric\":\"Lines\",\"value\":-1.50e+3,"
	        "\"unit\":\"Bytes\\/Second\",\"timestamp\":\"2026-01-31T13:00:00.25+01:00\","
	        "\"dimensions\":{\"Tool\":\"kput\",\"b\":\"c d\"},\"resolution\":1}",
	    "{\"MetricName\":\"Lines\",\"Dimensions\":[{\"Name\":\"Tool\",\"Value\":\"kput\"},"
	    "{\"Name\":\"b\",\"Value\":\"c d\"}],\"Timestamp\":1769860800.250,\"Value\":-1.50e+3,"
	    "\"Unit\":\"Bytes/Second\",\"StorageResolution\":1}");
	is_text(name, "aB", "its own namespace");
	becomes(" { \"value\" : 0.000e99 , \"metric\" : \"x\" , \"dimensions\" : { } } ",
	    "{\"MetricName\":\"x\",\"Dimensions\":[],\"Value\":0.000e99}");
	becomes("{\"metric\":\"x\",\"value\":0.10000000000000000000000000000000000000000000001}",
	    "{\"MetricName\":\"x\",\"Value\":0.10000000000000000000000000000000000000000000001}");
}

#define MOST \
	"2348542582773833227889480596789337027375682548908319870707290971532209025114608443463" \
	"698998384768703031934976"

static void
test_range(void)
{
	becomes(
	    "{\"metric\":\"x\",\"value\":" MOST "}", "{\"MetricName\":\"x\",\"Value\":" MOST "}");
	becomes("{\"metric\":\"x\",\"value\":-" MOST ".000}",
	    "{\"MetricName\":\"x\",\"Value\":-" MOST ".000}");
	becomes("{\"metric\":\"x\",\"value\":0.0002348e112}",
	    "{\"MetricName\":\"x\",\"Value\":0.0002348e112}");
	is_refused("{\"metric\":\"x\",\"value\":0.0002349e112}", "2^360");
	is_refused("{\"metric\":\"x\",\"value\":" MOST ".001}", "2^360");
	is_refused("{\"metric\":\"x\",\"value\":" MOST "0}", "2^360");
	is_refused("{\"metric\":\"x\",\"value\":-1E109}", "2^360");
	is_refused("{\"metric\":\"x\",\"value\":1e99999999999999999999}", "2^360");
	becomes("{\"metric\":\"x\",\"value\":1e-99999999999999999999}",
	    "{\"MetricName\":\"x\",\"Value\":1e-99999999999999999999}");
	becomes("{\"metric\":\"x\",\"value\":9.9e107}", "{\"MetricName\":\"x\",\"Value\":9.9e107}");
}

static void
test_refused(void)
{
	static const char *const lines[][2] = {{"", "not a JSON object"},
	    {"[1]", "not a JSON object"}, {"{\"value\":1}", "\"metric\" is missing"},
	    {"{\"metric\":\"x\"}", "\"value\" is missing"},
	    {"{\"metric\":5,\"value\":1}", "\"metric\" is not a string"},
	    {"{\"metric\":\"\",\"value\":1}", "\"metric\" is empty"},
	    {"{\"metric\":\"  \",\"value\":1}", "\"metric\" is blank"},
	    {"{\"metric\":\"\xc3\xa9\",\"value\":1}", "printable ASCII"},
	    {"{\"metric\":\"a\\nb\",\"value\":1}", "printable ASCII"},
	    {"{\"metric\":\"x\",\"value\":\"1\"}", "\"value\" is not a number"},
	    {"{\"metric\":\"x\",\"value\":NaN}", "not a JSON object"},
	    {"{\"metric\":\"x\",\"value\":1,\"unit\":\"count\"}", "\"unit\""},
	    {"{\"metric\":\"x\",\"value\":1,\"unit\":null}", "\"unit\""},
	    {"{\"metric\":\"x\",\"value\":1,\"timestamp\":1769860800}", "\"timestamp\" is not a time"},
	    {"{\"metric\":\"x\",\"value\":1,\"timestamp\":\"2026-01-17T11:59:59Z\"}", "two weeks"},
	    {"{\"metric\":\"x\",\"value\":1,\"timestamp\":\"2026-01-31T14:00:01Z\"}", "two hours"},
	    {"{\"metric\":\"x\",\"value\":1,\"dimensions\":[]}", "\"dimensions\" is not an object"},
	    {"{\"metric\":\"x\",\"value\":1,\"dimensions\":{\"a\":1}}",
	        "\"dimensions\" is not a string"},
	    {"{\"metric\":\"x\",\"value\":1,\"dimensions\":{\"a\":\"\"}}", "is empty"},
	    {"{\"metric\":\"x\",\"value\":1,\"dimensions\":{\"\":\"a\"}}", "is empty"},
	    {"{\"metric\":\"x\",\"value\":1,\"dimensions\":{\":a\":\"a\"}}", "colon"},
	    {"{\"metric\":\"x\",\"value\":1,\"dimensions\":{\"\\u003aa\":\"a\"}}", "colon"},
	    {"{\"metric\":\"x\",\"value\":1,\"dimensions\":{\"a\":\"1\",\"\\u0061\":\"2\"}}",
	        "twice"},
	    {"{\"metric\":\"x\",\"value\":1,\"resolution\":30}", "neither 1 nor 60"},
	    {"{\"metric\":\"x\",\"value\":1,\"namespace\":\"AWS/Kinesis\"}", "reserved for AWS"},
	    {"{\"metric\":\"x\",\"value\":1,\"namespace\":\":x\"}", "colon"},
	    {"{\"metric\":\"x\",\"value\":1,\"namespace\":\"\"}", "is empty"},
	    {"{\"metric\":\"x\",\"value\":1,\"value\":2}", "\"value\" occurs twice"},
	    {"{\"metric\":\"x\",\"value\":1,\"values\":[2]}", "a member other than"}};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		is_refused(lines[i][0], lines[i][1]);
	becomes("{\"metric\":\"x\",\"value\":1,\"timestamp\":\"2026-01-17T12:00:00Z\"}",
	    "{\"MetricName\":\"x\",\"Timestamp\":1768651200.000,\"Value\":1}");
	becomes("{\"metric\":\"x\",\"value\":1,\"timestamp\":\"2026-01-31T14:00:00Z\"}",
	    "{\"MetricName\":\"x\",\"Timestamp\":1769868000.000,\"Value\":1}");
}

static void
test_lengths(void)
{
	struct buffer line;

	buffer_init(&line, 100000);
	for (unsigned length = 255; length <= 256; length++) {
		struct buffer datum;

		buffer_init(&datum, 100000);
		buffer_clear(&line);
		buffer_add_format(&line, "{\"metric\":\"%0*d\",\"value\":1}", (int)length, 7);
		ok(read_line(buffer_text(&line), &datum) == (length == 255), "a name of %u",
		    length);
		buffer_free(&datum);
	}
	for (unsigned count = 30; count <= 31; count++) {
		struct buffer datum;

		buffer_init(&datum, 100000);
		buffer_clear(&line);
		buffer_add_text(&line, "{\"metric\":\"x\",\"value\":1,\"dimensions\":{");
		for (unsigned i = 0; i < count; i++)
			buffer_add_format(&line, "%s\"d%u\":\"v\"", i > 0 ? "," : "", i);
		buffer_add_text(&line, "}}");
		ok(read_line(buffer_text(&line), &datum) == (count == 30), "%u dimensions", count);
		buffer_free(&datum);
	}
	buffer_free(&line);
}

int
main(void)
{
	test_taken();
	test_range();
	test_refused();
	test_lengths();
	return done();
}
