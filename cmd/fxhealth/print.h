/* print: writes findings to standard output, one a line, and notes their status. */
#ifndef FXHEALTH_PRINT_H
#define FXHEALTH_PRINT_H

#include "health/findings.h"
#include "tool/tool.h"

struct print {
	struct tool *tool;
	bool json; /* a finding as an object */
};

/* For struct findings; FINDINGS_WELL only with -v. context: a struct print. */
void print_finding(void *context, const struct finding *finding);

#endif
