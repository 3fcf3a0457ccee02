/* A migration.yaml of any bytes: read, and where it is good, written and read again. */
#include "fuzz.h"
#include "lifecycle/settings/file.h"

const char *__lsan_default_suppressions(void);

/* libfyaml 0.7 loses a buffer where a long quoted text does not end. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libfyaml.so";
}

static void settings_again(const struct wh_settings *s)
{
	struct wh_settings again;
	struct wh_buffer text = { 0 };
	struct wh_error error = { 0 };
	wh_settings_init(&again);
	wh_settings_write(s, &text);
	must(wh_settings_parse(&again, "again", "/", text.data, text.size, &error) == WH_OK);
	must(again.nmap == s->nmap && again.ninclude == s->ninclude && again.memory == s->memory);
	wh_settings_free(&again);
	wh_buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wh_settings s;
	struct wh_error error = { 0 };
	char *text = fuzz_text(data, size);
	wh_settings_init(&s);
	int rc = wh_settings_parse(&s, "fuzz", "/", text, size, &error);
	must(rc == WH_OK || (rc == WH_CONFIG && *error.text && *error.place));
	if (rc == WH_OK)
		settings_again(&s);
	wh_settings_free(&s);
	free(text);
	return 0;
}
