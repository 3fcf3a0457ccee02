#include "codecs/camt/camt.h"
#include "base/text.h"
#include "codecs/camt/delivery.h"
#include "codecs/camt/encode.h"
#include "codecs/camt/source.h"
#include "codecs/camt/sums.h"
#include "codecs/schema.h"
#include "model/value.h"

#define PIECE 4096 /* its rows wait in memory until the batch is taken */

struct camt {
	const struct wh_codec_setup *setup;
	struct wh_camt_xsd xsd;
	const struct wh_camt_version *version; /* to be written */
	const struct wh_camt_family *family;   /* of the first message */
	struct wh_camt_rows rows;              /* of the open file */
	bool reading, ended;
	const char *file;
	int64_t id;
	struct wh_controls controls;
	struct wh_camt_sums sums;
	struct wh_camt_delivery delivery;
	const struct wh_rowset *wanted;
	const struct wh_camt_table *table; /* NULL: no row has said yet of which family it is */
	int *columns;                      /* one a field */
	struct wh_batch pending;
	uint32_t next; /* row of it */
};

const struct wh_option wh_camt_options[] = {
	WH_CODEC_PACKED,
	{ "xsd", "file", NULL, "a schema of ISO 20022 by which each file is checked whole" },
	{ "version", "text", "08", "of the schema by which statements are written: 08 or 02" },
	{ NULL },
};

static int camt_open(void *state, const struct wh_codec_setup *setup, struct wh_error *error)
{
	struct camt *s = state;
	struct wh_codec_text text;
	const char *path = wh_url_param(setup->url, "xsd");
	const char *version = wh_url_param(setup->url, "version");
	s->setup = setup;
	s->version = wh_camt_version(version ? version : "08");
	wh_camt_xml_prepare();
	if (!s->version)
		return wh_fail(error, WH_CONFIG, "version=\"%s\" is not written: 08 or 02 is expected",
			version);
	if (!path)
		return WH_OK;
	int rc = setup->text(setup->context, path, setup->arena, &text, error);
	return rc == WH_OK ? wh_camt_xsd_open(&s->xsd, path, text.bytes, text.n, error) : rc;
}

static void camt_close(void *state)
{
	struct camt *s = state;
	wh_camt_rows_close(&s->rows);
	wh_camt_xsd_close(&s->xsd);
	wh_controls_free(&s->controls);
	wh_camt_sums_free(&s->sums);
	wh_camt_delivery_free(&s->delivery);
	wh_batch_finish(&s->pending);
	*s = (struct camt){ 0 };
}

/* Statements and orders have other tables. */
static int same_family(struct camt *s, const struct wh_camt_row *row, struct wh_error *error)
{
	const struct wh_camt_family *family = row->kind->family;
	if (s->family && s->family != family)
		return wh_fail(error, WH_CONFIG,
			"\"%s\" is a %s, and the files before it are of %s: move them apart", s->file,
			row->kind->name, s->family->name);
	s->family = family;
	return WH_OK;
}

static int file_begin(struct camt *s, const struct wh_codec_file *file, struct wh_camt_taker taker,
	const struct wh_camt_xsd *xsd, struct wh_error *error)
{
	wh_camt_rows_close(&s->rows);
	s->reading = true;
	s->ended = false;
	s->file = wh_arena_text(s->setup->arena, file->name);
	s->id = file->id;
	return wh_camt_rows_open(&s->rows, s->file, taker, xsd, error);
}

/* ---- learning ---- */

static int learn_row(void *context, const struct wh_camt_row *row, struct wh_error *error)
{
	struct camt *s = context;
	int rc = same_family(s, row, error);
	if (rc != WH_OK)
		return rc;
	wh_camt_sums_take(&s->sums, row);
	wh_camt_delivery_take(&s->delivery, row, s->file);
	return WH_OK;
}

static int camt_learn(void *state, const struct wh_codec_file *file, const char *bytes, size_t n,
	bool last, size_t *consumed, int64_t *cut, struct wh_error *error)
{
	struct camt *s = state;
	int rc = WH_OK;
	(void)cut; /* a file is one unit: its rows hang together */
	if (!s->reading) {
		const struct wh_camt_taker taker = { s, learn_row };
		rc = file_begin(s, file, taker, s->xsd.schema ? &s->xsd : NULL, error);
		wh_camt_sums_begin(&s->sums, s->file, &s->controls);
	}
	if (rc == WH_OK)
		rc = wh_camt_rows_feed(&s->rows, bytes, n, last, error);
	*consumed = n;
	s->reading = !last;
	return rc;
}

static void describe_table(struct wh_catalog *c, const struct wh_camt_table *t)
{
	struct wh_table *out = wh_codec_table(c, t->name, t->comment);
	wh_codec_place_columns(c, out);
	for (const struct wh_camt_column *column = t->columns; column->name; column++)
		wh_codec_column(c, out, column->name, column->form->type, column->needed);
	wh_codec_key(c, out, 2);
	for (const struct wh_camt_column *column = t->columns; column->name; column++) {
		const char *const columns[] = { WH_CODEC_FILE, column->name };
		if (*column->paths[0] == '^')
			wh_codec_reference(c, out, columns, 2, wh_catalog_table(c, NULL, column->paths[0] + 1));
	}
}

static int camt_describe(void *state, struct wh_catalog *out, struct wh_error *error)
{
	struct camt *s = state;
	if (!s->family)
		return wh_fail(error, WH_CONFIG,
			"there is no file: whether camt or pain.001 is moved is told by the first one");
	for (size_t i = 0; s->family->tables[i]; i++)
		describe_table(out, s->family->tables[i]);
	return wh_camt_delivery_check(&s->delivery, error);
}

static void camt_controls(void *state, struct wh_controls *out)
{
	struct camt *s = state;
	wh_controls_merge(out, &s->controls);
	wh_camt_delivery_report(&s->delivery, out);
}

/* ---- decoding ---- */

static int camt_aim(void *state, const struct wh_rowset *rows, struct wh_error *error)
{
	struct camt *s = state;
	(void)error;
	s->wanted = rows;
	s->table = NULL;
	s->columns = wh_new_array(s->setup->arena, int, rows->nfields);
	wh_batch_finish(&s->pending);
	wh_rowset_batch_of(rows, 64, &s->pending);
	return WH_OK;
}

static int find_table(struct camt *s, const struct wh_camt_row *row, struct wh_error *error)
{
	int rc = same_family(s, row, error);
	if (rc != WH_OK || s->table)
		return rc;
	for (size_t i = 0; s->family->tables[i]; i++)
		if (wh_equal(s->family->tables[i]->name, s->wanted->table))
			s->table = s->family->tables[i];
	if (s->table)
		return wh_camt_fields(s->wanted, s->table, s->columns, error);
	return wh_fail(error, WH_CONFIG, "\"%s\" is a %s, which has no table \"%s\"", s->file,
		row->kind->name, s->wanted->table);
}

static void put_cell(struct camt *s, size_t field, const struct wh_camt_row *row)
{
	char number[24];
	size_t n;
	int column = s->columns[field];
	const char *text = number;
	if (column >= 0)
		text = wh_camt_row_cell(row, (size_t)column, &n);
	else
		n = wh_format_int64(number, column == WH_CAMT_FROM_FILE ? s->id : row->record);
	if (!text)
		wh_batch_null(&s->pending, field);
	else if (!wh_value_parse(&s->pending, field, text, n))
		wh_batch_stray(&s->pending, field, WH_STRAY_KIND, text, n);
}

static int decode_row(void *context, const struct wh_camt_row *row, struct wh_error *error)
{
	struct camt *s = context;
	int rc = find_table(s, row, error);
	if (rc != WH_OK || row->table != s->table)
		return rc;
	if (s->pending.rows == s->pending.capacity)
		wh_batch_grow(&s->pending, 2 * s->pending.capacity);
	for (size_t i = 0; i < s->wanted->nfields; i++)
		put_cell(s, i, row);
	wh_batch_row(&s->pending);
	return WH_OK;
}

static int camt_start(void *state, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error)
{
	struct camt *s = state;
	const struct wh_camt_taker taker = { s, decode_row };
	if (offset)
		return wh_fail(error, WH_BUG, "a file of camt begins at its first byte");
	wh_batch_reset(&s->pending);
	s->next = 0;
	return file_begin(s, file, taker, NULL, error);
}

/* False: rows are left, and the batch is full. */
static bool hand_over(struct camt *s, struct wh_batch *out)
{
	while (s->next < s->pending.rows && !wh_batch_full(out))
		wh_batch_copy_row(out, &s->pending, s->next++);
	if (s->next < s->pending.rows)
		return false;
	wh_batch_reset(&s->pending);
	s->next = 0;
	return true;
}

static int camt_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error)
{
	struct camt *s = state;
	*consumed = 0;
	while (hand_over(s, out)) {
		size_t left = n - *consumed, piece = left < PIECE ? left : PIECE;
		bool ends = last && piece == left;
		if (!left && (!last || s->ended))
			return WH_OK;
		int rc = wh_camt_rows_feed(&s->rows, bytes + *consumed, piece, ends, error);
		if (rc != WH_OK)
			return rc;
		*consumed += piece;
		s->ended = ends;
	}
	return WH_DONE;
}

static int camt_encode(void *state, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error)
{
	struct camt *s = state;
	const struct wh_camt_target target = { s->setup->name, s->version,
		s->xsd.schema ? &s->xsd : NULL };
	return wh_camt_encode(&target, rows, sink, error);
}

const struct wh_codec wh_camt = {
	.state_size = sizeof(struct camt),
	.open = camt_open,
	.close = camt_close,
	.learn = camt_learn,
	.describe = camt_describe,
	.controls = camt_controls,
	.aim = camt_aim,
	.start = camt_start,
	.decode = camt_decode,
	.encode = camt_encode,
};
