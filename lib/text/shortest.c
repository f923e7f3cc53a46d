/* shortest: tries 15, 16 and 17 digits. */
#include <stdio.h>
#include <stdlib.h>

#include "text/shortest.h"

size_t
shortest_format(double number, char text[SHORTEST_SIZE])
{
	int length = 0;

	if (number == 0) /* also -0 */
		number = 0;
	for (int digits = 15; digits <= 17; digits++) {
		length = snprintf(text, SHORTEST_SIZE, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	return (size_t)length;
}
