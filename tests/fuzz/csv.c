/* A file of any bytes under options that its first two bytes choose: every record is a row, whatever
 * the pieces and the cuts, and rows that are written are read back as the same rows. */
#include "fuzz.h"
#include "codecs/csv/csv.h"
#include "model/value.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const dialects[] = { "", "delimiter=;&decimal=,&date=DD.MM.YYYY", "quote=none",
	"escape=backslash&comment=%23", "trim=yes&header=no", "null=NULL,\\N&keys=record",
	"encoding=UTF-16", "encoding=windows-1252&types=text", "encoding=SHIFT_JIS",
	"header=yes&skip=1", "header=no&columns=a:int64,b:decimal(5,2)", "encoding=UTF-7",
	"quote='&decimal=.", "encoding=ISO-2022-JP", "encoding=UTF-32BE&bom=yes",
	"date=YYYYMMDD&delimiter=|" };

/* As what rows are written and read back. */
static const char *const targets[] = { "header=yes",
	"header=yes&delimiter=;&decimal=,&date=DD.MM.YYYY", "header=yes&quote=none&null=\\N",
	"header=yes&escape=backslash&trim=yes&comment=%23", "header=yes&encoding=UTF-16&newline=crlf",
	"header=yes&quote='&delimiter=tab&null=NULL", "header=yes&encoding=SHIFT_JIS&date=YYYYMMDD",
	"header=yes&encoding=windows-1252&decimal=." };

struct opened {
	struct wh_arena arena;
	struct wh_url url;
	struct wh_codec_setup setup;
	void *state;
	struct wh_error error;
};

static bool open_over(struct opened *o, const char *options, const char *bytes, size_t n)
{
	char text[300];
	*o = (struct opened){ 0 };
	snprintf(text, sizeof text, "csv:x?%s", options);
	must(wh_url_parse(text, &o->arena, &o->url, &o->error) == WH_OK);
	size_t sample = n < WH_CODEC_SAMPLE ? n : WH_CODEC_SAMPLE;
	o->setup = (struct wh_codec_setup){ .url = &o->url,
		.name = "x",
		.sample = bytes,
		.nsample = sample,
		.sample_whole = bytes && sample == n,
		.arena = &o->arena };
	o->state = calloc(1, wh_csv.state_size);
	int rc = wh_csv.open(o->state, &o->setup, &o->error);
	must(rc == WH_OK || (rc == WH_CONFIG && *o->error.text));
	return rc == WH_OK;
}

static void close_over(struct opened *o)
{
	wh_csv.close(o->state);
	free(o->state);
	wh_arena_free(&o->arena);
}

struct table {
	struct wh_catalog catalog;
	struct wh_field *fields;
	struct wh_rowset rows;
	int64_t cut; /* the last one */
};

static bool learn(struct opened *o, struct table *t, const char *bytes, size_t n, size_t piece)
{
	const struct wh_codec_file file = { "x.csv", 0, (int64_t)n };
	size_t at = 0, to = 0;
	int rc = WH_OK;
	wh_catalog_init(&t->catalog, "csv");
	do {
		size_t consumed = 0;
		to = n - to > piece ? to + piece : n;
		rc = wh_csv.learn(o->state, &file, bytes + at, to - at, to == n, &consumed, &t->cut,
			&o->error);
		must(rc <= WH_OK && consumed <= to - at);
		at += consumed;
		must(t->cut >= 0 && t->cut <= (int64_t)at);
	} while (rc == WH_OK && to < n);
	must(rc != WH_OK || at == n);
	if (rc == WH_OK)
		rc = wh_csv.describe(o->state, &t->catalog, &o->error);
	must(rc == WH_OK || (rc == WH_CONFIG && *o->error.text) || rc == WH_STOP);
	return rc == WH_OK;
}

static void make_rowset(struct table *t)
{
	const struct wh_table *from = &t->catalog.tables[0];
	t->fields = calloc(from->ncolumns, sizeof *t->fields);
	for (size_t i = 0; i < from->ncolumns; i++)
		t->fields[i] = (struct wh_field){ .name = from->columns[i].name,
			.type = from->columns[i].type,
			.wire = from->columns[i].type };
	t->rows =
		(struct wh_rowset){ .table = from->name, .fields = t->fields, .nfields = from->ncolumns };
}

/* Adds all rows from one byte to another. */
static void decode(struct opened *o, const struct wh_rowset *rows, const char *bytes, size_t from,
	size_t end, size_t piece, struct wh_batch *all)
{
	const struct wh_codec_file file = { "x.csv", 1, (int64_t)end };
	struct wh_batch batch;
	size_t at = from, to = from;
	int rc = wh_csv.start(o->state, &file, (int64_t)from, &o->error);
	wh_rowset_batch_of(rows, 3, &batch);
	must(rc == WH_OK);
	do {
		size_t consumed = 0;
		to = rc == WH_DONE ? to : end - to > piece ? to + piece : end;
		rc = wh_csv.decode(o->state, bytes + at, to - at, to == end, &consumed, &batch, &o->error);
		must(rc >= 0 && consumed <= to - at);
		at += consumed;
		for (uint32_t r = 0; r < batch.rows; r++) {
			wh_batch_grow(all, all->rows + 1);
			wh_batch_copy_row(all, &batch, r);
		}
		wh_batch_reset(&batch);
	} while (rc == WH_DONE || to < end);
	must(at == end);
	wh_batch_finish(&batch);
}

static void check_equal(struct wh_batch *a, struct wh_batch *b)
{
	struct wh_buffer x = { 0 }, y = { 0 };
	must(a->rows == b->rows && a->ncolumns == b->ncolumns);
	for (uint32_t r = 0; r < a->rows; r++) {
		for (size_t c = 0; c < a->ncolumns; c++) {
			must(wh_is_null(a, c, r) == wh_is_null(b, c, r));
			if (wh_is_null(a, c, r))
				continue;
			wh_buffer_clear(&x);
			wh_buffer_clear(&y);
			wh_value_text(&x, a, c, r);
			wh_value_text(&y, b, c, r);
			must(x.size == y.size && memcmp(x.data, y.data, x.size) == 0);
		}
	}
	wh_buffer_free(&x);
	wh_buffer_free(&y);
}

struct written {
	struct wh_batch *rows;
	bool given;
	struct wh_buffer bytes;
};

static int next(struct wh_codec_rows *rows, size_t table, struct wh_batch **out, struct wh_error *e)
{
	struct written *w = rows->context;
	(void)table;
	(void)e;
	*out = w->rows;
	bool given = w->given;
	w->given = true;
	return given ? WH_DONE : WH_OK;
}

static int sink_file(struct wh_codec_sink *sink, const char *name, struct wh_error *e)
{
	(void)sink;
	(void)e;
	must(!strchr(name, '/'));
	return WH_OK;
}

static int sink_put(struct wh_codec_sink *sink, const void *bytes, size_t n, struct wh_error *e)
{
	struct written *w = sink->context;
	(void)e;
	wh_buffer_put(&w->bytes, bytes, n);
	return WH_OK;
}

static void read_back(const char *options, const struct wh_rowset *rows, struct wh_batch *all,
	const struct wh_buffer *bytes)
{
	struct wh_batch again;
	struct opened o;
	must(open_over(&o, options, bytes->data, bytes->size));
	must(wh_csv.aim(o.state, rows, &o.error) == WH_OK);
	wh_rowset_batch_of(rows, 16, &again);
	decode(&o, rows, bytes->data, 0, bytes->size, 11, &again);
	check_equal(all, &again);
	wh_batch_finish(&again);
	close_over(&o);
}

static void write_and_read(const char *options, const struct wh_rowset *rows, struct wh_batch *all)
{
	struct written w = { .rows = all };
	struct wh_codec_rows out = { rows, 1, &w, next };
	struct wh_codec_sink sink = { &w, sink_file, sink_put };
	struct opened o;
	must(open_over(&o, options, NULL, 0));
	int rc = wh_csv.encode(o.state, &out, &sink, &o.error);
	must(rc == WH_OK || (rc == WH_CONFIG && *o.error.text));
	close_over(&o);
	if (rc == WH_OK && w.bytes.size <= WH_CODEC_SAMPLE)
		read_back(options, rows, all, &w.bytes);
	wh_buffer_free(&w.bytes);
}

static void check_rows(struct opened *o, struct table *t, const char *bytes, size_t n,
	const char *target)
{
	struct wh_batch whole, parts;
	make_rowset(t);
	wh_rowset_batch_of(&t->rows, 16, &whole);
	wh_rowset_batch_of(&t->rows, 16, &parts);
	must(wh_csv.aim(o->state, &t->rows, &o->error) == WH_OK);
	decode(o, &t->rows, bytes, 0, n, n + 1, &whole);
	decode(o, &t->rows, bytes, 0, (size_t)t->cut, 5, &parts);
	decode(o, &t->rows, bytes, (size_t)t->cut, n, 5, &parts);
	check_equal(&whole, &parts);
	must(whole.nstrays == parts.nstrays);
	write_and_read(target, &t->rows, &whole);
	wh_batch_finish(&whole);
	wh_batch_finish(&parts);
	free(t->fields);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct opened o;
	struct table t = { 0 };
	if (size < 2)
		return 0;
	const char *options = dialects[data[0] % COUNT(dialects)];
	char *bytes = fuzz_text(data + 2, size - 2);
	if (open_over(&o, options, bytes, size - 2)) {
		if (learn(&o, &t, bytes, size - 2, 1 + data[1] % 16))
			check_rows(&o, &t, bytes, size - 2, targets[data[1] / 16 % COUNT(targets)]);
		wh_catalog_free(&t.catalog);
	}
	close_over(&o);
	free(bytes);
	return 0;
}
