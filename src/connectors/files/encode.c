/* From the stage to files: the codec draws the rows of each table in the order of its key, and what it
 * writes goes to the store. */
#include "connectors/files/files.h"
#include "base/text.h"
#include <stdlib.h>

/* One table that is being read, on a connection of its own. */
struct draw {
	struct wh_conn *conn;
	struct wh_unit unit;
	struct wh_batch batch;
	bool begun, ended;
};

struct drawing {
	struct wh_files *s;
	struct draw *draws;
	bool writing; /* a file is begun */
};

static int next_rows(struct wh_codec_rows *rows, size_t table, struct wh_batch **out,
	struct wh_error *error)
{
	struct drawing *d = rows->context;
	struct draw *w = &d->draws[table];
	const struct wh_connector *kind = d->s->stage->kind;
	int rc = WH_OK;
	if (!w->begun) {
		w->unit = (struct wh_unit){ .rows = &rows->tables[table], .ordered = true };
		wh_rowset_batch(w->unit.rows, &w->batch);
		rc = wh_conn_open(kind, &d->s->stage_url, WH_TARGET, false, &w->conn, error);
		if (rc == WH_OK)
			rc = kind->seek(w->conn, &w->unit, error);
		w->begun = rc == WH_OK;
	}
	while (rc == WH_OK && !w->ended) {
		wh_batch_reset(&w->batch);
		rc = kind->read(w->conn, &w->batch, error);
		w->ended = rc == WH_DONE;
		if (rc >= 0 && w->batch.rows) {
			*out = &w->batch;
			return WH_OK;
		}
	}
	return rc < 0 ? rc : WH_DONE;
}

static int end_file(struct drawing *d, struct wh_error *error)
{
	struct wh_store_conn *store = &d->s->store;
	bool writing = d->writing;
	d->writing = false;
	return writing ? store->kind->publish(store, error) : WH_OK;
}

static int begin_file(struct wh_codec_sink *sink, const char *name, struct wh_error *error)
{
	struct drawing *d = sink->context;
	struct wh_store_conn *store = &d->s->store;
	int rc = end_file(d, error);
	if (rc == WH_OK && (!*name || *name == '.' || strchr(name, '/')))
		return wh_fail(error, WH_CONFIG,
			"no file can have this name: \"%s\"; give the table another one in `map`", name);
	if (rc == WH_OK)
		rc = store->kind->begin(store, d->s->codec->apart ? name : d->s->pattern, error);
	d->writing = rc == WH_OK;
	return rc;
}

static int put_bytes(struct wh_codec_sink *sink, const void *bytes, size_t n,
	struct wh_error *error)
{
	struct drawing *d = sink->context;
	return d->s->store.kind->put(&d->s->store, bytes, n, error);
}

/* The rowset that the stage itself describes. */
static void make_rowset(struct wh_arena *arena, const struct wh_table *t, struct wh_rowset *out)
{
	struct wh_field *fields = wh_new_array(arena, struct wh_field, t->ncolumns + 1);
	const struct wh_index *key = wh_table_primary(t);
	uint16_t *columns = wh_new_array(arena, uint16_t, key ? key->nparts : 0);
	for (size_t i = 0; i < t->ncolumns; i++)
		fields[i] = (struct wh_field){ .name = t->columns[i].name,
			.type = t->columns[i].type,
			.wire = t->columns[i].type,
			.not_null = t->columns[i].not_null };
	for (size_t i = 0; key && i < key->nparts; i++)
		columns[i] = (uint16_t)(wh_table_column(t, key->parts[i].column) - t->columns);
	*out = (struct wh_rowset){ .table = t->name,
		.fields = fields,
		.nfields = t->ncolumns,
		.key = columns,
		.nkey = key ? key->nparts : 0 };
}

static int encode(struct drawing *d, struct wh_codec_rows *rows, struct wh_error *error)
{
	struct wh_files *s = d->s;
	struct wh_codec_setup setup = { .url = s->url,
		.name = s->pattern,
		.sample = "",
		.sample_whole = true,
		.ours = true,
		.text = wh_files_text,
		.arena = &s->arena };
	struct wh_codec_sink sink = { d, begin_file, put_bytes };
	void *codec = calloc(1, s->codec->state_size + 1);
	if (!codec)
		abort();
	int rc = s->codec->open(codec, &setup, error);
	if (rc == WH_OK)
		rc = s->codec->encode(codec, rows, &sink, error);
	if (rc == WH_OK)
		rc = end_file(d, error);
	s->store.kind->abandon(&s->store);
	s->codec->close(codec);
	free(codec);
	return rc;
}

int wh_files_encode(struct wh_files *s, struct wh_error *error)
{
	struct wh_catalog catalog;
	wh_catalog_init(&catalog, "sqlite");
	int rc = s->stage->kind->describe(s->stage, &catalog, error);
	size_t n = rc == WH_OK ? catalog.ntables : 0;
	struct wh_rowset *tables = wh_new_array(&catalog.arena, struct wh_rowset, n + 1);
	struct drawing d = { .s = s, .draws = wh_new_array(&catalog.arena, struct draw, n + 1) };
	for (size_t i = 0; i < n; i++)
		make_rowset(&catalog.arena, &catalog.tables[i], &tables[i]);
	struct wh_codec_rows rows = { tables, n, &d, next_rows };
	if (rc == WH_OK)
		rc = encode(&d, &rows, error);
	for (size_t i = 0; i < n; i++) {
		wh_conn_close(d.draws[i].conn);
		wh_batch_finish(&d.draws[i].batch);
	}
	wh_catalog_free(&catalog);
	return rc;
}
