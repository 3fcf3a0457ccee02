/* probe: questions about a table's data, in each dialect, and what their rows mean.
 *
 * A connector lends its hand: one function that runs a query for a limited time. */
#ifndef WH_SQL_PROBE_H
#define WH_SQL_PROBE_H

#include "model/survey.h"
#include "sql/dialect.h"

struct wh_probe_rows {
	const char **cells; /* row by row; NULL is null */
	size_t nrows, ncolumns;
	const char *why; /* no rows: what the server said, or that the time was over */
};

struct wh_prober {
	const struct wh_dialect *dialect;
	void *state;
	/* An error: the connection is of no more use, or the user stopped it. */
	int (*rows)(void *state, const char *sql, int limit_ms, struct wh_arena *arena,
		struct wh_probe_rows *out, struct wh_error *error);
};

int wh_probe_ask(const struct wh_prober *by, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out, struct wh_error *error) WH_MUST_USE;
/* totals.c: the questions of reconciliation, as wh_probe_ask has them. WH_DONE: no answer, and why. */
int wh_probe_totals(const struct wh_prober *by, const struct wh_probe *probe,
	struct wh_arena *arena, struct wh_answer *out, struct wh_error *error) WH_MUST_USE;
int wh_probe_gaps(const struct wh_prober *by, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out, struct wh_error *error) WH_MUST_USE;
/* Counts the rows of every table and finds its widest, in a part of it where all of it would take
 * too long. Sizes must be known first. */
int wh_probe_measure(const struct wh_prober *by, struct wh_survey *survey,
	struct wh_error *error) WH_MUST_USE;

/* For connectors: the reason of a query that ran out of time. */
const char *wh_probe_late(struct wh_arena *arena, int limit_ms);

/* ---- terms.c: how a dialect spells what is asked of a column ---- */

enum wh_term {
	WH_TERM_SHOWN, /* as a text for people, 200 characters at most */
	WH_TERM_TEXT,  /* as a text of no particular order */
	WH_TERM_BYTES, /* of such a text: compared byte by byte */
	WH_TERM_LOWER,
	WH_TERM_NO_ACCENTS,
	WH_TERM_NO_END_SPACES,
	WH_TERM_CHARACTERS, /* how many */
	WH_TERM_OCTETS,
	WH_TERMS
};

/* Appends the term over the expression; false: the dialect has no such term. */
bool wh_sql_term(struct wh_buffer *out, const struct wh_dialect *d, enum wh_term term,
	enum wh_kind kind, const char *expression) WH_MUST_USE;
/* FROM's name of a table: its own rows, without those of tables that inherit from it. */
void wh_sql_rows_of(struct wh_buffer *out, const struct wh_dialect *d, const struct wh_table *t);

#endif
