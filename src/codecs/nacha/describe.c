#include "base/text.h"
#include "codecs/nacha/state.h"
#include "codecs/schema.h"
#include <stdio.h>

#define DATE_TEXT "_text"

static const char *const comments[WH_NACHA_TABLES] = {
	[WH_NACHA_FILE] = "File headers (1)",
	[WH_NACHA_FILE_CONTROL] = "File controls (9)",
	[WH_NACHA_BATCH] = "Batch headers (5) with their controls (8)",
	[WH_NACHA_ENTRY] = "Entries (6)",
	[WH_NACHA_ADDENDA] = "Addenda (7)",
};

/* Of the table above; a file header has none. */
static const enum wh_nacha_table above[WH_NACHA_TABLES] = {
	[WH_NACHA_FILE_CONTROL] = WH_NACHA_FILE,
	[WH_NACHA_BATCH] = WH_NACHA_FILE,
	[WH_NACHA_ENTRY] = WH_NACHA_BATCH,
	[WH_NACHA_ADDENDA] = WH_NACHA_ENTRY,
};

static bool is_place(struct wh_nacha_source *out, const char *column)
{
	static const struct {
		const char *name;
		enum wh_nacha_cell cell;
	} places[] = {
		{ WH_CODEC_FILE, WH_NACHA_CELL_FILE },
		{ WH_CODEC_RECORD, WH_NACHA_CELL_RECORD },
		{ "parent_id", WH_NACHA_CELL_PARENT },
		{ "direction", WH_NACHA_CELL_DIRECTION },
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (wh_equal(column, places[i].name))
			out->cell = places[i].cell;
	return out->cell != WH_NACHA_CELL_NONE;
}

static bool names(const struct wh_nacha_field *field, const char *column, enum wh_nacha_cell *cell)
{
	*cell = WH_NACHA_CELL_FIELD;
	if (wh_equal(field->name, column))
		return true;
	*cell = WH_NACHA_CELL_DATE;
	return field->kind == WH_NACHA_DATE && wh_starts(column, field->name) &&
		wh_equal(column + strlen(field->name), DATE_TEXT);
}

void wh_nacha_source(struct wh_nacha_source *out, enum wh_nacha_table table, const char *column)
{
	enum wh_nacha_cell cell;
	*out = (struct wh_nacha_source){ 0 };
	if (is_place(out, column))
		return;
	for (size_t i = 0; i < wh_nacha_nforms; i++) {
		const struct wh_nacha_form *form = &wh_nacha_forms[i];
		for (size_t k = 0; form->table == table && k < form->nfields; k++) {
			if (names(&form->fields[k], column, &cell)) {
				out->cell = cell;
				out->fields[i] = &form->fields[k];
			}
		}
	}
}

/* The longest field that a column has, in all forms. */
static int longest(const struct wh_nacha_source *source)
{
	int most = 0;
	for (size_t i = 0; i < wh_nacha_nforms; i++)
		if (source->fields[i] && source->fields[i]->length > most)
			most = source->fields[i]->length;
	return most;
}

static void add_field(struct wh_catalog *c, struct wh_table *t, enum wh_nacha_table table,
	const struct wh_nacha_field *field)
{
	static const struct wh_type date = { .kind = WH_DATE };
	struct wh_nacha_source source;
	char text[64];
	wh_nacha_source(&source, table, field->name);
	int length = longest(&source);
	const struct wh_type types[] = {
		[WH_NACHA_TEXT] = WH_CODEC_TEXT(length),
		[WH_NACHA_RIGHT] = WH_CODEC_TEXT(length),
		[WH_NACHA_NUMBER] = WH_CODEC_INT64,
		[WH_NACHA_CENTS] = WH_CODEC_DECIMAL(length, 2),
		[WH_NACHA_DATE] = date,
	};
	wh_codec_column(c, t, field->name, types[field->kind], false);
	if (field->kind == WH_NACHA_DATE) {
		snprintf(text, sizeof text, "%s" DATE_TEXT, field->name);
		wh_codec_column(c, t, text, WH_CODEC_TEXT(length), false);
	}
	if (wh_equal(field->name, "transaction_code"))
		wh_codec_column(c, t, "direction", WH_CODEC_TEXT(6), false);
}

/* Columns stand in the order in which the forms first have them. */
static void add_table(struct wh_catalog *c, enum wh_nacha_table table)
{
	static const char *const parent[] = { WH_CODEC_FILE, "parent_id" };
	struct wh_table *t = wh_codec_table(c, wh_nacha_table_names[table], comments[table]);
	wh_codec_place_columns(c, t);
	if (table != WH_NACHA_FILE)
		wh_codec_column(c, t, parent[1], WH_CODEC_INT64, false);
	for (size_t i = 0; i < wh_nacha_nforms; i++)
		for (size_t k = 0; wh_nacha_forms[i].table == table && k < wh_nacha_forms[i].nfields; k++)
			if (!wh_table_column(t, wh_nacha_forms[i].fields[k].name))
				add_field(c, t, table, &wh_nacha_forms[i].fields[k]);
	wh_codec_key(c, t, 2);
	if (table != WH_NACHA_FILE)
		wh_codec_reference(c, t, parent, 2,
			wh_catalog_table(c, NULL, wh_nacha_table_names[above[table]]));
}

int wh_nacha_describe(void *state, struct wh_catalog *out, struct wh_error *error)
{
	(void)state;
	(void)error;
	for (enum wh_nacha_table table = 0; table < WH_NACHA_TABLES; table++)
		add_table(out, table);
	return WH_OK;
}
