/* page_file: the files of the page, compiled in. */
#ifndef SERVE_PAGE_FILE_H
#define SERVE_PAGE_FILE_H

#include <stddef.h>

struct page_file {
	const char *name; /* "index.html"; NULL after the last */
	const char *text;
	size_t length;
};

extern const struct page_file page_files[];

#endif
