/* Describe: one look into each table whose declared types do not say what is in it.
 *
 * TINYINT(1) may hold 5, a date may be 0000-00-00, an ENUM none of its labels, a geometry column
 * may mix reference systems, a latin1 text may be UTF-8. One scan a table answers all of it. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <string.h>

static bool is_doubted(const struct wh_column *c)
{
	switch (c->type.kind) {
	case WH_BOOL:
		return wh_mysql_class(c->type.native) == WH_MYSQL_INTEGER;
	case WH_DATE:
	case WH_TIMESTAMP:
	case WH_TIMESTAMPTZ:
	case WH_GEOMETRY:
	case WH_ENUM:
		return true;
	case WH_TEXT:
		return wh_equal(c->type.charset, "latin1");
	default:
		return false;
	}
}

/* How many values are UTF-8 beyond ASCII, and how many are beyond ASCII at all. */
static void put_encoding(struct wh_buffer *sql, const char *name)
{
	struct wh_buffer utf8 = { 0 };
	wh_buffer_format(&utf8, "CONVERT(CAST(%s AS BINARY) USING utf8mb4)", name);
	const char *read = wh_buffer_string(&utf8);
	wh_buffer_format(sql,
		"CONCAT(SUM(LENGTH(%s) <> CHAR_LENGTH(%s) AND CAST(%s AS BINARY) = CAST(%s AS BINARY)), "
		"' ', SUM(LENGTH(%s) <> LENGTH(CONVERT(%s USING utf8mb4))))",
		name, read, read, name, name, name);
	wh_buffer_free(&utf8);
}

/* 1 where a row confirms the doubt, in as few functions a row as will do. For geometry the least and
 * greatest SRID. */
static void put_doubt(struct wh_buffer *sql, const struct wh_column *c)
{
	struct wh_buffer quoted = { 0 };
	wh_mysql_name(&quoted, c->name);
	const char *name = wh_buffer_string(&quoted);
	if (c->type.kind == WH_BOOL)
		wh_buffer_format(sql, "BIT_OR(%s) NOT IN (0, 1)", name);
	else if (c->type.kind == WH_TIMESTAMPTZ || c->type.kind == WH_ENUM)
		wh_buffer_format(sql, "MIN(%s + 0) = 0", name);
	else if (c->type.kind == WH_TEXT)
		put_encoding(sql, name);
	else if (c->type.kind == WH_GEOMETRY)
		wh_buffer_format(sql, "CONCAT(MIN(ST_SRID(%s)), ' ', MAX(ST_SRID(%s)))", name, name);
	else
		wh_buffer_format(sql,
			"MAX(DAYOFMONTH(%s) NOT BETWEEN 1 AND COALESCE(DAYOFMONTH(LAST_DAY(%s)), 0)) "
			"OR MIN(%s) < '0001-01-01'",
			name, name, name);
	wh_buffer_free(&quoted);
}

static void find_bool(struct wh_mysql_describe *d, struct wh_column *c, const char *object)
{
	c->type = (struct wh_type){ .kind = WH_INT64, .precision = 16, .native = c->type.native };
	wh_findings_add(&d->catalog->findings, "tinyint-not-boolean", WH_INFO, WH_AUTOMATIC, object,
		"%s holds other values than 0 and 1: it stays a number", c->type.native);
}

static void find_zero(struct wh_mysql_describe *d, struct wh_column *c, const char *object)
{
	c->type.zero_dates = true;
	wh_findings_add(&d->catalog->findings, "zero-date", WH_WARNING, WH_ASSISTED, object,
		"%s holds values that are no dates, such as 0000-00-00 or 2024-02-00: the policy zero_date "
		"says what becomes of them; a MySQL or MariaDB target takes them as they are",
		c->type.native);
}

static void find_srid(struct wh_mysql_describe *d, struct wh_column *c, const char *object,
	const char *range)
{
	int64_t least, most;
	const char *space = strchr(range, ' ');
	if (!space || !wh_text_int64(range, (size_t)(space - range), &least) ||
		!wh_text_int64(space + 1, strlen(space + 1), &most))
		return;
	if (least == most) {
		c->type.srid = (int32_t)least;
		return;
	}
	wh_findings_add(&d->catalog->findings, "geometry-mixed-srid", WH_WARNING, WH_MANUAL, object,
		"its values stand in different reference systems (%s): only a MySQL or MariaDB target "
		"takes them all, elsewhere rows beyond SRID %d go to quarantine",
		range, c->type.srid);
}

static void find_label(struct wh_mysql_describe *d, struct wh_column *c, const char *object)
{
	for (size_t i = 0; i < c->type.nlabels; i++)
		if (!*c->type.labels[i]) {
			wh_findings_add(&d->catalog->findings, "empty-enum-label", WH_WARNING, WH_ASSISTED,
				object,
				"holds values of index 0 beside the empty text, which is one of its labels: both "
				"read alike, and arrive as the label");
			return;
		}
	c->type.empty_label = true;
	wh_findings_add(&d->catalog->findings, "empty-enum", WH_WARNING, WH_ASSISTED, object,
		"holds empty values that are none of its labels (index 0, left there by a value that was "
		"none): the policy empty_enum says what becomes of them; by default they stay empty texts");
}

static void find_encoding(struct wh_mysql_describe *d, struct wh_column *c, const char *object,
	const char *counts)
{
	size_t n = strcspn(counts, " ");
	if (wh_starts(counts, "0 "))
		return;
	c->type.double_encoded = true;
	wh_findings_add(&d->catalog->findings, "double-encoded", WH_WARNING, WH_ASSISTED, object,
		"%.*s of the%s values beyond ASCII are UTF-8 that stands in a latin1 column, so that \"é\" "
		"reads \"Ã©\": they are moved as they read; the policy double_encoded: repair mends them",
		(int)n, counts, counts + n);
}

static void judge(struct wh_mysql_describe *d, const struct wh_table *t, struct wh_column *c,
	const char *answer)
{
	const char *object = wh_arena_format(d->arena, "%s.%s", t->name, c->name);
	if (!answer)
		return;
	if (c->type.kind == WH_GEOMETRY)
		find_srid(d, c, object, answer);
	else if (c->type.kind == WH_TEXT)
		find_encoding(d, c, object, answer);
	else if (wh_equal(answer, "1") && c->type.kind == WH_ENUM)
		find_label(d, c, object);
	else if (wh_equal(answer, "1") && c->type.kind == WH_BOOL)
		find_bool(d, c, object);
	else if (wh_equal(answer, "1"))
		find_zero(d, c, object);
}

static void unknown(struct wh_mysql_describe *d, struct wh_table *t)
{
	wh_findings_add(&d->catalog->findings, "not-readable", WH_ERROR, WH_MANUAL, t->name,
		"the table's rows cannot be read: %s", d->error->text);
	for (size_t i = 0; i < t->ncolumns; i++)
		if (is_doubted(&t->columns[i]) && t->columns[i].type.kind == WH_BOOL)
			t->columns[i].type = (struct wh_type){ .kind = WH_INT64,
				.precision = 16,
				.native = t->columns[i].type.native };
	wh_error_clear(d->error);
}

static int look_into(struct wh_mysql_describe *d, struct wh_table *t)
{
	WH_MYSQL_RESULT res = NULL;
	size_t n = 0;
	wh_buffer_clear(&d->sql);
	for (size_t i = 0; i < t->ncolumns; i++)
		if (is_doubted(&t->columns[i])) {
			wh_buffer_text(&d->sql, n++ ? ", " : "SELECT ");
			put_doubt(&d->sql, &t->columns[i]);
		}
	if (!n)
		return WH_OK;
	wh_buffer_text(&d->sql, " FROM ");
	wh_mysql_name(&d->sql, t->name);
	int rc = wh_mysql_rows(d->s->link, wh_buffer_string(&d->sql), &res, d->error);
	if (rc == WH_RETRY)
		return rc;
	MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
	if (!row) {
		unknown(d, t);
		return WH_OK;
	}
	for (size_t i = 0, k = 0; i < t->ncolumns && k < mysql_num_fields(res); i++)
		if (is_doubted(&t->columns[i]))
			judge(d, t, &t->columns[i], row[k++]);
	return WH_OK;
}

/* A target is asked for its shape only. */
int wh_mysql_describe_data(struct wh_mysql_describe *d)
{
	struct wh_catalog *c = d->catalog;
	int rc = WH_OK;
	for (size_t i = 0; d->conn->side != WH_TARGET && rc == WH_OK && i < c->ntables; i++)
		if (!wh_catalog_recall(c, &c->tables[i]))
			rc = look_into(d, &c->tables[i]);
	return rc;
}
