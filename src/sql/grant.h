/* grant: what an account may do on the source, as the target's statements. Pure; any thread.
 *
 * No password is ever in a statement: an account arrives without one, and unable to log in by a
 * password until somebody sets it. */
#ifndef WH_SQL_GRANT_H
#define WH_SQL_GRANT_H

#include "model/finding.h"
#include "model/survey.h"
#include "sql/dialect.h"

/* Where the access lands. */
struct wh_grant_place {
	const struct wh_dialect *from, *to;
	const char *database;      /* the target's */
	const char *schema, *name; /* of the object there; name NULL: it is not carried */
};

struct wh_grant {
	const char *statement; /* one or more, with ";\n" between them; NULL: there is none */
	enum wh_effort effort; /* ASSISTED: look at `note` before it is run; MANUAL: no statement */
	const char *note;      /* what the statement leaves out, or why there is none; or NULL */
};

void wh_sql_grant(const struct wh_access *access, const struct wh_grant_place *place,
	struct wh_arena *arena, struct wh_grant *out);

#endif
