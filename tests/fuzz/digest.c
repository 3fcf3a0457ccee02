#include "fuzz.h"
#include "model/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct wh_digest digest, again;
	if (wh_digest_parse(text, &digest)) {
		char shown[56];
		wh_digest_text(&digest, shown);
		must(wh_digest_parse(shown, &again));
		must(wh_digest_equal(&digest, &again));
	}
	free(text);
	return 0;
}
