/* proxy: rewrites the exceptions that libcurl would not understand. */
#include <stdbool.h>
#include <string.h>
#include "base/environment.h"
#include "base/memory.h"
#include "net/proxy.h"

char *
proxy_exceptions(void)
{
	const char *list = environment_network("no_proxy");

	if (list == NULL)
		list = environment_network("NO_PROXY");
	if (list == NULL || strstr(list, "*.") == NULL)
		return NULL;
	char *copy = memory_copy_text(list), *to = copy;

	for (const char *at = list; *at != '\0'; at++) {
		bool begins = at == list || strchr(", \t", at[-1]) != NULL;

		if (!begins || at[0] != '*' || at[1] != '.')
			*to++ = *at;
	}
	*to = '\0';
	return copy;
}
