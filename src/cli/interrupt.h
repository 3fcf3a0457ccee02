/* interrupt: SIGINT and SIGTERM ask a run to stop at its next checkpoint; a second one ends the
 * process at once. */
#ifndef WH_CLI_INTERRUPT_H
#define WH_CLI_INTERRUPT_H

#include "lifecycle/progress.h"

void wh_interrupt_begin(struct wh_progress *progress); /* outlives wh_interrupt_end */
void wh_interrupt_end(void);

#endif
