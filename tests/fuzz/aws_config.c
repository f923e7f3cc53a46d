/* aws_config: any bytes as a file of settings, as a reply in XML, as a command line, as a document
 * of keys. */
#include <stdint.h>
#include <stdlib.h>
#include "system/shell_words.h"
#include "aws/credentials/source.h"
#include "text/ini.h"
#include "base/memory.h"
#include "must.h"
#include "text/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_settings(struct span text)
{
	const char *reason = NULL;
	size_t line;
	struct ini *ini = ini_parse(text, &line, &reason);
	must(ini != NULL || (reason != NULL && line > 0));
	ini_get(ini, NULL, "default", NULL, "region");
	ini_get(ini, "services", "a", "kinesis", "endpoint_url");
	ini_free(ini);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct key_names names = {"A", "S", "T", "E"};
	struct span text = {(const char *)data, size};
	struct found_keys found = {.access_key = NULL};
	read_settings(text);
	char *element = xml_text(text, "Code");
	must(element == NULL || strlen(element) <= size);
	free(element);
	char *line = memory_copy(text.start, size);
	char **words = shell_words_split(line);
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		must(strlen(words[i]) <= size);
	shell_words_free(words);
	free(line);
	const char *wrong = source_keys(text, &names, &found);
	must(wrong != NULL || (found.access_key != NULL && found.secret_key != NULL));
	source_free_keys(&found);
	return 0;
}
