/* parts: what the files of the reconciliation share; nobody else includes it. */
#ifndef WH_LIFECYCLE_RECONCILE_PARTS_H
#define WH_LIFECYCLE_RECONCILE_PARTS_H

#include "base/sum.h"
#include "lifecycle/reconcile/reconcile.h"

#define WH_RECONCILE_LIMIT_MS (24 * 3600 * 1000) /* of one question about one table */

/* ---- totals.c, totals_ask.c, totals_read.c: rows and totals of one table, for each value of a column ---- */

#define WH_NO_FIELD UINT16_MAX

struct wh_totals_wish {
	const struct wh_plan_table *table;
	uint16_t *fields; /* numbers, of the target's rowset */
	size_t nfields;
	uint16_t by; /* of the same; WH_NO_FIELD: all rows are one group */
};

struct wh_total {
	struct wh_sum all, negative;
	bool endless; /* a value is NaN or infinite: there is no total */
};

struct wh_totals_group {
	const char *value; /* without blanks at its end; NULL: null, or all rows */
	int64_t rows;
	struct wh_total *totals; /* one a field */
};

/* All-zero but for wish: nothing counted yet. */
struct wh_totals {
	struct wh_totals_wish wish;
	struct wh_arena arena;
	struct wh_totals_group *groups;
	size_t ngroups, last;
	const char *why; /* they are not known */
};

/* The field of the source that comes to the target as it is; NULL: it is made. */
const struct wh_field *wh_totals_twin(const struct wh_plan_table *t, uint16_t field);
/* As which numbers its values are added up; WH_NO_KIND: they are none, or not exact. */
enum wh_kind wh_totals_kind(const struct wh_field *field);
/* The target's table, as a question names it. */
struct wh_table wh_totals_table(const struct wh_plan_table *t);
/* The group of a value, made where it is missing. NULL: there are too many. */
struct wh_totals_group *wh_totals_group(struct wh_totals *t, const char *value, size_t n);
/* Of the whole table. What the target's engine cannot add up exactly is read from it. */
int wh_totals_of(const struct wh_migration *m, struct wh_conn *conn, struct wh_totals *out,
	struct wh_error *error) WH_MUST_USE;
/* Each adds to *out: rows of a unit as they are read, and those of the quarantine. */
int wh_totals_read(const struct wh_migration *m, struct wh_conn *conn, const struct wh_unit *unit,
	struct wh_totals *out, struct wh_error *error) WH_MUST_USE;
int wh_totals_set_apart(const struct wh_migration *m, struct wh_totals *out,
	struct wh_error *error) WH_MUST_USE;
void wh_totals_merge(struct wh_totals *out, const struct wh_totals *from);
/* One group in place of all. */
void wh_totals_join(struct wh_totals *t);
void wh_totals_free(struct wh_totals *t);

/* ---- resolve.c: names that the user wrote ---- */

struct wh_resolved {
	const struct wh_plan_table *table; /* NULL: none of the plan */
	uint16_t field;                    /* of its target's rowset, or WH_NO_FIELD */
	const char *schema, *name, *column;
};

/* "table", as the target or the source calls it. WH_CONFIG: the plan has no such table. */
int wh_resolve_table(const struct wh_plan *plan, const char *text, struct wh_resolved *out,
	struct wh_error *error) WH_MUST_USE;
/* A column of out->table. WH_CONFIG: there is none, or it is masked. */
int wh_resolve_field(const char *column, struct wh_resolved *out,
	struct wh_error *error) WH_MUST_USE;
/* "table.column" of the plan; or else of any table that the target may have. */
int wh_resolve_column(const struct wh_plan *plan, const char *text, struct wh_arena *arena,
	struct wh_resolved *out, struct wh_error *error) WH_MUST_USE;
/* A table that the target has, and that is not moved. */
int wh_resolve_there(struct wh_conn *target, const char *text, struct wh_arena *arena,
	struct wh_resolved *out, struct wh_error *error) WH_MUST_USE;
int wh_resolve_any(const struct wh_plan *plan, const char *text, struct wh_arena *arena,
	struct wh_resolved *out, struct wh_error *error) WH_MUST_USE;

/* ---- asked.c: the user's own controls ---- */

int wh_asked_check(struct wh_migration *m, const struct wh_control_asked *asked,
	struct wh_error *error) WH_MUST_USE;
/* On connections of both sides. */
int wh_asked_control(const struct wh_migration *m, const struct wh_control_asked *asked,
	struct wh_conn *source, struct wh_conn *target, struct wh_controls *out,
	struct wh_error *error) WH_MUST_USE;

/* ---- tables.c: the controls that every table has ---- */

struct wh_table_job {
	const struct wh_plan_table *table;
	struct wh_tally tally;
	int64_t before;          /* rows that the target's table held before */
	struct wh_totals source; /* to be read before, unless there is no field in its wish */
	struct wh_controls controls;
};

/* What is to be added up of a table. */
struct wh_totals_wish wh_table_wish(const struct wh_migration *m, const struct wh_plan_table *t,
	struct wh_arena *arena);
int wh_table_controls(const struct wh_migration *m, struct wh_table_job *job,
	struct wh_conn *target, struct wh_error *error) WH_MUST_USE;
/* Rows whose key points nowhere, as the target's engine counts them. The texts of `control` say
 * what is asked. */
int wh_orphans_control(struct wh_conn *target, const struct wh_table *table,
	const struct wh_foreign_key *key, const struct wh_control *control, struct wh_controls *out,
	struct wh_error *error) WH_MUST_USE;
/* A control of a figure that could not be had: it does not hold. */
void wh_control_unknown(struct wh_controls *out, const struct wh_control *control, const char *why);

/* ---- proof.c ---- */

/* In place of the rows of the same migration; nothing where the target is files. */
int wh_proof_write(struct wh_migration *m, const struct wh_controls *controls,
	struct wh_error *error) WH_MUST_USE;

#endif
