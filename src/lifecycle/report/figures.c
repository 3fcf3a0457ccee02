#include "lifecycle/report/figures.h"
#include "base/text.h"
#include "base/time.h"
#include <stdio.h>
#include <string.h>

const char *wh_figure_count(char out[WH_FIGURE], uint64_t n)
{
	char digits[24];
	size_t count = wh_format_uint64(digits, n), at = 0;
	for (size_t i = 0; i < count; i++) {
		if (i && (count - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

const char *wh_figure_bytes(char out[WH_FIGURE], uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double value = (double)bytes;
	size_t unit = 0;
	while (value >= 1023.95 && unit + 1 < sizeof units / sizeof *units) {
		value /= 1024;
		unit++;
	}
	snprintf(out, WH_FIGURE, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return out;
}

const char *wh_figure_seconds(char out[WH_FIGURE], double seconds)
{
	long long whole = seconds < 0 || seconds > 1e12 ? 0 : (long long)(seconds + 0.5);
	if (seconds > 0 && seconds < 0.005)
		snprintf(out, WH_FIGURE, "< 0.01 s");
	else if (seconds < 9.995)
		snprintf(out, WH_FIGURE, "%.2f s", seconds < 0 ? 0 : seconds);
	else if (seconds < 59.95)
		snprintf(out, WH_FIGURE, "%.1f s", seconds);
	else if (whole < 3600)
		snprintf(out, WH_FIGURE, "%lld min %02lld s", whole / 60, whole % 60);
	else
		snprintf(out, WH_FIGURE, "%lld h %02lld min", whole / 3600, whole / 60 % 60);
	return out;
}

const char *wh_figure_minutes(char out[WH_FIGURE], double minutes)
{
	long long whole = minutes < 0 || minutes > 1e12 ? 0 : (long long)(minutes + 0.5);
	if (whole < 60)
		snprintf(out, WH_FIGURE, "%lld min", whole);
	else if (whole % 60)
		snprintf(out, WH_FIGURE, "%lld h %02lld min", whole / 60, whole % 60);
	else
		snprintf(out, WH_FIGURE, "%lld h", whole / 60);
	return out;
}

const char *wh_figure_moment(char out[WH_FIGURE], int64_t usec)
{
	char text[WH_TIME_TEXT];
	int64_t second = usec / 1000000 * 1000000;
	size_t n = wh_format_timestamp(text, second - WH_DAYS_1970_TO_2000 * WH_USEC_PER_DAY);
	snprintf(out, WH_FIGURE, "%.*s UTC", n < 32 ? (int)n : 32, text);
	return out;
}
