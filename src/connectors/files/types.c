/* The types of columns that codecs describe: a kind, and what it is narrowed to. */
#include "connectors/files/files.h"
#include "base/text.h"
#include <stdlib.h>

const struct wh_type_entry wh_files_types[] = {
	{ "bool" },
	{ "int64" },
	{ "uint64" },
	{ "float32" },
	{ "float64" },
	{ "decimal(18,2)" },
	{ "decimal" },
	{ "text(40)" },
	{ "text" },
	{ "bytes(16)" },
	{ "bytes" },
	{ "date" },
	{ "time" },
	{ "timestamp" },
	{ "timestamptz" },
	{ "uuid" },
	{ "json" },
	{ 0 },
};

const char *wh_files_type_word(size_t number)
{
	static const char *const words[] = { "bool", "int64", "uint64", "float32", "float64", "decimal",
		"text", "bytes", "date", "time", "timestamp", "timestamptz", "uuid", "json" };
	return number < sizeof words / sizeof *words ? words[number] : NULL;
}

/* "(18,2)" or "(40)"; how many numbers, or -1. */
static int numbers_of(const char *text, int64_t out[2])
{
	int n = 0;
	if (!*text)
		return 0;
	if (*text++ != '(')
		return -1;
	for (; n < 2; n++) {
		size_t digits = strspn(text, "0123456789");
		if (!digits || !wh_text_int64(text, digits, &out[n]))
			return -1;
		text += digits;
		if (*text == ')')
			return text[1] ? -1 : n + 1;
		if (*text++ != ',')
			return -1;
	}
	return -1;
}

static bool narrow(struct wh_type *t, int n, const int64_t numbers[2])
{
	if (t->kind == WH_DECIMAL && n == 2 && numbers[0] <= 1000 && numbers[1] <= numbers[0]) {
		t->precision = (int32_t)numbers[0];
		t->scale = (int32_t)numbers[1];
	} else if ((t->kind == WH_TEXT || t->kind == WH_BYTES) && n == 1) {
		t->length = numbers[0];
	} else {
		return n == 0;
	}
	return true;
}

/* As a target, files have the types of the database in which their rows wait. */
static bool stage_type(struct wh_arena *arena, const char *native, struct wh_type *out)
{
	struct wh_error ignored = { 0 };
	const struct wh_connector *kind = NULL;
	return wh_connector_find("sqlite", &kind, &ignored) == WH_OK && kind->type(arena, native, out);
}

bool wh_files_type(struct wh_arena *arena, const char *native, struct wh_type *out)
{
	int64_t numbers[2] = { 0, 0 };
	size_t word = strcspn(native, "(");
	int n = numbers_of(native + word, numbers);
	enum wh_kind kind = wh_kind_named(wh_arena_bytes(arena, native, word));
	bool known = false;
	for (size_t i = 0; wh_files_type_word(i); i++)
		known |= wh_equal(wh_files_type_word(i), wh_kind_name(kind));
	*out = (struct wh_type){ .kind = kind, .native = wh_arena_text(arena, native) };
	if (kind == WH_INT64 || kind == WH_UINT64)
		out->precision = 64;
	if (kind == WH_TIME || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ)
		out->precision = 6;
	return (known && n >= 0 && narrow(out, n, numbers)) || stage_type(arena, native, out);
}
