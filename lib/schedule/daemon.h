/* daemon: whether a cron daemon runs, without which no entry of a crontab is started. */
#ifndef SCHEDULE_DAEMON_H
#define SCHEDULE_DAEMON_H

/* A sentence if no cron daemon is seen; NULL if one is, or other users' processes are not seen. */
const char *daemon_fault(void);

#endif
