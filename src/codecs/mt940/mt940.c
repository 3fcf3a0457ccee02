#include "codecs/mt940/mt940.h"
#include "base/text.h"
#include "codecs/mt940/check.h"
#include "codecs/mt940/reader.h"
#include <stdlib.h>

#define PIVOT "80"

const struct wh_option wh_mt940_options[] = {
	{ "encoding", "text", "",
		"character set of the files, as iconv names it; without it UTF-8, and ISO-8859-1 where a text "
		"is not UTF-8" },
	{ "pivot", "int", PIVOT,
		"two-digit years from this one on are of the 20th century, 0 to 100 (100: none)" },
	WH_CODEC_PACKED,
	{ NULL },
};

struct mt940 {
	struct wh_mt_reader reader;
	struct wh_mt_check check;
	enum wh_mt_table aimed;
	size_t *columns; /* of the aimed table, for the batch's */
	struct wh_batch *out;
	bool learning; /* a file's beginning has been seen, but not its end */
};

static int open_pivot(struct mt940 *s, const char *text, struct wh_error *error)
{
	int64_t pivot;
	if (!wh_text_int64(text, strlen(text), &pivot) || pivot < 0 || pivot > 100)
		return wh_fail(error, WH_CONFIG, "\"%.60s\" is no year; give pivot= a number of 0 to 100",
			text);
	s->reader.pivot = (int)pivot;
	return WH_OK;
}

static int mt940_open(void *state, const struct wh_codec_setup *setup, struct wh_error *error)
{
	struct mt940 *s = state;
	const char *pivot = wh_url_param(setup->url, "pivot");
	wh_mt_reader_init(&s->reader);
	int rc = open_pivot(s, pivot ? pivot : PIVOT, error);
	if (rc == WH_OK)
		rc = wh_mt_charset_open(&s->reader.charset, wh_url_param(setup->url, "encoding"), error);
	return rc;
}

static void mt940_close(void *state)
{
	struct mt940 *s = state;
	wh_mt_reader_free(&s->reader);
	wh_mt_check_free(&s->check);
	free(s->columns);
	*s = (struct mt940){ 0 };
}

static int next_piece(const struct wh_mt_reader *r, struct wh_codec_text bytes, bool last,
	struct wh_mt_piece *out, struct wh_error *error)
{
	int rc = wh_mt_scan(&bytes, last, r->inside, out);
	return rc == WH_STOP
		? wh_fail(error, WH_STOP,
			  "no line or field ends within 64 KiB behind byte %lld of \"%s\"; "
			  "give a file of MT940 or MT942 messages",
			  (long long)r->at, r->file.name)
		: rc;
}

/* ---- learning ---- */

static void take_check(void *context, enum wh_mt_table table, struct wh_mt_row *row)
{
	wh_mt_check_row(context, table, row);
}

static void begin_file(struct mt940 *s, const struct wh_codec_file *file)
{
	s->learning = true;
	s->check.file = *file;
	s->reader.take = take_check;
	s->reader.context = &s->check;
	s->reader.wants_details = false;
	wh_mt_reader_start(&s->reader, file, 0);
}

static int mt940_learn(void *state, const struct wh_codec_file *file, const char *bytes, size_t n,
	bool last, size_t *consumed, int64_t *cut, struct wh_error *error)
{
	struct mt940 *s = state;
	struct wh_mt_piece piece;
	int rc = WH_OK;
	if (!s->learning)
		begin_file(s, file);
	for (*consumed = 0; rc == WH_OK; *consumed += rc == WH_OK ? piece.size : 0) {
		const struct wh_codec_text rest = { bytes + *consumed, n - *consumed };
		rc = next_piece(&s->reader, rest, last, &piece, error);
		if (rc != WH_OK)
			break;
		if (wh_mt_reader_begins(&s->reader, &piece))
			*cut = s->reader.at;
		wh_mt_check_piece(&s->check, &piece);
		rc = wh_mt_reader_piece(&s->reader, &piece, error);
	}
	if (rc == WH_DONE && last) {
		wh_mt_reader_finish(&s->reader);
		wh_mt_check_file(&s->check, s->reader.latin);
		s->learning = false;
	}
	return rc == WH_DONE ? WH_OK : rc;
}

static int mt940_describe(void *state, struct wh_catalog *out, struct wh_error *error)
{
	(void)state;
	(void)error;
	wh_mt_describe(out);
	return WH_OK;
}

static void mt940_controls(void *state, struct wh_controls *out)
{
	struct mt940 *s = state;
	wh_controls_merge(out, &s->check.controls);
}

/* ---- reading ---- */

static int mt940_aim(void *state, const struct wh_rowset *rows, struct wh_error *error)
{
	struct mt940 *s = state;
	s->aimed = wh_mt_table_named(rows->table);
	if (s->aimed == WH_MT_TABLES)
		return wh_fail(error, WH_BUG, "statements have no table \"%s\"", rows->table);
	s->columns = wh_realloc(s->columns, (rows->nfields + 1) * sizeof *s->columns);
	for (size_t i = 0; i < rows->nfields; i++)
		if (!wh_mt_column_named(s->aimed, rows->fields[i].name, &s->columns[i]))
			return wh_fail(error, WH_BUG, "the table \"%s\" has no column \"%s\"", rows->table,
				rows->fields[i].name);
	return WH_OK;
}

static void take_row(void *context, enum wh_mt_table table, struct wh_mt_row *row)
{
	struct mt940 *s = context;
	if (table == s->aimed)
		wh_mt_row_append(row, s->columns, s->out);
}

static int mt940_start(void *state, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error)
{
	struct mt940 *s = state;
	(void)error;
	s->reader.take = take_row;
	s->reader.context = s;
	s->reader.wants_details = s->aimed == WH_MT_DETAIL;
	wh_mt_reader_start(&s->reader, file, offset);
	return WH_OK;
}

/* Each step gives the batch one row at most. */
static int mt940_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error)
{
	struct mt940 *s = state;
	struct wh_mt_piece piece;
	int rc = WH_OK;
	s->out = out;
	*consumed = 0;
	while (rc == WH_OK) {
		if (wh_batch_full(out))
			return WH_DONE;
		if (wh_mt_reader_detail(&s->reader))
			continue;
		const struct wh_codec_text rest = { bytes + *consumed, n - *consumed };
		rc = next_piece(&s->reader, rest, last, &piece, error);
		if (rc == WH_OK)
			rc = wh_mt_reader_piece(&s->reader, &piece, error);
		if (rc == WH_OK)
			*consumed += piece.size;
	}
	if (rc == WH_DONE && last)
		wh_mt_reader_finish(&s->reader);
	return rc == WH_DONE ? WH_OK : rc;
}

const struct wh_codec wh_mt940 = {
	.state_size = sizeof(struct mt940),
	.open = mt940_open,
	.close = mt940_close,
	.learn = mt940_learn,
	.describe = mt940_describe,
	.controls = mt940_controls,
	.aim = mt940_aim,
	.start = mt940_start,
	.decode = mt940_decode,
};
