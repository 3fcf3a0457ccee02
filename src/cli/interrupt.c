#include "cli/interrupt.h"
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static _Atomic(struct wh_progress *) interrupted;

static void interrupt_take(int number)
{
	static const char words[] = "\nwhimbrel: stopping at the next checkpoint; once more stops at "
								"once\n";
	struct wh_progress *p = atomic_load(&interrupted);
	if (p && !atomic_exchange(&p->stop, true)) {
		ssize_t told = write(2, words, sizeof words - 1);
		(void)told;
		return;
	}
	signal(number, SIG_DFL);
	raise(number);
}

static void interrupt_set(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

void wh_interrupt_begin(struct wh_progress *progress)
{
	atomic_store(&interrupted, progress);
	interrupt_set(interrupt_take);
}

void wh_interrupt_end(void)
{
	interrupt_set(SIG_DFL);
	atomic_store(&interrupted, NULL);
}
