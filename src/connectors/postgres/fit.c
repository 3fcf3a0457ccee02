/* Fit: how a PostgreSQL target carries a column. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <string.h>

#define VARCHAR_MOST 10485760
#define BITS_MOST 83886080

/* Kinds that travel as themselves between two PostgreSQL servers; the rest goes as the server's
 * text. */
static bool travels(enum wh_kind kind)
{
	return kind != WH_ARRAY && kind != WH_ENUM && kind != WH_SET && kind != WH_NATIVE &&
		kind != WH_GEOMETRY && kind != WH_UINT64 && kind != WH_NO_KIND;
}

/* A domain has its base type's kind, but its name does not tell which of two forms it has. */
static bool domain_travels(enum wh_kind kind)
{
	return travels(kind) && kind != WH_XML && kind != WH_BITS && kind != WH_INTERVAL;
}

static void fit_same(const struct wh_fit_request *r, struct wh_fit *out)
{
	const struct wh_type *type = &r->column->type;
	struct wh_type known;
	bool own = postgres_type(r->arena, type->native, &known);
	out->native = type->native;
	out->type = out->wire = *type;
	bool json = type->kind == WH_JSON; /* its text arrives as it is: no need to compare by value */
	if (json || (own ? !travels(type->kind) : !domain_travels(type->kind)))
		out->wire.kind = WH_NATIVE;
	out->proof = WH_PROOF_EXACT;
}

static int fit_wanted(const struct wh_fit_request *r, struct wh_fit *out, struct wh_error *error)
{
	if (!postgres_type(r->arena, r->wanted, &out->type))
		return wh_fail(error, WH_CONFIG,
			"unknown type \"%s\": name one of PostgreSQL's own types, "
			"such as bigint, numeric(12,2), varchar(40), timestamp(3) with time zone",
			r->wanted);
	out->native = out->type.native;
	out->wire = out->type;
	if (!travels(out->type.kind))
		out->wire.kind = WH_NATIVE;
	out->proof = out->type.kind == r->column->type.kind ? WH_PROOF_EXACT : WH_PROOF_MAPPED;
	return WH_OK;
}

/* The answer in one of PostgreSQL's own types; values travel as `wire`. */
static void answer(const struct wh_fit_request *r, struct wh_fit *out, const char *native,
	enum wh_kind wire)
{
	const struct wh_type *from = &r->column->type;
	postgres_type(r->arena, native, &out->type);
	out->native = out->type.native;
	out->wire = out->type;
	out->wire.kind = wire;
	out->wire.labels = from->labels;
	out->wire.nlabels = from->nlabels;
	out->wire.srid = from->srid;
	out->proof = WH_PROOF_EXACT;
}

static void fit_bool(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "boolean", WH_BOOL);
}

static void fit_int64(const struct wh_fit_request *r, struct wh_fit *out)
{
	int32_t bits = r->column->type.precision;
	answer(r, out,
		bits == 0 || bits > 32 ? "bigint"
			: bits > 16        ? "integer"
							   : "smallint",
		WH_INT64);
}

static void fit_uint64(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "numeric(20,0)", WH_UINT64);
}

static void fit_decimal(const struct wh_fit_request *r, struct wh_fit *out)
{
	const struct wh_type *type = &r->column->type;
	bool held = type->precision > 0 && type->precision <= 1000 && type->scale >= 0;
	answer(r, out,
		held ? wh_arena_format(r->arena, "numeric(%d,%d)", type->precision, type->scale)
			 : "numeric",
		WH_DECIMAL);
}

static void fit_float32(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "real", WH_FLOAT32);
}

static void fit_float64(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "double precision", WH_FLOAT64);
}

static void fit_text(const struct wh_fit_request *r, struct wh_fit *out)
{
	int64_t length = r->column->type.length;
	bool held = length > 0 && length <= VARCHAR_MOST;
	answer(r, out, held ? wh_arena_format(r->arena, "varchar(%lld)", (long long)length) : "text",
		WH_TEXT);
}

static void fit_bytes(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "bytea", WH_BYTES);
}

static void fit_date(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "date", WH_DATE);
}

static int digits(const struct wh_fit_request *r)
{
	int32_t precision = r->column->type.precision;
	return precision >= 0 && precision < 6 ? precision : 6;
}

static void fit_time(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, wh_arena_format(r->arena, "time(%d)", digits(r)), WH_TIME);
}

static void fit_timestamp(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, wh_arena_format(r->arena, "timestamp(%d)", digits(r)), WH_TIMESTAMP);
}

static void fit_timestamptz(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, wh_arena_format(r->arena, "timestamp(%d) with time zone", digits(r)),
		WH_TIMESTAMPTZ);
}

static void fit_interval(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "interval", WH_INTERVAL);
}

static void fit_uuid(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "uuid", WH_UUID);
}

static void fit_json(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "json", WH_JSON);
	if (r->column->type.kind == WH_ARRAY)
		out->loss = "an array becomes a JSON array";
}

static void fit_xml(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "xml", WH_XML);
}

static void fit_enum(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "text", WH_ENUM);
}

static void fit_set(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "text[]", WH_SET);
}

static void fit_bits(const struct wh_fit_request *r, struct wh_fit *out)
{
	const struct wh_type *type = &r->column->type;
	bool held = type->length > 0 && type->length <= BITS_MOST;
	const char *name = type->fixed && held ? "bit" : "bit varying";
	answer(r, out,
		held ? wh_arena_format(r->arena, "%s(%lld)", name, (long long)type->length) : name,
		WH_BITS);
}

static void fit_geometry(const struct wh_fit_request *r, struct wh_fit *out)
{
	if (postgres_fit_postgis(r, out))
		return;
	answer(r, out, "bytea", WH_GEOMETRY);
	out->loss = "kept as well-known binary; operators and indexes of geometry are not there, and "
				"the reference system is not part of the value; with the extension postgis on the "
				"target it is a geometry";
}

static void fit_native(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "text", WH_TEXT);
	out->loss = "kept as the text that the source shows";
}

static void (*const fits[WH_KINDS])(const struct wh_fit_request *, struct wh_fit *) = {
	[WH_BOOL] = fit_bool,
	[WH_INT64] = fit_int64,
	[WH_UINT64] = fit_uint64,
	[WH_FLOAT32] = fit_float32,
	[WH_FLOAT64] = fit_float64,
	[WH_DECIMAL] = fit_decimal,
	[WH_TEXT] = fit_text,
	[WH_BYTES] = fit_bytes,
	[WH_DATE] = fit_date,
	[WH_TIME] = fit_time,
	[WH_TIMESTAMP] = fit_timestamp,
	[WH_TIMESTAMPTZ] = fit_timestamptz,
	[WH_INTERVAL] = fit_interval,
	[WH_UUID] = fit_uuid,
	[WH_JSON] = fit_json,
	[WH_XML] = fit_xml,
	[WH_ENUM] = fit_enum,
	[WH_SET] = fit_set,
	[WH_BITS] = fit_bits,
	[WH_ARRAY] = fit_json,
	[WH_GEOMETRY] = fit_geometry,
	[WH_NATIVE] = fit_native,
};

int postgres_fit(const struct wh_fit_request *r, struct wh_fit *out, struct wh_error *error)
{
	enum wh_kind kind = r->column->type.kind;
	bool same = wh_equal(r->engine, "postgresql");
	*out = (struct wh_fit){ .native = NULL };
	if (r->wanted && !(same && wh_equal(r->wanted, r->column->type.native)))
		return fit_wanted(r, out, error);
	if (same)
		fit_same(r, out);
	else if (kind > WH_NO_KIND && kind < WH_KINDS)
		fits[kind](r, out);
	else
		return wh_fail(error, WH_BUG, "column \"%s\" has no kind", r->column->name);
	return WH_OK;
}
