/* Units of a table, and their rows. */
#include "connectors/sqlite/sqlite.h"

void wh_sqlite_where(struct wh_buffer *sql, const struct wh_unit *unit, const char *rowid)
{
	const struct wh_rowset *rows = unit->rows;
	const char *joint = " WHERE ";
	struct wh_buffer key = { 0 };
	if (unit->range == WH_RANGE_KEY)
		wh_sqlite_name(&key, rows->fields[rows->key[0]].name);
	else if (unit->range == WH_RANGE_PAGE)
		wh_buffer_text(&key, rowid);
	if (unit->range != WH_RANGE_ALL && unit->first != INT64_MIN) {
		wh_buffer_format(sql, "%s%s >= %lld", joint, key.data, (long long)unit->first);
		joint = " AND ";
	}
	if (unit->range != WH_RANGE_ALL && unit->last != INT64_MAX) {
		wh_buffer_format(sql, "%s%s < %lld", joint, key.data, (long long)unit->last);
		joint = " AND ";
	}
	if (rows->where)
		wh_buffer_format(sql, "%s(%s\n)", joint, rows->where);
	wh_buffer_free(&key);
}

static bool pair_takes(const struct wh_rowset *rows, const char *name)
{
	return rows->nkey == 1 && sqlite3_stricmp(rows->fields[rows->key[0]].name, name) == 0;
}

/* How many equal steps of the span there should be. */
static uint64_t unit_count(const struct wh_split_hint *hint, uint64_t span)
{
	int64_t wished = hint->unit_bytes > 0 ? hint->unit_bytes : INT64_C(32) << 20;
	int64_t n = hint->bytes > 0 ? (hint->bytes - 1) / wished + 1 : 1;
	if (hint->most > 0 && n > hint->most)
		n = hint->most;
	return (uint64_t)n > span ? span : (uint64_t)n;
}

static void add_unit(struct wh_units *out, const struct wh_rowset *rows, enum wh_range range,
	int64_t first, int64_t last)
{
	int64_t number = (int64_t)out->count;
	struct wh_unit *u = wh_push(out->arena, &out->items, &out->count);
	*u = (struct wh_unit){ .rows = rows,
		.number = number,
		.range = range,
		.first = first,
		.last = last };
}

/* [low, high] in equal steps; the first unit is open below, the last above. */
static void cut(struct wh_units *out, const struct wh_rowset *rows, enum wh_range range,
	const int64_t ends[2], const struct wh_split_hint *hint)
{
	uint64_t span = (uint64_t)ends[1] - (uint64_t)ends[0];
	uint64_t n = unit_count(hint, span < UINT64_MAX ? span + 1 : span);
	int64_t first = INT64_MIN;
	for (uint64_t i = 1; i < n; i++) {
		uint64_t step = span / n * i + span % n * i / n;
		int64_t last = (int64_t)((uint64_t)ends[0] + step + 1);
		if (last == INT64_MAX) /* as a bound it would mean: open */
			break;
		add_unit(out, rows, range, first, last);
		first = last;
	}
	add_unit(out, rows, range, first, INT64_MAX);
}

static int ends_of(struct sqlite *s, const struct wh_rowset *rows, const char *rowid,
	int64_t ends[2], struct wh_error *error)
{
	static const char *const which[] = { "min", "max" };
	int rc = WH_OK;
	for (int i = 0; i < 2 && rc == WH_OK; i++) {
		struct wh_buffer sql = { 0 };
		wh_buffer_format(&sql, "SELECT %s(%s) FROM ", which[i], rowid);
		wh_sqlite_name(&sql, rows->table);
		rc = wh_sqlite_number(s, wh_buffer_string(&sql), &ends[i], error);
		wh_buffer_free(&sql);
	}
	return rc;
}

int wh_sqlite_split(struct wh_conn *c, const struct wh_rowset *rows,
	const struct wh_split_hint *hint, struct wh_units *out, struct wh_error *error)
{
	struct sqlite *s = c->state;
	const char *alias = NULL, *hidden = NULL;
	int64_t ends[2];
	int rc = wh_sqlite_rowid(s, rows->table, &s->arena, &alias, &hidden, error);
	if (rc)
		return rc;
	rc = hidden ? ends_of(s, rows, hidden, ends, error) : WH_DONE;
	if (rc < 0)
		return rc;
	if (rc == WH_DONE) /* empty, or without a rowid */
		add_unit(out, rows, WH_RANGE_ALL, INT64_MIN, INT64_MAX);
	else
		cut(out, rows, alias && pair_takes(rows, alias) ? WH_RANGE_KEY : WH_RANGE_PAGE, ends, hint);
	return WH_OK;
}

static int scan_sql(struct sqlite *s, const struct wh_unit *unit, struct wh_buffer *sql,
	struct wh_error *error)
{
	const struct wh_rowset *rows = unit->rows;
	const char *alias, *hidden = NULL;
	int rc = WH_OK;
	if (unit->range == WH_RANGE_PAGE)
		rc = wh_sqlite_rowid(s, rows->table, &s->arena, &alias, &hidden, error);
	if (rc)
		return rc;
	if (unit->range == WH_RANGE_PAGE && !hidden)
		return wh_fail(error, WH_CONFIG, "the table has no rowid any more: \"%s\"; plan again",
			rows->table);
	wh_buffer_text(sql, rows->nfields ? "SELECT " : "SELECT NULL");
	for (size_t i = 0; i < rows->nfields; i++) {
		wh_buffer_text(sql, i ? ", " : "");
		wh_sqlite_name(sql, rows->fields[i].name);
	}
	wh_buffer_text(sql, " FROM ");
	wh_sqlite_name(sql, rows->table);
	wh_sqlite_where(sql, unit, hidden);
	for (size_t i = 0; unit->ordered && i < rows->nkey; i++) {
		wh_buffer_text(sql, i ? ", " : " ORDER BY ");
		wh_sqlite_name(sql, rows->fields[rows->key[i]].name);
	}
	return WH_OK;
}

int wh_sqlite_seek(struct wh_conn *c, const struct wh_unit *unit, struct wh_error *error)
{
	struct sqlite *s = c->state;
	struct wh_buffer sql = { 0 };
	wh_sqlite_finalize(&s->scan);
	s->scan_rows = unit ? unit->rows : NULL;
	s->scan_ended = !unit;
	if (!unit)
		return WH_OK;
	int rc = scan_sql(s, unit, &sql, error);
	if (rc == WH_OK)
		rc = wh_sqlite_prepare(s, wh_buffer_string(&sql), &s->scan, error);
	wh_buffer_free(&sql);
	if (rc == WH_OK && sqlite3_bind_parameter_count(s->scan))
		rc = wh_fail(error, WH_CONFIG,
			"a condition on the rows of \"%s\" has a parameter (?, :name, @name or $name), and nothing "
			"stands for it",
			unit->rows->table);
	return rc;
}

static void read_row(struct sqlite *s, struct wh_batch *out)
{
	const struct wh_rowset *rows = s->scan_rows;
	for (size_t i = 0; i < rows->nfields; i++)
		wh_sqlite_cell_read(s, out, i, &rows->fields[i]);
	wh_batch_row(out);
}

int wh_sqlite_read(struct wh_conn *c, struct wh_batch *out, struct wh_error *error)
{
	struct sqlite *s = c->state;
	while (!s->scan_ended && !wh_batch_full(out)) {
		int code = sqlite3_step(s->scan);
		if (code == SQLITE_ROW) {
			read_row(s, out);
			if (sqlite3_errcode(s->db) == SQLITE_NOMEM)
				code = SQLITE_NOMEM;
		}
		if (code == SQLITE_DONE) {
			s->scan_ended = true;
			wh_sqlite_finalize(&s->scan); /* ends the read transaction where none is held */
		} else if (code != SQLITE_ROW) {
			return wh_sqlite_fail(s, code, error, "reading \"%s\"", s->scan_rows->table);
		}
	}
	return s->scan_ended ? WH_DONE : WH_OK;
}
