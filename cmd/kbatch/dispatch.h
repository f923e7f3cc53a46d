/* departure: when lines that wait go as a batch. */
#ifndef KBATCH_DISPATCH_H
#define KBATCH_DISPATCH_H

#include "kbatch/run.h"

/*
 * The start of the window that a line goes in that comes now. Windows are cut by
 * the clock. One that goes back a little does not open an old one again; one that
 * had been wrong by more than a window is followed, or its lines would wait for it.
 */
int64_t departure_window(struct course *course);

/*
 * Begins what is to go now, as far as there are runs for it; course->due is then
 * when to look again. more: more lines may have arrived already. ended: none
 * will come while these wait.
 */
void depart(struct course *course, bool more, bool ended);

#endif
