/* signals: records the signal that asks the program to end, and ends the program by it. */
#include <unistd.h>

#include "tool/tool.h"

volatile sig_atomic_t tool_stop, tool_interrupts;

/*
 * A signal may arrive just before a call that blocks: the alarm interrupts that call, once a
 * second, until tool_stop has been seen.
 */
static void
on_stop(int number)
{
	if (number != SIGALRM)
		tool_stop = number;
	if (number == SIGINT)
		tool_interrupts = tool_interrupts + 1;
	alarm(1);
}

void
tool_signals_begin(void)
{
	static const int stopping[] = {SIGTERM, SIGINT, SIGALRM};
	struct sigaction action = {.sa_handler = on_stop}, old;

	for (size_t i = 0; i < sizeof stopping / sizeof *stopping; i++) {
		/* A background job of a shell has SIGINT ignored: it stays ignored. */
		if (sigaction(stopping[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN &&
		    stopping[i] == SIGINT)
			continue;
		sigaction(stopping[i], &action, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

_Noreturn void
tool_signals_die(int number)
{
	sigset_t all;

	signal(number, SIG_DFL);
	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	raise(number);
	_exit(128 + number);
}
