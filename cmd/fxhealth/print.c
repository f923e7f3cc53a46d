/* print: writes a finding as text or as JSON. */
#include "fxhealth/print.h"

enum { LINE = 16 * 1024 };

/* Adds text with its control bytes replaced, so that it cannot steer a terminal. */
static void
add_safe(struct buffer *line, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		unsigned char byte = (unsigned char)*at;

		buffer_add(line, byte < 0x20 || byte == 0x7f ? "?" : at, 1);
	}
}

static void
add_text(struct buffer *line, const struct finding *finding)
{
	const char *word = finding->status == FINDINGS_WELL     ? "well"
	                   : finding->status == FINDINGS_LOOK   ? "look"
	                   : finding->status == FINDINGS_BROKEN ? "broken"
	                                                        : "unknown";

	buffer_add_format(line, "%s: %s ", word, finding->check);
	add_safe(line, finding->of);
	buffer_add_text(line, ": ");
	add_safe(line, finding->sentence);
}

void
print_finding(void *context, const struct finding *finding)
{
	struct print *print = context;
	struct failure failure;
	struct buffer line;

	tool_note_status(print->tool, finding->status);
	if (finding->status == FINDINGS_WELL && !print->tool->verbose)
		return;
	buffer_init(&line, LINE);
	if (print->json)
		finding_write(&line, finding);
	else
		add_text(&line, finding);
	if (!output_add_line(print->tool->output, buffer_span(&line), &failure))
		tool_fail(print->tool, &failure);
	buffer_free(&line);
}
