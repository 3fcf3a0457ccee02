/* How values are written: which texts are NULL, where a number has its point, how a date's parts
 * stand. Everything else is model/value.h's. */
#include "base/text.h"
#include "codecs/csv/parts.h"

#define DATE_MOST 64
#define ISO_DATE 10 /* YYYY-MM-DD */

bool wh_csv_form_marker(const struct wh_csv_form *form, const struct wh_csv_field *f)
{
	for (size_t i = 0; i < form->nnulls; i++)
		if (strlen(form->nulls[i]) == f->n && memcmp(form->nulls[i], f->at, f->n) == 0)
			return true;
	return false;
}

bool wh_csv_form_has_empty(enum wh_kind kind)
{
	static const bool has[WH_KINDS] = { [WH_TEXT] = true,
		[WH_BYTES] = true,
		[WH_XML] = true,
		[WH_ENUM] = true,
		[WH_SET] = true,
		[WH_BITS] = true,
		[WH_GEOMETRY] = true,
		[WH_NATIVE] = true };
	return has[kind];
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits_at(const char *at, const char *end, size_t most)
{
	size_t n = 0;
	while (n < most && at + n < end && is_digit(at[n]))
		n++;
	return n;
}

/* "1.234.567" in front of a number's end, point or exponent: its digits go to `out`. */
static bool take_groups(const struct wh_csv_form *form, struct wh_buffer *out, const char **at,
	const char *end)
{
	size_t n = digits_at(*at, end, SIZE_MAX);
	bool grouped = form->thousands && n >= 1 && n <= 3;
	wh_buffer_put(out, *at, n);
	*at += n;
	while (*at < end && form->thousands && **at == form->thousands) {
		if (!grouped || digits_at(*at + 1, end, 4) != 3)
			return false;
		wh_buffer_put(out, *at + 1, 3);
		*at += 4;
	}
	return true;
}

bool wh_csv_form_number(const struct wh_csv_form *form, struct wh_buffer *scratch,
	struct wh_csv_span *text)
{
	const char *at = text->at, *end = at + text->n;
	if (form->point == '.' && !form->thousands)
		return true;
	wh_buffer_clear(scratch);
	if (at < end && (*at == '-' || *at == '+'))
		wh_buffer_char(scratch, *at++);
	if (!take_groups(form, scratch, &at, end))
		return false;
	for (; at < end; at++) {
		if (*at == '.' && form->point != '.')
			return false;
		wh_buffer_char(scratch, *at == form->point ? '.' : *at);
	}
	*text = (struct wh_csv_span){ wh_buffer_string(scratch), scratch->size };
	return true;
}

/* ---- dates ---- */

struct date {
	struct wh_csv_span year, month, day;
};

static size_t part_width(const char *pattern)
{
	return *pattern == 'Y' ? 4 : *pattern == 'M' || *pattern == 'D' ? 2 : 1;
}

/* Takes the digits of the pattern's part at i; of a month or day between others than digits one is
 * enough. */
static bool take_part(const char *pattern, size_t i, const char **at, const char *end,
	struct date *d)
{
	size_t width = part_width(pattern + i), n = digits_at(*at, end, width);
	bool alone = (i == 0 || part_width(pattern + i - 1) == 1) &&
		part_width(pattern + i + width) == 1;
	struct wh_csv_span *part = pattern[i] == 'Y' ? &d->year
		: pattern[i] == 'M'                      ? &d->month
												 : &d->day;
	*part = (struct wh_csv_span){ *at, n };
	*at += n;
	return n == width || (n == 1 && width == 2 && alone);
}

static bool take_date(const char *pattern, const char **at, const char *end, struct date *d)
{
	for (size_t i = 0; pattern[i]; i += part_width(pattern + i)) {
		bool part = part_width(pattern + i) > 1;
		if (part ? !take_part(pattern, i, at, end, d) : *at == end || *(*at)++ != pattern[i])
			return false;
	}
	return true;
}

static void put_two(struct wh_buffer *out, struct wh_csv_span digits)
{
	wh_buffer_text(out, digits.n == 1 ? "-0" : "-");
	wh_buffer_put(out, digits.at, digits.n);
}

void wh_csv_form_stamp(const struct wh_csv_form *form, struct wh_buffer *scratch,
	struct wh_csv_span *text)
{
	const char *at = text->at, *end = at + text->n;
	struct date d;
	if (!form->date || !take_date(form->date, &at, end, &d))
		return;
	wh_buffer_clear(scratch);
	wh_buffer_put(scratch, d.year.at, d.year.n);
	put_two(scratch, d.month);
	put_two(scratch, d.day);
	wh_buffer_put(scratch, at, (size_t)(end - at));
	*text = (struct wh_csv_span){ wh_buffer_string(scratch), scratch->size };
}

/* Each part once, and no digit between them. */
bool wh_csv_form_date(const char *pattern)
{
	static const char *const parts[] = { "YYYY", "MM", "DD" };
	size_t count[3] = { 0 };
	if (strlen(pattern) > DATE_MOST)
		return false;
	for (size_t i = 0; pattern[i]; i += part_width(pattern + i)) {
		bool known = part_width(pattern + i) == 1 && !is_digit(pattern[i]);
		for (size_t k = 0; k < 3; k++) {
			bool is = wh_starts(pattern + i, parts[k]);
			count[k] += is;
			known |= is;
		}
		if (!known)
			return false;
	}
	return count[0] == 1 && count[1] == 1 && count[2] == 1;
}

/* Years of four digits only: all others stay as they are, and no pattern fits them. */
static void put_date(const char *pattern, struct wh_buffer *value)
{
	char date[DATE_MOST];
	size_t n = strlen(pattern), size = value->size;
	if (size < ISO_DATE || digits_at(value->data, value->data + 5, 5) != 4 ||
		!wh_buffer_reserve(value, n))
		return;
	const char *iso = value->data;
	for (size_t i = 0; i < n; i += part_width(pattern + i)) {
		size_t width = part_width(pattern + i);
		const char *digits = pattern[i] == 'Y' ? iso : pattern[i] == 'M' ? iso + 5 : iso + 8;
		memcpy(date + i, width == 1 ? pattern + i : digits, width);
	}
	memmove(value->data + n, iso + ISO_DATE, size - ISO_DATE + 1);
	memcpy(value->data, date, n);
	value->size = n + size - ISO_DATE;
}

void wh_csv_form_put(const struct wh_csv_form *form, enum wh_kind kind, struct wh_buffer *value)
{
	bool number = kind == WH_DECIMAL || kind == WH_FLOAT32 || kind == WH_FLOAT64;
	bool stamp = kind == WH_DATE || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ;
	char *point = number ? memchr(value->data, '.', value->size) : NULL;
	if (point)
		*point = form->point;
	if (stamp && form->date)
		put_date(form->date, value);
}
