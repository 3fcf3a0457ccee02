/* Reads: through the second connection, which sees what is committed. */
#include "base/text.h"
#include "journal/inside.h"

/* One query of which every row becomes an item; take answers false where a row makes no sense. */
struct recall {
	const char *sql;
	size_t size;
	bool (*take)(sqlite3_stmt *s, struct wh_arena *arena, void *item);
	int64_t bound[3];
	int nbound;
};

/* What a query gives: where a pointer to the array of items stands, and their count. */
struct recalled {
	struct wh_arena *arena;
	void *items;
	size_t *n;
	bool senseless;
};

static int recall_rows(sqlite3_stmt *s, const struct recall *r, struct recalled *out)
{
	int rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		void *item = wh_arena_push(out->arena, out->items, out->n, r->size);
		if (!r->take(s, out->arena, item)) {
			out->senseless = true;
			return SQLITE_OK;
		}
	}
	return rc;
}

static int recall_query(struct wh_journal *j, const struct recall *r, struct recalled *out)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(j->reader, r->sql, -1, &s, NULL);
	for (int i = 0; rc == SQLITE_OK && i < r->nbound; i++)
		rc = sqlite3_bind_int64(s, i + 1, r->bound[i]);
	if (rc == SQLITE_OK)
		rc = recall_rows(s, r, out);
	return wh_journal_end(s, rc);
}

static int recall(struct wh_journal *j, const struct recall *r, struct recalled *out,
	struct wh_error *error)
{
	pthread_mutex_lock(&j->reading);
	int code = recall_query(j, r, out);
	int rc = code == SQLITE_OK ? WH_OK : wh_journal_fault(j->path, j->reader, code, error);
	pthread_mutex_unlock(&j->reading);
	if (out->senseless)
		rc = wh_fail(error, WH_STOP,
			"damaged journal: \"%s\" holds a record that makes no "
			"sense; put a good copy in its place, or move its folder away to begin anew",
			j->path);
	return rc;
}

static const char *recall_fact(struct wh_journal *j, const char *name, struct wh_arena *arena)
{
	sqlite3_stmt *s = NULL;
	const char *value = NULL;
	if (sqlite3_prepare_v2(j->reader, "SELECT value FROM fact WHERE name = ?", -1, &s, NULL) ==
			SQLITE_OK &&
		wh_journal_bind(s, "s", name) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		value = wh_journal_column(s, 0, arena);
	sqlite3_finalize(s);
	return value;
}

const char *wh_journal_get(struct wh_journal *j, const char *name, struct wh_arena *arena)
{
	pthread_mutex_lock(&j->reading);
	const char *value = recall_fact(j, name, arena);
	pthread_mutex_unlock(&j->reading);
	return value;
}

static bool recall_tally(sqlite3_stmt *s, int column, struct wh_tally *out)
{
	const char *text = (const char *)sqlite3_column_text(s, column);
	return !text || wh_tally_parse(text, out);
}

static bool take_table(sqlite3_stmt *s, struct wh_arena *arena, void *item)
{
	struct wh_journal_table *t = item;
	*t = (struct wh_journal_table){
		.number = sqlite3_column_int64(s, 0),
		.source = wh_journal_column(s, 1, arena),
		.target = wh_journal_column(s, 2, arena),
		.treatment = wh_journal_column(s, 3, arena),
		.state = wh_journal_column(s, 4, arena),
		.proof = wh_journal_column(s, 5, arena),
		.rows_expected = sqlite3_column_int64(s, 6),
		.checked = sqlite3_column_int64(s, 8) != 0,
		.rows_differing = sqlite3_column_int64(s, 10),
		.source_changed = sqlite3_column_int64(s, 11) != 0,
	};
	const char *digest = (const char *)sqlite3_column_text(s, 9);
	return digest && wh_digest_parse(digest, &t->target_digest) && recall_tally(s, 7, &t->tally);
}

int wh_journal_tables(struct wh_journal *j, struct wh_arena *arena, struct wh_journal_table **out,
	size_t *n, struct wh_error *error)
{
	static const struct recall tables = {
		.sql = "SELECT number, source, target, treatment, state, proof, rows_expected, tally,"
			   " checked, target_digest, rows_differing, source_changed FROM moved ORDER BY number",
		.size = sizeof **out,
		.take = take_table,
	};
	*out = NULL;
	*n = 0;
	return recall(j, &tables, &(struct recalled){ arena, out, n, false }, error);
}

static bool take_unit(sqlite3_stmt *s, struct wh_arena *arena, void *item)
{
	struct wh_journal_unit *u = item;
	(void)arena;
	int64_t range = sqlite3_column_int64(s, 2);
	*u = (struct wh_journal_unit){
		.table = sqlite3_column_int64(s, 0),
		.number = sqlite3_column_int64(s, 1),
		.range = (enum wh_range)range,
		.first = sqlite3_column_int64(s, 3),
		.last = sqlite3_column_int64(s, 4),
		.done = sqlite3_column_int64(s, 5) != 0,
	};
	return range >= WH_RANGE_ALL && range <= WH_RANGE_PAGE && recall_tally(s, 6, &u->tally);
}

#define UNITS "SELECT moved, number, range, first, last, done, tally FROM unit"

int wh_journal_units(struct wh_journal *j, int64_t table, struct wh_arena *arena,
	struct wh_journal_unit **out, size_t *n, struct wh_error *error)
{
	const struct recall units = {
		.sql = table < 0 ? UNITS " WHERE ? < 0 ORDER BY moved, number"
						 : UNITS " WHERE moved = ? ORDER BY number",
		.size = sizeof **out,
		.take = take_unit,
		.bound = { table },
		.nbound = 1,
	};
	*out = NULL;
	*n = 0;
	return recall(j, &units, &(struct recalled){ arena, out, n, false }, error);
}

static bool take_statement(sqlite3_stmt *s, struct wh_arena *arena, void *item)
{
	*(struct wh_journal_statement *)item = (struct wh_journal_statement){
		.id = sqlite3_column_int64(s, 0),
		.phase = wh_journal_column(s, 1, arena),
		.kind = wh_journal_column(s, 2, arena),
		.object = wh_journal_column(s, 3, arena),
		.sql = wh_journal_column(s, 4, arena),
		.state = wh_journal_column(s, 5, arena),
		.error = wh_journal_column(s, 6, arena),
		.usec = sqlite3_column_int64(s, 7),
	};
	return true;
}

int wh_journal_statements(struct wh_journal *j, struct wh_arena *arena,
	struct wh_journal_statement **out, size_t *n, struct wh_error *error)
{
	static const struct recall statements = {
		.sql = "SELECT id, phase, kind, object, sql, state, error, usec FROM statement ORDER BY id",
		.size = sizeof **out,
		.take = take_statement,
	};
	*out = NULL;
	*n = 0;
	return recall(j, &statements, &(struct recalled){ arena, out, n, false }, error);
}

static bool take_finding(sqlite3_stmt *s, struct wh_arena *arena, void *item)
{
	int64_t severity = sqlite3_column_int64(s, 1), effort = sqlite3_column_int64(s, 2);
	*(struct wh_finding *)item = (struct wh_finding){
		.rule = wh_journal_column(s, 0, arena),
		.severity = (enum wh_severity)severity,
		.effort = (enum wh_effort)effort,
		.object = wh_journal_column(s, 3, arena),
		.text = wh_journal_column(s, 4, arena),
		.source = wh_journal_column(s, 5, arena),
	};
	return severity >= WH_INFO && severity <= WH_ERROR && effort >= WH_AUTOMATIC &&
		effort <= WH_MANUAL;
}

int wh_journal_findings(struct wh_journal *j, struct wh_findings *out, struct wh_error *error)
{
	static const struct recall findings = {
		.sql = "SELECT rule, severity, effort, object, text, source FROM finding ORDER BY id",
		.size = sizeof(struct wh_finding),
		.take = take_finding,
	};
	out->items = NULL;
	out->count = 0;
	struct recalled all = { out->arena, &out->items, &out->count, false };
	return recall(j, &findings, &all, error);
}

static bool take_quarantine(sqlite3_stmt *s, struct wh_arena *arena, void *item)
{
	*(struct wh_journal_quarantine *)item = (struct wh_journal_quarantine){
		.id = sqlite3_column_int64(s, 0),
		.table = sqlite3_column_int64(s, 1),
		.unit = sqlite3_column_int64(s, 2),
		.row = sqlite3_column_int64(s, 3),
		.source = wh_journal_column(s, 4, arena),
		.key = wh_journal_column(s, 5, arena),
		.column = wh_journal_column(s, 6, arena),
		.reason = wh_journal_column(s, 7, arena),
		.values = wh_journal_column(s, 8, arena),
		.hash = wh_journal_column(s, 9, arena),
		.usec = sqlite3_column_int64(s, 10),
		.attempt = sqlite3_column_int64(s, 11),
	};
	return true;
}

static int64_t recall_most(size_t most)
{
	return most > INT64_MAX ? INT64_MAX : (int64_t)most;
}

#define QUARANTINE \
	"SELECT id, moved, unit, row, source, key, field, reason, fields, hash, usec, attempt" \
	" FROM quarantine"

int wh_journal_quarantined(struct wh_journal *j, int64_t table, int64_t after, size_t most,
	struct wh_arena *arena, struct wh_journal_quarantine **out, size_t *n, struct wh_error *error)
{
	struct recall rows = {
		.sql = QUARANTINE " WHERE id > ?1 ORDER BY id LIMIT ?2",
		.size = sizeof **out,
		.take = take_quarantine,
		.bound = { after, recall_most(most), table },
		.nbound = 2,
	};
	if (table >= 0) {
		rows.sql = QUARANTINE " WHERE id > ?1 AND moved = ?3 ORDER BY id LIMIT ?2";
		rows.nbound = 3;
	}
	*out = NULL;
	*n = 0;
	return recall(j, &rows, &(struct recalled){ arena, out, n, false }, error);
}

int wh_journal_attempted(struct wh_journal *j, struct wh_arena *arena,
	struct wh_journal_quarantine **out, size_t *n, struct wh_error *error)
{
	static const struct recall rows = {
		.sql = QUARANTINE " WHERE attempt <> 0 AND attempt = (SELECT min(attempt) FROM quarantine"
						  " WHERE attempt <> 0) ORDER BY id",
		.size = sizeof **out,
		.take = take_quarantine,
	};
	*out = NULL;
	*n = 0;
	return recall(j, &rows, &(struct recalled){ arena, out, n, false }, error);
}

int64_t wh_journal_quarantine_count(struct wh_journal *j)
{
	sqlite3_stmt *s = NULL;
	int64_t count = -1;
	pthread_mutex_lock(&j->reading);
	int rc = sqlite3_prepare_v2(j->reader, "SELECT count(*) FROM quarantine", -1, &s, NULL);
	if (rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		count = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	pthread_mutex_unlock(&j->reading);
	return count;
}

static bool take_difference(sqlite3_stmt *s, struct wh_arena *arena, void *item)
{
	*(struct wh_journal_difference *)item = (struct wh_journal_difference){
		.table = sqlite3_column_int64(s, 0),
		.object = wh_journal_column(s, 1, arena),
		.kind = wh_journal_column(s, 2, arena),
		.key = wh_journal_column(s, 3, arena),
		.column = wh_journal_column(s, 4, arena),
		.source = wh_journal_column(s, 5, arena),
		.target = wh_journal_column(s, 6, arena),
	};
	return true;
}

int wh_journal_differences(struct wh_journal *j, size_t most, struct wh_arena *arena,
	struct wh_journal_difference **out, size_t *n, struct wh_error *error)
{
	const struct recall rows = {
		.sql = "SELECT moved, object, kind, key, field, source, target FROM difference"
			   " ORDER BY moved, id LIMIT ?",
		.size = sizeof **out,
		.take = take_difference,
		.bound = { recall_most(most) },
		.nbound = 1,
	};
	*out = NULL;
	*n = 0;
	return recall(j, &rows, &(struct recalled){ arena, out, n, false }, error);
}

static bool take_control(sqlite3_stmt *s, struct wh_arena *arena, void *item)
{
	*(struct wh_control *)item = (struct wh_control){
		.rule = wh_journal_column(s, 0, arena),
		.subject = wh_journal_column(s, 1, arena),
		.unit = wh_journal_column(s, 2, arena),
		.expected = wh_journal_column(s, 3, arena),
		.actual = wh_journal_column(s, 4, arena),
		.expected_is = wh_journal_column(s, 5, arena),
		.actual_is = wh_journal_column(s, 6, arena),
		.held = sqlite3_column_int64(s, 7) != 0,
		.notice = sqlite3_column_int64(s, 8) != 0,
	};
	return true;
}

static bool take_control_rule(sqlite3_stmt *s, struct wh_arena *arena, void *item)
{
	*(struct wh_control_rule *)item = (struct wh_control_rule){
		.name = wh_journal_column(s, 0, arena),
		.held = sqlite3_column_int64(s, 1),
		.failed = sqlite3_column_int64(s, 2),
		.noticed = sqlite3_column_int64(s, 3),
	};
	return true;
}

int wh_journal_controls(struct wh_journal *j, struct wh_controls *out, struct wh_error *error)
{
	static const struct recall
		controls = {
			.sql = "SELECT rule, subject, unit, expected, actual, expected_is, actual_is, held, notice"
				   " FROM control ORDER BY id",
			.size = sizeof(struct wh_control),
			.take = take_control,
		},
		rules = {
			.sql = "SELECT name, held, failed, noticed FROM control_rule ORDER BY id",
			.size = sizeof(struct wh_control_rule),
			.take = take_control_rule,
		};
	int rc = recall(j, &controls,
		&(struct recalled){ &out->arena, &out->items, &out->count, false }, error);
	if (rc != WH_OK)
		return rc;
	return recall(j, &rules, &(struct recalled){ &out->arena, &out->rules, &out->nrules, false },
		error);
}

static bool take_event(sqlite3_stmt *s, struct wh_arena *arena, void *item)
{
	*(struct wh_journal_event *)item = (struct wh_journal_event){
		.usec = sqlite3_column_int64(s, 0),
		.text = wh_journal_column(s, 1, arena),
	};
	return true;
}

int wh_journal_events(struct wh_journal *j, struct wh_arena *arena, struct wh_journal_event **out,
	size_t *n, struct wh_error *error)
{
	static const struct recall events = {
		.sql = "SELECT usec, text FROM event ORDER BY id",
		.size = sizeof **out,
		.take = take_event,
	};
	*out = NULL;
	*n = 0;
	return recall(j, &events, &(struct recalled){ arena, out, n, false }, error);
}
