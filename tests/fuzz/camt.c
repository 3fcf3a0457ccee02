/* A file of any bytes, in pieces of which the first byte says how large they are: what is learnt can
 * be decoded, each table with ascending records and with the same rows in pieces of any size. */
#include "fuzz.h"
#include "codecs/camt/camt.h"

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
