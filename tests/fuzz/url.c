#include "fuzz.h"
#include "base/text.h"
#include "model/url.h"

static bool param_hidden(const struct wh_url_param *p)
{
	return wh_equal(p->value, "***");
}

static void check_equal(const struct wh_url *a, const struct wh_url *b)
{
	must(wh_equal(a->scheme, b->scheme));
	must(wh_equal(a->user, b->user));
	must(wh_equal(a->host, b->host));
	must(a->port == b->port);
	must(wh_equal(a->path, b->path));
	must(a->nparams == b->nparams);
	for (size_t i = 0; i < a->nparams; i++) {
		must(wh_equal(a->params[i].name, b->params[i].name));
		must(wh_equal(a->params[i].value, b->params[i].value) || param_hidden(&b->params[i]));
	}
}

/* What is shown is a URL of the same endpoint, without its password, and shows itself. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wh_arena arena = { 0 };
	struct wh_error error;
	struct wh_url url, again;
	char *text = fuzz_text(data, size);
	int rc = wh_url_parse(text, &arena, &url, &error);
	must(rc == WH_OK || (rc == WH_CONFIG && error.code == WH_CONFIG && *error.text));
	if (rc == WH_OK && strlen(text) < 2000) {
		const char *shown = wh_url_shown(&url, &arena);
		must(wh_utf8_valid(shown, strlen(shown)));
		must(wh_url_parse(shown, &arena, &again, &error) == WH_OK);
		must(!again.password);
		check_equal(&url, &again);
		must(wh_equal(shown, wh_url_shown(&again, &arena)));
	}
	wh_arena_free(&arena);
	free(text);
	return 0;
}
