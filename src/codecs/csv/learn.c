/* What the whole files say: every value is looked at once, and the table is described by it. */
#include "base/text.h"
#include "codecs/csv/parts.h"
#include "codecs/schema.h"

static void note_foreign(struct wh_csv *s)
{
	struct wh_buffer place = { 0 };
	if (s->foreign)
		return;
	wh_csv_row_place(s, &place);
	s->foreign = wh_arena_text(s->setup->arena, wh_buffer_string(&place));
	wh_buffer_free(&place);
}

static void learn_field(struct wh_csv *s, struct wh_csv_column *c, bool sound)
{
	const struct wh_csv_field *f = &s->reader.record.fields[c->place];
	struct wh_csv_guess *g = &c->guess;
	struct wh_csv_span text;
	if (wh_csv_form_null(&s->settings.form, f)) {
		g->nulls++;
	} else if (!f->n) {
		g->empties++;
	} else if (sound && !g->kinds) { /* it is text, whatever it says */
		g->values++;
	} else if (!wh_csv_text(&s->texts, f, sound, &text)) {
		note_foreign(s);
		g->kinds = 0;
		g->values++;
	} else {
		wh_csv_guess_value(g, &s->settings.form, &s->texts.formed, text);
	}
}

int wh_csv_learn(struct wh_csv *s, const struct wh_codec_file *file, struct wh_error *error)
{
	int rc;
	if (!s->first_file)
		s->first_file = wh_arena_text(s->setup->arena, file->name);
	while ((rc = wh_csv_row_next(s, error)) == WH_OK) {
		bool sound = wh_csv_sound(&s->texts, &s->reader.record);
		for (size_t i = 0; i < s->columns.count && wh_csv_row_good(s); i++)
			learn_field(s, &s->columns.items[i], sound);
	}
	return rc == WH_DONE ? WH_OK : rc;
}

/* ---- the catalog ---- */

static void describe_column(struct wh_csv *s, const struct wh_csv_column *c, struct wh_catalog *out,
	struct wh_table *t)
{
	const struct wh_csv_guess *g = &c->guess;
	struct wh_type type = c->given.kind ? c->given : wh_csv_guess_type(g, &s->settings.form);
	bool empty_is_null = !wh_csv_form_has_empty(type.kind);
	bool not_null = g->values + g->empties > 0 && !g->nulls && !(empty_is_null && g->empties);
	for (size_t i = 0; i < s->settings.nkey; i++)
		not_null |= wh_equal(s->settings.key[i], c->name);
	wh_codec_column(out, t, c->name, type, not_null);
}

static void describe_key(struct wh_csv *s, struct wh_catalog *out, struct wh_table *t)
{
	size_t n = s->settings.by_record ? 2 : s->settings.nkey;
	if (!n)
		return;
	wh_codec_key(out, t, n);
	for (size_t i = 0; i < s->settings.nkey; i++)
		t->indexes[0].parts[i].column = wh_table_column(t, s->settings.key[i])->name;
}

static const char *shown(struct wh_arena *arena, char mark)
{
	return mark == '\t' ? "tab" : wh_arena_format(arena, "'%c'", mark);
}

static void find_dialect(struct wh_csv *s, struct wh_catalog *out, const char *object)
{
	const struct wh_csv_dialect *d = &s->settings.dialect;
	size_t n = s->columns.count;
	wh_findings_add(&out->findings, "csv-dialect", WH_INFO, WH_AUTOMATIC, object,
		"\"%s\" is read with delimiter %s, quote %s%s, %s, encoding %s, %zu column%s%s",
		s->first_file, shown(&out->arena, d->delimiter),
		d->quote ? shown(&out->arena, d->quote) : "none", d->backslash ? " behind a backslash" : "",
		d->header ? "header" : "no header", s->charset.name, n, n == 1 ? "" : "s",
		d->line == '\r' ? ", lines that end with CR" : "");
	if (s->charset.guessed)
		wh_findings_add(&out->findings, "csv-encoding", WH_WARNING, WH_ASSISTED, object,
			"\"%s\" is not UTF-8, and read as windows-1252; give encoding= if it is another",
			s->first_file);
	if (s->foreign)
		wh_findings_add(&out->findings, "csv-encoding", WH_WARNING, WH_ASSISTED, object,
			"%s: bytes that are no character in %s; give encoding= if it is another", s->foreign,
			s->charset.name);
	if (s->columns.renamed)
		wh_findings_add(&out->findings, "csv-names", WH_INFO, WH_AUTOMATIC, object,
			"columns of \"%s\" without a name, or with one that stands there twice, are called %s",
			s->first_file, s->columns.renamed);
}

int wh_csv_describe(struct wh_csv *s, struct wh_catalog *out, struct wh_error *error)
{
	const char *name = s->settings.table ? s->settings.table : s->setup->name;
	if (!s->columns.count)
		return wh_fail(error, WH_CONFIG,
			"\"%s\" is empty, so nothing says what its columns are; leave it out, or give header=no "
			"and columns=",
			s->first_file ? s->first_file : s->setup->name);
	struct wh_table *t = wh_codec_table(out, name, NULL);
	if (s->settings.by_record)
		wh_codec_place_columns(out, t);
	for (size_t i = 0; i < s->columns.count; i++)
		describe_column(s, &s->columns.items[i], out, t);
	describe_key(s, out, t);
	find_dialect(s, out, name);
	return WH_OK;
}
