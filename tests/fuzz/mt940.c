/* Any bytes as statements, in pieces of a size that the first byte chooses: every table is read
 * from its begin and from cut to cut with the same number of rows, and all bytes are accounted for. */
#include "fuzz.h"
#include "codecs/mt940/mt940.h"

struct input {
	const char *bytes;
	size_t n, piece, ncuts;
	int64_t cuts[32];
};

static size_t more(const struct input *in, size_t to, size_t end)
{
	return end - to > in->piece ? to + in->piece : end;
}

static bool learn(void *state, struct input *in, struct wh_error *error)
{
	const struct wh_codec_file file = { "fuzz", 0, (int64_t)in->n };
	int64_t cut = 0, before = 0;
	size_t at = 0, to = 0;
	do {
		size_t consumed = 0;
		to = more(in, to, in->n);
		int rc = wh_mt940.learn(state, &file, in->bytes + at, to - at, to == in->n, &consumed, &cut,
			error);
		must(rc == WH_OK || rc == WH_STOP);
		must(consumed <= to - at && cut >= before && (size_t)cut <= at + consumed);
		if (rc != WH_OK)
			return false;
		at += consumed;
		if (cut > before && in->ncuts < sizeof in->cuts / sizeof *in->cuts)
			in->cuts[in->ncuts++] = before = cut;
	} while (to < in->n);
	must(at == in->n);
	return true;
}

static size_t read_range(void *state, const struct input *in, size_t from, size_t end,
	struct wh_batch *batch)
{
	const struct wh_codec_file file = { "fuzz", 1, (int64_t)in->n };
	struct wh_error error = { 0 };
	size_t at = from, to = from, rows = 0;
	int rc = wh_mt940.start(state, &file, (int64_t)from, &error);
	do {
		size_t consumed = 0;
		if (rc != WH_DONE)
			to = more(in, to, end);
		rc = wh_mt940.decode(state, in->bytes + at, to - at, to == end, &consumed, batch, &error);
		must(rc >= 0 && consumed <= to - at && batch->rows <= batch->capacity);
		at += consumed;
		rows += batch->rows;
		wh_batch_reset(batch);
	} while (rc == WH_DONE || to < end);
	must(at == end);
	return rows;
}

static size_t read_table(void *state, const struct input *in, const struct wh_table *table,
	bool by_cuts)
{
	struct wh_field fields[40];
	struct wh_batch batch = { 0 };
	struct wh_error error = { 0 };
	size_t rows = 0, from = 0;
	must(table->ncolumns <= sizeof fields / sizeof *fields);
	for (size_t i = 0; i < table->ncolumns; i++)
		fields[i] = (struct wh_field){ .name = table->columns[i].name,
			.type = table->columns[i].type,
			.wire = table->columns[i].type };
	const struct wh_rowset set = { .table = table->name,
		.fields = fields,
		.nfields = table->ncolumns };
	must(wh_mt940.aim(state, &set, &error) == WH_OK);
	wh_rowset_batch_of(&set, 3, &batch);
	for (size_t i = 0; by_cuts && i < in->ncuts; i++) {
		rows += read_range(state, in, from, (size_t)in->cuts[i], &batch);
		from = (size_t)in->cuts[i];
	}
	rows += read_range(state, in, from, in->n, &batch);
	wh_batch_finish(&batch);
	return rows;
}

static void read_all(void *state, const struct input *in)
{
	struct wh_catalog catalog = { 0 };
	struct wh_controls controls = { 0 };
	struct wh_error error = { 0 };
	wh_catalog_init(&catalog, "fuzz");
	must(wh_mt940.describe(state, &catalog, &error) == WH_OK);
	wh_mt940.controls(state, &controls);
	for (size_t i = 0; i < controls.nrules; i++) {
		const struct wh_control_rule *rule = &controls.rules[i];
		bool own = strcmp(rule->name, "bytes") == 0 || strcmp(rule->name, "records") == 0;
		must(!own || rule->failed == 0);
	}
	for (size_t i = 0; i < catalog.ntables; i++)
		must(read_table(state, in, &catalog.tables[i], false) ==
			read_table(state, in, &catalog.tables[i], true));
	wh_controls_free(&controls);
	wh_catalog_free(&catalog);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wh_url_param params[] = { { "encoding", "CP1252" }, { "pivot", "50" } };
	struct wh_error error = { 0 };
	if (!size)
		return 0;
	char *bytes = fuzz_text(data + 1, size - 1);
	const struct wh_url url = { .params = params, .nparams = data[0] & 0x80 ? 2 : 0 };
	const struct wh_codec_setup setup = { .url = &url, .name = "fuzz" };
	struct input in = { .bytes = bytes, .n = size - 1, .piece = 1 + (data[0] & 0x7F) };
	void *state = calloc(1, wh_mt940.state_size);
	must(state && wh_mt940.open(state, &setup, &error) == WH_OK);
	if (learn(state, &in, &error))
		read_all(state, &in);
	wh_mt940.close(state);
	wh_mt940.close(state);
	free(state);
	free(bytes);
	return 0;
}
