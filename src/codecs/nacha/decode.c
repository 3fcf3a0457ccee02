#include "base/text.h"
#include "codecs/nacha/state.h"
#include "model/value.h"
#include <stdio.h>
#include <stdlib.h>

enum wh_nacha_table wh_nacha_table_of(const char *record)
{
	static const char kinds[] = "195867";
	static const enum wh_nacha_table tables[] = { WH_NACHA_FILE, WH_NACHA_FILE_CONTROL,
		WH_NACHA_BATCH, WH_NACHA_BATCH, WH_NACHA_ENTRY, WH_NACHA_ADDENDA };
	const char *at = memchr(kinds, record[0], sizeof kinds - 1);
	return at ? tables[at - kinds] : WH_NACHA_FILE;
}

/* A row on its way: the records that it is made of, and why it cannot be made. */
struct row {
	struct wh_nacha *codec;
	struct wh_batch *out;
	int64_t record_id, parent; /* -1: none */
	const struct wh_nacha_form *forms[2];
	const char *records[2];
	size_t n;
	const struct wh_nacha_field *fault; /* NULL: all of it */
};

static bool is_rejected(const struct row *row)
{
	return row->codec->decoding.why.size > 0;
}

static void reject(struct row *row, const struct wh_nacha_field *field, int64_t at,
	const char *says)
{
	struct wh_nacha_decoding *d = &row->codec->decoding;
	if (is_rejected(row))
		return;
	row->fault = field;
	wh_buffer_format(&d->why, "at byte %lld of %s: %s", (long long)at, d->name, says);
}

/* ---- what is wrong with a record ---- */

static void look_for_strangers(struct row *row, const struct wh_nacha_form *form,
	const char *record, int64_t at)
{
	char says[200];
	int place = wh_nacha_stranger(&row->codec->charset, record);
	if (place < 0)
		return;
	const struct wh_nacha_field *field = form->fields;
	while (field + 1 < form->fields + form->nfields && field[1].first - 1 <= place)
		field++;
	snprintf(says, sizeof says,
		"%s holds X'%02X', which is no character of %.40s: say encoding=", field->name,
		(unsigned char)record[place], row->codec->encoding);
	reject(row, field, at, says);
}

static void look_for_digits(struct row *row, const struct wh_nacha_form *form, const char *record,
	int64_t at)
{
	struct wh_buffer *text = &row->codec->decoding.text;
	char says[200], shown[WH_NACHA_RECORD + 1];
	for (size_t i = 0; i < form->nfields; i++) {
		const struct wh_nacha_field *field = &form->fields[i];
		if (field->kind != WH_NACHA_NUMBER && field->kind != WH_NACHA_CENTS)
			continue;
		wh_buffer_clear(text);
		if (wh_nacha_get(text, &row->codec->charset, field, record) != WH_NACHA_FAULT)
			continue;
		snprintf(says, sizeof says, "%s holds \"%s\", where digits must stand", field->name,
			wh_nacha_shown(shown, record, field->first, field->length));
		reject(row, field, at, says);
	}
}

static void look_at_type(struct row *row, const struct wh_nacha_record *r)
{
	char says[100], shown[WH_NACHA_RECORD + 1];
	if (r->bytes[0] == '7')
		snprintf(says, sizeof says, "there is no addenda of type \"%s\"",
			wh_nacha_shown(shown, r->bytes, 2, 2));
	else
		snprintf(says, sizeof says, "a record begins with \"%s\", not with 1, 5, 6, 7, 8 or 9",
			wh_nacha_shown(shown, r->bytes, 1, 1));
	reject(row, NULL, r->offset, says);
}

/* One more record of the row. */
static void add_record(struct row *row, const char *bytes, int64_t at)
{
	const struct wh_nacha_form *form = wh_nacha_form(bytes, row->codec->decoding.place.class);
	row->forms[row->n] = form;
	row->records[row->n++] = bytes;
	look_for_strangers(row, form, bytes, at);
	look_for_digits(row, form, bytes, at);
}

static void add_raw(struct row *row, const char *raw, size_t n)
{
	struct wh_buffer *all = &row->codec->decoding.raw;
	if (all->size)
		wh_buffer_char(all, '\n');
	wh_buffer_put(all, raw, n);
}

/* A record as the file has it. */
static void add(struct row *row, const struct wh_nacha_record *r)
{
	char says[100];
	add_raw(row, r->raw, r->nraw);
	if (r->nraw > WH_NACHA_RECORD) {
		snprintf(says, sizeof says, "a line has %zu characters, where a record has %zu", r->nraw,
			WH_NACHA_RECORD);
		reject(row, NULL, r->offset, says);
	} else if (!wh_nacha_form(r->bytes, row->codec->decoding.place.class)) {
		look_at_type(row, r);
	} else {
		add_record(row, r->bytes, r->offset);
	}
}

/* ---- cells ---- */

static void put_text(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	if (b->lanes[column].kind == WH_TEXT)
		wh_batch_bytes(b, column, text, n);
	else if (!wh_value_parse(b, column, text, n))
		wh_batch_stray(b, column, WH_STRAY_KIND, text, n);
}

static void put_number(struct wh_batch *b, size_t column, int64_t number)
{
	char text[24];
	if (number < 0)
		wh_batch_null(b, column);
	else if (b->lanes[column].kind == WH_INT64)
		wh_batch_word(b, column, number);
	else
		put_text(b, column, text, wh_format_int64(text, number));
}

static void put_direction(struct row *row, size_t column)
{
	char direction = row->n ? wh_nacha_direction(row->records[0], row->codec->decoding.place.class)
							: ' ';
	const char *word = direction == '-' ? "debit" : "credit";
	if (direction == ' ')
		wh_batch_null(row->out, column);
	else
		put_text(row->out, column, word, strlen(word));
}

static void put_field(struct row *row, size_t column, const struct wh_nacha_source *source)
{
	struct wh_nacha_decoding *d = &row->codec->decoding;
	enum wh_nacha_value value = WH_NACHA_NULL;
	wh_buffer_clear(&d->text);
	for (size_t i = 0; i < row->n; i++) {
		const struct wh_nacha_field *field = source->fields[row->forms[i] - wh_nacha_forms];
		if (!field)
			continue;
		value = wh_nacha_get(&d->text, &row->codec->charset, field, row->records[i]);
		if (source->cell == WH_NACHA_CELL_DATE) {
			const struct wh_nacha_field text = { .first = field->first, .length = field->length };
			value = value == WH_NACHA_VALUE
				? WH_NACHA_NULL
				: wh_nacha_get(&d->text, &row->codec->charset, &text, row->records[i]);
		}
		break;
	}
	if (value == WH_NACHA_VALUE)
		put_text(row->out, column, d->text.data, d->text.size);
	else
		wh_batch_null(row->out, column);
}

static void put_cell(struct row *row, size_t column)
{
	const struct wh_nacha_decoding *d = &row->codec->decoding;
	const struct wh_nacha_source *source = &d->sources[column];
	if (source->cell == WH_NACHA_CELL_FILE)
		put_number(row->out, column, d->file_id);
	else if (source->cell == WH_NACHA_CELL_RECORD)
		put_number(row->out, column, row->record_id);
	else if (source->cell == WH_NACHA_CELL_PARENT)
		put_number(row->out, column, row->parent);
	else if (source->cell == WH_NACHA_CELL_DIRECTION)
		put_direction(row, column);
	else
		put_field(row, column, source);
}

/* The column of the field at fault, or the first that is of no place. */
static size_t faulty_column(const struct row *row)
{
	const struct wh_nacha_decoding *d = &row->codec->decoding;
	size_t other = 0;
	for (size_t i = d->rows->nfields; i-- > 0;) {
		if (row->fault && wh_equal(d->rows->fields[i].name, row->fault->name))
			return i;
		if (d->sources[i].cell > WH_NACHA_CELL_PARENT)
			other = i;
	}
	return other;
}

static void put_row(struct row *row)
{
	struct wh_nacha_decoding *d = &row->codec->decoding;
	size_t faulty = is_rejected(row) ? faulty_column(row) : SIZE_MAX;
	for (size_t i = 0; i < d->rows->nfields; i++) {
		if (i == faulty)
			wh_batch_reject(row->out, i, d->why.data, d->raw.data, d->raw.size);
		else
			put_cell(row, i);
	}
	wh_batch_row(row->out);
	wh_buffer_clear(&d->raw);
	wh_buffer_clear(&d->why);
}

/* ---- records become rows ---- */

/* The batch whose header is held, with its control where there is one. */
static void put_batch(struct wh_nacha *s, struct wh_batch *out,
	const struct wh_nacha_record *control)
{
	struct wh_nacha_decoding *d = &s->decoding;
	struct row row = { .codec = s,
		.out = out,
		.record_id = d->header_at,
		.parent = d->header_parent };
	add_raw(&row, d->header, sizeof d->header);
	add_record(&row, d->header, d->header_at);
	if (control)
		add(&row, control);
	put_row(&row);
	d->held = false;
}

static void put_record(struct wh_nacha *s, struct wh_batch *out, const struct wh_nacha_record *r,
	const char *says)
{
	const struct wh_nacha_place *place = &s->decoding.place;
	const int64_t parents[WH_NACHA_TABLES] = { -1, place->file, place->file, place->batch,
		place->entry };
	struct row row = { .codec = s,
		.out = out,
		.record_id = r->offset,
		.parent = parents[s->decoding.table] };
	if (says)
		reject(&row, NULL, r->offset, says);
	add(&row, r);
	put_row(&row);
}

static void hold(struct wh_nacha_decoding *d, const struct wh_nacha_record *r)
{
	d->held = true;
	d->header_at = r->offset;
	d->header_parent = d->place.file;
	memcpy(d->header, r->bytes, sizeof d->header);
}

static void take_batch(struct wh_nacha *s, struct wh_batch *out, const struct wh_nacha_record *r)
{
	if (r->bytes[0] == '8' && s->decoding.held)
		put_batch(s, out, r);
	else if (r->bytes[0] == '8')
		put_record(s, out, r, "a batch control stands without a batch header that can be read");
	else if (r->nraw > WH_NACHA_RECORD)
		put_record(s, out, r, NULL);
	else
		hold(&s->decoding, r);
}

/* At most two rows: a batch that had no control, and the record's. */
static void take(struct wh_nacha *s, struct wh_batch *out, const struct wh_nacha_record *r)
{
	struct wh_nacha_decoding *d = &s->decoding;
	if (!r->nraw || wh_nacha_filler(r->bytes))
		return;
	wh_nacha_step(&d->place, r);
	if (wh_nacha_table_of(r->bytes) != d->table)
		return;
	if (d->table == WH_NACHA_BATCH)
		take_batch(s, out, r);
	else
		put_record(s, out, r, NULL);
}

/* Whether a record ends a batch that has no control. */
static bool ends_batch(const struct wh_nacha_record *r)
{
	return r->nraw && memchr("159", r->bytes[0], 3);
}

int wh_nacha_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error)
{
	struct wh_nacha *s = state;
	struct wh_nacha_decoding *d = &s->decoding;
	struct wh_nacha_input input = { bytes, n, last, 0 };
	struct wh_nacha_record record;
	int rc = WH_OK;
	while (!wh_batch_full(out)) {
		struct wh_nacha_reader before = d->reader;
		*consumed = input.used;
		rc = wh_nacha_read(&d->reader, &input, &record, error);
		if (rc < 0)
			return rc;
		if (d->held && (rc == WH_DONE ? last : ends_batch(&record))) {
			put_batch(s, out, NULL);
			d->reader = before;
			input.used = *consumed;
			continue;
		}
		if (rc == WH_DONE)
			break;
		take(s, out, &record);
	}
	*consumed = input.used;
	return rc == WH_DONE ? WH_OK : WH_DONE;
}

int wh_nacha_start(void *state, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error)
{
	struct wh_nacha *s = state;
	struct wh_nacha_decoding *d = &s->decoding;
	(void)error;
	snprintf(d->name, sizeof d->name, "%s", file->name);
	d->reader = (struct wh_nacha_reader){ .lines = s->lines, .name = d->name, .at = offset };
	d->file_id = file->id;
	d->held = false;
	/* Cuts lie in files whose only header is their first record. */
	d->place = (struct wh_nacha_place){ offset ? 0 : -1, -1, -1, "" };
	return WH_OK;
}

int wh_nacha_aim(void *state, const struct wh_rowset *rows, struct wh_error *error)
{
	struct wh_nacha_decoding *d = &((struct wh_nacha *)state)->decoding;
	enum wh_nacha_table table = 0;
	while (table < WH_NACHA_TABLES && !wh_equal(rows->table, wh_nacha_table_names[table]))
		table++;
	if (table == WH_NACHA_TABLES)
		return wh_fail(error, WH_BUG, "there is no table \"%s\" in ACH files", rows->table);
	free(d->sources);
	d->sources = wh_alloc((rows->nfields + 1) * sizeof *d->sources);
	for (size_t i = 0; i < rows->nfields; i++)
		wh_nacha_source(&d->sources[i], table, rows->fields[i].name);
	d->rows = rows;
	d->table = table;
	return WH_OK;
}
