/* orphans: rows that a retry has written and whose parents are not there. While rows are moved, an
 * engine does not look at its foreign keys; so whoever moves single rows must. */
#ifndef WH_LIFECYCLE_ORPHANS_H
#define WH_LIFECYCLE_ORPHANS_H

#include "lifecycle/migration.h"

/* Notes, for good, that rows of this table are written one by one. */
int wh_orphans_note(struct wh_migration *m, int64_t table, struct wh_error *error) WH_MUST_USE;
/* Looks at every foreign key of such tables; what it finds replaces what it had found before. */
int wh_orphans_find(struct wh_migration *m, struct wh_conn *target,
	struct wh_error *error) WH_MUST_USE;

#endif
