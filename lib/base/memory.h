/*
 * memory: allocation that cannot fail. If there is no memory left, the process exits with 75
 * (a retry later may work).
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Exits so; to be called when a library reports a lack of memory. */
_Noreturn void memory_exhausted(void);
/* Zeroed; free with free(). */
void *memory_new(size_t count, size_t size);
/* As realloc for count objects of size bytes, the product checked. */
void *memory_resize(void *old, size_t count, size_t size);
char *memory_copy_text(const char *text);
char *memory_copy(const void *bytes, size_t length); /* with a NUL after it */
/* As sprintf, into new memory. */
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Overwrites bytes in a way that the compiler cannot optimise away. */
void memory_wipe(void *bytes, size_t length);
void memory_wipe_text(char *text); /* wipes and frees; NULL is allowed */

#endif
