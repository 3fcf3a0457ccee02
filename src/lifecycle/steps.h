/* steps: the parts of a copy, in their order; only lifecycle's own files include it. */
#ifndef WH_LIFECYCLE_STEPS_H
#define WH_LIFECYCLE_STEPS_H

#include "lifecycle/pool.h"

/* prepare.c: claims the target, checks what is there, creates or empties the tables. Repeatable;
 * after a crash it goes on. */
int wh_prepare(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* Fills m->target with what the target holds now. */
int wh_describe_target(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* run.c: how a command ended, in the journal; rc. */
int wh_note_end(struct wh_migration *m, int64_t began, int rc, struct wh_error *error);
/* What the settings want for what is there already. */
enum wh_treatment wh_wanted_treatment(const struct wh_migration *m);
/* The plan once more from the source as it is now, for its counters: WH_GUARD where it differs. */
int wh_plan_again(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

/* dropped.c: findings for what the target drops along with tables of the plan. */
void wh_note_dropped(struct wh_migration *m, const struct wh_catalog *target);
/* After wh_find_existing: what the tables that stay have not. */
void wh_note_kept(struct wh_migration *m, const struct wh_catalog *target);

/* existing.c: objects and sequences that are on the target already: WH_GUARD, kept, or dropped
 * first. And the same again in a later process, from the journal. */
int wh_find_existing(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error) WH_MUST_USE;
/* Only whether a run would be refused for them. */
int wh_check_existing(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error) WH_MUST_USE;
void wh_recall_existing(struct wh_migration *m);

/* delivered.c: WH_GUARD where the target keeps rows and has those of a file of the source. */
int wh_check_delivered(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

/* widest.c: findings for values that are longer than what the target takes. */
int wh_note_wide_rows(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error) WH_MUST_USE;

/* rows.c: one snapshot, every unit of every table, whatever an earlier run left. */
int wh_copy_rows(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* One table again from its first row, under a new snapshot; for repair of tables without a key. */
int wh_copy_table_again(struct wh_migration *m, const struct wh_plan_table *t,
	struct wh_error *error) WH_MUST_USE;

/* build.c: what comes after the rows. A statement that fails is a finding, not an end. */
int wh_build(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* Whether the journal holds statements that the target refused. */
int wh_build_refused(struct wh_migration *m, bool *any, struct wh_error *error) WH_MUST_USE;
/* One phase. Where `tables` failed, those that stand on them are skipped. */
int wh_build_phase(struct wh_migration *m, enum wh_phase phase, struct wh_error *error) WH_MUST_USE;

/* verify.c: compares every table; with repair, mends and compares again. */
int wh_verify_rows(struct wh_migration *m, const struct wh_verify_options *options,
	struct wh_error *error) WH_MUST_USE;

/* units.c: one unit, exactly once. The tally is what stands on the target afterwards. WH_DONE: no
 * row went, and no marker is there yet. */
struct wh_unit_job {
	const struct wh_plan_table *table;
	struct wh_unit from, to;
};
int wh_unit_copy(struct wh_worker *w, const struct wh_unit_job *job, struct wh_tally *tally,
	struct wh_error *error) WH_MUST_USE;
/* Puts units that were copied into the journal, all at once; those that are not `done` get their
 * markers before. */
int wh_units_settle(struct wh_worker *w, const struct wh_journal_unit *units, size_t n,
	struct wh_error *error) WH_MUST_USE;
/* Reads the unit from the source again: tally.read as it is now. */
int wh_unit_read(struct wh_worker *w, const struct wh_unit_job *job, struct wh_tally *tally,
	struct wh_error *error) WH_MUST_USE;
/* Gives the worker its pipe; wh_units_finish releases it. */
int wh_units_start(struct wh_pool *pool, struct wh_error *error) WH_MUST_USE;
void wh_units_finish(struct wh_pool *pool);

/* limit.c: WH_GUARD where more rows are in quarantine than the settings allow. After each few
 * more; and when all rows were read, by their real count. */
int wh_limit_bad(struct wh_migration *m, long long more, struct wh_error *error) WH_MUST_USE;
int wh_limit_rows(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

/* accept.c: a plan that changes only what becomes of rows that are set apart. WH_GUARD: it changes
 * more. */
int wh_accept_plan(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

/* retry.c: the rows themselves; wh_migration_retry is the whole. */
struct wh_retry_options;
int wh_retry_rows(struct wh_migration *m, const struct wh_retry_options *options,
	struct wh_error *error) WH_MUST_USE;

/* values.c: rows as JSON texts, for quarantine and differences; what is masked is not shown. */
void wh_row_json(struct wh_buffer *out, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row, const uint16_t *fields, size_t n); /* fields NULL: all */
/* With what is masked: for the quarantine, which stays in the work folder. */
void wh_row_whole(struct wh_buffer *out, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row);
void wh_cell_shown(struct wh_buffer *out, const struct wh_batch *b, size_t column, uint32_t row);

#endif
