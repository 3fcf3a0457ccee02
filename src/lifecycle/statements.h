/* statements: carrying out the statements of a phase with intent and outcome in the journal, so
 * that after a crash each is found done or not done, never guessed. */
#ifndef WH_LIFECYCLE_STATEMENTS_H
#define WH_LIFECYCLE_STATEMENTS_H

#include "lifecycle/pool.h"

/* So many at most are one transaction of the target. */
#define WH_STATEMENTS_TOGETHER 64

struct wh_statement_run {
	struct wh_migration *m;
	struct wh_arena arena;
	struct wh_statements list;
	const char **state; /* one a statement: what the journal says, or NULL */
	const char **error; /* why it was refused or weakened */
};

/* Asks the target's connector for the phase's statements and the journal for their states. */
int wh_statements_load(struct wh_statement_run *r, struct wh_migration *m, enum wh_phase phase,
	struct wh_error *error) WH_MUST_USE;
void wh_statements_free(struct wh_statement_run *r);
/* Carries out statement i unless it is done. A statement that the target refuses becomes a finding
 * and WH_ROW; other codes are failures of the connection, the journal or the user's stop. */
int wh_statement_do(struct wh_statement_run *r, struct wh_conn *conn, size_t i,
	struct wh_error *error) WH_MUST_USE;
/* Carries out these statements (by position in the list) together, in one transaction of the target.
 * WH_DONE: nothing of them is known to be there, each is to be done by itself, since one was
 * refused or because this target has no such transactions. */
int wh_statements_do(struct wh_statement_run *r, struct wh_conn *conn, const size_t *items,
	size_t n, struct wh_error *error) WH_MUST_USE;
/* Notes a refusal that wh_statement_do told as a finding of severity error. */
int wh_statement_refused(struct wh_statement_run *r, size_t i, const struct wh_error *why,
	struct wh_error *error) WH_MUST_USE;

#endif
