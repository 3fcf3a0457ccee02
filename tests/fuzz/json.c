#include "fuzz.h"
#include "base/json.h"

static void check_canonical(const char *text, size_t size)
{
	struct wh_buffer once = { 0 }, twice = { 0 };
	bool is = wh_json_canonical(&once, text, size);
	must(is == wh_json_valid(text, size));
	must(is || once.size == 0);
	if (is) {
		must(once.size <= 500 * (size + 1));
		must(wh_json_canonical(&twice, once.data, once.size));
		must(twice.size == once.size && memcmp(twice.data, once.data, once.size) == 0);
	}
	wh_buffer_free(&once);
	wh_buffer_free(&twice);
}

/* The canonical form is its own; any bytes, quoted, are JSON. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wh_buffer quoted = { 0 };
	char *text = fuzz_text(data, size);
	check_canonical(text, size);
	wh_json_quote(&quoted, text, size);
	must(wh_json_valid(quoted.data, quoted.size));
	check_canonical(quoted.data, quoted.size);
	wh_buffer_free(&quoted);
	free(text);
	return 0;
}
