#include "support/codec.h"
#include "base/file.h"
#include "base/text.h"
#include "model/value.h"
#include <stdio.h>
#include <stdlib.h>

static int read_text(void *context, const char *path, struct wh_arena *arena,
	struct wh_codec_text *out, struct wh_error *error)
{
	struct wh_buffer text = { 0 };
	(void)context;
	int rc = wh_file_read(path, "the file", (size_t)64 << 20, &text, error);
	if (rc == WH_OK)
		*out = (struct wh_codec_text){ wh_arena_bytes(arena, wh_buffer_string(&text), text.size),
			text.size };
	wh_buffer_free(&text);
	return rc;
}

/* The bytes come as they would from a file: the last piece may be empty. */
static size_t piece_end(const struct codec_run *run, size_t to, size_t n)
{
	return run->piece && n - to > run->piece ? to + run->piece : n;
}

static int learn(struct codec_run *run, size_t f)
{
	const struct codec_file *file = &run->files[f];
	const struct wh_codec_file this = { file->name, 0, (int64_t)file->n };
	size_t at = 0, to = 0;
	int64_t cut = 0, before = 0;
	for (;;) {
		to = piece_end(run, to, file->n);
		size_t consumed = 0;
		int rc = run->codec->learn(run->state, &this, file->bytes + at, to - at, to == file->n,
			&consumed, &cut, &run->error);
		if (rc < 0)
			return rc;
		at += consumed;
		if (f == 0 && cut > before && run->ncuts < 64)
			run->cuts[run->ncuts++] = before = cut;
		if (to == file->n)
			return at == to ? WH_OK : wh_fail(&run->error, WH_BUG, "learn left bytes behind");
	}
}

int codec_begin(struct codec_run *run, const struct wh_codec *codec, const char *options,
	const struct codec_file *files, size_t nfiles, size_t piece)
{
	*run = (struct codec_run){ .codec = codec, .files = files, .nfiles = nfiles, .piece = piece };
	wh_catalog_init(&run->catalog, "test");
	char text[4096];
	snprintf(text, sizeof text, "test:files?%s", options);
	int rc = wh_url_parse(text, &run->arena, &run->url, &run->error);
	run->state = calloc(1, codec->state_size + 1);
	size_t sample = nfiles && files[0].n < WH_CODEC_SAMPLE ? files[0].n : WH_CODEC_SAMPLE;
	run->setup = (struct wh_codec_setup){ .url = &run->url,
		.name = "sample",
		.sample = nfiles ? files[0].bytes : "",
		.nsample = nfiles ? sample : 0,
		.sample_whole = nfiles && sample == files[0].n,
		.text = read_text,
		.arena = &run->arena };
	if (rc == WH_OK)
		rc = codec->open(run->state, &run->setup, &run->error);
	for (size_t f = 0; rc == WH_OK && codec->learn && f < nfiles; f++)
		rc = learn(run, f);
	if (rc == WH_OK)
		rc = codec->describe(run->state, &run->catalog, &run->error);
	if (rc == WH_OK && codec->controls)
		codec->controls(run->state, &run->controls);
	return rc;
}

void codec_end(struct codec_run *run)
{
	run->codec->close(run->state);
	run->codec->close(run->state);
	free(run->state);
	wh_catalog_free(&run->catalog);
	wh_controls_free(&run->controls);
	wh_arena_free(&run->arena);
}

/* ---- rows as text ---- */

static void put_text(struct wh_buffer *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr("|~\\", text[i]) || (unsigned char)text[i] < ' ')
			wh_buffer_format(out, "\\x%02X", (unsigned char)text[i]);
		else
			wh_buffer_char(out, text[i]);
	}
}

static void put_stray(struct wh_buffer *out, const struct wh_batch *b, const struct wh_stray *stray)
{
	if (stray->reason != WH_STRAY_RECORD)
		wh_buffer_format(out, "!stray %d", stray->reason);
	else
		wh_buffer_format(out, "!%s", wh_stray_says(b, stray));
	wh_buffer_text(out, " [");
	wh_text_hex(out, b->strays_bytes.data + stray->first, stray->size);
	wh_buffer_char(out, ']');
}

static void put_cell(struct wh_buffer *out, const struct wh_batch *b, size_t column, uint32_t row)
{
	for (size_t i = 0; i < b->nstrays; i++)
		if (b->strays[i].row == row && b->strays[i].column == column) {
			put_stray(out, b, &b->strays[i]);
			return;
		}
	if (wh_is_null(b, column, row)) {
		wh_buffer_char(out, '~');
		return;
	}
	struct wh_buffer text = { 0 };
	wh_value_text(&text, b, column, row);
	enum wh_kind kind = b->lanes[column].kind;
	wh_buffer_text(out, kind == WH_BYTES ? "X'" : "");
	put_text(out, wh_buffer_string(&text), text.size);
	wh_buffer_text(out, kind == WH_BYTES ? "'" : "");
	wh_buffer_free(&text);
}

static void put_rows(struct wh_buffer *out, const struct wh_batch *b)
{
	for (uint32_t row = 0; row < b->rows; row++) {
		for (size_t c = 0; c < b->ncolumns; c++) {
			wh_buffer_text(out, c ? "|" : "");
			put_cell(out, b, c, row);
		}
		wh_buffer_char(out, '\n');
	}
}

static struct wh_rowset *rowset(struct codec_run *run, const struct wh_table *t)
{
	struct wh_rowset *rows = wh_new(&run->arena, struct wh_rowset);
	struct wh_field *fields = wh_new_array(&run->arena, struct wh_field, t->ncolumns);
	for (size_t i = 0; i < t->ncolumns; i++)
		fields[i] = (struct wh_field){ .name = t->columns[i].name,
			.type = t->columns[i].type,
			.wire = t->columns[i].type,
			.not_null = t->columns[i].not_null };
	*rows = (struct wh_rowset){ .table = t->name, .fields = fields, .nfields = t->ncolumns };
	const struct wh_index *key = wh_table_primary(t);
	uint16_t *columns = wh_new_array(&run->arena, uint16_t, key ? key->nparts : 0);
	for (size_t i = 0; key && i < key->nparts; i++)
		columns[i] = (uint16_t)(wh_table_column(t, key->parts[i].column) - t->columns);
	rows->key = columns;
	rows->nkey = key ? key->nparts : 0;
	return rows;
}

/* Whatever takes the batches. */
struct taker {
	void (*take)(void *context, struct wh_batch *);
	void *context;
};

static int decode(struct codec_run *run, size_t f, int64_t first, int64_t last,
	struct wh_batch *batch, const struct taker *taker)
{
	const struct codec_file *file = &run->files[f];
	const struct wh_codec_file this = { file->name, (int64_t)f + 1, (int64_t)file->n };
	size_t at = (size_t)first, to = (size_t)first, end = (size_t)last;
	int rc = run->codec->start(run->state, &this, first, &run->error);
	while (rc >= 0) {
		size_t consumed = 0;
		if (rc != WH_DONE)
			to = piece_end(run, to, end);
		rc = run->codec->decode(run->state, file->bytes + at, to - at, to == end, &consumed, batch,
			&run->error);
		at += consumed;
		if (rc < 0)
			break;
		taker->take(taker->context, batch);
		wh_batch_reset(batch);
		if (rc == WH_OK && to == end)
			return at == to ? WH_OK : wh_fail(&run->error, WH_BUG, "decode left bytes behind");
	}
	return rc;
}

static int each_row(struct codec_run *run, const char *table, bool by_cuts,
	const struct taker *taker)
{
	struct wh_table *t = wh_catalog_table(&run->catalog, NULL, table);
	if (!t)
		return wh_fail(&run->error, WH_BUG, "there is no table \"%s\"", table);
	struct wh_rowset *rows = rowset(run, t);
	struct wh_batch batch = { 0 };
	wh_rowset_batch_of(rows, 16, &batch);
	int rc = run->codec->aim(run->state, rows, &run->error);
	for (size_t f = 0; rc == WH_OK && f < run->nfiles; f++) {
		int64_t from = 0;
		for (size_t i = 0; rc == WH_OK && by_cuts && f == 0 && i < run->ncuts; i++) {
			if (run->cuts[i] < (int64_t)run->files[0].n) {
				rc = decode(run, f, from, run->cuts[i], &batch, taker);
				from = run->cuts[i];
			}
		}
		if (rc == WH_OK)
			rc = decode(run, f, from, (int64_t)run->files[f].n, &batch, taker);
	}
	wh_batch_finish(&batch);
	return rc;
}

static void take_text(void *context, struct wh_batch *b)
{
	put_rows(context, b);
}

static const char *rows_text(struct codec_run *run, const char *table, bool by_cuts)
{
	struct wh_buffer out = { 0 };
	const struct taker taker = { take_text, &out };
	int rc = each_row(run, table, by_cuts, &taker);
	const char *text = rc == WH_OK ? wh_arena_text(&run->arena, wh_buffer_string(&out)) : NULL;
	wh_buffer_free(&out);
	return text;
}

const char *codec_rows(struct codec_run *run, const char *table)
{
	return rows_text(run, table, false);
}

const char *codec_rows_by_cuts(struct codec_run *run, const char *table)
{
	return rows_text(run, table, true);
}

/* ---- the catalog and the controls as text ---- */

const char *codec_tables(struct codec_run *run)
{
	struct wh_buffer out = { 0 };
	for (size_t i = 0; i < run->catalog.ntables; i++) {
		const struct wh_table *t = &run->catalog.tables[i];
		const struct wh_index *key = wh_table_primary(t);
		wh_buffer_format(&out, "%s(", t->name);
		for (size_t c = 0; c < t->ncolumns; c++)
			wh_buffer_format(&out, "%s%s %s%s", c ? ", " : "", t->columns[c].name,
				t->columns[c].type.native, t->columns[c].not_null ? " not null" : "");
		wh_buffer_text(&out, ")");
		for (size_t c = 0; key && c < key->nparts; c++)
			wh_buffer_format(&out, "%s%s", c ? ", " : " key (", key->parts[c].column);
		wh_buffer_text(&out, key ? ")\n" : "\n");
	}
	const char *text = wh_arena_text(&run->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

const char *codec_controls(struct codec_run *run)
{
	struct wh_buffer out = { 0 };
	for (size_t i = 0; i < run->controls.nrules; i++) {
		const struct wh_control_rule *r = &run->controls.rules[i];
		wh_buffer_format(&out, "%s: held %lld, failed %lld, noticed %lld\n", r->name,
			(long long)r->held, (long long)r->failed, (long long)r->noticed);
	}
	for (size_t i = 0; i < run->controls.count; i++) {
		const struct wh_control *c = &run->controls.items[i];
		if (!c->held)
			wh_buffer_format(&out, "%s | %s | %s | %s | %s\n", c->rule, c->subject,
				c->unit ? c->unit : "", c->expected, c->actual);
	}
	const char *text = wh_arena_text(&run->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

/* ---- and back ---- */

struct kept {
	struct wh_batch *batches;
	size_t count, next;
	const struct wh_rowset *rows;
};

static void take_batch(void *context, struct wh_batch *b)
{
	struct kept *k = context;
	k->batches = wh_realloc(k->batches, (k->count + 1) * sizeof *k->batches);
	struct wh_batch *copy = &k->batches[k->count++];
	*copy = (struct wh_batch){ 0 };
	wh_rowset_batch_of(k->rows, b->rows + 1, copy);
	for (uint32_t row = 0; row < b->rows; row++)
		wh_batch_copy_row(copy, b, row);
}

static int next_batch(struct wh_codec_rows *rows, size_t table, struct wh_batch **out,
	struct wh_error *error)
{
	struct kept *k = (struct kept *)rows->context + table;
	(void)error;
	if (k->next == k->count)
		return WH_DONE;
	*out = &k->batches[k->next++];
	return WH_OK;
}

struct sunk {
	struct wh_buffer *out;
	bool names;
};

static int sink_file(struct wh_codec_sink *sink, const char *name, struct wh_error *error)
{
	struct sunk *s = sink->context;
	(void)error;
	if (s->names)
		wh_buffer_format(s->out, "== %s\n", name);
	return WH_OK;
}

static int sink_put(struct wh_codec_sink *sink, const void *bytes, size_t n, struct wh_error *error)
{
	struct sunk *s = sink->context;
	(void)error;
	wh_buffer_put(s->out, bytes, n);
	return WH_OK;
}

int codec_again(struct codec_run *run, bool names, struct wh_buffer *out)
{
	size_t n = run->catalog.ntables;
	struct wh_rowset *tables = calloc(n + 1, sizeof *tables);
	struct kept *kept = calloc(n + 1, sizeof *kept);
	int rc = WH_OK;
	for (size_t i = 0; i < n && rc == WH_OK; i++) {
		tables[i] = *rowset(run, &run->catalog.tables[i]);
		kept[i].rows = &tables[i];
		const struct taker taker = { take_batch, &kept[i] };
		rc = each_row(run, run->catalog.tables[i].name, false, &taker);
	}
	struct sunk sunk = { out, names };
	struct wh_codec_rows rows = { tables, n, kept, next_batch };
	struct wh_codec_sink sink = { &sunk, sink_file, sink_put };
	if (rc == WH_OK)
		rc = run->codec->encode(run->state, &rows, &sink, &run->error);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < kept[i].count; k++)
			wh_batch_finish(&kept[i].batches[k]);
		free(kept[i].batches);
	}
	free(kept);
	free(tables);
	return rc;
}
