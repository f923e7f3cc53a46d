/* clock: the time. Nothing else in lib/ reads it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now(void); /* milliseconds since 1970; never below 0 */
int64_t clock_steady(void); /* microseconds since an arbitrary point; never runs backwards */
int64_t clock_boot(void); /* milliseconds since the machine was started, including sleep */

/* The random name of this boot of the machine; "unknown" if the system has none. */
enum { CLOCK_BOOT_SIZE = 40 };
const char *clock_boot_name(char name[CLOCK_BOOT_SIZE]);

#endif
