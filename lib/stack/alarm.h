/*
 * alarm: the settings of an alarm of CloudWatch. Source: CloudWatch API Reference, PutMetricAlarm;
 * CloudWatch User Guide, "Using Amazon CloudWatch alarms".
 */
#ifndef STACK_ALARM_H
#define STACK_ALARM_H

#include "stack/resource.h"

/* The part of resource_read_wanted for an alarm. */
bool alarm_want(struct resource *resource, struct failure *failure);
/*
 * Sets the wanted settings metric and dimensions. on: the stream, table or delivery that it
 * watches, whose namespace and name they contain; NULL: none.
 */
bool alarm_watch(struct resource *resource, const struct resource *on, struct failure *failure);

/* The namespace of a metric whose line gives none: that of cwput(1). */
#define ALARM_NAMESPACE "fxpipe"

/* Frees count texts "NAME=VALUE" and returns them sorted, with a comma between, to free. */
char *alarm_dimensions(char **lines, size_t count);
/* How a condition is written: "> 0.5". */
enum { ALARM_WHEN = 64 };
const char *alarm_when(const char *sign, double threshold, char text[ALARM_WHEN]);

/* Operators as the line has them and as CloudWatch does; the last one is all NULL. */
struct alarm_operator {
	const char *sign; /* ">" */
	const char *name; /* "GreaterThanThreshold" */
};
extern const struct alarm_operator alarm_operators[];

#endif
