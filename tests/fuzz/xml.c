/* xml: any document is read, all ends inside, and what is written is read again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "must.h"
#include "text/url.h"
#include "text/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is written of a text is that text, but for white space around it. */
static void
write_again(const char *text)
{
	struct buffer document;

	buffer_init(&document, 1 << 20);
	must(xml_add(&document, "Key", text));
	char *again = xml_text(buffer_span(&document), "Key");
	must(again == NULL || strstr(text, again) != NULL);
	must(again != NULL || text[strspn(text, " \t\r\n")] == '\0');
	free(again);
	buffer_free(&document);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span document = {(const char *)data, size}, inside;
	struct buffer plain;

	while (xml_next(&document, "member", &inside)) {
		must(inside.start >= (const char *)data &&
		     inside.start + inside.length <= document.start);
		char *text = xml_text(inside, "Key");
		if (text != NULL)
			write_again(text);
		free(text);
	}
	must(document.start + document.length == (const char *)data + size);
	buffer_init(&plain, size + 1);
	must(url_decode(&plain, (struct span){(const char *)data, size}));
	must(plain.length <= size);
	buffer_free(&plain);
	char *text = memory_copy(data, size);
	write_again(text);
	free(text);
	return 0;
}
