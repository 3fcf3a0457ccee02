/* What the sample looks like. Each way to read it is tried; the one under which most records have
 * as many fields as the others, and fields look whole, is the file's. */
#define _GNU_SOURCE /* memmem */
#include "base/text.h"
#include "codecs/csv/parts.h"

#define TRIED_RECORDS 2000
#define HEADER_COLUMNS 256
/* So much of the records must have as many fields as most have: less where the first, which may be
 * the header, has them too. */
#define SAME_LEAST 0.7
#define SAME_LEAST_HEADED 0.5

static const char delimiters[] = WH_CSV_DELIMITERS, quotes[] = WH_CSV_QUOTES;

/* CR only where no LF stands outside of quotes. */
static char line_end(const struct wh_csv_dialect *d, struct wh_csv_span text)
{
	bool quoted = false;
	char end = '\n';
	for (size_t i = 0; i < text.n; i++) {
		char c = text.at[i];
		quoted ^= d->quote && c == d->quote;
		if (!quoted && c == '\n')
			return '\n';
		end = !quoted && c == '\r' && i + 1 < text.n ? '\r' : end;
		i += quoted && d->backslash && c == '\\';
	}
	return end;
}

/* Excel's "sep=;" in front of all. */
static bool sep_line(struct wh_csv_span text, char *delimiter)
{
	if (text.n < 6 || !wh_starts_nocase(text.at, "sep=") || !strchr("\r\n", text.at[5]) ||
		!text.at[5])
		return false;
	*delimiter = text.at[4];
	return (unsigned char)*delimiter < 0x80 && !strchr("\"\r\n", *delimiter);
}

/* What stands behind the lines that are no records. */
static struct wh_csv_sample body_of(const struct wh_csv_dialect *d, struct wh_csv_sample sample)
{
	struct wh_csv_span *text = &sample.text;
	for (size_t lines = d->skip + d->sep; lines && text->n; lines--) {
		const char *end = memchr(text->at, d->line, text->n);
		size_t n = end ? (size_t)(end - text->at) + 1 : text->n;
		*text = (struct wh_csv_span){ text->at + n, text->n - n };
	}
	return sample;
}

/* A number, a date, a time, in whatever country's form. */
static bool is_figure(const struct wh_csv_field *f)
{
	size_t digits = 0;
	for (size_t i = 0; i < f->n; i++) {
		bool digit = f->at[i] >= '0' && f->at[i] <= '9';
		if (!digit && !memchr("-+.,/: ", f->at[i], 7))
			return false;
		digits += digit;
	}
	return digits > 0;
}

/* A field that another delimiter or quote would take apart may be none. */
static bool is_whole(const struct wh_csv_field *f)
{
	if (f->quoted || !f->n || is_figure(f))
		return true;
	if (memchr(quotes, f->at[0], 2) && f->at[0] == f->at[f->n - 1])
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (memchr(delimiters, f->at[i], sizeof delimiters - 1))
			return false;
	return true;
}

/* Takes the next record off the text; comments and blank lines are left out. */
static bool take_record(const struct wh_csv_dialect *d, struct wh_csv_sample *body,
	struct wh_csv_record *r)
{
	struct wh_csv_span *text = &body->text;
	while (text->n && wh_csv_scan(d, *text, body->whole, r)) {
		*text = (struct wh_csv_span){ text->at + r->length, text->n - r->length };
		if (r->nfields && !wh_csv_is_blank(r))
			return true;
	}
	return false;
}

struct trial {
	size_t records, fields, whole, quoted;
	size_t first;                           /* fields of the first record */
	size_t counts[WH_CSV_COLUMNS_MOST + 1]; /* records of so many fields */
};

static void trial_add(struct trial *t, const struct wh_csv_record *r)
{
	if (!t->records++)
		t->first = r->nfields;
	if (r->fault != WH_CSV_SOUND || r->nfields > WH_CSV_COLUMNS_MOST)
		return;
	t->counts[r->nfields]++;
	t->quoted += r->quoted;
	t->fields += r->nfields;
	for (size_t i = 0; i < r->nfields; i++)
		t->whole += is_whole(&r->fields[i]);
}

/* 0: not this way. */
static double trial_score(const struct wh_csv_dialect *d, struct wh_csv_sample body,
	struct wh_csv_record *r)
{
	struct trial t = { 0 };
	size_t most = 1;
	while (t.records < TRIED_RECORDS && take_record(d, &body, r))
		trial_add(&t, r);
	for (size_t i = 2; i <= WH_CSV_COLUMNS_MOST; i++)
		most = t.counts[i] > t.counts[most] ? i : most;
	if (most == 1 || (d->quote == '\'' && 2 * t.quoted < t.records))
		return 0;
	double same = (double)t.counts[most] / (double)t.records;
	bool headed = t.first == most;
	if (same < (headed ? SAME_LEAST_HEADED : SAME_LEAST))
		return 0;
	/* A record too long or too short says more than a field that looks odd. */
	return same * same * same * same * (double)t.whole / (double)t.fields / (headed ? 1 : 2);
}

/* What is first wins where two are as good. */
static void find_marks(struct wh_csv_settings *s, struct wh_csv_sample body,
	struct wh_csv_record *r)
{
	struct wh_csv_dialect *d = &s->dialect, tried = *d;
	bool escapes = s->find_escape && memmem(body.text.at, body.text.n, "\\\"", 2);
	double best = 0;
	for (size_t i = 0; i < (s->find_quote ? 2 : 1); i++) {
		tried.quote = s->find_quote ? quotes[i] : d->quote;
		for (size_t k = 0; k < (s->find_delimiter ? sizeof delimiters - 1 : 1); k++) {
			tried.delimiter = s->find_delimiter ? delimiters[k] : d->delimiter;
			for (int e = 0; e < (escapes && tried.quote ? 2 : 1); e++) {
				tried.backslash = s->find_escape ? e : d->backslash;
				double score = trial_score(&tried, body, r);
				*d = score > best ? tried : *d;
				best = score > best ? score : best;
			}
		}
	}
}

static bool is_typed(const struct wh_csv_guess *g, const struct wh_csv_form *form)
{
	return wh_csv_guess_type(g, form).kind != WH_TEXT;
}

static size_t count_figures(const struct wh_csv_record *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->nfields && i < HEADER_COLUMNS; i++)
		n += is_figure(&r->fields[i]);
	return n;
}

static void guess(struct wh_csv_guess *guesses, const struct wh_csv_form *form,
	const struct wh_csv_record *r, struct wh_buffer *scratch)
{
	for (size_t i = 0; i < r->nfields && i < HEADER_COLUMNS; i++) {
		struct wh_csv_span text = { r->fields[i].at, r->fields[i].n };
		if (text.n && !wh_csv_form_null(form, &r->fields[i]))
			wh_csv_guess_value(&guesses[i], form, scratch, text);
	}
}

/* Columns of numbers, dates and the like tell by what stands above them; without any, names are
 * what is none of that. */
static bool find_header(const struct wh_csv_settings *s, struct wh_csv_sample body,
	struct wh_csv_record *r)
{
	struct wh_csv_guess head[HEADER_COLUMNS], rows[HEADER_COLUMNS];
	struct wh_buffer scratch = { 0 };
	int votes = 0;
	size_t typed = 0, named = 0;
	for (size_t i = 0; i < HEADER_COLUMNS; i++) {
		wh_csv_guess_begin(&head[i], false);
		wh_csv_guess_begin(&rows[i], false);
	}
	if (take_record(&s->dialect, &body, r)) {
		guess(head, &s->form, r, &scratch);
		typed = count_figures(r);
	}
	for (size_t n = 0; n < TRIED_RECORDS && take_record(&s->dialect, &body, r); n++)
		guess(rows, &s->form, r, &scratch);
	for (size_t i = 0; i < HEADER_COLUMNS; i++) {
		bool is = is_typed(&head[i], &s->form);
		typed += is;
		named += head[i].values > 0;
		if (head[i].values && is_typed(&rows[i], &s->form))
			votes += is ? -1 : 1;
	}
	wh_buffer_free(&scratch);
	return votes ? votes > 0 : named && !typed;
}

void wh_csv_dialect_find(struct wh_csv_settings *s, struct wh_csv_sample sample,
	struct wh_csv_record *r)
{
	struct wh_csv_dialect *d = &s->dialect;
	char delimiter = 0;
	d->line = line_end(d, sample.text);
	d->sep = sep_line(sample.text, &delimiter);
	if (d->sep && s->find_delimiter) {
		d->delimiter = delimiter;
		s->find_delimiter = false;
	}
	struct wh_csv_sample body = body_of(d, sample);
	if (s->find_delimiter || s->find_quote || s->find_escape)
		find_marks(s, body, r);
	if (s->find_header)
		d->header = find_header(s, body, r);
}

bool wh_csv_dialect_first(const struct wh_csv_dialect *d, struct wh_csv_sample sample,
	struct wh_csv_record *r)
{
	struct wh_csv_sample body = body_of(d, sample);
	return take_record(d, &body, r);
}
