#include "lifecycle/migration.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/filters.h"
#include "lifecycle/learnt.h"
#include "lifecycle/live/hush.h"
#include "lifecycle/plan/plan.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int chosen_workers(const struct wh_settings *s)
{
	if (s->workers > 0)
		return s->workers;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores < 2 ? 2 : cores > 8 ? 8 : (int)cores;
}

/* A target that is what the source is stands for one that is not named yet. */
static int check_ends(const struct wh_migration *m, struct wh_error *error)
{
	const struct wh_settings *s = m->settings;
	if (!m->source_kind->read)
		return wh_fail(error, WH_CONFIG,
			"%s can only be a target; `whimbrel kinds` lists the sources", m->source_kind->scheme);
	if (s->target.url.scheme && !m->target_kind->write)
		return wh_fail(error, WH_CONFIG,
			"%s can only be a source; `whimbrel kinds` lists the targets", m->target_kind->scheme);
	bool follows = m->source_kind->capture && (!s->target.url.scheme || m->target_kind->capture);
	if (s->live.enabled && !follows)
		return wh_fail(error, WH_CONFIG,
			"a live move follows the changes of both ends, and %s has none",
			m->source_kind->capture ? m->target_kind->scheme : m->source_kind->scheme);
	return WH_OK;
}

int wh_migration_open(struct wh_migration *m, const struct wh_settings *settings,
	struct wh_progress *progress, struct wh_error *error)
{
	*m = (struct wh_migration){ .settings = settings,
		.progress = progress,
		.workers = chosen_workers(settings) };
	int rc = wh_connector_find(settings->source.url.scheme, &m->source_kind, error);
	m->target_kind = m->source_kind; /* where there is no target yet */
	if (rc == WH_OK && settings->target.url.scheme)
		rc = wh_connector_find(settings->target.url.scheme, &m->target_kind, error);
	return rc == WH_OK ? check_ends(m, error) : rc;
}

void wh_migration_close(struct wh_migration *m)
{
	wh_journal_close(m->journal);
	wh_catalog_free(&m->catalog);
	wh_catalog_free(&m->target);
	wh_arena_free(&m->arena);
	*m = (struct wh_migration){ 0 };
}

int wh_at(struct wh_error *error, const struct wh_conn *conn, int rc)
{
	if (rc < 0 && conn && error->side == WH_NOWHERE)
		error->side = conn->side;
	return rc;
}

int wh_migration_connect(const struct wh_migration *m, enum wh_side side, bool writes,
	struct wh_conn **out, struct wh_error *error)
{
	bool source = side == WH_SOURCE;
	const struct wh_url *url = source ? &m->settings->source.url : &m->settings->target.url;
	int rc = wh_conn_open(source ? m->source_kind : m->target_kind, url, side, writes, out, error);
	if (rc < 0)
		error->side = side;
	return rc;
}

int wh_migration_stopped(const struct wh_migration *m, struct wh_error *error)
{
	if (!atomic_load(&m->progress->stop))
		return WH_OK;
	wh_fail(error, WH_STOP,
		"stopped at a checkpoint, as asked; the same command goes on from here");
	error->interrupted = true;
	return WH_STOP;
}

void wh_migration_show(const struct wh_migration *m)
{
	if (m->progress->show)
		m->progress->show(m->progress, m->progress->context);
}

void wh_migration_warn(const struct wh_migration *m, const char *text)
{
	snprintf(m->progress->warning, sizeof m->progress->warning, "%s", text);
	wh_migration_show(m);
}

static void phase_begin(struct wh_progress *p, const char *phase)
{
	atomic_store(&p->ended, false);
	atomic_store(&p->phase, phase);
	atomic_store(&p->note, NULL);
	atomic_store(&p->started_usec, wh_monotonic_usec());
	atomic_store(&p->steps, 0);
	atomic_store(&p->steps_all, 0);
	atomic_store(&p->rows, 0);
	atomic_store(&p->bytes, 0);
	atomic_store(&p->rows_all, -1);
	atomic_store(&p->tables, 0);
	atomic_store(&p->tables_all, 0);
	atomic_store(&p->quarantined, 0);
	atomic_store(&p->differences, 0);
}

double wh_migration_phase(const struct wh_migration *m, const char *phase)
{
	struct wh_progress *p = m->progress;
	int64_t since = wh_monotonic_usec() - atomic_load(&p->started_usec);
	if (phase)
		phase_begin(p, phase);
	else
		atomic_store(&p->ended, true);
	wh_migration_show(m);
	return (double)since / 1e6;
}

/* A fact that is made once and kept. */
static int fixed_fact(struct wh_migration *m, const char *name, size_t bytes, const char **out,
	struct wh_error *error)
{
	*out = wh_journal_get(m->journal, name, &m->arena);
	if (*out)
		return WH_OK;
	char value[65];
	wh_random_hex(value, bytes);
	*out = wh_arena_text(&m->arena, value);
	return wh_journal_set(m->journal, name, value, error);
}

static int identify(struct wh_migration *m, struct wh_error *error)
{
	const char *id, *seed;
	int rc = fixed_fact(m, "migration", 16, &id, error);
	if (rc == WH_OK)
		rc = fixed_fact(m, "seed", 8, &seed, error);
	if (rc != WH_OK)
		return rc;
	if (strlen(id) != 32 || strlen(seed) != 16)
		return wh_fail(error, WH_STOP, "the journal in \"%s\" is damaged: its identity is not one",
			m->settings->workdir);
	memcpy(m->claim.migration, id, 33);
	m->seed = strtoull(seed, NULL, 16);
	return WH_OK;
}

static int note_ends(struct wh_migration *m, const char *command, struct wh_error *error)
{
	const struct wh_settings *s = m->settings;
	char now[24];
	now[wh_format_int64(now, wh_now_usec())] = 0;
	const struct wh_journal_fact facts[] = {
		{ "name", s->name ? s->name : "" },
		{ "source", wh_url_shown(&s->source.url, &m->arena) },
		{ "target", wh_url_shown(&s->target.url, &m->arena) },
		{ "source_kind", m->source_kind->scheme },
		{ "target_kind", m->target_kind->scheme },
		{ "command", command },
		{ "error_text", "" },
		{ "error_code", "" },
		{ "error_place", "" },
		{ "exit", "" },
		{ "started_usec", now },
		{ "state", "CREATED" },
	};
	size_t n = sizeof facts / sizeof *facts;
	bool known = wh_journal_get(m->journal, "state", &m->arena) != NULL;
	int rc = wh_journal_set_all(m->journal, facts, known ? n - 1 : n, error);
	if (rc != WH_OK)
		return rc;
	return wh_journal_event(m->journal, wh_arena_format(&m->arena, "%s begun", command), error);
}

/* What an assessment measured on another target says nothing about this one. */
static int forget_estimates(struct wh_migration *m, struct wh_error *error)
{
	static const struct wh_journal_fact none[] = { { "estimate_copy", NULL },
		{ "estimate_build", NULL }, { "estimate_verify", NULL } };
	return wh_journal_set_all(m->journal, none, sizeof none / sizeof *none, error);
}

/* A work folder belongs to one pair of ends, once there is a plan. Before that nothing was written
 * on any target, so a URL that was mistyped may be mended. */
static int same_ends(struct wh_migration *m, struct wh_error *error)
{
	const char *source = wh_journal_get(m->journal, "source", &m->arena);
	const char *target = wh_journal_get(m->journal, "target", &m->arena);
	const char *state = wh_journal_get(m->journal, "state", &m->arena);
	const char *now_source = wh_url_shown(&m->settings->source.url, &m->arena);
	const char *now_target = wh_url_shown(&m->settings->target.url, &m->arena);
	if ((!source || !strcmp(source, now_source)) && (!target || !strcmp(target, now_target)))
		return WH_OK;
	if (!state || wh_equal(state, "CREATED"))
		return m->leased ? forget_estimates(m, error) : WH_OK;
	return wh_fail(error, WH_LOST,
		"the work folder \"%s\" belongs to the move from %s to %s; choose another with --workdir",
		m->settings->workdir, source ? source : "?", target ? target : "?");
}

int wh_migration_begin(struct wh_migration *m, const char *command, const char *role,
	struct wh_error *error)
{
	int rc = WH_OK;
	if (!m->journal)
		rc = wh_journal_open(m->settings->workdir, role != NULL, &m->journal, error);
	if (rc == WH_OK && role && !m->leased) {
		rc = wh_journal_lease(m->journal, role, command, error);
		m->leased = rc == WH_OK;
	}
	if (rc == WH_OK)
		rc = same_ends(m, error);
	if (rc == WH_OK)
		rc = identify(m, error);
	if (rc == WH_OK && role)
		rc = note_ends(m, command, error);
	return rc;
}

/* What rows say since the plan was made changes no plan: this process's last look at the source,
 * or that of the process which made the plan. */
static struct wh_catalog known_catalog(struct wh_migration *m)
{
	struct wh_catalog known = m->catalog;
	const char *state = NULL;
	if (known.engine || !m->journal)
		return known;
	state = wh_journal_get(m->journal, "state", &m->arena);
	wh_catalog_init(&known, m->source_kind->scheme);
	if (state && !wh_equal(state, "CREATED") &&
		wh_learnt_read(wh_journal_get(m->journal, "rows_said", &m->arena), &known))
		return known;
	wh_catalog_free(&known);
	return (struct wh_catalog){ 0 };
}

int wh_migration_describe(struct wh_migration *m, struct wh_error *error)
{
	struct wh_conn *conn;
	int rc = wh_migration_connect(m, WH_SOURCE, false, &conn, error);
	if (rc != WH_OK)
		return rc;
	struct wh_catalog before = known_catalog(m);
	wh_catalog_init(&m->catalog, m->source_kind->scheme);
	m->catalog.known = before.engine ? &before : NULL;
	rc = wh_at(error, conn, m->source_kind->describe(conn, &m->catalog, error));
	m->catalog.known = NULL;
	wh_hush_recall(m);
	wh_catalog_free(&before);
	wh_conn_close(conn);
	return rc;
}

static bool holds_geometry(const struct wh_catalog *c)
{
	for (size_t i = 0; i < c->ntables; i++)
		for (size_t k = 0; k < c->tables[i].ncolumns; k++)
			if (c->tables[i].columns[k].type.kind == WH_GEOMETRY)
				return true;
	return false;
}

/* A target that does not answer offers nothing: whoever needs it will say why. */
struct wh_offers wh_migration_offers(struct wh_migration *m)
{
	struct wh_offers offers = { NULL };
	struct wh_error ignored = { 0 };
	struct wh_conn *conn;
	bool asks = m->target_kind->offers && m->target_kind != m->source_kind &&
		m->settings->target.url.scheme && holds_geometry(&m->catalog);
	if (!asks || wh_migration_connect(m, WH_TARGET, false, &conn, &ignored) != WH_OK)
		return offers;
	if (m->target_kind->offers(conn, &m->arena, &offers, &ignored) != WH_OK)
		offers = (struct wh_offers){ NULL };
	wh_conn_close(conn);
	return offers;
}

int wh_migration_plan(struct wh_migration *m, struct wh_error *error)
{
	wh_migration_phase(m, "inspect");
	int rc = wh_migration_describe(m, error);
	if (rc == WH_OK) {
		struct wh_plan_ends ends = { m->source_kind, m->target_kind, wh_migration_offers(m) };
		rc = wh_plan_make(&m->plan, m->settings, &ends, &m->catalog, &m->arena, error);
	}
	if (rc == WH_OK)
		rc = wh_filters_check(m, error);
	wh_migration_phase(m, NULL);
	return rc;
}
