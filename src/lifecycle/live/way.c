#include "lifecycle/live/way.h"
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "sql/dialect.h"
#include <stdio.h>

#define LANES_MOST 8

static int unfit(const struct wh_plan_table *t, const char *why, struct wh_error *error)
{
	return wh_fail(error, WH_GUARD, "table \"%s\" cannot be followed: %s", t->from.table, why);
}

/* What a log says of a row must be enough to make the target's row and to find it there. */
static int check_forth(const struct wh_plan_table *t, struct wh_error *error)
{
	if (t->no_rows)
		return WH_OK;
	if (t->where)
		return unfit(t,
			"its `where` is SQL of the source, which nobody can ask of a row in the log; use a "
			"`filter`, or exclude the table",
			error);
	if (t->key_is_made)
		return unfit(t, "its key is made on the way, from what the log need not hold", error);
	if (t->treatment == WH_APPEND && !t->to.nkey)
		return unfit(t,
			"it has no key and the target's table held other rows before (if-exists append)",
			error);
	return WH_OK;
}

/* Rows come home as they are, so nothing of them may have been made on the way. */
static int check_back(const struct wh_plan_table *t, struct wh_error *error)
{
	if (!t->recipes && !t->filter)
		return WH_OK;
	return wh_fail(error, WH_GUARD,
		"there is no way back for table \"%s\": its rows are %s on the way; set live: way_back: false "
		"to go without",
		t->from.table, t->recipes ? "changed by recipes" : "left out by a filter");
}

/* What a mirrored table is called, and what the other side's catalog knows of it. */
static const struct wh_table *seen_there(struct wh_migration *m, const struct wh_plan_table *t)
{
	const struct wh_table *known = m->target.engine
		? wh_catalog_table(&m->target, t->schema, t->name)
		: NULL;
	if (known)
		return known;
	struct wh_table *bare = wh_new(&m->arena, struct wh_table);
	*bare = (struct wh_table){ .schema = t->schema, .name = t->name, .rows = -1, .bytes = -1 };
	return bare;
}

static void mirror_table(struct wh_migration *m, const struct wh_plan_table *t,
	struct wh_plan_table *out)
{
	*out = (struct wh_plan_table){ .source = seen_there(m, t),
		.number = t->number,
		.schema = t->source->schema,
		.name = t->source->name,
		.no_rows = t->no_rows,
		.from = t->to,
		.to = t->from,
		.how = t->how,
		.proof = t->proof };
}

static void mirror(struct wh_way *w, struct wh_migration *m)
{
	struct wh_plan *plan = &w->mirror.plan;
	w->settings = *m->settings;
	w->settings.source = m->settings->target;
	w->settings.target = m->settings->source;
	w->mirror = (struct wh_migration){ .settings = &w->settings,
		.progress = m->progress,
		.source_kind = m->target_kind,
		.target_kind = m->source_kind,
		.journal = m->journal,
		.seed = m->seed,
		.workers = m->workers,
		.leased = m->leased };
	memcpy(w->mirror.claim.migration, m->claim.migration, sizeof m->claim.migration);
	*plan = (struct wh_plan){ .arena = &m->arena,
		.source = m->target_kind,
		.target = m->source_kind,
		.catalog = &m->target,
		.same_engine = m->plan.same_engine,
		.ntables = m->plan.ntables };
	plan->tables = wh_new_array(&m->arena, struct wh_plan_table, plan->ntables + 1);
	for (size_t i = 0; i < plan->ntables; i++)
		mirror_table(m, &m->plan.tables[i], &plan->tables[i]);
	w->m = &w->mirror;
}

static struct wh_rowset signal_rows(struct wh_arena *arena, const struct wh_connector *kind)
{
	struct wh_field *field = wh_new(arena, struct wh_field);
	uint16_t *key = wh_new(arena, uint16_t);
	*key = 0;
	*field = (struct wh_field){ .name = "token",
		.type = { .kind = WH_TEXT, .native = "varchar(80)", .length = 80 },
		.wire = { .kind = WH_TEXT, .length = 80 },
		.not_null = true };
	return (struct wh_rowset){ .schema = kind->facts.default_schema,
		.table = "whimbrel_signal",
		.fields = field,
		.nfields = 1,
		.key = key,
		.nkey = 1 };
}

static const struct wh_plan_table *signal_table(const struct wh_migration *m,
	struct wh_arena *arena)
{
	struct wh_table *source = wh_new(arena, struct wh_table);
	struct wh_plan_table *t = wh_new(arena, struct wh_plan_table);
	*source = (struct wh_table){ .name = "whimbrel_signal" };
	*t = (struct wh_plan_table){ .source = source,
		.number = (int64_t)m->plan.ntables,
		.schema = m->target_kind->facts.default_schema,
		.name = "whimbrel_signal",
		.from = signal_rows(arena, m->source_kind),
		.to = signal_rows(arena, m->target_kind),
		.how = wh_new_array(arena, enum wh_digest_how, 1) };
	t->how[0] = WH_DIGEST_VALUE;
	return t;
}

static void collect_tables(struct wh_way *w, struct wh_arena *arena)
{
	const struct wh_plan *plan = &w->m->plan;
	const struct wh_rowset **captured = wh_new_array(arena, const struct wh_rowset *,
		plan->ntables + 1);
	const struct wh_rowset **fenced = wh_new_array(arena, const struct wh_rowset *,
		plan->ntables + 1);
	w->plans = wh_new_array(arena, const struct wh_plan_table *, plan->ntables + 1);
	for (size_t i = 0; i < plan->ntables; i++) {
		fenced[i] = &plan->tables[i].from;
		if (!plan->tables[i].no_rows)
			w->plans[w->nplans++] = &plan->tables[i];
	}
	w->plans[w->nplans++] = signal_table(w->m, arena);
	for (size_t i = 0; i < w->nplans; i++)
		captured[i] = &w->plans[i]->from;
	snprintf(w->name, sizeof w->name, "whimbrel_%.12s_%c", w->m->claim.migration,
		w->back ? 'b' : 'f');
	/* Within one engine a table is what the source's is: that is not to be changed. */
	w->capture = (struct wh_capture){ w->name, w->m->claim.migration, captured, w->nplans,
		.ours = w->back && !w->home->plan.same_engine };
	w->fence = (struct wh_fence){ .migration = w->m->claim.migration,
		.tables = fenced,
		.ntables = plan->ntables };
}

static bool acts(const struct wh_foreign_key *key)
{
	const char *words[] = { key->on_delete, key->on_update };
	for (size_t i = 0; i < 2; i++)
		if (wh_equal_nocase(words[i], "CASCADE") || wh_equal_nocase(words[i], "SET NULL"))
			return true;
	return false;
}

static void join_groups(struct wh_way *w, size_t one, size_t other)
{
	size_t from = w->groups[one], to = w->groups[other];
	for (size_t i = 0; i < w->nplans; i++)
		w->groups[i] = w->groups[i] == from ? to : w->groups[i];
}

/* What is done in a foreign key's place is found in the target's rows, so after a crash its tables
 * must stand at one place of the log. */
static void group_tables(struct wh_way *w, struct wh_arena *arena)
{
	w->groups = wh_new_array(arena, size_t, w->nplans);
	for (size_t i = 0; i < w->nplans; i++)
		w->groups[i] = i;
	if (!w->m->source_kind->facts.cascades_unlogged)
		return;
	for (size_t i = 0; i < w->nplans; i++)
		for (size_t k = 0; k < w->plans[i]->source->nforeign_keys; k++) {
			const struct wh_foreign_key *key = &w->plans[i]->source->foreign_keys[k];
			size_t parent = wh_way_captured(w, key->to_schema, key->to_table);
			if (acts(key) && parent < w->nplans)
				join_groups(w, i, parent);
		}
}

static int check_kinds(const struct wh_migration *m, struct wh_error *error)
{
	if (m->source_kind->tail && m->target_kind->enter)
		return WH_OK;
	return wh_fail(error, WH_CONFIG, "a move of a source that stays in use is not possible with %s",
		m->source_kind->tail ? m->target_kind->scheme : m->source_kind->scheme);
}

void wh_way_open(struct wh_way *w, struct wh_migration *m, bool back)
{
	*w = (struct wh_way){ .m = m, .home = m, .back = back };
	if (back)
		mirror(w, m);
	int most = w->m->target_kind->facts.writers;
	w->lanes = (size_t)(most && w->m->workers > most ? most : w->m->workers);
	w->lanes = w->lanes > LANES_MOST ? LANES_MOST : w->lanes;
	collect_tables(w, &m->arena);
	group_tables(w, &m->arena);
}

int wh_way_check(const struct wh_way *w, struct wh_error *error)
{
	const struct wh_plan *plan = &w->home->plan;
	int rc = check_kinds(w->m, error);
	for (size_t i = 0; i < plan->ntables && rc == WH_OK; i++)
		rc = w->back ? check_back(&plan->tables[i], error) : check_forth(&plan->tables[i], error);
	return rc;
}

int wh_way_connect(const struct wh_way *w, enum wh_side side, bool writes, struct wh_conn **out,
	struct wh_error *error)
{
	return wh_way_at(w, error, wh_migration_connect(w->m, side, writes, out, error));
}

int wh_way_at(const struct wh_way *w, struct wh_error *error, int rc)
{
	if (rc < 0 && w->back && error->side != WH_NOWHERE)
		error->side = error->side == WH_SOURCE ? WH_TARGET : WH_SOURCE;
	return rc;
}

int wh_way_claim(struct wh_way *w, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = wh_migration_connect(w->m, WH_TARGET, true, &conn, error);
	if (rc == WH_OK)
		rc = wh_at(error, conn, conn->kind->prepare(conn, &w->m->claim, error));
	wh_conn_close(conn);
	return rc;
}

size_t wh_way_captured(const struct wh_way *w, const char *schema, const char *name)
{
	size_t i = 0;
	while (i < w->nplans &&
		!(wh_equal(w->plans[i]->source->name, name) &&
			(!schema || !w->plans[i]->source->schema ||
				wh_equal(w->plans[i]->source->schema, schema))))
		i++;
	return i;
}

size_t wh_way_signal(const struct wh_way *w)
{
	return w->nplans - 1;
}

static int run_signal(struct wh_conn *conn, struct wh_buffer *sql, struct wh_error *error)
{
	const struct wh_statement statement = { .kind = "signal",
		.object = "whimbrel_signal",
		.table = -1,
		.sql = wh_buffer_string(sql) };
	int rc = wh_at(error, conn, conn->kind->execute(conn, &statement, error));
	wh_buffer_free(sql);
	return rc;
}

static void put_signal(const struct wh_way *w, struct wh_buffer *sql, const struct wh_conn *conn,
	const char *verb)
{
	const struct wh_rowset *rows = &w->plans[wh_way_signal(w)]->from;
	wh_buffer_text(sql, verb);
	wh_sql_qualified(sql, conn->kind->dialect, rows->schema, rows->table);
}

int wh_way_send(const struct wh_way *w, struct wh_conn *conn, const char *token,
	struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	put_signal(w, &sql, conn, "INSERT INTO ");
	wh_buffer_text(&sql, " VALUES (");
	wh_sql_text(&sql, conn->kind->dialect, token, strlen(token));
	wh_buffer_char(&sql, ')');
	return run_signal(conn, &sql, error);
}

void wh_way_forget_tokens(const struct wh_way *w, struct wh_conn *conn)
{
	struct wh_error ignored = { 0 };
	struct wh_buffer sql = { 0 };
	put_signal(w, &sql, conn, "DELETE FROM ");
	wh_buffer_format(&sql, " WHERE token LIKE '%s %%'", w->m->claim.migration);
	if (run_signal(conn, &sql, &ignored) != WH_OK)
		wh_error_clear(&ignored);
}
