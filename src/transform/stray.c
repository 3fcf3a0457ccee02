#include "transform/stray.h"
#include "base/text.h"
#include "transform/encoding.h"

const char *wh_stray_words(enum wh_stray_reason reason)
{
	static const char *const words[] = {
		[WH_STRAY_KIND] = "the value is not of the column's type",
		[WH_STRAY_UTF8] = "the text is not valid UTF-8",
		[WH_STRAY_ZERO_DATE] = "the date does not exist",
		[WH_STRAY_RANGE] = "the value does not fit the column on the target",
		[WH_STRAY_NUL] = "the text holds U+0000, which the target cannot store",
		[WH_STRAY_LABEL] = "the empty value is none of the column's labels",
		[WH_STRAY_KEYS] = "the JSON holds a key twice, of which the target would keep one",
		[WH_STRAY_CHARSET] = "the text holds bytes that are no character of its character set",
		[WH_STRAY_BOUNDS] = "the array does not begin at index 1, which JSON cannot say",
		[WH_STRAY_RECORD] = "the record could not be decoded",
	};
	return words[reason];
}

enum wh_stray_answer wh_stray_answer(const struct wh_stray_policies *policies,
	enum wh_stray_reason reason)
{
	switch (reason) {
	case WH_STRAY_ZERO_DATE:
		return policies->zero_date;
	case WH_STRAY_UTF8:
		return policies->invalid_utf8;
	case WH_STRAY_NUL:
		return policies->nul_byte;
	case WH_STRAY_LABEL:
		return policies->empty_enum;
	default:
		return WH_STRAY_REJECT;
	}
}

bool wh_kind_is_textual(enum wh_kind kind)
{
	return kind == WH_TEXT || kind == WH_JSON || kind == WH_XML || kind == WH_ENUM ||
		kind == WH_SET || kind == WH_NATIVE;
}

const struct wh_stray *wh_stray_at(const struct wh_batch *b, size_t column, uint32_t row,
	size_t *first)
{
	while (*first < b->nstrays && b->strays[*first].row < row)
		++*first;
	for (size_t i = *first; i < b->nstrays && b->strays[i].row == row; i++)
		if (b->strays[i].column == column)
			return &b->strays[i];
	return NULL;
}

/* Whole characters stay; every byte that belongs to none becomes U+FFFD. */
static void replace_invalid(struct wh_buffer *out, const char *raw, size_t n)
{
	while (n) {
		size_t length = 1;
		while (length <= 4 && length <= n && !wh_utf8_valid(raw, length))
			length++;
		if (length <= 4 && length <= n) {
			wh_buffer_put(out, raw, length);
		} else {
			wh_put_code_point(out, 0xFFFD);
			length = 1;
		}
		raw += length;
		n -= length;
	}
}

static void without_nul(struct wh_buffer *out, const char *raw, size_t n, bool replace)
{
	for (size_t i = 0; i < n; i++) {
		if (raw[i])
			wh_buffer_char(out, raw[i]);
		else if (replace)
			wh_put_code_point(out, 0xFFFD);
	}
}

void wh_stray_mend(struct wh_buffer *out, enum wh_stray_reason reason, enum wh_stray_answer how,
	const char *raw, size_t n)
{
	wh_buffer_clear(out);
	if (how == WH_STRAY_KEEP)
		wh_buffer_put(out, raw, n);
	else if (reason == WH_STRAY_NUL)
		without_nul(out, raw, n, how == WH_STRAY_REPLACE);
	else if (how == WH_STRAY_CP1252)
		wh_cp1252_text(out, raw, n);
	else
		replace_invalid(out, raw, n);
}
