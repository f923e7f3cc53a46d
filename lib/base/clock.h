/* clock: the one place in lib/ that reads the time. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now(void); /* milliseconds since 1970 */
int64_t clock_steady(void); /* microseconds since some start; never goes back */

#endif
