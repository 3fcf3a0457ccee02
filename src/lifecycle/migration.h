/* migration: one migration of this process: its settings, journal, ends and plan, and the verbs
 * of the lifecycle over them. Used by one thread; the verbs start and end their own workers.
 *
 * A verb returns WH_OK when it did its work. What it found (differences, quarantine, findings)
 * stands in the journal, and wh_outcome_exit() says what all of it means as an exit code. */
#ifndef WH_LIFECYCLE_MIGRATION_H
#define WH_LIFECYCLE_MIGRATION_H

#include "journal/journal.h"
#include "lifecycle/progress.h"
#include "lifecycle/settings/settings.h"
#include "model/connector.h"

struct wh_migration {
	struct wh_arena arena;
	const struct wh_settings *settings;
	struct wh_progress *progress;
	const struct wh_connector *source_kind, *target_kind;
	struct wh_journal *journal; /* NULL in a dry run */
	struct wh_catalog catalog;  /* the source's */
	struct wh_catalog target;   /* the target's, as it was looked at last */
	struct wh_plan plan;
	struct wh_claim claim;
	uint64_t seed; /* of the digests */
	int workers;
	bool leased;
	bool closed; /* the target is not open yet: what fires on writes, and counters, come later */
	atomic_llong bad; /* rows set apart by this process; limit.c */
};

/* Opens the journal (making it where it is missing) and takes the lease `role`, or none where it is
 * NULL (verify). WH_LOST: another process holds it. The verbs below do it by themselves. */
int wh_migration_begin(struct wh_migration *m, const char *command, const char *role,
	struct wh_error *error) WH_MUST_USE;
/* Opens a connection to one end; errors name the side. */
int wh_migration_connect(const struct wh_migration *m, enum wh_side side, bool writes,
	struct wh_conn **out, struct wh_error *error) WH_MUST_USE;
/* rc, with the connection's side noted in the error. */
int wh_at(struct wh_error *error, const struct wh_conn *conn, int rc);
/* WH_STOP and `interrupted` once the user has asked to stop, else WH_OK. */
int wh_migration_stopped(const struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
void wh_migration_show(const struct wh_migration *m);
/* Shows what somebody should see; "": it no longer holds. The same again is shown once. */
void wh_migration_warn(const struct wh_migration *m, const char *text);
/* Begins a phase of progress; NULL ends the one that runs. Returns its seconds so far. */
double wh_migration_phase(const struct wh_migration *m, const char *phase);

/* Finds the connectors; opens nothing yet. `settings` and `progress` outlive the migration. */
int wh_migration_open(struct wh_migration *m, const struct wh_settings *settings,
	struct wh_progress *progress, struct wh_error *error) WH_MUST_USE;
void wh_migration_close(struct wh_migration *m);

/* Fills the catalog from the source. */
int wh_migration_describe(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* What the target has beyond its kind, where the source needs it. */
struct wh_offers wh_migration_offers(struct wh_migration *m);
/* Describes the source and makes the plan; writes nothing anywhere. */
int wh_migration_plan(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* Plans, prepares the target, copies what is missing, builds keys, indexes and the rest. */
int wh_migration_copy(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
struct wh_verify_options {
	bool both;   /* read the source again as well */
	bool repair; /* copy the differing rows again */
	bool rest;   /* only tables that are not verified as they stand */
};
int wh_migration_verify(struct wh_migration *m, const struct wh_verify_options *options,
	struct wh_error *error) WH_MUST_USE;
/* All of it; a finished migration is verified again. */
int wh_migration_run(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

/* The exit code of the command line for what stands in the journal and the verb's error (or an
 * error whose code is WH_OK). journal NULL: of the error alone. */
int wh_outcome_exit(struct wh_journal *journal, const struct wh_error *error);

#endif
