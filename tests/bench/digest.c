/*
 * digest: what was moved, in three words: how many lines, a hash of them in
 * their order, a hash of them in any order. A leading position is taken off;
 * marks do not count.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linehash.h"

static const char position[] = "{\"_pos\":\"";

int
main(void)
{
	uint64_t count = 0, ordered = 0, unordered = 0;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;

	while ((length = getline(&line, &capacity, stdin)) > 0) {
		char *start = line, *end = line + length;
		uint64_t hash;

		if (end[-1] == '\n')
			end--;
		if (end - line > 9 && memcmp(line, position, sizeof position - 1) == 0) {
			start = memchr(line + 9, '"', (size_t)(end - line - 9));
			if (start == NULL || start[-1] == '+')
				continue;
			*++start = '{'; /* what was the comma */
		}
		hash = hash_line(1, start, (size_t)(end - start));
		count++;
		ordered = mix(ordered, hash);
		unordered += mix(0, hash);
	}
	free(line);
	printf("%llu %016llx %016llx\n", (unsigned long long)count, (unsigned long long)ordered,
	    (unsigned long long)unordered);
	return ferror(stdin) ? 2 : 0;
}
