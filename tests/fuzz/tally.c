#include "fuzz.h"
#include "model/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct wh_tally tally, again;
	if (wh_tally_parse(text, &tally)) {
		char line[WH_TALLY_TEXT];
		wh_tally_text(&tally, line);
		must(wh_tally_parse(line, &again));
		must(memcmp(&tally, &again, sizeof tally) == 0);
	}
	free(text);
	return 0;
}
