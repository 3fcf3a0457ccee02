#include "fuzz.h"
#include "model/digest.h"
#include "model/value.h"

/* The first byte chooses the kind; the rest is a value's text. What it was read as is written as
 * a text that reads to the same canonical value. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum wh_kind kind = size ? (enum wh_kind)(1 + data[0] % (WH_KINDS - 1)) : WH_TEXT;
	char *text = fuzz_text(data + (size > 0), size - (size > 0));
	struct wh_buffer shown = { 0 }, scratch = { 0 };
	struct wh_batch b;
	wh_batch_init(&b, &kind, 1);
	if (wh_value_parse(&b, 0, text, size - (size > 0))) {
		wh_batch_row(&b);
		wh_value_text(&shown, &b, 0, 0);
		must(wh_value_parse(&b, 0, wh_buffer_string(&shown), shown.size));
		wh_batch_row(&b);
		wh_digest_batch(&b, NULL, 1, &scratch);
		must(b.hash[0].low == b.hash[1].low && b.hash[0].high == b.hash[1].high);
	} else {
		must(b.bytes == 0);
	}
	wh_buffer_free(&shown);
	wh_buffer_free(&scratch);
	wh_batch_finish(&b);
	free(text);
	return 0;
}
