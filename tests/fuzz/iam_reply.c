/*
 * iam/document, bucket_rules, query_is_tagged: any reply is read, also when it is compared with
 * its own normal form; our rule is always written.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stack/aws/bucket_rules.h"
#include "stack/iam/document.h"
#include "must.h"
#include "stack/aws/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_rules(struct span reply)
{
	struct buffer document;
	size_t count = 0;
	char *days = bucket_rules_days(reply);

	free(days);
	buffer_init(&document, 1 << 20);
	must(bucket_rules_write(reply, "90", &document, &count) && count > 0);
	buffer_free(&document);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span reply = {(const char *)data, size};
	char *found = iam_document_found(reply, "Document", NULL), *again;

	if (found != NULL) {
		again = iam_document_found(reply, "Document", found);
		must(again != NULL);
		free(again);
	}
	free(found);
	free(iam_document_principal(reply, "Document"));
	(void)query_is_tagged(reply, "member");
	read_rules(reply);
	return 0;
}
