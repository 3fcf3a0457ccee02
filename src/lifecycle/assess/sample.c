#include "lifecycle/assess/sample.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"
#include "transform/encoding.h"
#include "transform/stage.h"

#define PLACES 3 /* of a table that are looked into: its begin, middle and end */
#define BYTES_MOST (INT64_C(256) << 20) /* of one table, unless every row is asked for */
#define SHOWN_BYTES 80                  /* of an example's value */

struct sampling {
	const struct wh_migration *m;
	struct wh_sample *out;
	struct wh_sample_table *t;
	struct wh_conn *conn;
	struct wh_batch batch;
	struct wh_stage stage;
	struct wh_buffer scratch;
	int64_t left, bytes_most; /* rows that may still be read; bytes of the table */
};

static const char *const rules[] = {
	[WH_STRAY_KIND] = "value-not-of-type",
	[WH_STRAY_UTF8] = "invalid-utf8",
	[WH_STRAY_ZERO_DATE] = "zero-date",
	[WH_STRAY_RANGE] = "value-out-of-range",
	[WH_STRAY_NUL] = "nul-in-text",
	[WH_STRAY_LABEL] = "empty-enum",
	[WH_STRAY_KEYS] = "json-keys-twice",
	[WH_STRAY_CHARSET] = "bytes-of-no-character",
	[WH_STRAY_BOUNDS] = "array-bounds",
};

static struct wh_oddity *oddity_of(struct sampling *s, const char *rule, size_t column)
{
	struct wh_sample_table *t = s->t;
	for (size_t i = 0; i < t->noddities; i++)
		if (t->oddities[i].column == column && wh_equal(t->oddities[i].rule, rule))
			return &t->oddities[i];
	struct wh_oddity *o = wh_push(s->out->arena, &t->oddities, &t->noddities);
	o->rule = rule;
	o->column = column;
	return o;
}

static const char *cut_text(struct wh_arena *arena, struct wh_buffer *text)
{
	const char *bytes = wh_buffer_string(text);
	size_t n = text->size, cut = n;
	if (n > SHOWN_BYTES)
		cut = wh_utf8_valid(bytes, n) ? wh_utf8_cut(bytes, n, SHOWN_BYTES) : SHOWN_BYTES;
	const char *kept = wh_arena_bytes(arena, bytes, cut);
	return cut < n ? wh_arena_format(arena, "%s\xe2\x80\xa6", kept) : kept;
}

/* The fields of the row's key that may be shown, as JSON; NULL: there are none. */
static const char *key_shown(struct sampling *s, uint32_t row)
{
	const struct wh_rowset *rows = &s->t->table->from;
	struct wh_arena arena = { 0 };
	uint16_t *fields = wh_new_array(&arena, uint16_t, rows->nkey + 1);
	size_t n = 0;
	for (size_t i = 0; i < rows->nkey; i++)
		if (!rows->fields[rows->key[i]].masked)
			fields[n++] = rows->key[i];
	wh_buffer_clear(&s->scratch);
	if (n)
		wh_row_json(&s->scratch, rows, &s->batch, row, fields, n);
	wh_arena_free(&arena);
	return n ? cut_text(s->out->arena, &s->scratch) : NULL;
}

static void keep_example(struct sampling *s, struct wh_oddity *o, uint32_t row)
{
	struct wh_example *e = &o->examples[o->nexamples++];
	e->key = key_shown(s, row);
	wh_buffer_clear(&s->scratch);
	if (s->t->table->from.fields[o->column].masked)
		wh_buffer_text(&s->scratch, "(masked)");
	else
		wh_cell_shown(&s->scratch, &s->batch, o->column, row);
	e->value = cut_text(s->out->arena, &s->scratch);
}

static struct wh_oddity *note(struct sampling *s, const char *rule, size_t column, uint32_t row)
{
	struct wh_oddity *o = oddity_of(s, rule, column);
	o->rows++;
	if (o->nexamples < WH_EXAMPLES)
		keep_example(s, o, row);
	return o;
}

/* why 0: a transform could make nothing of the row. */
static void note_reason(struct sampling *s, enum wh_stray_reason why, size_t column, uint32_t row)
{
	note(s, why ? rules[why] : "value-not-made", column, row)->why = why;
}

static bool is_stray(const struct wh_batch *b, const struct wh_reject *r)
{
	for (size_t i = 0; i < b->nstrays; i++)
		if (b->strays[i].row == r->row && b->strays[i].column == r->field)
			return true;
	return false;
}

static void note_refused(struct sampling *s)
{
	for (size_t i = 0; i < s->batch.nstrays; i++) {
		const struct wh_stray *stray = &s->batch.strays[i];
		note_reason(s, stray->reason, stray->column, stray->row);
	}
	for (size_t i = 0; i < s->stage.nrejects; i++) {
		const struct wh_reject *r = &s->stage.rejects[i];
		if (!is_stray(&s->batch, r))
			note_reason(s, r->why, r->field, r->row);
	}
}

/* The target would cut the text, or refuse it. */
static int64_t narrow_length(const struct wh_plan_table *t, size_t column)
{
	if (t->recipes)
		return INT64_MAX;
	const struct wh_type *from = &t->from.fields[column].type, *to = &t->to.fields[column].type;
	bool narrows = to->kind == WH_TEXT && to->length > 0 &&
		(from->kind != WH_TEXT || !from->length || from->length > to->length);
	return narrows ? to->length : INT64_MAX;
}

static void note_texts(struct sampling *s, size_t column)
{
	int64_t most = narrow_length(s->t->table, column);
	for (uint32_t row = 0; row < s->batch.rows; row++) {
		if (wh_is_null(&s->batch, column, row))
			continue;
		size_t n;
		const char *text = wh_cell(&s->batch, column, row, &n);
		if ((int64_t)n > most && (int64_t)wh_utf8_length(text, n) > most)
			note(s, "text-too-long", column, row);
		wh_buffer_clear(&s->scratch);
		if (wh_text_undouble(&s->scratch, text, n))
			note(s, "double-encoded", column, row);
	}
}

static int64_t row_bytes(const struct wh_batch *b, uint32_t row)
{
	int64_t bytes = 0;
	for (size_t c = 0; c < b->ncolumns; c++) {
		const struct wh_lane *lane = &b->lanes[c];
		bytes += lane->offset ? lane->offset[row + 1] - lane->offset[row] : 8;
	}
	return bytes;
}

static void take_batch(struct sampling *s)
{
	struct wh_batch *staged = NULL;
	for (size_t c = 0; c < s->batch.ncolumns; c++)
		if (s->batch.lanes[c].kind == WH_TEXT)
			note_texts(s, c);
	for (uint32_t row = 0; row < s->batch.rows; row++) {
		int64_t bytes = row_bytes(&s->batch, row);
		s->t->widest = bytes > s->t->widest ? bytes : s->t->widest;
	}
	s->t->rows += s->batch.rows;
	s->t->bytes += (int64_t)s->batch.bytes;
	s->left -= s->batch.rows;
	wh_stage_batch(&s->stage, &s->batch, &staged);
	note_refused(s);
}

/* Reads the unit until `most` rows are there. WH_DONE: it has ended. */
static int read_unit(struct sampling *s, const struct wh_unit *unit, int64_t most,
	struct wh_error *error)
{
	const struct wh_connector *kind = s->conn->kind;
	int64_t until = s->left > most ? s->left - most : 0;
	int rc = wh_at(error, s->conn, kind->seek(s->conn, unit, error));
	while (rc == WH_OK && s->left > until && s->t->bytes < s->bytes_most) {
		wh_batch_reset(&s->batch);
		s->batch.capacity = s->left - until < WH_BATCH_ROWS
			? (uint32_t)(s->left - until)
			: WH_BATCH_ROWS;
		rc = wh_at(error, s->conn, kind->read(s->conn, &s->batch, error));
		if (rc >= 0) {
			take_batch(s);
			atomic_fetch_add(&s->m->progress->rows, s->batch.rows);
			wh_migration_show(s->m);
		}
		if (rc >= 0 && wh_migration_stopped(s->m, error) != WH_OK)
			rc = WH_STOP;
	}
	struct wh_error ignored = { 0 }; /* the cursor is given up; a fault shows at the next seek */
	int gone = kind->seek(s->conn, NULL, &ignored);
	(void)gone;
	return rc;
}

/* The first, the middle and the last unit, each with its share of what is left to read. */
static int read_places(struct sampling *s, const struct wh_units *units, struct wh_error *error)
{
	size_t places = units->count < PLACES ? units->count : PLACES, done = 0;
	int rc = WH_DONE;
	for (size_t i = 0; i < places && rc >= 0; i++) {
		size_t at = places == 1 ? 0 : i * (units->count - 1) / (places - 1);
		rc = read_unit(s, &units->items[at], s->left / (int64_t)(places - i), error);
		done += rc == WH_DONE;
	}
	s->t->whole = rc >= 0 && done == units->count;
	return rc < 0 ? rc : WH_OK;
}

static int read_table(struct sampling *s, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_units units = { .arena = &arena };
	const struct wh_plan_table *t = s->t->table;
	const struct wh_split_hint hint = { .unit_bytes = (int64_t)s->m->settings->unit_bytes,
		.rows = t->source->rows,
		.bytes = t->source->bytes,
		.most = 64 };
	int rc = wh_at(error, s->conn, s->conn->kind->split(s->conn, &t->from, &hint, &units, error));
	bool all = s->left == INT64_MAX;
	if (all || !units.count) {
		units.items = wh_new(&arena, struct wh_unit);
		units.items[0] = wh_whole_table(t, WH_SOURCE);
		units.count = 1;
	}
	if (rc == WH_OK)
		rc = read_places(s, &units, error);
	wh_arena_free(&arena);
	return rc;
}

static int sample_table(struct sampling *s, int64_t rows, struct wh_error *error)
{
	/* with every policy a refusal, the stage names whatever is not as its column says */
	const struct wh_stage_rules strict = { { 0 }, 0, s->m->target_kind->facts.nul_in_text };
	struct wh_maker *maker;
	int64_t began = wh_monotonic_usec();
	s->left = rows;
	s->bytes_most = rows == INT64_MAX ? INT64_MAX : BYTES_MOST;
	int rc = wh_maker_open(s->t->table, &strict, &maker, error);
	if (rc != WH_OK)
		return rc;
	wh_rowset_batch(&s->t->table->from, &s->batch);
	wh_stage_init(&s->stage, s->t->table, &strict, maker);
	rc = read_table(s, error);
	s->t->seconds = (double)(wh_monotonic_usec() - began) / 1e6;
	wh_batch_finish(&s->batch);
	wh_stage_finish(&s->stage);
	wh_maker_close(maker);
	wh_buffer_free(&s->scratch);
	if (rc == WH_OK || error->interrupted || rc == WH_BUG)
		return rc;
	s->t->failure = wh_arena_text(s->out->arena, error->text);
	wh_error_clear(error);
	return WH_OK;
}

static int open_source(struct sampling *s, struct wh_error *error)
{
	struct wh_snapshot snapshot = { 0 };
	size_t one = 1;
	int rc = wh_migration_connect(s->m, WH_SOURCE, false, &s->conn, error);
	if (rc != WH_OK)
		return rc;
	rc = wh_at(error, s->conn, s->conn->kind->snapshot(&s->conn, &one, &snapshot, error));
	memcpy(s->out->snapshot, snapshot.text, sizeof s->out->snapshot);
	return rc;
}

int wh_sample_take(struct wh_sample *out, const struct wh_migration *m, int64_t rows,
	struct wh_error *error)
{
	struct sampling s = { .m = m, .out = out };
	out->ntables = m->plan.ntables;
	out->tables = wh_new_array(out->arena, struct wh_sample_table, out->ntables + 1);
	atomic_store(&m->progress->tables_all, (long long)out->ntables);
	int rc = open_source(&s, error);
	for (size_t i = 0; i < out->ntables && rc == WH_OK; i++) {
		s.t = &out->tables[i];
		s.t->table = &m->plan.tables[i];
		s.t->widest = -1;
		if (!s.t->table->no_rows)
			rc = sample_table(&s, rows, error);
		atomic_fetch_add(&m->progress->tables, 1);
	}
	wh_conn_close(s.conn);
	return rc;
}
