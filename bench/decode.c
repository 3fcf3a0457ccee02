/* decode URL: reads every table of a source on one thread, unit by unit into one batch, as a worker
 * does; prints rows, bytes, and the seconds of the look before and of the reading, as JSON. */
#include "base/time.h"
#include "model/connector.h"
#include <stdio.h>

struct decoding {
	struct wh_arena arena;
	struct wh_catalog catalog;
	struct wh_conn *conn;
	int64_t rows, strays, bytes;
	struct wh_error error;
};

static void make_rowset(struct wh_arena *arena, const struct wh_table *t, struct wh_rowset *out)
{
	struct wh_field *fields = wh_new_array(arena, struct wh_field, t->ncolumns);
	for (size_t i = 0; i < t->ncolumns; i++)
		fields[i] = (struct wh_field){ .name = t->columns[i].name,
			.type = t->columns[i].type,
			.wire = t->columns[i].type,
			.not_null = t->columns[i].not_null };
	*out = (struct wh_rowset){ .table = t->name, .fields = fields, .nfields = t->ncolumns };
}

static int read_unit(struct decoding *d, const struct wh_unit *unit, struct wh_batch *batch)
{
	const struct wh_connector *kind = d->conn->kind;
	int rc = kind->seek(d->conn, unit, &d->error);
	while (rc == WH_OK) {
		wh_batch_reset(batch);
		rc = kind->read(d->conn, batch, &d->error);
		d->rows += batch->rows;
		d->strays += (int64_t)batch->nstrays;
	}
	return rc == WH_DONE ? WH_OK : rc;
}

static int read_table(struct decoding *d, const struct wh_table *t)
{
	const struct wh_split_hint hint = { .rows = t->rows, .bytes = t->bytes };
	struct wh_units units = { .arena = &d->arena };
	struct wh_rowset rows;
	struct wh_batch batch;
	make_rowset(&d->arena, t, &rows);
	wh_rowset_batch(&rows, &batch);
	int rc = d->conn->kind->split(d->conn, &rows, &hint, &units, &d->error);
	for (size_t i = 0; rc == WH_OK && i < units.count; i++)
		rc = read_unit(d, &units.items[i], &batch);
	wh_batch_finish(&batch);
	d->bytes += t->bytes;
	return rc;
}

/* The table of the files themselves has no bytes. */
static int read_tables(struct decoding *d)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < d->catalog.ntables; i++)
		if (d->catalog.tables[i].bytes > 0)
			rc = read_table(d, &d->catalog.tables[i]);
	return rc;
}

static int decode(struct decoding *d, const char *text)
{
	const struct wh_connector *kind = NULL;
	struct wh_url url;
	int64_t began = wh_monotonic_usec(), looked = began;
	int rc = wh_url_parse(text, &d->arena, &url, &d->error);
	if (rc == WH_OK)
		rc = wh_connector_find(url.scheme, &kind, &d->error);
	if (rc == WH_OK)
		rc = wh_conn_open(kind, &url, WH_SOURCE, false, &d->conn, &d->error);
	if (rc == WH_OK)
		rc = kind->describe(d->conn, &d->catalog, &d->error);
	looked = wh_monotonic_usec();
	if (rc == WH_OK)
		rc = read_tables(d);
	int64_t ended = wh_monotonic_usec();
	if (rc == WH_OK)
		printf("{\"rows\": %lld, \"strays\": %lld, \"bytes\": %lld, \"seconds\": {\"look\": %.6f, "
			   "\"decode\": %.6f}}\n",
			(long long)d->rows, (long long)d->strays, (long long)d->bytes,
			(double)(looked - began) / 1e6, (double)(ended - looked) / 1e6);
	wh_conn_close(d->conn);
	return rc;
}

int main(int argc, char **argv)
{
	struct decoding d = { 0 };
	if (argc != 2) {
		fprintf(stderr, "usage: decode URL\n");
		return 2;
	}
	wh_catalog_init(&d.catalog, "files");
	int rc = decode(&d, argv[1]);
	if (rc != WH_OK)
		fprintf(stderr, "%s: %s\n", argv[1], d.error.text);
	wh_catalog_free(&d.catalog);
	wh_arena_free(&d.arena);
	return rc == WH_OK ? 0 : 1;
}
