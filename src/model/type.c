#include "model/type.h"
#include <string.h>

static const struct {
	const char *name;
	bool word, number;
} kinds[WH_KINDS] = {
	[WH_NO_KIND] = { "none" },
	[WH_BOOL] = { "bool", .word = true, .number = true },
	[WH_INT64] = { "int64", .word = true, .number = true },
	[WH_UINT64] = { "uint64", .word = true, .number = true },
	[WH_FLOAT32] = { "float32", .word = true },
	[WH_FLOAT64] = { "float64", .word = true },
	[WH_DECIMAL] = { "decimal", .number = true },
	[WH_TEXT] = { "text" },
	[WH_BYTES] = { "bytes" },
	[WH_DATE] = { "date", .word = true },
	[WH_TIME] = { "time", .word = true },
	[WH_TIMESTAMP] = { "timestamp", .word = true },
	[WH_TIMESTAMPTZ] = { "timestamptz", .word = true },
	[WH_INTERVAL] = { "interval" },
	[WH_UUID] = { "uuid" },
	[WH_JSON] = { "json" },
	[WH_XML] = { "xml" },
	[WH_ENUM] = { "enum" },
	[WH_SET] = { "set" },
	[WH_BITS] = { "bits" },
	[WH_ARRAY] = { "array" },
	[WH_GEOMETRY] = { "geometry" },
	[WH_NATIVE] = { "native" },
};

const char *wh_kind_name(enum wh_kind kind)
{
	return kinds[kind < WH_KINDS ? kind : WH_NO_KIND].name;
}

enum wh_kind wh_kind_named(const char *name)
{
	for (enum wh_kind kind = WH_BOOL; kind < WH_KINDS; kind++)
		if (strcmp(kinds[kind].name, name) == 0)
			return kind;
	return WH_NO_KIND;
}

bool wh_kind_is_word(enum wh_kind kind)
{
	return kind < WH_KINDS && kinds[kind].word;
}

bool wh_kind_is_number(enum wh_kind kind)
{
	return kind < WH_KINDS && kinds[kind].number;
}
