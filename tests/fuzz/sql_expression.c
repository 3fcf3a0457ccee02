/* An expression of any bytes: translated in every direction, and what comes out is an expression
 * of the target's dialect that stays as it is when it is read there again. */
#include "fuzz.h"
#include "sql/dialect.h"

static const struct wh_dialect *const dialects[] = { &wh_dialect_postgresql, &wh_dialect_mysql,
	&wh_dialect_sqlite };

static const struct wh_sql_column columns[] = {
	{ "id", "id", false, WH_INT64, -1, false, false },
	{ "price", "price", false, WH_DECIMAL, -1, false, false },
	{ "name", "name", false, WH_TEXT, -1, false, false },
	{ "flag", "flag", true, WH_NO_KIND, -1, false, false },
	{ "d", "d", false, WH_DATE, -1, false, false },
	{ "doc", "doc", false, WH_JSON, -1, false, false },
	{ "data", "data", false, WH_BYTES, -1, false, false },
	{ "x", "x", false, WH_NO_KIND, -1, false, false },
	{ "ts", "ts", false, WH_TIMESTAMP, -1, false, false },
	{ "ratio", "ratio", false, WH_FLOAT64, -1, false, false },
};

static void one_direction(const char *text, const struct wh_dialect *from,
	const struct wh_dialect *to, const struct wh_sql_context *context)
{
	struct wh_arena arena = { 0 };
	const char *why = NULL;
	const char *out = wh_sql_translate(text, from, to, context, &arena, &why);
	must(!out == !!why);
	if (out) {
		const char *again = wh_sql_translate(out, to, to, context, &arena, &why);
		must(again && strcmp(again, out) == 0);
	}
	wh_arena_free(&arena);
}

/* The first byte says what the expression is for. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	if (n < 1)
		return 0;
	struct wh_sql_context context = {
		.use = (enum wh_expression_use)(bytes[0] & 3),
		.columns = columns,
		.ncolumns = sizeof(columns) / sizeof(columns[0]),
		.boolean = bytes[0] & 4,
		.textual = bytes[0] & 8,
		.temporal = bytes[0] & 16,
		.kind = bytes[0] & 32 ? (enum wh_kind)((bytes[0] >> 2) % WH_KINDS) : WH_NO_KIND,
	};
	struct wh_arena arena = { 0 };
	const char *text = wh_arena_bytes(&arena, bytes + 1, n - 1);
	for (size_t from = 0; from < 3; from++)
		for (size_t to = 0; to < 3; to++)
			one_direction(text, dialects[from], dialects[to], &context);
	wh_arena_free(&arena);
	return 0;
}
