#include "base/text.h"
#include "codecs/nacha/state.h"
#include "model/value.h"
#include <stdio.h>

/* The rows of one table on their way out: the one at hand. */
struct rows {
	const struct wh_rowset *set; /* NULL: there is no such table */
	size_t number;               /* among the tables that are given */
	struct wh_nacha_source *sources;
	struct wh_batch *batch;
	uint32_t row;
	bool done;
	bool apart;                         /* the row at hand belongs to another file */
	int64_t file_id, record_id, parent; /* of the row at hand; -1: null */
};

struct encoder {
	struct wh_nacha *codec;
	struct wh_codec_rows *in;
	struct wh_codec_sink *sink;
	struct wh_error *error;
	struct wh_arena arena;
	struct rows tables[WH_NACHA_TABLES];
	struct wh_controls controls;
	struct wh_nacha_check check;
	struct wh_buffer text;
	const char *name; /* of the file */
	int64_t at;       /* bytes of it, so far */
	char record[WH_NACHA_RECORD];
};

static int row_fails(struct encoder *e, enum wh_nacha_table table, const char *column,
	const char *says)
{
	const struct rows *r = &e->tables[table];
	return wh_fail(e->error, WH_STOP, "%s: in \"%s\" of the %s with file_id %lld, record_id %lld",
		says, column, wh_nacha_table_names[table], (long long)r->file_id, (long long)r->record_id);
}

/* ---- rows ---- */

static int64_t place_of(struct encoder *e, const struct rows *r, enum wh_nacha_cell cell)
{
	int64_t value = -1;
	for (size_t i = 0; i < r->set->nfields; i++) {
		if (r->sources[i].cell != cell || wh_is_null(r->batch, i, r->row))
			continue;
		wh_buffer_clear(&e->text);
		wh_value_text(&e->text, r->batch, i, r->row);
		if (!wh_text_int64(e->text.data, e->text.size, &value))
			value = -1;
	}
	return value;
}

static int advance(struct encoder *e, enum wh_nacha_table table)
{
	struct rows *r = &e->tables[table];
	if (r->batch)
		r->row++;
	while (!r->done && (!r->batch || r->row >= r->batch->rows)) {
		r->row = 0;
		int rc = e->in->next(e->in, r->number, &r->batch, e->error);
		if (rc < 0)
			return rc;
		r->done = rc == WH_DONE;
	}
	if (r->done)
		return WH_OK;
	r->file_id = place_of(e, r, WH_NACHA_CELL_FILE);
	r->record_id = place_of(e, r, WH_NACHA_CELL_RECORD);
	r->parent = place_of(e, r, WH_NACHA_CELL_PARENT);
	return WH_OK;
}

static int open_rows(struct encoder *e, enum wh_nacha_table table)
{
	struct rows *r = &e->tables[table];
	r->done = true;
	for (size_t i = 0; i < e->in->ntables; i++) {
		if (!wh_equal(e->in->tables[i].table, wh_nacha_table_names[table]))
			continue;
		r->set = &e->in->tables[i];
		r->number = i;
		r->done = false;
		r->sources = wh_new_array(&e->arena, struct wh_nacha_source, r->set->nfields);
		for (size_t k = 0; k < r->set->nfields; k++)
			wh_nacha_source(&r->sources[k], table, r->set->fields[k].name);
	}
	return advance(e, table);
}

static bool is_under(const struct encoder *e, enum wh_nacha_table table, enum wh_nacha_table above)
{
	const struct rows *r = &e->tables[table], *parent = &e->tables[above];
	return !r->done && r->file_id == parent->file_id && r->parent == parent->record_id;
}

/* ---- fields ---- */

/* The value that the row has for a field, into e->text: nothing where it has none. Of a date the
 * cell says whether its column is meant or that of its text. */
static void row_value(struct encoder *e, const struct rows *r, const struct wh_nacha_form *form,
	const struct wh_nacha_field *field, enum wh_nacha_cell cell)
{
	wh_buffer_clear(&e->text);
	for (size_t i = 0; !r->done && !r->apart && i < r->set->nfields; i++) {
		if (r->sources[i].cell == cell && r->sources[i].fields[form - wh_nacha_forms] == field &&
			!wh_is_null(r->batch, i, r->row))
			wh_value_text(&e->text, r->batch, i, r->row);
	}
}

/* What a control's field says where the row leaves it empty. */
static void computed_value(struct encoder *e, const struct wh_nacha_form *form,
	const struct wh_nacha_field *field)
{
	char figure[WH_NACHA_FIGURE_TEXT];
	bool file = form->table == WH_NACHA_FILE_CONTROL;
	struct wh_nacha_sums sums = file ? e->check.file : e->check.batch;
	sums.records++; /* with the control itself */
	if (field->figure == WH_NACHA_HEADER) {
		const struct wh_nacha_form *header = wh_nacha_form(e->check.header, e->check.place.class);
		wh_nacha_get(&e->text, &e->codec->charset, wh_nacha_field(header, field->same),
			e->check.header);
	} else if (field->figure != WH_NACHA_NOTHING) {
		wh_nacha_figure(figure, &sums, field->figure);
		wh_buffer_text(&e->text, figure);
	}
}

static int put_field(struct encoder *e, const struct wh_nacha_form *form,
	const struct wh_nacha_field *field)
{
	const struct rows *r = &e->tables[form->table];
	struct wh_nacha_field text = { .name = field->name,
		.first = field->first,
		.length = field->length };
	const char *why = NULL;
	char says[160];
	row_value(e, r, form, field, WH_NACHA_CELL_DATE);
	if (!e->text.size) {
		text = *field;
		row_value(e, r, form, field, WH_NACHA_CELL_FIELD);
	}
	if (!e->text.size)
		computed_value(e, form, field);
	if (wh_nacha_put(e->record, &e->codec->charset, &text, &e->text, &why))
		return WH_OK;
	snprintf(says, sizeof says, "a value does not fit into %d characters, for %s", field->length,
		why);
	return row_fails(e, form->table, field->name, says);
}

/* The first value that does not fit is told; the others are there. */
static int build(struct encoder *e, const struct wh_nacha_form *form)
{
	struct wh_error first = { 0 };
	memset(e->record, ' ', sizeof e->record);
	e->record[0] = form->record;
	for (size_t i = 0; i < form->nfields; i++) {
		int rc = put_field(e, form, &form->fields[i]);
		if (rc < 0 && !first.code)
			first = *e->error;
	}
	if (first.code)
		*e->error = first;
	return first.code;
}

/* ---- forms ---- */

/* A column of the row that has a value, but no place in these forms; NULL: none. */
static const char *left_over(const struct rows *r, const struct wh_nacha_form *form,
	const struct wh_nacha_form *other)
{
	for (size_t i = 0; i < r->set->nfields; i++) {
		const struct wh_nacha_source *source = &r->sources[i];
		if (source->cell < WH_NACHA_CELL_FIELD || wh_is_null(r->batch, i, r->row))
			continue;
		if (!source->fields[form - wh_nacha_forms] && !source->fields[other - wh_nacha_forms])
			return r->set->fields[i].name;
	}
	return NULL;
}

/* Builds the record in one form of its kind and class. */
static int build_as(struct encoder *e, const struct wh_nacha_form *form, int built)
{
	const struct wh_nacha_form *other = form;
	char class[4] = "";
	if (built < 0)
		return built;
	if (form->record == '5') {
		memcpy(class, e->record + 50, 3);
		other = wh_nacha_form("8", class);
	}
	const char *column = left_over(&e->tables[form->table], form, other);
	if (column)
		return row_fails(e, form->table, column, "a value has no place in its kind of record");
	if (wh_nacha_form(e->record, e->check.place.class) != form)
		return row_fails(e, form->table, form->fields[0].name, "its values fit no kind of record");
	return WH_OK;
}

/* The record of the row, in the most special form of its kind that takes all of its values. */
static int build_row(struct encoder *e, enum wh_nacha_table table, char kind)
{
	struct wh_error first = { 0 };
	for (size_t i = wh_nacha_nforms; i-- > 0;) {
		const struct wh_nacha_form *form = &wh_nacha_forms[i];
		if (form->record != kind)
			continue;
		int rc = build(e, form);
		if (!wh_nacha_form_of(form, e->record, e->check.place.class))
			continue;
		rc = build_as(e, form, rc);
		if (rc == WH_OK)
			return WH_OK;
		if (!first.code)
			first = *e->error;
	}
	if (!first.code)
		return row_fails(e, table, "addenda_type", "there is no such type of addenda");
	*e->error = first;
	return first.code;
}

/* ---- records ---- */

static int put_bytes(struct encoder *e, const char *bytes, size_t n)
{
	e->at += (int64_t)n;
	return n ? e->sink->put(e->sink, bytes, n, e->error) : WH_OK;
}

/* The record at hand is checked as one that was read. */
static int put_record(struct encoder *e)
{
	int rc = e->at ? put_bytes(e, e->codec->newline, strlen(e->codec->newline)) : WH_OK;
	const struct wh_nacha_record record = { e->record, e->record, sizeof e->record, e->at };
	wh_nacha_check(&e->check, &record);
	return rc < 0 ? rc : put_bytes(e, e->record, sizeof e->record);
}

static int put_row(struct encoder *e, enum wh_nacha_table table, char kind)
{
	int rc = build_row(e, table, kind);
	return rc < 0 ? rc : put_record(e);
}

static int put_control(struct encoder *e, const char *kind)
{
	int rc = build(e, wh_nacha_form(kind, e->check.place.class));
	return rc < 0 ? rc : put_record(e);
}

/* What the transaction code says must be what the row says. */
static int check_direction(struct encoder *e)
{
	const struct rows *r = &e->tables[WH_NACHA_ENTRY];
	char direction = wh_nacha_direction(e->record, e->check.place.class);
	const char *word = direction == '-' ? "debit" : direction == '+' ? "credit" : "";
	for (size_t i = 0; i < r->set->nfields; i++) {
		if (r->sources[i].cell != WH_NACHA_CELL_DIRECTION || wh_is_null(r->batch, i, r->row))
			continue;
		wh_buffer_clear(&e->text);
		wh_value_text(&e->text, r->batch, i, r->row);
		if (!wh_equal(wh_buffer_string(&e->text), word))
			return row_fails(e, WH_NACHA_ENTRY, "direction", "the transaction code says another");
	}
	return WH_OK;
}

/* ---- the tree of rows ---- */

static int put_entry(struct encoder *e)
{
	int rc = put_row(e, WH_NACHA_ENTRY, '6');
	if (rc == WH_OK)
		rc = check_direction(e);
	while (rc == WH_OK && is_under(e, WH_NACHA_ADDENDA, WH_NACHA_ENTRY)) {
		rc = put_row(e, WH_NACHA_ADDENDA, '7');
		if (rc == WH_OK)
			rc = advance(e, WH_NACHA_ADDENDA);
	}
	return rc < 0 ? rc : advance(e, WH_NACHA_ENTRY);
}

static int put_batch(struct encoder *e)
{
	int rc = put_row(e, WH_NACHA_BATCH, '5');
	while (rc == WH_OK && is_under(e, WH_NACHA_ENTRY, WH_NACHA_BATCH))
		rc = put_entry(e);
	if (rc == WH_OK)
		rc = put_control(e, "8");
	return rc < 0 ? rc : advance(e, WH_NACHA_BATCH);
}

static int put_file_control(struct encoder *e)
{
	struct rows *r = &e->tables[WH_NACHA_FILE_CONTROL];
	const struct wh_nacha_form *form = wh_nacha_form("9 ", e->check.place.class);
	r->apart = !is_under(e, WH_NACHA_FILE_CONTROL, WH_NACHA_FILE);
	const char *column = r->apart ? NULL : left_over(r, form, form);
	if (column)
		return row_fails(e, WH_NACHA_FILE_CONTROL, column,
			"a value has no place in its kind of record");
	int rc = put_control(e, "9 ");
	return rc < 0 || r->apart ? rc : advance(e, WH_NACHA_FILE_CONTROL);
}

/* A file that breaks a rule is none that may leave. */
static int check_file(struct encoder *e)
{
	wh_nacha_check_end(&e->check);
	wh_nacha_check_start(&e->check, e->name);
	for (size_t i = 0; i < e->controls.count; i++) {
		const struct wh_control *c = &e->controls.items[i];
		if (!c->held && !c->notice)
			return wh_fail(e->error, WH_STOP,
				"%s does not hold in what would be written: %s: \"%s\", %s: \"%s\"; %s. Mend the "
				"rows; what a control record says may be left empty, and is computed then",
				c->rule, c->expected_is, c->expected, c->actual_is, c->actual, c->subject);
	}
	wh_controls_free(&e->controls);
	return WH_OK;
}

static int fill_block(struct encoder *e)
{
	int rc = WH_OK;
	memset(e->record, '9', sizeof e->record);
	while (rc == WH_OK && e->check.file.records % WH_NACHA_BLOCK)
		rc = put_record(e);
	return rc;
}

static int put_file(struct encoder *e)
{
	int rc = put_row(e, WH_NACHA_FILE, '1');
	while (rc == WH_OK && is_under(e, WH_NACHA_BATCH, WH_NACHA_FILE))
		rc = put_batch(e);
	if (rc == WH_OK)
		rc = put_file_control(e);
	if (rc == WH_OK)
		rc = fill_block(e);
	if (rc == WH_OK)
		rc = check_file(e);
	return rc < 0 ? rc : advance(e, WH_NACHA_FILE);
}

/* All of them are one file, with as many headers: where it goes, there is one name. */
static int put_files(struct encoder *e)
{
	int rc = e->sink->file(e->sink, e->name, e->error);
	while (rc == WH_OK && !e->tables[WH_NACHA_FILE].done)
		rc = put_file(e);
	if (rc == WH_OK && e->codec->last_newline)
		rc = put_bytes(e, e->codec->newline, strlen(e->codec->newline));
	return rc;
}

static int check_all_written(struct encoder *e)
{
	for (enum wh_nacha_table table = 0; table < WH_NACHA_TABLES; table++)
		if (!e->tables[table].done)
			return row_fails(e, table, "parent_id",
				"a row stands under none, or behind those of a later one");
	return WH_OK;
}

int wh_nacha_encode(void *state, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error)
{
	struct encoder e = { .codec = state, .in = rows, .sink = sink, .error = error };
	int rc = WH_OK;
	e.name = e.codec->setup->name;
	e.check.out = &e.controls;
	e.check.charset = &e.codec->charset;
	wh_nacha_check_start(&e.check, e.name);
	for (enum wh_nacha_table table = 0; rc == WH_OK && table < WH_NACHA_TABLES; table++)
		rc = open_rows(&e, table);
	if (rc == WH_OK && !e.tables[WH_NACHA_FILE].done)
		rc = put_files(&e);
	if (rc == WH_OK)
		rc = check_all_written(&e);
	wh_controls_free(&e.controls);
	wh_buffer_free(&e.text);
	wh_arena_free(&e.arena);
	return rc;
}
