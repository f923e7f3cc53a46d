/* decimal_compare: exact comparisons, whatever the digits. */
#ifndef TEXT_DECIMAL_COMPARE_H
#define TEXT_DECIMAL_COMPARE_H

#include "text/decimal.h"

/* Below 0, 0 or above 0. */
int decimal_compare(struct decimal a, struct decimal b);
/*
 * Compares a value with the reference changed by a percentage of its magnitude: 100 and -5 are 95,
 * -100 and -5 are -105.
 */
int decimal_compare_changed(struct decimal value, struct decimal reference, struct decimal percent);
struct decimal decimal_negated(struct decimal decimal);

#endif
