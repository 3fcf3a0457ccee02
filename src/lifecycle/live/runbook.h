/* runbook: the move as steps for the one who carries it out at night: what to type, what to expect,
 * what it may take at most, and the way back from there. Markdown, made from settings and journal. */
#ifndef WH_LIFECYCLE_LIVE_RUNBOOK_H
#define WH_LIFECYCLE_LIVE_RUNBOOK_H

#include "journal/journal.h"
#include "lifecycle/settings/settings.h"

/* j NULL: nothing was copied yet. */
int wh_runbook(const struct wh_settings *s, struct wh_journal *j, struct wh_buffer *out,
	struct wh_error *error) WH_MUST_USE;

#endif
