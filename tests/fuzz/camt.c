/* A file of any bytes, in pieces of which the first byte says how large they are: what is learnt can
 * be decoded, each table with ascending records and with the same rows in pieces of any size; and what
 * can be written is read as the same rows, and written alike. */
#include "fuzz.h"
#include "base/text.h"
#include "codecs/camt/camt.h"
#include "support/codec.h"

struct input {
	const char *bytes;
	size_t n, piece;
};

/* Where the next piece ends. */
static size_t next(const struct input *in, size_t to)
{
	return in->n - to > in->piece ? to + in->piece : in->n;
}

static int learn(void *state, const struct input *in, struct wh_error *error)
{
	const struct wh_codec_file file = { "fuzz.xml", 0, (int64_t)in->n };
	size_t at = 0, to = 0;
	int64_t cut = 0;
	do {
		size_t consumed = 0;
		to = next(in, to);
		int rc = wh_camt.learn(state, &file, in->bytes + at, to - at, to == in->n, &consumed, &cut,
			error);
		if (rc < 0) {
			must(rc == WH_STOP && *error->text && *error->place);
			return rc;
		}
		at += consumed;
		must(at <= to && cut == 0);
	} while (to < in->n);
	must(at == in->n);
	return WH_OK;
}

static void check_rows(struct wh_batch *b, int64_t *last, struct wh_digest *sum)
{
	struct wh_buffer scratch = { 0 };
	must(b->nstrays == 0);
	for (uint32_t row = 0; row < b->rows; row++) {
		must(wh_word(b, 0, row) == 7 && wh_word(b, 1, row) > *last);
		*last = wh_word(b, 1, row);
	}
	wh_digest_batch(b, NULL, 0, &scratch);
	wh_digest_add_rows(sum, b, 0, b->rows);
	wh_batch_reset(b);
	wh_buffer_free(&scratch);
}

/* What was learnt never fails. */
static struct wh_digest decode(void *state, const struct input *in, struct wh_batch *batch)
{
	const struct wh_codec_file file = { "fuzz.xml", 7, (int64_t)in->n };
	struct wh_digest sum = { 0 };
	struct wh_error error;
	size_t at = 0, to = 0;
	int64_t last = -1;
	int rc = wh_camt.start(state, &file, 0, &error);
	must(rc == WH_OK);
	do {
		size_t consumed = 0;
		if (rc != WH_DONE)
			to = next(in, to);
		rc = wh_camt.decode(state, in->bytes + at, to - at, to == in->n, &consumed, batch, &error);
		must(rc >= 0);
		at += consumed;
		must(at <= to);
		check_rows(batch, &last, &sum);
	} while (rc == WH_DONE || to < in->n);
	must(at == in->n);
	return sum;
}

static void check_table(void *state, const struct wh_table *t, const struct input *in)
{
	struct wh_field fields[64] = { 0 };
	struct wh_rowset rows = { .table = t->name, .fields = fields, .nfields = t->ncolumns };
	struct wh_batch batch = { 0 };
	struct wh_error error;
	const struct input whole = { in->bytes, in->n, in->n + 1 };
	must(t->ncolumns <= 64);
	for (size_t i = 0; i < t->ncolumns; i++)
		fields[i] = (struct wh_field){ .name = t->columns[i].name,
			.type = t->columns[i].type,
			.wire = t->columns[i].type };
	wh_rowset_batch_of(&rows, 5, &batch);
	must(wh_camt.aim(state, &rows, &error) == WH_OK);
	struct wh_digest first = decode(state, in, &batch), second = decode(state, &whole, &batch);
	must(wh_digest_equal(&first, &second));
	wh_batch_finish(&batch);
}

/* ---- written ---- */

/* Places are those of a layout. Of a net sum below zero the indicator is written, also where there was
 * none, and the message is of the version that is written. */
static bool is_compared(const char *table, const char *column)
{
	size_t n = strlen(column);
	return strcmp(column, "file_id") != 0 && strcmp(column, "record_id") != 0 &&
		(n < 7 || strcmp(column + n - 7, "_record") != 0) &&
		strcmp(column, "entries_net_direction") != 0 &&
		(strcmp(table, "message") != 0 || strcmp(column, "kind") != 0);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In any order: that of the schema may be another. */
static void put_table(struct codec_run *run, const struct wh_table *t, struct wh_buffer *out)
{
	const char *text = codec_rows(run, t->name);
	must(text);
	char *copy = strdup(text), *rest = copy, **lines = calloc(strlen(text) + 1, sizeof *lines);
	size_t n = 0;
	for (char *line; (line = strsep(&rest, "\n")) && *line; n++) {
		struct wh_buffer kept = { 0 };
		for (size_t c = 0; c < t->ncolumns; c++) {
			const char *cell = strsep(&line, "|");
			if (is_compared(t->name, t->columns[c].name))
				wh_buffer_format(&kept, "|%s", cell);
		}
		lines[n] = strdup(wh_buffer_string(&kept));
		wh_buffer_free(&kept);
	}
	qsort(lines, n, sizeof *lines, by_text);
	for (size_t i = 0; i < n; i++) {
		wh_buffer_format(out, "%s%s\n", t->name, lines[i]);
		free(lines[i]);
	}
	free(lines);
	free(copy);
}

/* The rows of a file, and the file that they become; its code. */
static int write_again(const struct wh_buffer *in, const char *options, struct wh_buffer *rows,
	struct wh_buffer *out)
{
	const struct codec_file file = { "fuzz.xml", in->data, in->size };
	struct codec_run run;
	int rc = codec_begin(&run, &wh_camt, options, &file, 1, 0);
	must(rc == WH_OK);
	for (size_t i = 0; i < run.catalog.ntables; i++)
		put_table(&run, &run.catalog.tables[i], rows);
	rc = codec_again(&run, false, out);
	must(rc == WH_OK || (*run.error.text && (rc == WH_STOP || rc == WH_CONFIG)));
	codec_end(&run);
	return rc;
}

static void check_written(char *bytes, size_t n, const char *options)
{
	const struct wh_buffer in = { .data = bytes, .size = n };
	struct wh_buffer first = { 0 }, second = { 0 }, rows = { 0 }, same = { 0 };
	if (write_again(&in, options, &rows, &first) == WH_OK) {
		must(write_again(&first, options, &same, &second) == WH_OK);
		must(wh_equal(wh_buffer_string(&rows), wh_buffer_string(&same)));
		must(wh_equal(wh_buffer_string(&first), wh_buffer_string(&second)));
	}
	wh_buffer_free(&first);
	wh_buffer_free(&second);
	wh_buffer_free(&rows);
	wh_buffer_free(&same);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	char *bytes = fuzz_text(data + 1, size - 1);
	const struct input in = { bytes, size - 1, 1 + (size_t)data[0] };
	struct wh_url url = { 0 };
	struct wh_arena arena = { 0 };
	struct wh_catalog catalog;
	struct wh_controls controls = { 0 };
	struct wh_error error = { 0 };
	const struct wh_codec_setup setup = { .url = &url, .name = "fuzz", .arena = &arena };
	void *state = calloc(1, wh_camt.state_size);
	wh_catalog_init(&catalog, "fuzz");
	must(wh_camt.open(state, &setup, &error) == WH_OK);
	if (learn(state, &in, &error) == WH_OK) {
		must(wh_camt.describe(state, &catalog, &error) == WH_OK);
		wh_camt.controls(state, &controls);
		must(controls.nrules);
		for (size_t i = 0; i < catalog.ntables; i++)
			check_table(state, &catalog.tables[i], &in);
		check_written(bytes, in.n, data[0] % 2 ? "version=02" : "version=08");
	}
	wh_camt.close(state);
	wh_camt.close(state);
	free(state);
	wh_controls_free(&controls);
	wh_catalog_free(&catalog);
	wh_arena_free(&arena);
	free(bytes);
	return 0;
}
