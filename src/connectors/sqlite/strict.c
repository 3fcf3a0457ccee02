/* Columns of a STRICT table, which knows six types: https://www.sqlite.org/stricttables.html */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"

static const struct {
	const char *native, *loss;
} strict[WH_KINDS] = {
	[WH_BOOL] = { "INTEGER" },
	[WH_INT64] = { "INTEGER" },
	[WH_UINT64] = { "INTEGER", "numbers above 9223372036854775807 go to quarantine" },
	[WH_FLOAT32] = { "REAL", "NaN and -0.0 cannot be held; rows with one go to quarantine" },
	[WH_FLOAT64] = { "REAL", "NaN and -0.0 cannot be held; rows with one go to quarantine" },
	[WH_DECIMAL] = { "TEXT", "the number is kept as text, to lose no digit: it sorts as text" },
	[WH_BYTES] = { "BLOB" },
	[WH_GEOMETRY] = { "BLOB", "the geometry is kept as WKB, without its SRID" },
};

static int refuse(const struct wh_fit_request *r, struct wh_error *error)
{
	static const char *const known[] = { "INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY" };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (wh_equal_nocase(r->wanted, known[i]))
			return WH_OK;
	return wh_fail(error, WH_CONFIG,
		"a STRICT table has no type \"%s\"; write INT, INTEGER, REAL, TEXT, BLOB or ANY, or leave "
		"out the policy sqlite_tables: strict",
		r->wanted);
}

int wh_sqlite_fit_strict(const struct wh_fit_request *r, struct wh_fit *out, struct wh_error *error)
{
	enum wh_kind kind = out->wire.kind;
	if (r->wanted)
		return refuse(r, error);
	out->native = strict[kind].native ? strict[kind].native : "TEXT";
	out->loss = strict[kind].loss ? strict[kind].loss : out->loss;
	return WH_OK;
}
