/* Facts of all records, and the tables that come of them. */
#include "codecs/jsonl/parts.h"
#include "codecs/schema.h"

static void facts_of(struct jsonl_table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		struct jsonl_column *c = t->columns[i];
		if (c->serial == t->serial && !wh_jsonl_column_items(t, c))
			wh_jsonl_facts_add(&c->facts, &c->value);
	}
}

/* The record is a good one: all of its items are. */
static int learn_items(struct jsonl *s, const struct jsonl_column *array, struct wh_error *error)
{
	struct jsonl_items items;
	int rc;
	wh_jsonl_items_begin(&items, array);
	while ((rc = wh_jsonl_items_next(s, &items, error)) == WH_OK)
		facts_of(items.table);
	return rc == WH_DONE ? WH_OK : rc;
}

static int learn_record(struct jsonl *s, struct wh_error *error)
{
	struct jsonl_table *t = s->tables[0];
	int rc = wh_jsonl_record_read(s, error);
	if (rc != WH_OK)
		return rc == WH_ROW ? WH_OK : rc;
	s->records++;
	facts_of(t);
	for (size_t i = 0; rc == WH_OK && i < t->ncolumns; i++)
		if (wh_jsonl_column_items(t, t->columns[i]))
			rc = learn_items(s, t->columns[i], error);
	return rc;
}

int wh_jsonl_learn(void *state, const struct wh_codec_file *file, const char *bytes, size_t n,
	bool last, size_t *consumed, int64_t *cut, struct wh_error *error)
{
	struct jsonl *s = state;
	struct jsonl_input in = { bytes, n, last };
	int rc = WH_OK;
	if (!s->learning)
		wh_jsonl_cut_start(&s->cut, file, 0);
	s->learning = !last;
	while (rc == WH_OK && (rc = wh_jsonl_cut(&s->cut, &in, &s->record, error)) == WH_OK) {
		rc = learn_record(s, error);
		wh_jsonl_cut_take(&s->cut, &in, &s->record);
		if (s->cut.form == JSONL_LINES)
			*cut = s->cut.at;
	}
	*consumed = (size_t)(in.bytes - bytes);
	return rc == WH_DONE ? WH_OK : rc;
}

/* ---- tables ---- */

static void describe_column(const struct jsonl *s, struct wh_catalog *out, struct wh_table *t,
	const struct jsonl_column *c)
{
	const struct wh_type *given = wh_jsonl_given(&s->options, c->name);
	struct wh_type type = given ? *given : wh_jsonl_facts_type(&c->facts, &s->options);
	const char *doubt = given ? NULL : wh_jsonl_facts_doubt(&c->facts, &type);
	wh_codec_column(out, t, c->name, type, false);
	if (doubt && !s->options.text)
		wh_findings_add(&out->findings, "json-values", WH_WARNING, WH_ASSISTED,
			wh_arena_format(&out->arena, "%s.%s", t->name, c->name), "%s", doubt);
}

static void describe_columns(const struct jsonl *s, struct wh_catalog *out, struct wh_table *t,
	const struct jsonl_table *from)
{
	for (size_t i = 0; i < from->ncolumns; i++)
		if (from->columns[i]->facts.seen)
			describe_column(s, out, t, from->columns[i]);
}

static bool is_known(const struct jsonl *s, const char *name)
{
	for (size_t i = 0; i < s->ntables; i++) {
		int from = wh_jsonl_from(s, s->tables[i], name);
		if (from >= 0 && s->tables[i]->columns[from]->facts.seen)
			return true;
	}
	return false;
}

/* Those of columns= that no record had: a file of another day may. */
static void describe_given(const struct jsonl *s, struct wh_catalog *out, struct wh_table *t)
{
	for (size_t i = 0; i < s->options.ngiven; i++)
		if (!is_known(s, s->options.given[i].name))
			wh_codec_column(out, t, s->options.given[i].name, s->options.given[i].type, false);
}

static int describe_key(const struct jsonl *s, struct wh_catalog *out, struct wh_table *t,
	struct wh_error *error)
{
	const struct jsonl_options *o = &s->options;
	for (size_t i = 0; i < o->nkey; i++) {
		struct wh_column *column = wh_table_column(t, o->key[i]);
		int from = wh_jsonl_from(s, s->tables[0], o->key[i]);
		uint64_t count = from < 0 ? 0 : s->tables[0]->columns[from]->facts.count;
		if (!column)
			return wh_fail(error, WH_CONFIG, "key: \"%s\" has no column \"%.60s\"", t->name,
				o->key[i]);
		if (count < s->records)
			return wh_fail(error, WH_CONFIG,
				"key: %llu of the records of \"%s\" have no \"%.60s\"; name other columns, or "
				"keys=record",
				(unsigned long long)(s->records - count), t->name, o->key[i]);
		column->not_null = true;
	}
	wh_codec_key(out, t, o->keys ? 2 : o->nkey);
	for (size_t i = 0; i < o->nkey; i++)
		t->indexes[0].parts[i].column = wh_table_column(t, o->key[i])->name;
	return WH_OK;
}

static int describe_records(const struct jsonl *s, struct wh_catalog *out, struct wh_error *error)
{
	struct wh_table *t = wh_codec_table(out, s->options.table, NULL);
	if (s->options.keys)
		wh_codec_place_columns(out, t);
	size_t places = t->ncolumns;
	describe_columns(s, out, t, s->tables[0]);
	describe_given(s, out, t);
	if (t->ncolumns == places)
		wh_codec_column(out, t, JSONL_DOCUMENT, (struct wh_type){ .kind = WH_JSON }, false);
	return s->options.keys || s->options.nkey ? describe_key(s, out, t, error) : WH_OK;
}

static void describe_child(const struct jsonl *s, struct wh_catalog *out,
	const struct jsonl_table *from)
{
	static const char *const place[] = { WH_CODEC_FILE, WH_CODEC_RECORD };
	struct wh_table *t = wh_codec_table(out, from->name, NULL);
	wh_codec_place_columns(out, t);
	wh_codec_column(out, t, JSONL_ITEM, WH_CODEC_INT64, true);
	describe_columns(s, out, t, from);
	wh_codec_key(out, t, 3);
	wh_codec_reference(out, t, place, 2, wh_catalog_table(out, NULL, s->options.table));
}

int wh_jsonl_describe(void *state, struct wh_catalog *out, struct wh_error *error)
{
	const struct jsonl *s = state;
	int rc = describe_records(s, out, error);
	for (size_t i = 1; rc == WH_OK && i < s->ntables; i++)
		describe_child(s, out, s->tables[i]);
	return rc;
}
