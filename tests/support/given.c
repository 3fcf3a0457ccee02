#include "support/given.h"
#include "support/codec.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>

#define COLUMNS_MOST 64

struct source {
	struct wh_batch batch;
	bool given;
};

static const char *next_word(const char **at, char between, char *out, size_t size)
{
	size_t n = strcspn(*at, (char[]){ between, '\n', '\0' });
	snprintf(out, size, "%.*s", (int)n, *at);
	*at += n + ((*at)[n] == between);
	return out;
}

static void make_set(struct wh_arena *arena, const struct given *given, struct wh_rowset *out)
{
	struct wh_field *fields = wh_new_array(arena, struct wh_field, COLUMNS_MOST);
	char name[80];
	size_t n = 0;
	for (const char *at = given->columns; *at && n < COLUMNS_MOST; n++)
		fields[n] =
			(struct wh_field){ .name = wh_arena_text(arena, next_word(&at, ' ', name, sizeof name)),
				.wire = { .kind = WH_TEXT } };
	*out = (struct wh_rowset){ .table = given->table, .fields = fields, .nfields = n };
}

static void fill(struct wh_batch *batch, const struct wh_rowset *set, const char *rows,
	const struct given_other *other)
{
	char value[1000];
	for (const char *at = rows; *at; at += *at == '\n') {
		for (size_t c = 0; c < set->nfields; c++) {
			const char *text = next_word(&at, '|', value, sizeof value);
			if (other && wh_equal(other->table, set->table) &&
				wh_equal(other->column, set->fields[c].name) && other->row == (int)batch->rows)
				text = other->value;
			if (wh_equal(text, "~"))
				wh_batch_null(batch, c);
			else
				wh_batch_bytes(batch, c, text, strlen(text));
		}
		wh_batch_row(batch);
	}
}

static int next(struct wh_codec_rows *rows, size_t table, struct wh_batch **out,
	struct wh_error *error)
{
	struct source *s = (struct source *)rows->context + table;
	(void)error;
	if (s->given || !s->batch.rows)
		return WH_DONE;
	s->given = true;
	*out = &s->batch;
	return WH_OK;
}

static int sink_file(struct wh_codec_sink *sink, const char *name, struct wh_error *error)
{
	(void)sink;
	(void)name;
	(void)error;
	return WH_OK;
}

static int sink_put(struct wh_codec_sink *sink, const void *bytes, size_t n, struct wh_error *error)
{
	(void)error;
	wh_buffer_put(sink->context, bytes, n);
	return WH_OK;
}

int given_encode(const struct wh_codec *codec, const char *options, const struct given *tables,
	size_t n, const struct given_other *other, struct wh_buffer *out, struct wh_error *error)
{
	struct codec_run run;
	codec_begin(&run, codec, options, NULL, 0, 0); /* of no file some describe nothing */
	struct wh_rowset *sets = wh_new_array(&run.arena, struct wh_rowset, n);
	struct source *sources = wh_new_array(&run.arena, struct source, n);
	for (size_t i = 0; i < n; i++) {
		make_set(&run.arena, &tables[i], &sets[i]);
		wh_rowset_batch_of(&sets[i], 64, &sources[i].batch);
		fill(&sources[i].batch, &sets[i], tables[i].rows, other);
	}
	struct wh_codec_rows rows = { sets, n, sources, next };
	struct wh_codec_sink sink = { out, sink_file, sink_put };
	int rc = codec->encode(run.state, &rows, &sink, error);
	for (size_t i = 0; i < n; i++)
		wh_batch_finish(&sources[i].batch);
	codec_end(&run);
	return rc;
}
