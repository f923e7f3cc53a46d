/* clock: the time. Nothing else in lib/ reads it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now(void); /* milliseconds since 1970 */
int64_t clock_steady(void); /* microseconds since an arbitrary point; never runs backwards */

#endif
