/* Split: cuts a table into ranges of its integer key that hold about as many rows each.
 *
 * The optimizer's own estimate of a range costs two dives into the index, so the fullest range is
 * halved until none is too full: holes and clusters in the key do no harm. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

struct piece {
	int64_t first, last; /* first <= key < last */
	int64_t rows;
};

static bool has_range(const struct wh_rowset *rows)
{
	if (!rows->nkey)
		return false;
	const struct wh_field *f = &rows->fields[rows->key[0]];
	return f->not_null && wh_mysql_class(f->type.native) == WH_MYSQL_INTEGER &&
		(f->type.kind == WH_INT64 || f->type.kind == WH_UINT64);
}

static void put_bounds(struct wh_buffer *out, const char *key, int64_t first, int64_t last,
	const char *word)
{
	if (first != INT64_MIN) {
		wh_buffer_format(out, "%s ", word);
		wh_mysql_name(out, key);
		wh_buffer_format(out, " >= %lld", (long long)first);
		word = " AND";
	}
	if (last != INT64_MAX) {
		wh_buffer_format(out, "%s ", word);
		wh_mysql_name(out, key);
		wh_buffer_format(out, " < %lld", (long long)last);
	}
}

void wh_mysql_where(struct wh_buffer *out, const struct wh_unit *unit)
{
	const struct wh_rowset *rows = unit->rows;
	size_t before = out->size;
	if (unit->range == WH_RANGE_KEY)
		put_bounds(out, rows->fields[rows->key[0]].name, unit->first, unit->last, " WHERE");
	if (rows->where)
		wh_buffer_format(out, "%s (%s\n)", out->size > before ? " AND" : " WHERE", rows->where);
}

static const char *range_sql(struct wh_mysql *s, const struct wh_rowset *rows, const char *select,
	const struct piece *piece)
{
	wh_buffer_clear(&s->sql);
	wh_buffer_format(&s->sql, "%s FROM ", select);
	wh_mysql_name(&s->sql, rows->table);
	if (piece)
		put_bounds(&s->sql, rows->fields[rows->key[0]].name, piece->first, piece->last, " WHERE");
	return wh_buffer_string(&s->sql);
}

static int estimate(struct wh_mysql *s, const struct wh_rowset *rows, struct piece *piece,
	struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	piece->rows = 0;
	int rc = wh_mysql_rows(s->link, range_sql(s, rows, "EXPLAIN SELECT 1", piece), &res, error);
	MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
	MYSQL_FIELD *fields = row ? mysql_fetch_fields(res) : NULL;
	for (unsigned i = 0; row && i < mysql_num_fields(res); i++)
		if (wh_equal_nocase(fields[i].name, "rows") && row[i] &&
			!wh_text_int64(row[i], strlen(row[i]), &piece->rows))
			piece->rows = 0;
	return rc;
}

/* Keys beyond INT64_MAX belong to the last range, which is open. */
static int64_t clamped(const char *text)
{
	int64_t value;
	if (wh_text_int64(text, strlen(text), &value))
		return value < INT64_MAX ? value : INT64_MAX - 1;
	return text[0] == '-' ? INT64_MIN + 1 : INT64_MAX - 1;
}

static int find_whole(struct wh_mysql *s, const struct wh_rowset *rows, struct piece *whole,
	struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	struct wh_buffer select = { 0 };
	const char *key = rows->fields[rows->key[0]].name;
	wh_buffer_text(&select, "SELECT MIN(");
	wh_mysql_name(&select, key);
	wh_buffer_text(&select, "), MAX(");
	wh_mysql_name(&select, key);
	wh_buffer_text(&select, ")");
	const char *sql = range_sql(s, rows, wh_buffer_string(&select), NULL);
	int rc = wh_mysql_rows(s->link, sql, &res, error);
	wh_buffer_free(&select);
	MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
	*whole = (struct piece){ 0, 0, 0 };
	if (!row || !row[0] || !row[1])
		return rc;
	whole->first = clamped(row[0]);
	whole->last = clamped(row[1]) + 1;
	return estimate(s, rows, whole, error);
}

/* The fullest that can be halved and is beyond what is wanted; n: there is none. */
static size_t fullest(const struct piece *pieces, size_t n, int64_t wanted)
{
	size_t most = n;
	for (size_t i = 0; i < n; i++)
		if (pieces[i].rows > wanted && (uint64_t)pieces[i].last - (uint64_t)pieces[i].first > 1 &&
			(most == n || pieces[i].rows > pieces[most].rows))
			most = i;
	return most;
}

/* Halves the piece p, which has room for one more behind it; pieces stay in order of key. */
static int halve(struct wh_mysql *s, const struct wh_rowset *rows, struct piece *p, size_t behind,
	struct wh_error *error)
{
	uint64_t width = (uint64_t)p->last - (uint64_t)p->first;
	int64_t middle = (int64_t)((uint64_t)p->first + width / 2);
	memmove(p + 1, p, behind * sizeof *p);
	p[0].last = p[1].first = middle;
	int rc = estimate(s, rows, &p[0], error);
	return rc == WH_OK ? estimate(s, rows, &p[1], error) : rc;
}

/* Neighbours that are small together become one. */
static size_t join_small(struct piece *pieces, size_t n, int64_t wanted)
{
	size_t kept = 0;
	for (size_t i = 1; i < n; i++) {
		struct piece *last = &pieces[kept];
		if (last->rows + pieces[i].rows <= wanted) {
			last->last = pieces[i].last;
			last->rows += pieces[i].rows;
		} else {
			pieces[++kept] = pieces[i];
		}
	}
	return kept + 1;
}

static int64_t rows_wanted(const struct wh_split_hint *hint, int64_t rows)
{
	int64_t width = hint->rows > 0 && hint->bytes > 0 ? hint->bytes / hint->rows : 100;
	int64_t wanted = hint->unit_bytes / (width > 0 ? width : 1);
	int64_t least = hint->most > 0 ? rows / hint->most + 1 : 1;
	return wanted > least ? wanted : least;
}

static void add_unit(struct wh_units *out, const struct wh_rowset *rows, const struct piece *piece)
{
	struct wh_unit *u = wh_push(out->arena, &out->items, &out->count);
	*u = (struct wh_unit){ .rows = rows,
		.number = (int64_t)out->count - 1,
		.first = INT64_MIN,
		.last = INT64_MAX };
	if (!piece)
		return;
	u->range = WH_RANGE_KEY;
	u->first = piece->first;
	u->last = piece->last;
}

int wh_mysql_split(struct wh_conn *conn, const struct wh_rowset *rows,
	const struct wh_split_hint *hint, struct wh_units *out, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	struct piece whole = { 0 };
	size_t most = hint->most > 0 ? (size_t)hint->most : 1;
	int rc = has_range(rows) && most > 1 ? find_whole(s, rows, &whole, error) : WH_OK;
	if (rc != WH_OK)
		return rc;
	int64_t wanted = rows_wanted(hint, whole.rows);
	if (whole.rows <= wanted) {
		add_unit(out, rows, NULL);
		return WH_OK;
	}
	size_t room = 4 * most + 64, n = 1;
	struct piece *pieces = wh_alloc((room + 1) * sizeof *pieces);
	pieces[0] = whole;
	for (size_t at; rc == WH_OK && n < room && (at = fullest(pieces, n, wanted)) < n; n++)
		rc = halve(s, rows, &pieces[at], n - at, error);
	n = join_small(pieces, n, wanted);
	while (rc == WH_OK && n > most)
		n = join_small(pieces, n, wanted += wanted / 4 + 1);
	pieces[0].first = INT64_MIN;
	pieces[n - 1].last = INT64_MAX;
	for (size_t i = 0; rc == WH_OK && i < n; i++)
		add_unit(out, rows, &pieces[i]);
	free(pieces);
	return rc;
}
