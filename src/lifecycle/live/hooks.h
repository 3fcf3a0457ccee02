/* hooks: commands of the user, run by a shell, with what they are told in their environment:
 * WHIMBREL_HOOK (fence | unfence | switch), WHIMBREL_SERVING (the side that serves from then on:
 * source | target), WHIMBREL_WORKDIR. Nothing of a URL or a password is in it. */
#ifndef WH_LIFECYCLE_LIVE_HOOKS_H
#define WH_LIFECYCLE_LIVE_HOOKS_H

#include "lifecycle/migration.h"

/* NULL: there is none. WH_GUARD: it ended with another code than 0, or not within the time. */
int wh_hook(const struct wh_migration *m, const char *name, const char *command,
	const char *serving, struct wh_error *error) WH_MUST_USE;

#endif
