/*
 * memory: allocation that cannot fail. Where there is none left the process
 * ends with 75 (the same again later may work).
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Zeroed; free with free(). */
void *memory_new(size_t count, size_t size);
/* As realloc for count objects of size bytes, the product checked. */
void *memory_resize(void *old, size_t count, size_t size);
char *memory_copy_text(const char *text);
char *memory_copy(const void *bytes, size_t length); /* with a NUL behind */
/* sprintf into memory of its own. */
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Overwrites, in a way that the compiler does not leave out. */
void memory_wipe(void *bytes, size_t length);

#endif
