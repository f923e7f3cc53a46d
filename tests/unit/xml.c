/* xml, url: elements one after the other, what is written, and percent signs undone. */
#include <stdlib.h>
#include "tap.h"
#include "text/url.h"
#include "text/xml.h"

static void
reads(const char *text, const char *name, const char *expected)
{
	struct span document = span_of(text), inside;
	struct buffer all;

	buffer_init(&all, 1000);
	while (xml_next(&document, name, &inside)) {
		buffer_add(&all, inside.start, inside.length);
		buffer_add(&all, "|", 1);
	}
	is_text(buffer_text(&all), expected, text);
	buffer_free(&all);
}

static void
decodes(const char *text, const char *expected)
{
	struct buffer plain;

	buffer_init(&plain, 1000);
	ok(url_decode(&plain, span_of(text)), "decodes");
	is_text(buffer_text(&plain), expected, text);
	buffer_free(&plain);
}

int
main(void)
{
	struct buffer document;

	reads("<a><b>1</b> <b></b><b>&lt;<c/></b></a>", "b", "1||&lt;<c/>|");
	reads("<b>1</b", "b", "");
	reads("<b>1<b>2</b>3</b>", "b", "1<b>2|");
	reads("</b><b>1</b>", "b", "1|");
	reads("<bb>1</bb><b >2</b>", "b", "");
	reads("", "b", "");
	reads("<b>", "b", "");
	reads("<b/><b>1</b><b>2", "b", "1|");
	buffer_init(&document, 100);
	ok(xml_add(&document, "Key", "a<&>\"'"), "an element");
	is_span(buffer_span(&document), span_of("<Key>a&lt;&amp;&gt;\"'</Key>"), "is written");
	char *text = xml_text(buffer_span(&document), "Key");
	is_text(text, "a<&>\"'", "and read");
	free(text);
	ok(!xml_add(&document, "Key",
	       "0123456789012345678901234567890123456789012345678901234567890123456789"),
	    "up to the ceiling");
	buffer_free(&document);
	decodes("%7B%22a%22%3a1%7d", "{\"a\":1}");
	decodes("a+b%2", "a+b%2");
	decodes("%zz%4", "%zz%4");
	decodes("%41", "A");
	return done();
}
