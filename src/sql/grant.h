/* grant: what an account may do on the source, as the target's statements. Pure; any thread.
 *
 * No password is ever in a statement: an account arrives without one, and cannot log in by a
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
	const char *schema, *name; /* of the object there; name NULL: it is not carried. Of a right on
								* a whole MySQL database: the schema that its tables land in */
};

struct wh_grant {
	const struct wh_access *access;
	const char *statement; /* one or more, with ";\n" between them; NULL: there is none */
	enum wh_effort
		effort;       /* AUTOMATIC: none is needed; ASSISTED: run it; MANUAL: none can be made */
	const char *note; /* what the statement leaves out, or why there is none; or NULL */
};

void wh_sql_grant(const struct wh_access *access, const struct wh_grant_place *place,
	struct wh_arena *arena, struct wh_grant *out);

/* ---- privileges.c: what a privilege of one engine is in another ---- */

/* What a privilege is granted on. */
enum wh_reach {
	WH_REACH_NOTHING, /* the other engine has no such right */
	WH_REACH_FREE,    /* there everyone has it, or nobody needs it */
	WH_REACH_OWNER,   /* there the owner of the object has it, and nobody else can */
	WH_REACH_TABLE,
	WH_REACH_SEQUENCE,
	WH_REACH_ROUTINE,
	WH_REACH_TABLES, /* all of the database or schema */
	WH_REACH_ROUTINES,
	WH_REACH_SCHEMA,
	WH_REACH_DATABASE,
	WH_REACH_SERVER,
	WH_REACHES
};

struct wh_privilege {
	const char *words; /* on the target */
	enum wh_reach reach;
};

struct wh_privilege wh_privilege_of(const struct wh_access *access, const char *word,
	const struct wh_grant_place *place);

#endif
