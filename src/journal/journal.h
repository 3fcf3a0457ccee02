/* journal: the durable memory of a migration: intent before, outcome after every step.
 *
 * SQLite in WAL mode with synchronous=FULL, file `journal.db` in the migration's work folder
 * (folder 0700, file 0600). One thread of the process, the journal's own, writes it: the functions
 * below hand their records to it and return once they are durable; what several threads hand over
 * at the same time is one transaction. Texts carry no secrets. Any thread may call any function.
 *
 * Times are microseconds since 1970. Formats carry a version; older journals are upgraded. */
#ifndef WH_JOURNAL_JOURNAL_H
#define WH_JOURNAL_JOURNAL_H

#include "model/control.h"
#include "model/finding.h"
#include "model/unit.h"

struct wh_journal;

/* Facts (wh_journal_set/get), all text; absent until known:
 *   migration (32 hex), seed (16 hex), name, source, target (URLs as shown), source_kind,
 *   target_kind, source_version, target_version, state (CREATED, PLANNED, PREPARED, COPYING,
 *   BUILDING, LIVE; LIVE means copied and built), plan_id, plan (canonical JSON), snapshot
 *   (number of the newest), snapshot_text, claim_epoch,
 *   verified ("ok" | "differences" | "incomplete"), verified_usec, verify_mode,
 *   started_usec, ended_usec (of the last command), command, exit, error_code, error_text,
 *   error_place, seconds_inspect, seconds_copy, seconds_build, seconds_verify, seconds_total,
 *   estimate_copy, estimate_build, estimate_verify ("low likely high", seconds: of an assessment) */
int wh_journal_set(struct wh_journal *j, const char *name, const char *value,
	struct wh_error *error) WH_MUST_USE;
/* Several at once: all of them, or none. */
struct wh_journal_fact {
	const char *name, *value; /* NULL: absent from now on */
};
int wh_journal_set_all(struct wh_journal *j, const struct wh_journal_fact *facts, size_t n,
	struct wh_error *error) WH_MUST_USE;
/* NULL: absent. */
const char *wh_journal_get(struct wh_journal *j, const char *name, struct wh_arena *arena);

/* Opens or (create) makes the folder and the journal. WH_CONFIG: no migration there. */
int wh_journal_open(const char *folder, bool create, struct wh_journal **out,
	struct wh_error *error) WH_MUST_USE;
void wh_journal_close(struct wh_journal *j);
/* The lease of the role "copy": WH_LOST names the process that holds it. Ends with the process. */
int wh_journal_lease(struct wh_journal *j, const char *role, const char *command,
	struct wh_error *error) WH_MUST_USE;
/* Ends it before the process does; harmless where it is not held. */
void wh_journal_release(struct wh_journal *j, const char *role);
/* Who holds that lease now, in any process: "pid 12, host db1, ..."; NULL: nobody. */
const char *wh_journal_holder(struct wh_journal *j, const char *role, struct wh_arena *arena);

struct wh_journal_table {
	int64_t number;
	const char *source, *target; /* as shown: "shop.orders" */
	const char *treatment;       /* "create", "append", "truncate", "drop" */
	const char *state;           /* "planned", "copying", "copied", "verified", "differs", "failed",
	                                 "skipped" */
	const char *proof;           /* "exact", "mapped", "none" */
	int64_t rows_expected;       /* estimate; -1: not known */
	struct wh_tally tally;       /* of the units done */
	bool checked;                /* verified at all: else target_digest means nothing */
	struct wh_digest target_digest;
	int64_t rows_differing; /* -1: not checked */
	bool source_changed;    /* the source's digest has moved since the copy */
};
int wh_journal_tables_put(struct wh_journal *j, const struct wh_journal_table *tables, size_t n,
	struct wh_error *error) WH_MUST_USE;
int wh_journal_tables(struct wh_journal *j, struct wh_arena *arena, struct wh_journal_table **out,
	size_t *n, struct wh_error *error) WH_MUST_USE;

struct wh_journal_unit {
	int64_t table, number;
	enum wh_range range;
	int64_t first, last;
	bool done;
	struct wh_tally tally; /* tally.snapshot: under which it was read */
};
/* Intent: replaces the units of every table of which there is one. */
int wh_journal_units_put(struct wh_journal *j, const struct wh_unit *units, size_t n,
	struct wh_error *error) WH_MUST_USE;
/* Outcome, with their tallies. */
int wh_journal_units_done(struct wh_journal *j, const struct wh_journal_unit *units, size_t n,
	struct wh_error *error) WH_MUST_USE;
/* By table and number; table -1: of all. */
int wh_journal_units(struct wh_journal *j, int64_t table, struct wh_arena *arena,
	struct wh_journal_unit **out, size_t *n, struct wh_error *error) WH_MUST_USE;

struct wh_journal_statement {
	int64_t id;
	const char *phase, *kind, *object, *sql;
	const char *state; /* "planned", "intended", "done", "failed", "weakening", "weakened" */
	const char *error; /* of a failed or weakened one */
	int64_t usec;      /* how long it took; 0: not known */
};
/* Same sql, same row. */
int wh_journal_statements_put(struct wh_journal *j, const struct wh_journal_statement *list,
	size_t n, struct wh_error *error) WH_MUST_USE;
int wh_journal_statements(struct wh_journal *j, struct wh_arena *arena,
	struct wh_journal_statement **out, size_t *n, struct wh_error *error) WH_MUST_USE;

/* origin: "plan", "copy", "build", "verify". Replaces all findings of that origin. */
int wh_journal_findings_put(struct wh_journal *j, const char *origin,
	const struct wh_findings *findings, struct wh_error *error) WH_MUST_USE;
int wh_journal_finding_add(struct wh_journal *j, const char *origin,
	const struct wh_finding *finding, struct wh_error *error) WH_MUST_USE;
int wh_journal_findings(struct wh_journal *j, struct wh_findings *out,
	struct wh_error *error) WH_MUST_USE;

struct wh_journal_quarantine {
	int64_t id;
	int64_t table, unit;
	int64_t row;        /* ordinal in its unit as it was read */
	const char *source; /* table as shown */
	const char *key;    /* JSON object of the key's fields, or NULL */
	const char *column; /* or NULL: not known which */
	const char *reason;
	const char *values; /* JSON object of all fields: text (of natives the engine's own
	                          form), null, or {"hex": "..."} */
	const char *hash;   /* 32 hex, as the digests have it */
	int64_t usec;
	int64_t attempt; /* of a retry, which may have written it; 0: none */
};
/* Removes these units' rows, before they are read again; a table's where the number is -1. */
int wh_journal_quarantine_clear(struct wh_journal *j, const struct wh_journal_unit *units, size_t n,
	struct wh_error *error) WH_MUST_USE;
int wh_journal_quarantine_put(struct wh_journal *j, const struct wh_journal_quarantine *rows,
	size_t n, struct wh_error *error) WH_MUST_USE;
/* At most `most` rows with an id above `after`. table -1: all. */
int wh_journal_quarantined(struct wh_journal *j, int64_t table, int64_t after, size_t most,
	struct wh_arena *arena, struct wh_journal_quarantine **out, size_t *n,
	struct wh_error *error) WH_MUST_USE;
/* These rows are about to be written together to the target; attempt 0: they are not. */
int wh_journal_attempt(struct wh_journal *j, const int64_t *ids, size_t n, int64_t attempt,
	struct wh_error *error) WH_MUST_USE;
/* The rows of one attempt whose end is not known; none where every end is. */
int wh_journal_attempted(struct wh_journal *j, struct wh_arena *arena,
	struct wh_journal_quarantine **out, size_t *n, struct wh_error *error) WH_MUST_USE;
/* What became of rows that were tried again, and of the sums that they are part of, all at once. */
struct wh_journal_settlement {
	int64_t attempt;                           /* whose rows leave the quarantine; 0: none */
	int64_t leaves;                            /* one row that leaves it; 0: none */
	const struct wh_journal_quarantine *stays; /* one that stays, as it is now, or NULL */
	const struct wh_journal_unit *unit;        /* with its new tally, or NULL */
	const struct wh_journal_table *table;      /* the same */
};
int wh_journal_settle(struct wh_journal *j, const struct wh_journal_settlement *s,
	struct wh_error *error) WH_MUST_USE;
/* The rows of these keys leave it: they are judged anew. keys NULL: all rows of the table. */
int wh_journal_quarantine_forget(struct wh_journal *j, int64_t table, const char *const *keys,
	size_t n, struct wh_error *error) WH_MUST_USE;
int64_t wh_journal_quarantine_count(struct wh_journal *j); /* -1: could not be read */

struct wh_journal_difference {
	int64_t table;
	const char *object; /* the source's table as shown */
	const char *kind;   /* "missing", "extra", "changed", "moved" (the source itself changed) */
	const char *key;    /* JSON object */
	const char *column; /* of "changed", on the source; else NULL */
	const char *source, *target; /* values as text; NULL: null or absent */
};
/* Replaces the differences of one table; the journal keeps those given, the table its count. */
int wh_journal_differences_put(struct wh_journal *j, int64_t table,
	const struct wh_journal_difference *rows, size_t n, struct wh_error *error) WH_MUST_USE;
int wh_journal_differences(struct wh_journal *j, size_t most, struct wh_arena *arena,
	struct wh_journal_difference **out, size_t *n, struct wh_error *error) WH_MUST_USE;

/* Replaces the controls of the last reconciliation; an empty list forgets them. */
int wh_journal_controls_put(struct wh_journal *j, const struct wh_controls *controls,
	struct wh_error *error) WH_MUST_USE;
/* Into an empty list, in the order in which they were put. */
int wh_journal_controls(struct wh_journal *j, struct wh_controls *out,
	struct wh_error *error) WH_MUST_USE;

/* Something worth remembering, for the report's history. */
int wh_journal_event(struct wh_journal *j, const char *text, struct wh_error *error) WH_MUST_USE;
struct wh_journal_event {
	int64_t usec;
	const char *text;
};
int wh_journal_events(struct wh_journal *j, struct wh_arena *arena, struct wh_journal_event **out,
	size_t *n, struct wh_error *error) WH_MUST_USE;

#endif
