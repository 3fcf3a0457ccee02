#include "fuzz.h"
#include "base/time.h"

static const struct {
	bool (*parse)(const char *, size_t, int64_t *);
	size_t (*format)(char *, int64_t);
} forms[] = {
	{ wh_parse_date, wh_format_date },
	{ wh_parse_time, wh_format_time },
	{ wh_parse_timestamp, wh_format_timestamp },
	{ wh_parse_timestamptz, wh_format_timestamptz },
};

/* What a text was read as is written as a text that reads alike; and any word is written within
 * the promised room. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		char *shown = malloc(WH_TIME_TEXT);
		int64_t value, again, word = 0;
		must(shown);
		if (forms[i].parse(text, size, &value)) {
			size_t n = forms[i].format(shown, value);
			must(n <= WH_TIME_TEXT && forms[i].parse(shown, n, &again));
			must(value == again);
		}
		memcpy(&word, data, size < sizeof word ? size : sizeof word);
		must(forms[i].format(shown, word) <= WH_TIME_TEXT);
		free(shown);
	}
	free(text);
	return 0;
}
