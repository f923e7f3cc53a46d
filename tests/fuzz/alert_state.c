/*
 * A state that fxalert kept: any bytes after its first line, then one input. What can be loaded is
 * saved as it was, and takes the input.
 */
#include <stdint.h>
#include <stdlib.h>

#include "alert/watches.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
read_all(struct rules *rules)
{
	static const char *const texts[] = {
	    "a > 5", "a crosses 100", "b change 20% in 1m", "missing 10m"};
	struct failure failure;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		must(rules_add(rules, texts[i], &failure));
	must(rules_percentage((struct span){"1%", 2}, &rules->reset));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char first[] = "fxalert 1\n";
	static struct rules rules;
	struct buffer text, saved;
	struct watches watches;
	struct failure failure;
	size_t rest = size > 60 ? 60 : size;

	if (rules.count == 0)
		read_all(&rules);
	buffer_init(&text, 1024 * 1024);
	buffer_init(&saved, 1024 * 1024);
	must(buffer_add_text(&text, first));
	must(buffer_add(&text, bytes, size - rest));
	watches_init(&watches, &rules, 16 * 1024 * 1024);
	if (watches_load(&watches, buffer_span(&text), &failure)) {
		must(watches_save(&watches, &saved));
		must(span_equal(buffer_span(&saved), buffer_span(&text)));
	}
	(void)watches_apply(
	    &watches, (struct span){(const char *)bytes + size - rest, rest}, &failure);
	watches_clear(&watches);
	buffer_free(&text);
	buffer_free(&saved);
	return 0;
}
