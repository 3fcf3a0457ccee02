/* The verbs of the codec. */
#include "codecs/csv/csv.h"
#include "codecs/csv/parts.h"

#define MARK (sizeof WH_CSV_MARK - 1)

/* What iconv makes of the sample; the arena's. */
static int sample_convert(struct wh_csv *s, struct wh_csv_span *text, struct wh_error *error)
{
	struct wh_csv_stream stream = { 0 };
	const struct wh_csv_span bytes = *text;
	int rc = wh_csv_stream_start(&stream, &s->charset, error);
	while (rc == WH_OK && wh_csv_stream_more(&stream, &s->charset, bytes, s->setup->sample_whole))
		;
	*text = (struct wh_csv_span){ wh_arena_bytes(s->setup->arena, wh_buffer_string(&stream.text),
									  stream.text.size),
		stream.text.size };
	wh_csv_stream_close(&stream);
	return rc;
}

/* Dialect and columns, by the sample. */
static int look(struct wh_csv *s, struct wh_error *error)
{
	const struct wh_codec_setup *setup = s->setup;
	struct wh_csv_record *r = &s->reader.record;
	struct wh_csv_sample sample = { { setup->sample, setup->nsample }, setup->sample_whole };
	struct wh_csv_span *text = &sample.text;
	int rc = wh_csv_is_stream(&s->charset) ? sample_convert(s, text, error) : WH_OK;
	if (rc != WH_OK)
		return rc;
	if (!s->charset.symbols && text->n >= MARK && memcmp(text->at, WH_CSV_MARK, MARK) == 0)
		*text = (struct wh_csv_span){ text->at + MARK, text->n - MARK };
	wh_csv_dialect_find(&s->settings, sample, r);
	if (!wh_csv_dialect_first(&s->settings.dialect, sample, r)) {
		if (!setup->sample_whole)
			return wh_fail(error, WH_CONFIG,
				"the first record of \"%s\" does not end in its first 256 KiB; give quote= or skip=",
				setup->name);
		r->nfields = s->settings.dialect.header ? 0 : s->settings.ncolumns;
		if (!r->nfields)
			return WH_OK;
	}
	return wh_csv_columns_make(&s->columns, &s->settings, &s->texts, r, setup, error);
}

static int csv_open(void *state, const struct wh_codec_setup *setup, struct wh_error *error)
{
	struct wh_csv *s = state;
	s->setup = setup;
	int rc = wh_csv_settings_read(&s->settings, setup, error);
	if (setup->ours)
		wh_csv_settings_sure(&s->settings);
	if (rc == WH_OK)
		rc = wh_csv_charset_find(&s->charset, s->settings.encoding, setup, error);
	if (rc != WH_OK)
		return rc;
	s->reader.dialect = s->texts.dialect = &s->settings.dialect;
	s->reader.charset = s->texts.charset = &s->charset;
	s->reader.record.room = WH_CSV_COLUMNS_MOST;
	s->reader.record.fields = wh_new_array(setup->arena, struct wh_csv_field, WH_CSV_COLUMNS_MOST);
	return setup->nsample || setup->sample_whole ? look(s, error) : WH_OK;
}

static void csv_close(void *state)
{
	struct wh_csv *s = state;
	wh_csv_stream_close(&s->reader.stream);
	wh_buffer_free(&s->texts.plain);
	wh_buffer_free(&s->texts.utf8);
	wh_buffer_free(&s->texts.formed);
}

static int csv_start(void *state, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error)
{
	struct wh_csv *s = state;
	s->header_comes = offset == 0 && s->settings.dialect.header;
	s->moved = false;
	for (size_t i = 0; i < s->columns.count; i++)
		s->columns.items[i].place = i;
	return wh_csv_reader_start(&s->reader, file, offset, error);
}

/* Streams are never cut, nor files whose header says more than the first one's. */
static bool may_cut(const struct wh_csv *s)
{
	return !s->header_comes && !s->moved && !s->reader.skip && !wh_csv_is_stream(&s->charset);
}

static int csv_learn(void *state, const struct wh_codec_file *file, const char *bytes, size_t n,
	bool last, size_t *consumed, int64_t *cut, struct wh_error *error)
{
	struct wh_csv *s = state;
	int rc = s->learning ? WH_OK : csv_start(state, file, 0, error);
	s->learning = !last;
	wh_csv_reader_give(&s->reader, bytes, n, last);
	if (rc == WH_OK)
		rc = wh_csv_learn(s, file, error);
	*consumed = s->reader.taken;
	if (may_cut(s))
		*cut = s->reader.offset;
	return rc;
}

static int csv_describe(void *state, struct wh_catalog *out, struct wh_error *error)
{
	return wh_csv_describe(state, out, error);
}

static int csv_aim(void *state, const struct wh_rowset *rows, struct wh_error *error)
{
	return wh_csv_row_aim(state, rows, error);
}

static int csv_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error)
{
	struct wh_csv *s = state;
	int rc = WH_OK;
	wh_csv_reader_give(&s->reader, bytes, n, last);
	while (!wh_batch_full(out) && (rc = wh_csv_row_next(s, error)) == WH_OK)
		wh_csv_row_put(s, out);
	*consumed = s->reader.taken;
	return rc == WH_OK ? WH_DONE : rc == WH_DONE ? WH_OK : rc;
}

static int csv_encode(void *state, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error)
{
	return wh_csv_encode(state, rows, sink, error);
}

const struct wh_codec wh_csv = {
	.state_size = sizeof(struct wh_csv),
	.apart = true,
	.open = csv_open,
	.close = csv_close,
	.learn = csv_learn,
	.describe = csv_describe,
	.aim = csv_aim,
	.start = csv_start,
	.decode = csv_decode,
	.encode = csv_encode,
};
