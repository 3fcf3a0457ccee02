/* Totals of rows as a connector reads them: of the source, of which the target's engine knows
 * nothing, and of a target that cannot add up. */
#include "base/text.h"
#include "lifecycle/reconcile/parts.h"
#include "model/value.h"

struct reading {
	struct wh_totals *out;
	uint16_t *fields; /* of the side that is read, as the wish has them */
	uint16_t by;
	struct wh_batch batch;
	struct wh_buffer text;
	size_t stray; /* the first of this row, or of a later one */
};

static uint16_t field_on(const struct wh_plan_table *t, enum wh_side side, uint16_t field)
{
	if (side == WH_TARGET || field == WH_NO_FIELD)
		return field;
	return (uint16_t)(wh_totals_twin(t, field) - t->from.fields);
}

/* A value that its kind cannot hold counts as what it is written as: so it stands in the
 * quarantine. A record that could not be read has no values. */
static const char *stray_text(struct reading *r, uint16_t column, uint32_t row, size_t *n)
{
	const struct wh_batch *b = &r->batch;
	while (r->stray < b->nstrays && b->strays[r->stray].row < row)
		r->stray++;
	for (size_t i = r->stray; i < b->nstrays && b->strays[i].row == row; i++) {
		const struct wh_stray *s = &b->strays[i];
		if (s->column != column || s->reason == WH_STRAY_RECORD || !s->size)
			continue;
		*n = s->size;
		return b->strays_bytes.data + s->first;
	}
	return NULL;
}

static void add_text(struct wh_total *t, const char *text, size_t n)
{
	if (wh_sum_add(&t->all, text, n) && n && *text == '-')
		(void)!wh_sum_add(&t->negative, text, n);
}

static void add_cell(struct reading *r, uint16_t column, uint32_t row, struct wh_total *t)
{
	const struct wh_batch *b = &r->batch;
	size_t n = 0;
	if (wh_is_null(b, column, row)) {
		const char *text = stray_text(r, column, row, &n);
		if (text)
			add_text(t, text, n);
		return;
	}
	int64_t word;
	switch (b->lanes[column].kind) {
	case WH_INT64:
		word = wh_word(b, column, row);
		wh_sum_add_int64(&t->all, word);
		if (word < 0)
			wh_sum_add_int64(&t->negative, word);
		break;
	case WH_UINT64:
		wh_sum_add_uint64(&t->all, (uint64_t)wh_word(b, column, row));
		break;
	default: {
		const char *text = wh_cell(b, column, row, &n);
		t->endless = t->endless || (n && text[n - 1] > '9'); /* NaN, Infinity */
		add_text(t, text, n);
	}
	}
}

static const char *group_text(struct reading *r, uint32_t row, size_t *n)
{
	if (r->by == WH_NO_FIELD)
		return NULL;
	if (wh_is_null(&r->batch, r->by, row)) {
		const char *text = stray_text(r, r->by, row, n);
		return text && wh_utf8_valid(text, *n) ? text : NULL;
	}
	wh_buffer_clear(&r->text);
	wh_value_text(&r->text, &r->batch, r->by, row);
	*n = r->text.size;
	return wh_buffer_string(&r->text);
}

static void add_batch(struct reading *r)
{
	r->stray = 0;
	for (uint32_t row = 0; row < r->batch.rows; row++) {
		size_t n = 0;
		const char *value = group_text(r, row, &n);
		struct wh_totals_group *g = wh_totals_group(r->out, value, n);
		if (!g)
			return;
		g->rows++;
		for (size_t i = 0; i < r->out->wish.nfields; i++)
			add_cell(r, r->fields[i], row, &g->totals[i]);
	}
}

static int read_rows(const struct wh_migration *m, struct wh_conn *conn, struct reading *r,
	struct wh_error *error)
{
	int end = WH_OK, rc = WH_OK;
	while (end == WH_OK && rc == WH_OK && !r->out->why) {
		wh_batch_reset(&r->batch);
		end = wh_at(error, conn, conn->kind->read(conn, &r->batch, error));
		if (end < 0)
			return end;
		add_batch(r);
		atomic_fetch_add(&m->progress->rows, r->batch.rows);
		rc = wh_migration_stopped(m, error);
	}
	return rc;
}

/* What travels in its engine's own form is read as the number or text that it is. */
static struct wh_rowset as_described(const struct wh_rowset *rows, struct wh_arena *arena)
{
	struct wh_rowset out = *rows;
	struct wh_field *fields = wh_new_array(arena, struct wh_field, rows->nfields + 1);
	for (size_t i = 0; i < rows->nfields; i++) {
		fields[i] = rows->fields[i];
		if (fields[i].wire.kind == WH_NATIVE &&
			(wh_totals_kind(&fields[i]) || fields[i].type.kind == WH_TEXT))
			fields[i].wire = fields[i].type;
	}
	out.fields = fields;
	return out;
}

int wh_totals_read(const struct wh_migration *m, struct wh_conn *conn, const struct wh_unit *unit,
	struct wh_totals *out, struct wh_error *error)
{
	const struct wh_totals_wish *wish = &out->wish;
	const struct wh_rowset rows = as_described(unit->rows, &out->arena);
	struct wh_unit described = *unit;
	struct reading r = { .out = out, .by = field_on(wish->table, conn->side, wish->by) };
	described.rows = &rows;
	r.fields = wh_new_array(&out->arena, uint16_t, wish->nfields + 1);
	for (size_t i = 0; i < wish->nfields; i++)
		r.fields[i] = field_on(wish->table, conn->side, wish->fields[i]);
	wh_rowset_batch(&rows, &r.batch);
	int rc = wh_at(error, conn, conn->kind->seek(conn, &described, error));
	if (rc == WH_OK)
		rc = read_rows(m, conn, &r, error);
	struct wh_error ignored = { 0 }; /* the cursor is given up; a fault in that shows later */
	int gone = conn->kind->seek(conn, NULL, &ignored);
	(void)gone;
	wh_batch_finish(&r.batch);
	wh_buffer_free(&r.text);
	return rc;
}
