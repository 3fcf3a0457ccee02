#include "base/text.h"
#include "lifecycle/settings/settings.h"
#include <ctype.h>
#include <string.h>

/* "12.5" as 125000 ten-thousandths; up to four digits behind the point. */
static bool percent(const char *text, size_t n, uint32_t *out)
{
	size_t whole = strspn(text, "0123456789");
	uint64_t value = 0;
	size_t digits = whole < n && text[whole] == '.' ? n - whole - 1 : 0;
	if (!whole || whole > 3 || digits > 4 || whole + (whole < n) + digits != n ||
		(whole < n && (!digits || strspn(text + whole + 1, "0123456789") != digits)))
		return false;
	for (size_t i = 0; i < n; i++)
		if (isdigit((unsigned char)text[i]))
			value = value * 10 + (uint64_t)(text[i] - '0');
	for (; digits < 4; digits++)
		value *= 10;
	*out = (uint32_t)value;
	return value > 0 && value <= 1000000;
}

bool wh_bad_rows_parse(const char *text, struct wh_bad_rows *out)
{
	size_t n = strlen(text);
	struct wh_bad_rows limit = { 0 };
	bool good = n && text[n - 1] == '%'
		? percent(text, n - 1, &limit.millionths)
		: wh_text_uint64(text, n, &limit.rows);
	if (good)
		*out = limit;
	return good;
}

void wh_bad_rows_text(struct wh_buffer *out, const struct wh_bad_rows *limit)
{
	if (limit->millionths)
		wh_buffer_format(out, "%g%%", (double)limit->millionths / 1e4);
	else
		wh_buffer_format(out, "%llu", (unsigned long long)limit->rows);
}
