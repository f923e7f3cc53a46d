/* redact: a secret as it is, in a URL, and in JSON. */
#include "rate/redact.h"
#include "tap.h"

static void
becomes(const char *secret, const char *text, const char *expected)
{
	struct buffer buffer;
	buffer_init(&buffer, 1000);
	buffer_add_text(&buffer, text);
	redact(&buffer, span_of(secret));
	is_span(buffer_span(&buffer), span_of(expected), text);
	buffer_free(&buffer);
}

int
main(void)
{
	becomes("KEY0KEY0", "key as KEY0KEY0 and", "key as [redacted] and");
	becomes("KEY0KEY0", "KEY0KEY0KEY0KEY0", "[redacted][redacted]");
	becomes("KEY0KEY0", "KEY0KEY", "KEY0KEY");
	becomes("a/b+c%", "?k=a%2Fb%2Bc%25&a/b+c%", "?k=[redacted]&[redacted]");
	becomes("a/b\"c", "{\"k\":\"a\\/b\"}{\"k\":\"a/b\\\"c\"}", "{\"k\":\"a\\/b\"}{\"k\":\"[redacted]\"}");
	becomes("a/bc", "a\\/bc", "[redacted]");
	becomes("Ab1/cd+ef&", "{\"k\":\"Ab1/cd\\u002bef\\u0026\"}", "{\"k\":\"[redacted]\"}");
	becomes("KEY0", "\\u004b\\u0045\\u0059\\u0030 key0", "[redacted] [redacted]");
	becomes("KEY%4", "KEY%4 KEY%254 KEY%", "[redacted] [redacted] KEY%");
	becomes("abc", "abc", "abc");
	return done();
}
