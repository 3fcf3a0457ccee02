/* crash: points at which a test lets the process die, to prove that nothing is lost there.
 *
 * WHIMBREL_CRASH_AT=N kills the process (SIGKILL) at the Nth point that it passes, =NAME at the
 * first of that name; WHIMBREL_STOP_AT=NAME stops it there once (SIGSTOP) instead;
 * WHIMBREL_CRASH_LIST=FILE appends the name of every point. Without them a point costs one load. */
#ifndef WH_BASE_CRASH_H
#define WH_BASE_CRASH_H

void wh_crash_point(const char *name);

#endif
