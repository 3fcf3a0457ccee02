/* Declared types of SQLite, for `whimbrel types`. SQLite enforces none of them: what a column really
 * holds is looked at when a file is inspected, and decides where it contradicts. */
#include "connectors/sqlite/sqlite.h"

static const struct wh_type integers = { .kind = WH_INT64, .precision = 64 };
static const struct wh_type reals = { .kind = WH_FLOAT64 };
static const struct wh_type texts = { .kind = WH_TEXT };
static const struct wh_type blobs = { .kind = WH_BYTES };
static const struct wh_type mixed = { .kind = WH_NATIVE };
static const struct wh_type moments = { .kind = WH_TIMESTAMPTZ, .precision = 6 };
static const struct wh_type julian = { .kind = WH_TIMESTAMP, .precision = 6 };

const struct wh_type_entry wh_sqlite_types[] = {
	{ "INTEGER" },
	{ "BIGINT" },
	{ "SMALLINT" },
	{ "TINYINT" },
	{ "YEAR" },
	{ "BOOLEAN" },
	{ "REAL" },
	{ "DOUBLE" },
	{ "FLOAT" },
	{ "DECIMAL(10,2)" },
	{ "NUMERIC(30,10)" },
	{ "NUMERIC" },
	{ "TEXT" },
	{ "VARCHAR(50)" },
	{ "CHAR(10)" },
	{ "CLOB" },
	{ "BLOB" },
	{ "VARBINARY(50)" },
	{ "DATE" },
	{ "TIME" },
	{ "DATETIME" },
	{ "DATETIME (unix seconds)", .type = &moments },
	{ "DATETIME (unix milliseconds)", .type = &moments },
	{ "DATETIME (julian days)", .type = &julian },
	{ "TIMESTAMP WITH TIME ZONE" },
	{ "JSON" },
	{ "UUID" },
	{ "no type, holds integers", .type = &integers },
	{ "no type, holds reals", .type = &reals },
	{ "no type, holds texts", .type = &texts },
	{ "no type, holds blobs", .type = &blobs },
	{ "no type, holds several kinds", .type = &mixed },
	{ "UNSIGNED64_BLOB" },
	{ "DECIMAL_TEXT(30,10)" },
	{ "DURATION_TEXT" },
	{ "ARRAY_TEXT" },
	{ "XML_TEXT" },
	{ "BIT_TEXT" },
	{ "INT2", .same_as = "SMALLINT" },
	{ "BOOL", .same_as = "BOOLEAN" },
	{ "NUMBER(30,10)", .same_as = "NUMERIC(30,10)" },
	{ "DEC(10,2)", .same_as = "DECIMAL(10,2)" },
	{ "TIMESTAMP", .same_as = "DATETIME" },
	{ "TIMESTAMPTZ", .same_as = "TIMESTAMP WITH TIME ZONE" },
	{ "JSONB", .same_as = "JSON" },
	{ "JSON_TEXT", .same_as = "JSON" },
	{ "GUID", .same_as = "UUID" },
	{ "UUID_TEXT", .same_as = "UUID" },
	{ "UNIQUEIDENTIFIER", .same_as = "UUID" },
	{ "BINARY", .same_as = "BLOB" },
	{ "VARBINARY", .same_as = "BLOB" },
	{ "BYTEA", .same_as = "BLOB" },
	{ 0 },
};
