#include "lifecycle/assess/scratch.h"
#include "base/crash.h"
#include "base/text.h"
#include "sql/dialect.h"
#include <string.h>
#include <unistd.h>

static const char claim_of_all[] = "00000000000000000000000000a55e55";

/* Whatever a value needs to arrive, and nothing that refers to other objects. */
static void plan_columns(struct wh_arena *arena, struct wh_plan_table *t)
{
	struct wh_plan_column *columns = wh_new_array(arena, struct wh_plan_column, t->ncolumns + 1);
	size_t n = 0;
	for (size_t i = 0; i < t->ncolumns; i++) {
		if (!t->columns[i].copied)
			continue;
		columns[n] = t->columns[i];
		columns[n].default_text = columns[n].on_update = columns[n].comment = NULL;
		columns[n].generated = NULL;
		columns[n++].identity = WH_NO_IDENTITY;
	}
	t->columns = columns;
	t->ncolumns = n;
}

static bool has_column(const struct wh_plan_table *t, const char *name)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (wh_equal(t->columns[i].name, name))
			return true;
	return false;
}

/* Over plain columns that are there; expressions and conditions may refer to others. */
static bool plain(const struct wh_plan_table *t, const struct wh_plan_index *index)
{
	bool good = !index->where && !index->source->ninclude;
	for (size_t i = 0; i < index->source->nparts; i++)
		good = good && index->columns[i] && has_column(t, index->columns[i]);
	return good;
}

static void plan_indexes(struct wh_arena *arena, struct wh_plan_table *t)
{
	struct wh_plan_index *indexes = wh_new_array(arena, struct wh_plan_index, t->nindexes + 1);
	size_t n = 0;
	for (size_t i = 0; i < t->nindexes; i++) {
		if (!plain(t, &t->indexes[i]))
			continue;
		indexes[n] = t->indexes[i];
		indexes[n].name = wh_arena_format(arena, "%s_%zu", t->name, n);
		n++;
	}
	t->indexes = indexes;
	t->nindexes = n;
}

/* The source as a table that stands alone. */
static const struct wh_table *alone(struct wh_arena *arena, const struct wh_table *source)
{
	struct wh_table *t = wh_new(arena, struct wh_table);
	*t = *source;
	t->kind = "table";
	t->parent = t->parent_schema = t->partition = NULL;
	t->nmore_parents = 0;
	t->rows_in_parts = false;
	return t;
}

static const char *scratch_name(struct wh_arena *arena, size_t number)
{
	return wh_arena_format(arena, "whimbrel_sample_%zu", number);
}

static void plan_table(struct wh_scratch *s, const struct wh_plan_table *from, size_t number)
{
	struct wh_plan_table *t = &s->plan.tables[number];
	*t = *from;
	t->source = alone(s->arena, from->source);
	t->number = (int64_t)number;
	t->schema = s->m->target_kind->facts.default_schema;
	t->name = scratch_name(s->arena, number);
	t->nforeign_keys = t->nchecks = 0;
	t->comment = t->partition = NULL;
	t->treatment = WH_CREATE;
	t->to.schema = t->schema;
	t->to.table = t->name;
	plan_columns(s->arena, t);
	plan_indexes(s->arena, t);
}

static void make_plan(struct wh_scratch *s, const struct wh_plan_table *const *tables, size_t n)
{
	s->plan = s->m->plan;
	s->plan.nobjects = s->plan.nsequences = s->plan.nschemas = 0;
	s->plan.findings = (struct wh_findings){ .arena = s->arena };
	s->plan.tables = wh_new_array(s->arena, struct wh_plan_table, n + 1);
	s->plan.ntables = n;
	for (size_t i = 0; i < n; i++)
		plan_table(s, tables[i], i);
}

static void remove_file(struct wh_scratch *s)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	for (size_t i = 0; s->file && i < sizeof tails / sizeof *tails; i++)
		unlink(wh_arena_format(s->arena, "%s%s", s->file, tails[i]));
}

static void choose_place(struct wh_scratch *s)
{
	const char *path = s->url.path, *slash = strrchr(path, '/');
	if (!s->m->target_kind->facts.file)
		return;
	int folder = slash ? (int)(slash - path) + 1 : 0;
	s->file = wh_arena_format(s->arena, "%.*swhimbrel_sample.db", folder, path);
	s->url.path = s->file;
	remove_file(s);
}

static int drop_table(struct wh_scratch *s, size_t number, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "DROP TABLE IF EXISTS ");
	wh_sql_qualified(&sql, s->m->target_kind->dialect, s->m->target_kind->facts.default_schema,
		scratch_name(s->arena, number));
	const struct wh_statement drop = { .kind = "table",
		.object = "a scratch table",
		.table = -1,
		.sql = wh_buffer_string(&sql),
		.repeatable = true };
	int rc = wh_at(error, s->conn, s->conn->kind->execute(s->conn, &drop, error));
	wh_buffer_free(&sql);
	return rc;
}

static int drop_tables(struct wh_scratch *s, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < WH_SCRATCH_TABLES && rc == WH_OK; i++)
		rc = drop_table(s, i, error);
	return rc;
}

static int claim(struct wh_scratch *s, struct wh_error *error)
{
	memcpy(s->claim.migration, claim_of_all, sizeof claim_of_all);
	int rc = wh_at(error, s->conn, s->conn->kind->prepare(s->conn, &s->claim, error));
	s->claimed = rc == WH_OK;
	wh_crash_point("assessment claimed");
	for (size_t i = 0; i < s->plan.ntables && rc == WH_OK; i++) {
		int64_t none = 0;
		rc = wh_scratch_build(s, WH_PHASE_TABLES, i, &none, error);
		if (rc == WH_OK) /* markers of an assessment that was killed */
			rc = wh_at(error, s->conn,
				s->conn->kind->empty(s->conn, (int64_t)i, &s->plan.tables[i].to, error));
	}
	wh_crash_point("scratch tables made");
	return rc;
}

int wh_scratch_open(struct wh_scratch *s, struct wh_migration *m, struct wh_arena *arena,
	const struct wh_plan_table *const *tables, size_t n, struct wh_error *error)
{
	*s = (struct wh_scratch){ .m = m, .arena = arena, .url = m->settings->target.url };
	make_plan(s, tables, n);
	choose_place(s);
	int rc = wh_conn_open(m->target_kind, &s->url, WH_TARGET, true, &s->conn, error);
	if (rc != WH_OK) {
		error->side = WH_TARGET;
		return rc;
	}
	rc = drop_tables(s, error);
	return rc == WH_OK ? claim(s, error) : rc;
}

int wh_scratch_build(struct wh_scratch *s, enum wh_phase phase, size_t table, int64_t *count,
	struct wh_error *error)
{
	struct wh_statements list = { .arena = s->arena };
	int rc = s->m->target_kind->ddl(&s->plan, phase, &list, error);
	for (size_t i = 0; i < list.count && rc == WH_OK; i++) {
		if (list.items[i].table != (int64_t)table)
			continue;
		rc = wh_at(error, s->conn, s->conn->kind->execute(s->conn, &list.items[i], error));
		++*count;
	}
	return rc;
}

int wh_scratch_close(struct wh_scratch *s, struct wh_error *error)
{
	int rc = s->conn && !s->file ? drop_tables(s, error) : WH_OK;
	if (rc == WH_OK && s->claimed && !s->file)
		rc = wh_at(error, s->conn, s->conn->kind->finish(s->conn, &s->claim, error));
	wh_conn_close(s->conn);
	s->conn = NULL;
	remove_file(s);
	return rc;
}
