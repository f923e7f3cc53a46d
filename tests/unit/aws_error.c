/* aws_error: codes and words of every shape that the services use. */
#include "aws/client/error.h"
#include "tap.h"

static void
reads(const char *body, const char *type, const char *code, const char *words)
{
	struct aws_error error;

	aws_error_read(&error, span_of(body), type);
	if (!is_text(error.code, code, body))
		return;
	is_text(error.message, words, "its words");
}

static void
reads_xml(void)
{
	static const char body[] =
	    "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"> <Error>"
	    "<Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>not &lt;valid&gt; "
	    "&amp;lt; &#39;</Message></Error><RequestId>c6104cbe</RequestId></ErrorResponse>";
	struct aws_error error;

	reads(body, NULL, "InvalidClientTokenId", "not <valid> &lt; '");
	aws_error_read(&error, span_of(body), NULL);
	is_text(error.id, "c6104cbe", "its request");
	reads("<Error><Code>SlowDown</Code></Error>", NULL, "SlowDown", "");
	reads("<Error><Code>SlowDown", NULL, "", "");
	reads("<html><body>502 Bad Gateway</body></html>", NULL, "", "");
	reads("<Code>a b</Code><Message>x</Message>", NULL, "", "x");
	reads("<Code>A</Code><Message>&#x41;&#98;&#0;</Message>", NULL, "A", "");
	reads("<Code>A</Code><Message>&#x41;&#98;</Message>", NULL, "A", "Ab");
	reads("<Code>A</Code><Message>&#x41</Message>", NULL, "A", "");
	reads("<Code>A</Code><Message>&#;</Message>", NULL, "A", "");
	reads("<Code>A</Code><Message>&#300;</Message>", NULL, "A", "");
}

int
main(void)
{
	reads("{\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\","
	      "\"message\":\"Requested resource not found\"}",
	    NULL, "ResourceNotFoundException", "Requested resource not found");
	reads(" {\"__type\":\"ValidationException\",\"Message\":\"\\u0031 \\\"two\\\"\"}", NULL,
	    "ValidationException", "1 \"two\"");
	reads("{\"code\":\"First\",\"__type\":\"Second\",\"message\":null,\"Message\":\"M\"}", NULL,
	    "First", "M");
	reads("{\"code\":7,\"__type\":\"Second\"}", NULL, "Second", "");
	reads("{\"__type\":\"Other\",\"message\":\"m\"}",
	    "ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.availability/",
	    "ThrottlingException", "m");
	reads("", "AccessDeniedException", "AccessDeniedException", "");
	reads("{}", NULL, "", "");
	reads("{\"__type\":\"\"}", NULL, "", "");
	reads("{\"__type\":\"a#\"}", NULL, "", "");
	reads("{\"__type\":\"<script>\"}", NULL, "", "");
	reads("{\"__type\":\"X\"", NULL, "", "");
	reads("", NULL, "", "");
	reads("no", NULL, "", "");
	reads("{\"__type\":\"0123456789012345678901234567890123456789012345678901234567890123\"}",
	    NULL, "", "");
	reads_xml();
	return done();
}
