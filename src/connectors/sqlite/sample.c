/* Types from data. SQLite takes any value in any column, so what a declared type promises is
 * checked on a part of the rows: the first ones, and for tables with a rowid some from the middle
 * and the end. The declared kind stays unless more than half of the values are of another; where
 * it is lost, or was never given, the data says what the column is. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include "base/time.h"
#include <stdio.h>
#include <string.h>

#define FIRST_ROWS 20000
#define OTHER_ROWS 2000
#define STRETCH_BYTES (64u << 20)

struct look {
	bool moment;
	int64_t values;                        /* not null, and UTF-8 where text */
	int64_t storage[6];                    /* by SQLITE_INTEGER ... SQLITE_BLOB */
	int64_t wrong, beyond;                 /* not of the declared kind; of it, but too large */
	int64_t forms[SQLITE_FORMS], zeros;    /* of moments */
	int64_t dates, zoned, timed, odd_days; /* of ISO texts; numbers that are no whole days */
};

struct sampler {
	struct sqlite *s;
	struct wh_table *table;
	struct wh_findings *findings;
	struct wh_field *fields;
	struct look *looks;
	struct wh_batch batch;
	bool stored_only; /* generated columns could not be computed */
	int64_t rows, bytes;
};

static bool is_moment(enum wh_kind kind)
{
	return kind == WH_DATE || kind == WH_TIME || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ;
}

/* 20240131 is a date to people, and no moment near 1970. */
static bool calendar_number(int64_t v)
{
	return v >= 19000101 && v <= 21001231 &&
		wh_date_exists(v / 10000, (int)(v / 100 % 100), (int)(v % 100));
}

/* What a number in a column of moments most plausibly counts; SQLITE_FORMS: nothing. */
static enum sqlite_form form_of_number(double v)
{
	if (v >= 2086302.5 && v < 5373484.5) /* from the year 1000 on; as seconds: early 1970 */
		return SQLITE_JULIAN;
	if (v >= 1e11 || v <= -1e11)
		return SQLITE_MILLISECONDS;
	return v >= 1e8 || v <= -1e8 ? SQLITE_SECONDS : SQLITE_FORMS;
}

static void look_at_number(struct look *l, sqlite3_stmt *st, int column)
{
	double v = sqlite3_column_double(st, column);
	bool whole = sqlite3_column_type(st, column) == SQLITE_INTEGER;
	enum sqlite_form form = form_of_number(v);
	int64_t usec;
	if (v == 0)
		l->zeros++;
	else if (form == SQLITE_FORMS || (whole && calendar_number((int64_t)v)) ||
		!wh_sqlite_moment_real(form, v, &usec))
		l->wrong++;
	else {
		l->forms[form]++;
		l->odd_days += usec % WH_USEC_PER_DAY != 0;
	}
}

static void look_at_moment(struct look *l, const struct wh_type *type, sqlite3_stmt *st, int column)
{
	int64_t value;
	int storage = sqlite3_column_type(st, column);
	if (storage == SQLITE_INTEGER || storage == SQLITE_FLOAT) {
		look_at_number(l, st, column);
		return;
	}
	const char *text = storage == SQLITE_TEXT
		? (const char *)sqlite3_column_text(st, column)
		: NULL;
	size_t n = text ? (size_t)sqlite3_column_bytes(st, column) : 0;
	bool zoned = text && wh_sqlite_text_zoned(text, n);
	if (type->kind == WH_TIME && text && wh_parse_time(text, n, &value)) {
		l->forms[SQLITE_ISO]++;
	} else if (type->kind == WH_TIME || !text) {
		l->wrong++;
	} else if (wh_parse_date(text, n, &value)) {
		l->forms[SQLITE_ISO]++;
		l->dates++;
	} else if (zoned ? wh_parse_timestamptz(text, n, &value)
					 : wh_parse_timestamp(text, n, &value)) {
		l->forms[SQLITE_ISO]++;
		l->zoned += zoned;
		l->timed += value % WH_USEC_PER_DAY != 0;
	} else {
		l->wrong++;
	}
}

static void count_strays(struct sampler *m)
{
	for (size_t i = 0; i < m->batch.nstrays; i++) {
		const struct wh_stray *x = &m->batch.strays[i];
		struct look *l = &m->looks[x->column];
		l->wrong += x->reason == WH_STRAY_KIND;
		l->beyond += x->reason == WH_STRAY_RANGE;
		l->values -= x->reason == WH_STRAY_UTF8;
		l->storage[SQLITE_TEXT] -= x->reason == WH_STRAY_UTF8;
	}
	m->bytes += (int64_t)m->batch.bytes;
	wh_batch_reset(&m->batch);
}

static void look_at_row(struct sampler *m)
{
	sqlite3_stmt *st = m->s->scan;
	for (size_t i = 0; i < m->table->ncolumns; i++) {
		int storage = sqlite3_column_type(st, (int)i);
		struct look *l = &m->looks[i];
		if (storage != SQLITE_NULL) {
			l->values++;
			l->storage[storage]++;
		}
		if (l->moment && storage != SQLITE_NULL)
			look_at_moment(l, &m->table->columns[i].type, st, (int)i);
		if (!l->moment)
			wh_sqlite_cell_read(m->s, &m->batch, i, &m->fields[i]);
		else
			wh_batch_word(&m->batch, i, 0);
	}
	wh_batch_row(&m->batch);
	m->rows++;
	if (wh_batch_full(&m->batch))
		count_strays(m);
}

static int look_at_stretch(struct sampler *m, const char *rest, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	int64_t before = m->bytes;
	for (size_t i = 0; i < m->table->ncolumns; i++) {
		const struct wh_column *c = &m->table->columns[i];
		wh_buffer_text(&sql, i ? ", " : "SELECT ");
		if (c->generated && m->stored_only)
			wh_buffer_text(&sql, "NULL");
		else
			wh_sqlite_name(&sql, c->name);
	}
	wh_buffer_text(&sql, " FROM ");
	wh_sqlite_name(&sql, m->table->name);
	wh_buffer_text(&sql, rest);
	int rc = wh_sqlite_prepare(m->s, wh_buffer_string(&sql), &m->s->scan, error);
	wh_buffer_free(&sql);
	while (rc == WH_OK && m->bytes - before < (int64_t)STRETCH_BYTES &&
		(rc = wh_sqlite_next(m->s, m->s->scan, error)) == WH_OK)
		look_at_row(m);
	count_strays(m);
	wh_sqlite_finalize(&m->s->scan);
	return rc < 0 ? rc : WH_OK;
}

static int look_at_table(struct sampler *m, const char *rowid, struct wh_error *error)
{
	char rest[400];
	snprintf(rest, sizeof rest, " LIMIT %d", FIRST_ROWS);
	int rc = look_at_stretch(m, rest, error);
	if (rc || m->rows < FIRST_ROWS || !rowid || strlen(rowid) > 64)
		return rc;
	struct wh_buffer middle = { 0 };
	wh_buffer_format(&middle, " WHERE %s >= (SELECT min(%s) / 2 + max(%s) / 2 FROM ", rowid, rowid,
		rowid);
	wh_sqlite_name(&middle, m->table->name);
	wh_buffer_format(&middle, ") ORDER BY %s LIMIT %d", rowid, OTHER_ROWS);
	rc = look_at_stretch(m, wh_buffer_string(&middle), error);
	wh_buffer_free(&middle);
	snprintf(rest, sizeof rest, " ORDER BY %s DESC LIMIT %d", rowid, OTHER_ROWS);
	return rc == WH_OK ? look_at_stretch(m, rest, error) : rc;
}

static const char *object_of(struct sampler *m, const struct wh_column *c)
{
	return wh_arena_format(m->findings->arena, "%s.%s", m->table->name, c->name);
}

static const char *declared(const struct wh_column *c)
{
	return c->type.native && *c->type.native ? c->type.native : "(no type)";
}

static void note_type(struct sampler *m, const struct wh_column *c, int64_t n, const char *why)
{
	wh_findings_add(m->findings, "type-from-data", WH_INFO, WH_AUTOMATIC, object_of(m, c),
		"declared %s; %s (%lld values looked at): read as %s", declared(c), why, (long long)n,
		wh_kind_name(c->type.kind));
}

/* What takes all that a column holds: any number and text has a text, and texts have bytes. */
static enum wh_kind wider_kind(const struct look *l)
{
	int64_t numbers = l->storage[SQLITE_INTEGER] + l->storage[SQLITE_FLOAT];
	if (!l->storage[SQLITE_BLOB])
		return WH_TEXT;
	return numbers ? WH_NO_KIND : WH_BYTES;
}

static void note_wrong(struct sampler *m, struct wh_column *c, const struct look *l, int64_t wrong)
{
	bool blobs = c->type.kind == WH_TEXT && l->storage[SQLITE_BLOB];
	if (wrong > 0 || blobs)
		c->type.wider = wider_kind(l);
	if (wrong > 0)
		wh_findings_add(m->findings, "value-not-of-type", WH_WARNING, WH_MANUAL, object_of(m, c),
			"%lld of %lld values looked at are not of its type (%s): between SQLite files they move "
			"as they are, into another engine such rows go to quarantine; to take them along, set the "
			"policy mixed_types: widen, or give the column a type in `map`",
			(long long)wrong, (long long)l->values, wh_kind_name(c->type.kind));
}

static enum wh_kind kind_of_data(const struct look *l, const char **why)
{
	static const struct {
		int storage;
		enum wh_kind kind;
		const char *why;
	} pure[] = {
		{ SQLITE_INTEGER, WH_INT64, "holds integers" },
		{ SQLITE_FLOAT, WH_FLOAT64, "holds reals" },
		{ SQLITE_TEXT, WH_TEXT, "holds texts" },
		{ SQLITE_BLOB, WH_BYTES, "holds blobs" },
	};
	*why = "holds nothing yet";
	if (!l->values)
		return WH_TEXT;
	for (size_t i = 0; i < sizeof pure / sizeof *pure; i++) {
		*why = pure[i].why;
		if (l->storage[pure[i].storage] == l->values)
			return pure[i].kind;
	}
	*why = "holds integers and reals";
	if (l->storage[SQLITE_INTEGER] + l->storage[SQLITE_FLOAT] == l->values)
		return WH_FLOAT64;
	*why = "holds values of several kinds";
	return WH_NATIVE;
}

static void settle_from_data(struct sampler *m, struct wh_column *c, const struct look *l)
{
	const char *why;
	enum wh_kind kind = kind_of_data(l, &why);
	struct wh_type type = { .kind = kind,
		.native = c->type.native,
		.collation = c->type.collation };
	type.precision = kind == WH_INT64 ? 64 : 0;
	c->type = type;
	note_type(m, c, l->values, why);
}

static void settle_range(struct sampler *m, struct wh_column *c, struct look *l)
{
	bool many = l->beyond * 100 > l->values;
	if (c->type.kind == WH_INT64 && l->beyond && c->type.precision == 16) {
		c->type.precision = 64;
		note_type(m, c, l->values, "holds larger numbers");
	} else if (c->type.kind == WH_DECIMAL && many) {
		c->type.precision = c->type.scale = 0;
		note_type(m, c, l->values, "holds numbers of more digits");
	} else if (c->type.kind == WH_TEXT && l->beyond) {
		c->type.length = 0;
		note_type(m, c, l->values, "holds longer texts, SQLite enforces no length");
	} else if (c->type.kind == WH_BOOL && many) {
		c->type = (struct wh_type){ .kind = WH_INT64, .precision = 64, .native = c->type.native };
		note_type(m, c, l->values, "holds other numbers than 0 and 1");
	} else {
		l->wrong += l->beyond;
	}
}

static enum sqlite_form settle_form(struct look *l)
{
	enum sqlite_form best = SQLITE_ISO;
	for (enum sqlite_form f = SQLITE_SECONDS; f < SQLITE_FORMS; f++)
		best = l->forms[f] > l->forms[best] ? f : best;
	if (best == SQLITE_SECONDS || best == SQLITE_MILLISECONDS)
		l->forms[best] += l->zeros;
	l->wrong = l->values - l->forms[best];
	return best;
}

static enum wh_kind kind_of_texts(enum wh_kind kind, const struct look *l)
{
	if (kind == WH_TIME || !l->values)
		return kind;
	if (l->zoned * 2 > l->forms[SQLITE_ISO])
		return WH_TIMESTAMPTZ;
	return kind == WH_DATE && !l->timed ? WH_DATE : WH_TIMESTAMP;
}

static void settle_moment(struct sampler *m, struct wh_column *c, struct look *l)
{
	enum wh_kind kind = c->type.kind;
	enum sqlite_form form = settle_form(l);
	if (l->wrong * 2 > l->values) {
		settle_from_data(m, c, l);
		return;
	}
	if (form == SQLITE_ISO)
		c->type.kind = kind_of_texts(kind, l);
	else if (kind != WH_DATE || l->odd_days)
		c->type.kind = form == SQLITE_JULIAN ? WH_TIMESTAMP : WH_TIMESTAMPTZ;
	c->type.precision = c->type.kind == WH_DATE ? 0 : 6;
	if (c->type.kind == WH_TIMESTAMPTZ && form == SQLITE_ISO)
		l->wrong += l->forms[SQLITE_ISO] - l->zoned;
	const char *words = wh_sqlite_form_words(form);
	if (words || c->type.kind != kind)
		note_type(m, c, l->values,
			words ? wh_arena_format(m->findings->arena, "holds %s", words)
				: c->type.kind == WH_TIMESTAMPTZ ? "holds times with an offset"
												 : "holds times of day");
	if (words) {
		c->declared = c->type.native;
		c->type.native = wh_arena_format(m->findings->arena, "%s (%s)", c->type.native, words);
	}
	note_wrong(m, c, l, l->wrong);
}

static void settle(struct sampler *m, struct wh_column *c, struct look *l)
{
	if (l->moment) {
		settle_moment(m, c, l);
	} else if (c->type.kind == WH_NO_KIND || l->wrong * 2 > l->values) {
		settle_from_data(m, c, l);
	} else {
		settle_range(m, c, l);
		note_wrong(m, c, l, l->wrong);
	}
}

static void sampler_start(struct sampler *m, struct wh_arena *arena)
{
	size_t n = m->table->ncolumns;
	enum wh_kind *kinds = wh_new_array(arena, enum wh_kind, n + 1);
	m->fields = wh_new_array(arena, struct wh_field, n + 1);
	m->looks = wh_new_array(arena, struct look, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct wh_column *c = &m->table->columns[i];
		struct wh_type type = c->type;
		if (type.kind == WH_NO_KIND)
			type.kind = WH_NATIVE;
		m->looks[i].moment = is_moment(type.kind);
		m->fields[i] = (struct wh_field){ .name = c->name, .type = type, .wire = type };
		kinds[i] = m->looks[i].moment ? WH_INT64 : type.kind;
	}
	wh_batch_init(&m->batch, kinds, n);
}

static bool has_generated(const struct wh_table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->columns[i].generated)
			return true;
	return false;
}

int wh_sqlite_sample(struct sqlite *s, struct wh_table *table, const char *rowid,
	struct wh_findings *findings, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct sampler m = { .s = s, .table = table, .findings = findings };
	wh_sqlite_finalize(&s->scan);
	sampler_start(&m, &arena);
	int rc = look_at_table(&m, rowid, error);
	if (rc == WH_CONFIG && has_generated(table)) {
		wh_batch_finish(&m.batch);
		m.rows = m.bytes = 0;
		m.stored_only = true;
		sampler_start(&m, &arena);
		rc = look_at_table(&m, rowid, error);
	}
	for (size_t i = 0; i < table->ncolumns && rc == WH_OK; i++)
		settle(&m, &table->columns[i], &m.looks[i]);
	if (rc == WH_OK && m.rows && table->rows >= 0)
		table->bytes = m.bytes / m.rows * table->rows;
	wh_batch_finish(&m.batch);
	wh_arena_free(&arena);
	return rc;
}
