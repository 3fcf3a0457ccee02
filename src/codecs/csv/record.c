/* Where a record and its fields end. It is as fast as reading gets: two bytes are looked for, eight
 * at a time. */
#include "codecs/csv/parts.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

struct scanner {
	const struct wh_csv_dialect *d;
	const char *begin, *at, *end;
	struct wh_csv_record *out;
};

/* A high bit in each byte that is zero; above the lowest of them there may be one too many. */
static inline uint64_t zeros(uint64_t eight)
{
	return (eight - ONES) & ~eight & HIGHS;
}

/* The first of two bytes, or the end. */
static inline const char *find_either(const char *at, const char *end, char a, char b)
{
	const uint64_t all_a = ONES * (unsigned char)a, all_b = ONES * (unsigned char)b;
	uint64_t eight;
	for (; end - at >= (ptrdiff_t)sizeof eight; at += sizeof eight) {
		memcpy(&eight, at, sizeof eight);
		eight = le64toh(eight);
		uint64_t found = zeros(eight ^ all_a) | zeros(eight ^ all_b);
		if (found)
			return at + __builtin_ctzll(found) / 8;
	}
	while (at < end && *at != a && *at != b)
		at++;
	return at;
}

static inline bool is_blank(const struct wh_csv_dialect *d, char c)
{
	return (c == ' ' || c == '\t') && c != d->delimiter;
}

static const char *behind_blanks(const struct scanner *s, const char *at)
{
	while (s->d->trim && at < s->end && is_blank(s->d, *at))
		at++;
	return at;
}

static void fault_set(struct scanner *s, enum wh_csv_fault fault, const char *at)
{
	if (s->out->fault == WH_CSV_SOUND) {
		s->out->fault = fault;
		s->out->fault_at = (size_t)(at - s->begin);
		s->out->fault_field = s->out->nfields;
	}
}

/* The quote that closes, or the end. */
static const char *quoted_end(const struct scanner *s, const char *at, bool *escaped)
{
	const char quote = s->d->quote, escape = s->d->backslash ? '\\' : quote;
	while ((at = find_either(at, s->end, quote, escape)) < s->end) {
		char next = at + 1 < s->end ? at[1] : 0;
		bool pair = next == quote || (*at != quote && next == escape);
		if (at + 1 == s->end || (*at == quote && !pair))
			return *at == quote ? at : s->end;
		*escaped |= pair;
		at += 1 + pair;
	}
	return at;
}

/* Behind a closing quote; what stands there up to the field's end is a fault. */
static void quoted_behind(struct scanner *s)
{
	const char *at = behind_blanks(s, s->at);
	bool ends = at < s->end && *at == '\r' && s->d->line == '\n' &&
		(at + 1 == s->end || at[1] == '\n');
	at += ends;
	s->at = at;
	if (at < s->end && *at != s->d->delimiter && *at != s->d->line) {
		fault_set(s, WH_CSV_JUNK, at);
		s->at = find_either(at, s->end, s->d->delimiter, s->d->line);
	}
}

static void scan_quoted(struct scanner *s, const char *open, struct wh_csv_field *f)
{
	*f = (struct wh_csv_field){ .at = open + 1, .quoted = true };
	const char *close = quoted_end(s, open + 1, &f->escaped);
	f->n = (size_t)(close - f->at);
	s->out->quoted = true;
	s->at = close;
	if (close == s->end) {
		fault_set(s, WH_CSV_OPEN, open);
		return;
	}
	s->at++;
	quoted_behind(s);
}

/* Without the CR in front of a line's end, and, where they are cut off, without blanks. */
static void bare_end(const struct scanner *s, struct wh_csv_field *f)
{
	const char *to = f->at + f->n;
	bool ends = s->at == s->end || *s->at == s->d->line;
	if (ends && s->d->line == '\n' && f->n && to[-1] == '\r')
		to--;
	f->at = behind_blanks(s, f->at);
	while (s->d->trim && to > f->at && is_blank(s->d, to[-1]))
		to--;
	f->n = (size_t)(to - f->at);
}

static void scan_fields(struct scanner *s)
{
	const char delimiter = s->d->delimiter, line = s->d->line, *end = s->end, *at = s->at;
	struct wh_csv_record *r = s->out;
	struct wh_csv_field beyond, *f;
	for (;; at++) {
		const char *first = behind_blanks(s, at);
		f = r->nfields < r->room ? &r->fields[r->nfields] : &beyond;
		r->nfields++;
		if (s->d->quote && first < end && *first == s->d->quote) {
			scan_quoted(s, first, f);
			at = s->at;
		} else {
			const char *to = find_either(at, end, delimiter, line);
			*f = (struct wh_csv_field){ .at = at, .n = (size_t)(to - at) };
			s->at = at = to;
			if (s->d->trim || to == end || *to == line)
				bare_end(s, f);
		}
		if (at == end || *at != delimiter)
			return;
	}
}

bool wh_csv_scan_line(const struct wh_csv_dialect *d, struct wh_csv_span text, bool last,
	struct wh_csv_record *out)
{
	const char *end = text.n ? memchr(text.at, d->line, text.n) : NULL;
	out->nfields = 0;
	out->quoted = false;
	out->fault = WH_CSV_SOUND;
	out->length = end ? (size_t)(end - text.at) + 1 : text.n;
	return end || last;
}

bool wh_csv_scan(const struct wh_csv_dialect *d, struct wh_csv_span text, bool last,
	struct wh_csv_record *out)
{
	struct scanner s = { d, text.at, text.at, text.at + text.n, out };
	if (d->comment && text.n && *text.at == d->comment)
		return wh_csv_scan_line(d, text, last, out);
	out->nfields = 0;
	out->quoted = false;
	out->fault = WH_CSV_SOUND;
	scan_fields(&s);
	bool ends = s.at < s.end; /* at the line's end */
	out->length = (size_t)(s.at - s.begin) + ends;
	return ends || last;
}
