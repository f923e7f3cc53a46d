/* real: numbers of records as doubles, for what needs no exact digits, such as a picture. */
#ifndef TEXT_REAL_H
#define TEXT_REAL_H

#include "base/span.h"

/* The double that is nearest to a valid JSON number; beyond the range of doubles, infinity or 0. */
double real_read(struct span text);

#endif
