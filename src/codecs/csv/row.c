/* Records as rows: which of them are rows, and each field as a value of its column's kind. */
#include "base/text.h"
#include "codecs/csv/parts.h"
#include "model/value.h"

/* ---- the text of a field ---- */

static void unescape(struct wh_buffer *out, const struct wh_csv_dialect *d, struct wh_csv_span text)
{
	const char *end = text.at + text.n;
	wh_buffer_clear(out);
	if (!wh_buffer_reserve(out, text.n))
		return;
	char *to = out->data;
	for (const char *at = text.at; at < end; at++) {
		bool pair = at + 1 < end &&
			(*at == d->quote ? at[1] == d->quote
							 : d->backslash && *at == '\\' && (at[1] == d->quote || at[1] == '\\'));
		at += pair;
		*to++ = *at;
	}
	*to = '\0';
	out->size = (size_t)(to - out->data);
}

static bool by_symbols(struct wh_buffer *out, const struct wh_csv_symbol *symbols,
	struct wh_csv_span text)
{
	wh_buffer_clear(out);
	for (size_t i = 0; i < text.n; i++) {
		const struct wh_csv_symbol *s = &symbols[(unsigned char)text.at[i]];
		if (!s->n)
			return false;
		wh_buffer_put(out, s->utf8, s->n);
	}
	return true;
}

bool wh_csv_text_make(struct wh_csv_texts *t, const struct wh_csv_field *f, bool sound,
	struct wh_csv_span *out)
{
	if (f->escaped) {
		unescape(&t->plain, t->dialect, *out);
		*out = (struct wh_csv_span){ t->plain.data, t->plain.size };
	}
	if (sound)
		return true;
	if (!t->charset->symbols)
		return wh_utf8_valid(out->at, out->n);
	if (!by_symbols(&t->utf8, t->charset->symbols, *out))
		return false;
	*out = (struct wh_csv_span){ wh_buffer_string(&t->utf8), t->utf8.size };
	return true;
}

bool wh_csv_sound(const struct wh_csv_texts *t, const struct wh_csv_record *r)
{
	return !t->charset->symbols && wh_utf8_valid(r->text, r->length);
}

/* ---- rows ---- */

int wh_csv_row_next(struct wh_csv *s, struct wh_error *error)
{
	const struct wh_csv_record *r = &s->reader.record;
	int rc;
	while ((rc = wh_csv_reader_next(&s->reader, error)) == WH_OK) {
		bool blank = wh_csv_is_blank(r);
		if (!s->header_comes && (!blank || s->columns.count == 1))
			return WH_OK;
		if (s->header_comes && !blank) {
			s->header_comes = false;
			rc = wh_csv_columns_map(s, r, error);
			if (rc != WH_OK)
				return rc;
		}
	}
	return rc;
}

void wh_csv_row_place(const struct wh_csv *s, struct wh_buffer *out)
{
	const struct wh_csv_record *r = &s->reader.record;
	wh_buffer_clear(out);
	if (r->line)
		wh_buffer_format(out, "line %lld, ", (long long)r->line);
	wh_buffer_format(out, "at byte %lld of %s", (long long)r->offset, s->reader.file);
}

bool wh_csv_row_good(const struct wh_csv *s)
{
	const struct wh_csv_record *r = &s->reader.record;
	return r->fault == WH_CSV_SOUND && r->nfields == s->columns.count;
}

static const char *why_not(const struct wh_csv *s, struct wh_buffer *out)
{
	const struct wh_csv_record *r = &s->reader.record;
	wh_csv_row_place(s, out);
	if (r->fault == WH_CSV_OPEN)
		wh_buffer_format(out,
			": the quote that opens at byte %lld is never closed; all that follows "
			"is in this record",
			(long long)r->fault_offset);
	else if (r->fault == WH_CSV_JUNK)
		wh_buffer_format(out, ": field %zu goes on behind its closing quote, at byte %lld",
			r->fault_field, (long long)r->fault_offset);
	else
		wh_buffer_format(out, ": %zu field%s where %zu %s expected", r->nfields,
			r->nfields == 1 ? "" : "s", s->columns.count, s->columns.count == 1 ? "is" : "are");
	return wh_buffer_string(out);
}

static int64_t place_word(const struct wh_csv *s, const struct wh_csv_target *t)
{
	return t->from == WH_CSV_FILE ? s->reader.id : s->reader.record.offset;
}

/* A row without values, but for its place, and why. */
static void put_fault(struct wh_csv *s, struct wh_batch *out, const char *why)
{
	const struct wh_csv_span raw = s->reader.record.raw;
	for (size_t i = 0; i < s->ntargets; i++) {
		if (i == s->fault_target)
			wh_batch_reject(out, i, why, raw.at, raw.n);
		else if (s->targets[i].from != WH_CSV_COLUMN)
			wh_batch_word(out, i, place_word(s, &s->targets[i]));
		else
			wh_batch_null(out, i);
	}
}

/* ---- cells ---- */

/* A number that is in the lane's form already: "-12.50", without leading zeros. */
static bool is_plain(struct wh_csv_span text)
{
	const char *at = text.at, *end = at + text.n;
	bool negative = at < end && *at == '-';
	at += negative;
	if (at == end || (unsigned char)(*at - '0') > 9 ||
		(*at == '0' && (negative || (at + 1 < end && at[1] != '.'))))
		return false;
	while (at < end && (unsigned char)(*at - '0') < 10)
		at++;
	if (at == end)
		return true;
	const char *fraction = at + 1;
	if (*at != '.' || fraction == end)
		return false;
	for (at = fraction; at < end && (unsigned char)(*at - '0') < 10;)
		at++;
	return at == end;
}

static bool put_number(struct wh_csv *s, struct wh_batch *out, size_t i, struct wh_csv_span text)
{
	int64_t value;
	if (!wh_csv_form_number(&s->settings.form, &s->texts.formed, &text))
		return false;
	if (out->lanes[i].kind == WH_INT64 && wh_text_int64(text.at, text.n, &value)) {
		wh_batch_word(out, i, value);
		return true;
	}
	if (out->lanes[i].kind == WH_DECIMAL && is_plain(text)) {
		wh_batch_bytes(out, i, text.at, text.n);
		return true;
	}
	return wh_value_parse(out, i, text.at, text.n);
}

static bool put_stamp(struct wh_csv *s, struct wh_batch *out, size_t i, struct wh_csv_span text)
{
	wh_csv_form_stamp(&s->settings.form, &s->texts.formed, &text);
	return wh_value_parse(out, i, text.at, text.n);
}

/* Known to be UTF-8. */
static bool put_text(struct wh_csv *s, struct wh_batch *out, size_t i, struct wh_csv_span text)
{
	(void)s;
	wh_batch_bytes(out, i, text.at, text.n);
	return true;
}

static bool put_value(struct wh_csv *s, struct wh_batch *out, size_t i, struct wh_csv_span text)
{
	static bool (*const puts[WH_KINDS])(struct wh_csv *, struct wh_batch *, size_t,
		struct wh_csv_span) = {
		[WH_TEXT] = put_text,
		[WH_INT64] = put_number,
		[WH_UINT64] = put_number,
		[WH_DECIMAL] = put_number,
		[WH_FLOAT32] = put_number,
		[WH_FLOAT64] = put_number,
		[WH_DATE] = put_stamp,
		[WH_TIMESTAMP] = put_stamp,
		[WH_TIMESTAMPTZ] = put_stamp,
	};
	enum wh_kind kind = out->lanes[i].kind;
	return puts[kind] ? puts[kind](s, out, i, text) : wh_value_parse(out, i, text.at, text.n);
}

/* Of a converted text the bytes of one field are not known: those of the record stand for them. */
static void put_foreign(struct wh_csv *s, struct wh_batch *out, size_t i, struct wh_csv_span text)
{
	const struct wh_csv_span raw = s->reader.record.raw;
	struct wh_buffer *why = &s->texts.formed;
	if (!wh_csv_is_stream(&s->charset)) {
		wh_batch_stray(out, i, s->charset.utf8 ? WH_STRAY_UTF8 : WH_STRAY_CHARSET, text.at, text.n);
		return;
	}
	wh_csv_row_place(s, why);
	wh_buffer_format(why, ": bytes in \"%s\" that are no character in %s", s->targets[i].name,
		s->charset.name);
	wh_batch_reject(out, i, wh_buffer_string(why), raw.at, raw.n);
}

static void put_field(struct wh_csv *s, struct wh_batch *out, size_t i, bool sound)
{
	const struct wh_csv_target *t = &s->targets[i];
	const struct wh_csv_field *f = &s->reader.record.fields[s->columns.items[t->column].place];
	struct wh_csv_span text;
	if (wh_csv_form_null(&s->settings.form, f))
		wh_batch_null(out, i);
	else if (!wh_csv_text(&s->texts, f, sound, &text))
		put_foreign(s, out, i, text);
	else if (!text.n && !wh_csv_form_has_empty(out->lanes[i].kind))
		wh_batch_null(out, i);
	else if (!put_value(s, out, i, text))
		wh_batch_stray(out, i, WH_STRAY_KIND, text.at, text.n);
}

static void put_fields(struct wh_csv *s, struct wh_batch *out, bool sound)
{
	for (size_t i = 0; i < s->ntargets; i++) {
		if (s->targets[i].from == WH_CSV_COLUMN)
			put_field(s, out, i, sound);
		else
			wh_batch_word(out, i, place_word(s, &s->targets[i]));
	}
}

void wh_csv_row_put(struct wh_csv *s, struct wh_batch *out)
{
	if (wh_csv_row_good(s))
		put_fields(s, out, wh_csv_sound(&s->texts, &s->reader.record));
	else
		put_fault(s, out, why_not(s, &s->texts.formed));
	wh_batch_row(out);
}

/* ---- which of them are wanted ---- */

static int aim_at(struct wh_csv *s, const struct wh_field *field, struct wh_csv_target *out,
	struct wh_error *error)
{
	*out = (struct wh_csv_target){ .name = field->name };
	bool file = wh_equal(field->name, WH_CODEC_FILE);
	if (s->settings.by_record && (file || wh_equal(field->name, WH_CODEC_RECORD))) {
		out->from = file ? WH_CSV_FILE : WH_CSV_RECORD;
		return WH_OK;
	}
	for (size_t i = 0; i < s->columns.count; i++) {
		out->column = i;
		if (wh_equal(s->columns.items[i].name, field->name))
			return WH_OK;
	}
	return wh_fail(error, WH_CONFIG,
		"\"%s\" has no column \"%.60s\" any more; its header has changed since it was looked at",
		s->setup->name, field->name);
}

int wh_csv_row_aim(struct wh_csv *s, const struct wh_rowset *rows, struct wh_error *error)
{
	int rc = WH_OK;
	if (s->targets_room < rows->nfields) {
		s->targets_room = rows->nfields;
		s->targets = wh_new_array(s->setup->arena, struct wh_csv_target, rows->nfields);
	}
	s->ntargets = rows->nfields;
	s->fault_target = 0;
	for (size_t i = rows->nfields; rc == WH_OK && i-- > 0;) {
		rc = aim_at(s, &rows->fields[i], &s->targets[i], error);
		s->fault_target = s->targets[i].from == WH_CSV_COLUMN ? i : s->fault_target;
	}
	return rc;
}
