/* A view of any bytes: translated in every direction; what comes out is a text that can be cut
 * into tokens again. The bytes follow "CREATE VIEW v AS ", else few would come that far. */
#include "fuzz.h"
#include "sql/view.h"

static const struct wh_dialect *const dialects[] = { &wh_dialect_postgresql, &wh_dialect_mysql,
	&wh_dialect_sqlite };

static const struct wh_sql_column columns[] = {
	{ .from = "id", .to = "id", .kind = WH_INT64 },
	{ .from = "price", .to = "price", .kind = WH_DECIMAL, .scale = 2 },
	{ .from = "name", .to = "Name", .kind = WH_TEXT, .folds = true },
	{ .from = "flag", .to = "flag", .boolean = true },
	{ .from = "d", .to = "d", .kind = WH_DATE },
	{ .from = "ts", .to = "ts", .kind = WH_TIMESTAMP },
	{ .from = "x", .to = "x" },
	{ .from = "ratio", .to = "ratio", .kind = WH_FLOAT64 },
};

static const size_t key[] = { 0 };

static const struct wh_sql_table tables[] = {
	{ NULL, "t", "public", "t", columns, sizeof(columns) / sizeof(columns[0]), key, 1 },
	{ NULL, "u", NULL, "u2", columns, 4, key, 1 },
};

static void one_direction(const char *text, const struct wh_dialect *from,
	const struct wh_dialect *to)
{
	static const struct wh_sql_tables all = { tables, 2, "shop" };
	struct wh_arena arena = { 0 };
	struct wh_sql_view view = { .table = { .to_name = "v" } };
	wh_sql_view_translate(text, from, to, &all, &arena, &view);
	must(!view.statement == !!view.why);
	must(!view.statement || view.table.ncolumns > 0);
	for (size_t i = 0; i < view.nnotes; i++)
		must(view.notes[i] && *view.notes[i]);
	wh_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct wh_arena arena = { 0 };
	const char *text = wh_arena_format(&arena, "CREATE VIEW v AS %s",
		wh_arena_bytes(&arena, bytes, n));
	for (size_t from = 0; from < 3; from++)
		for (size_t to = 0; to < 3; to++)
			if (from != to)
				one_direction(text, dialects[from], dialects[to]);
	wh_arena_free(&arena);
	return 0;
}
