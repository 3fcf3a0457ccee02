/* marks: which units stand whole on the target, as the markers there say: what the journal remembers
 * may have been lost by a server that died. */
#ifndef WH_LIFECYCLE_MARKS_H
#define WH_LIFECYCLE_MARKS_H

#include "lifecycle/migration.h"

struct wh_marks {
	struct wh_arena arena;
	struct wh_mark *items; /* by table and unit */
	size_t count;
};

/* Anew: what had been read before is forgotten. */
int wh_marks_read(struct wh_marks *marks, const struct wh_migration *m, struct wh_conn *target,
	struct wh_error *error) WH_MUST_USE;
void wh_marks_free(struct wh_marks *marks);
/* NULL: it is not there. */
const struct wh_mark *wh_marks_find(const struct wh_marks *marks, const struct wh_journal_unit *u);
/* Makes of the journal's units what the markers say of them. */
void wh_marks_trust(const struct wh_marks *marks, struct wh_journal_unit *units, size_t n);

/* Whether every unit of the journal is marked on the target, as it is when a build goes on. */
int wh_rows_are_there(struct wh_migration *m, bool *whole, struct wh_error *error) WH_MUST_USE;

#endif
