#include "fuzz.h"
#include "base/time.h"

static void check_written(struct wh_interval i)
{
	char *shown = malloc(WH_TIME_TEXT);
	struct wh_interval again;
	must(shown);
	size_t n = wh_format_interval(shown, i);
	must(n <= WH_TIME_TEXT && wh_parse_interval(shown, n, &again));
	must(memcmp(&i, &again, sizeof i) == 0);
	free(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct wh_interval i = { 0 };
	if (wh_parse_interval(text, size, &i))
		check_written(i);
	memcpy(&i, data, size < sizeof i ? size : sizeof i);
	check_written(i);
	free(text);
	return 0;
}
