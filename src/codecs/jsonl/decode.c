/* Rows of one table, from one range of a file. */
#include "base/text.h"
#include "codecs/jsonl/parts.h"
#include <stdlib.h>

int wh_jsonl_aim(void *state, const struct wh_rowset *rows, struct wh_error *error)
{
	struct jsonl *s = state;
	struct jsonl_aim *aim = &s->aim;
	(void)error;
	struct jsonl_table *table = NULL;
	for (size_t i = 0; i < s->ntables; i++)
		if (wh_equal(s->tables[i]->name, rows->table))
			table = s->tables[i];
	aim->rows = rows;
	aim->from = wh_realloc(aim->from, (rows->nfields + 1) * sizeof *aim->from);
	wh_jsonl_aim_at(s, table);
	aim->reject = 0;
	while (aim->reject + 1 < rows->nfields && aim->from[aim->reject] < JSONL_NOWHERE)
		aim->reject++;
	return WH_OK;
}

int wh_jsonl_start(void *state, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error)
{
	struct jsonl *s = state;
	(void)error;
	s->file_id = file->id;
	s->waiting = 0;
	wh_jsonl_cut_start(&s->cut, file, offset);
	return WH_OK;
}

static void place(const struct jsonl *s, int from, struct wh_batch *out, size_t field)
{
	if (from == JSONL_FILE_ID)
		wh_batch_word(out, field, s->file_id);
	else if (from == JSONL_RECORD_ID)
		wh_batch_word(out, field, s->record.at);
	else if (from == JSONL_ITEM_NUMBER)
		wh_batch_word(out, field, s->items.number);
	else
		wh_batch_null(out, field);
}

static void row(struct jsonl *s, struct wh_batch *out)
{
	const struct jsonl_table *t = s->aim.table;
	for (size_t f = 0; f < s->aim.rows->nfields; f++) {
		int from = s->aim.from[f];
		const struct jsonl_column *c = from < 0 ? NULL : t->columns[from];
		if (!c)
			place(s, from, out, f);
		else if (c->serial == t->serial && !wh_jsonl_column_items(t, c))
			wh_jsonl_cell(s, out, f, &c->value);
		else
			wh_batch_null(out, f);
	}
	wh_batch_row(out);
}

static void rejected(struct jsonl *s, struct wh_batch *out)
{
	for (size_t f = 0; f < s->aim.rows->nfields; f++) {
		int from = s->aim.from[f];
		if (f == s->aim.reject)
			wh_batch_reject(out, f, wh_buffer_string(&s->reason), s->record.bytes, s->record.n);
		else
			place(s, from < 0 ? from : JSONL_NOWHERE, out, f);
	}
	wh_batch_row(out);
}

static int item_rows(struct jsonl *s, struct wh_batch *out, struct wh_error *error)
{
	int rc = WH_OK;
	while (rc == WH_OK && !wh_batch_full(out))
		if ((rc = wh_jsonl_items_next(s, &s->items, error)) == WH_OK)
			row(s, out);
	s->waiting = rc == WH_OK ? (size_t)(s->items.in.at - s->record.bytes) : 0;
	return rc == WH_OK ? WH_DONE : rc == WH_DONE ? WH_OK : rc;
}

/* The bytes are those of the call before, at another place perhaps. */
static int item_rows_go_on(struct jsonl *s, const char *bytes, struct wh_batch *out,
	struct wh_error *error)
{
	struct wh_json_reader *in = &s->items.in;
	size_t end = s->waiting + (size_t)(in->end - in->at);
	s->record.bytes = bytes;
	in->at = bytes + s->waiting;
	in->end = bytes + end;
	return item_rows(s, out, error);
}

/* Appends the rows that the record at hand is. WH_DONE: not all of them had room. */
static int rows(struct jsonl *s, struct wh_batch *out, struct wh_error *error)
{
	int rc = wh_jsonl_record_read(s, error);
	if (rc == WH_ROW && wh_equal(s->aim.rows->table, s->options.table))
		rejected(s, out);
	if (rc != WH_OK)
		return rc == WH_ROW ? WH_OK : rc;
	const struct jsonl_table *t = s->aim.table;
	if (t && !t->column)
		row(s, out);
	if (!t || !t->column || !wh_jsonl_column_items(s->tables[0], t->column))
		return WH_OK;
	wh_jsonl_items_begin(&s->items, t->column);
	return item_rows(s, out, error);
}

int wh_jsonl_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error)
{
	struct jsonl *s = state;
	struct jsonl_input in = { bytes, n, last };
	int rc = WH_OK;
	while (rc == WH_OK && !wh_batch_full(out)) {
		if (s->waiting)
			rc = item_rows_go_on(s, in.bytes, out, error);
		else if ((rc = wh_jsonl_cut(&s->cut, &in, &s->record, error)) == WH_OK)
			rc = rows(s, out, error);
		else
			break;
		if (rc == WH_OK)
			wh_jsonl_cut_take(&s->cut, &in, &s->record);
	}
	*consumed = (size_t)(in.bytes - bytes);
	if (rc == WH_DONE && !wh_batch_full(out))
		return WH_OK;
	return rc == WH_OK ? WH_DONE : rc;
}
