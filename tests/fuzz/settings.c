/* A migration.yaml of any bytes: read, and where it is good, written and read again. */
#include "lifecycle/settings_file.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
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
	if (wh_settings_parse(&again, "again", "/", text.data, text.size, &error) != WH_OK)
		abort();
	if (again.nmap != s->nmap || again.ninclude != s->ninclude || again.memory != s->memory)
		abort();
	wh_settings_free(&again);
	wh_buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct wh_settings s;
	struct wh_error error = { 0 };
	wh_settings_init(&s);
	int rc = wh_settings_parse(&s, "fuzz", "/", (const char *)bytes, n, &error);
	if (rc == WH_OK)
		settings_again(&s);
	else if (rc != WH_CONFIG || !*error.text)
		abort();
	wh_settings_free(&s);
	return 0;
}
