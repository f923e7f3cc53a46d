/* xml_json: XML documents as JSON, and why others are not read. */
#include <stdlib.h>
#include "base/memory.h"
#include "tap.h"
#include "text/json.h"
#include "text/xml_json.h"

static void
becomes(const char *document, const char *expected)
{
	struct buffer json;
	buffer_init(&json, 10000);
	const char *problem = xml_json(span_of(document), &json);
	is_text(problem != NULL ? problem : buffer_text(&json), expected, document);
	buffer_free(&json);
}

/* count times text, between before and after */
static char *
many(const char *before, const char *text, size_t count, const char *after)
{
	struct buffer all;
	buffer_init(&all, 10000000);
	buffer_add_text(&all, before);
	for (size_t i = 0; i < count; i++)
		buffer_add_text(&all, text);
	buffer_add_text(&all, after);
	return buffer_take_text(&all);
}

static void
fails(char *document, size_t ceiling, const char *expected)
{
	struct buffer json;
	buffer_init(&json, ceiling);
	const char *problem = xml_json(span_of(document), &json);
	is_text(problem != NULL ? problem : "", expected, expected);
	buffer_free(&json);
	free(document);
}

static void
documents(void)
{
	becomes("<a/>", "{}");
	becomes("\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n<a></a>\n<!-- end -->", "{}");
	becomes("<a n='1'><b>x</b><c/><b>y</b></a>",
	    "{\"@n\":\"1\",\"b\":[{\"#text\":\"x\"},{\"#text\":\"y\"}],\"c\":[{}]}");
	becomes("<x:a x:n = \"a>'b\"\n m='' />", "{\"@x:n\":\"a>'b\",\"@m\":\"\"}");
	becomes("<a> 1 &lt;&#50;&#x20AC;&amp;<!--no--><![CDATA[<&]]> </a>",
	    "{\"#text\":\"1 <2\xe2\x82\xac&<&\"}");
	becomes("<a>text<b/>beside</a>", "{\"b\":[{}]}");
	becomes("<a>\"\\\n\x01</a>", "{\"#text\":\"\\\"\\\\\\n\\u0001\"}");
	becomes("<a>\xff</a>", "it is not UTF-8");
	becomes("<a>&#x10FFFF;&#xe9;</a>", "{\"#text\":\"\xf4\x8f\xbf\xbf\xc3\xa9\"}");
}

static void
faults(void)
{
	becomes("", "it has no element");
	becomes("hello", "it has text outside of its elements");
	becomes("{\"a\":1}", "it has text outside of its elements");
	becomes("<a>", "it ends inside an element");
	becomes("<a", "it ends inside a tag or comment");
	becomes("<a b='>", "it ends inside a tag or comment");
	becomes("<a><!-- </a>", "it ends inside a tag or comment");
	becomes("<a></b>", "it has a closing tag of another element");
	becomes("<a></a x>", "it has a closing tag of another element");
	becomes("</a>", "it has a closing tag without an element");
	becomes("<a/><b/>", "it has two outermost elements");
	becomes("<a/>x", "it has text outside of its elements");
	becomes("< a/>", "it has an invalid tag");
	becomes("<a'b'/>", "it has an invalid tag");
	becomes("<a b/>", "it has an invalid attribute");
	becomes("<a b=c/>", "it has an invalid attribute");
	becomes("<a b='<'/>", "it has an invalid attribute");
	becomes("<a b='1' b='2'/>", "it has an attribute twice");
	becomes("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "it has a document type");
	becomes("<a>&e;</a>", "it has an unknown or invalid reference");
	becomes("<a>&#0;</a>", "it has an unknown or invalid reference");
	becomes("<a>&#xD800;</a>", "it has an unknown or invalid reference");
	becomes("<a>&#x110000;</a>", "it has an unknown or invalid reference");
	becomes("<a>&#;</a>", "it has an unknown or invalid reference");
	becomes("<a>&#-1;</a>", "it has an unknown or invalid reference");
	becomes("<a>& b</a>", "it has an unknown or invalid reference");
	becomes("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "its encoding is not UTF-8");
}

int
main(void)
{
	documents();
	faults();
	fails(many("", "<a>", 31, ""), 10000, "it is more than 30 elements deep");
	fails(many("<a>", "<b/>", 100000, "</a>"), 10000000, "it has more than 100000 elements");
	fails(many("<a>", "<b/>", 1000, "</a>"), 1000, "it is too large");
	char *names = memory_copy_text("<a>"), *tags = memory_copy_text("");
	for (unsigned i = 0; i < 65; i++) {
		char *more = memory_format("%s<b%u/>", names, i);
		char *others = memory_format("%s b%u=''", tags, i);
		free(names);
		free(tags);
		names = more;
		tags = others;
	}
	fails(memory_format("%s</a>", names), 100000,
	    "it has more than 64 kinds of children in an element");
	fails(
	    memory_format("<a%s/>", tags), 100000, "it has more than 64 attributes in an element");
	free(names);
	free(tags);
	return done();
}
