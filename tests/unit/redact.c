/* redact: a secret as it is, in a URL, and in JSON. */
#include <unistd.h>
#include "text/redact.h"
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

/* The time must not grow with the square of the length. */
static void
is_quick(const char *piece)
{
	enum { LONG = 512 * 1024 };
	struct buffer text;
	size_t length = strlen(piece);

	buffer_init(&text, LONG + 100);
	while (text.length + length < LONG)
		buffer_add(&text, piece, length);
	size_t before = text.length;
	alarm(60);
	redact(&text, span_of("KEY0KEY0KEY0KEY0"));
	alarm(0);
	ok(text.length == before, "much of %s", piece);
	buffer_free(&text);
}

int
main(void)
{
	is_quick("\\");
	is_quick("%25");
	is_quick("&amp;");
	is_quick("amp;");
	is_quick("KEY0KEY0KEY0KEX");
	becomes("KEY0KEY0", "key as KEY0KEY0 and", "key as [redacted] and");
	becomes("KEY0KEY0", "KEY0KEY0KEY0KEY0", "[redacted][redacted]");
	becomes("KEY0KEY0", "KEY0KEY ", "KEY0KEY ");
	becomes("KEY0KEY0", "cut off: KEY0KE", "cut off: [redacted]");
	becomes("KEY0KEY0", "cut off: KEY", "cut off: KEY");
	becomes("0123456789abcdefghij", "0123456789abcdefXX", "[redacted]XX");
	becomes("0123456789abcdefghij", "0123456789abcdeXXX", "0123456789abcdeXXX");
	becomes("a/b+c%", "a%252Fb%25252Bc%2525", "[redacted]");
	becomes("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&#39; a&#x3C;b&#62;&amp;amp;&#34;c&apos;",
	    "[redacted] [redacted]");
	becomes("a%25b\\\\c", "a%25b\\\\c", "[redacted]");
	becomes("KEY0", "&#75;&#x45;Y&amp;#48;", "[redacted]");
	becomes("KEY0", "\\x4b\\x45Y0 \\\\u004bEY0", "[redacted] [redacted]");
	becomes("KEY0KEY0", "4b4559304B455930", "[redacted]");
	becomes("KEY0KEY0", "4b45593", "4b45593");
	/* printf KEY0KEY0, user:KEY0KEY0, id:KEY0KEY0 and more, in Base64 */
	becomes("KEY0KEY0", "S0VZMEtFWTA=", "[redacted]A=");
	becomes("KEY0KEY0", "dXNlcjpLRVkwS0VZMA==", "dXNlcjp[redacted]A==");
	becomes("KEY0KEY0", "aWQ6S0VZMEtFWTAK and more", "aWQ6[redacted]AK and more");
	becomes("ab?>cd?>",
	    "YWI_PmNkPz4 YWI%2FPmNkPz4= YWI\\/PmNkPz4=", "[redacted]4 [redacted]4= [redacted]4=");
	becomes("KEY0KEY0", "s0vzmetfwta=", "s0vzmetfwta=");
	becomes("a/b+c%", "?k=a%2Fb%2Bc%25&a/b+c%", "?k=[redacted]&[redacted]");
	becomes("a/b\"c", "{\"k\":\"a\\/b\"}{\"k\":\"a/b\\\"c\"}",
	    "{\"k\":\"a\\/b\"}{\"k\":\"[redacted]\"}");
	becomes("a/bc", "a\\/bc", "[redacted]");
	becomes("Ab1/cd+ef&", "{\"k\":\"Ab1/cd\\u002bef\\u0026\"}", "{\"k\":\"[redacted]\"}");
	becomes("KEY0", "\\u004b\\u0045\\u0059\\u0030 key0", "[redacted] [redacted]");
	becomes("KEY%4", "KEY%4 KEY%254 KEY%.", "[redacted] [redacted] KEY%.");
	becomes("abc", "abc", "abc");
	return done();
}
