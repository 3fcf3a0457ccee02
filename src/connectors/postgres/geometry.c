/* Geometry: PostGIS's type where the target has that extension, else bytea. What travels is OGC's
 * WKB; PostGIS writes its own EWKB (its manual, "OGC WKB and WKT"), which has the SRID in it. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

#define SRID_MOST 998999 /* PostGIS takes a larger one for another */
#define EWKB_SRID 0x20000000u

int postgres_offers(struct wh_conn *conn, struct wh_arena *arena, struct wh_offers *out,
	struct wh_error *error)
{
	PGresult *result;
	int rc = postgres_query(conn->state,
		"SELECT pg_catalog.format('%I.geometry', n.nspname) FROM pg_catalog.pg_extension e "
		"JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'",
		0, NULL, &result, error);
	if (rc != WH_OK)
		return rc;
	if (PQntuples(result))
		out->geometry = wh_arena_text(arena, PQgetvalue(result, 0, 0));
	PQclear(result);
	return WH_OK;
}

/* The name that both engines have for what the column is limited to. */
static const char *shape(const char *native)
{
	static const char *const shapes[] = { "point", "linestring", "polygon", "multipoint",
		"multilinestring", "multipolygon", "geometrycollection", NULL };
	for (size_t i = 0; shapes[i]; i++)
		if (wh_equal_nocase(native, shapes[i]))
			return shapes[i];
	return wh_equal_nocase(native, "geomcollection") ? "geometrycollection" : "geometry";
}

bool postgres_fit_postgis(const struct wh_fit_request *r, struct wh_fit *out)
{
	const struct wh_type *from = &r->column->type;
	if (!r->offers || !r->offers->geometry || from->srid < 0 || from->srid > SRID_MOST)
		return false;
	out->native = wh_arena_format(r->arena, "%s(%s,%d)", r->offers->geometry, shape(from->native),
		from->srid);
	out->type = (struct wh_type){ .kind = WH_GEOMETRY, .native = out->native, .srid = from->srid };
	out->wire = out->type;
	out->proof = WH_PROOF_EXACT;
	return true;
}

static uint32_t number(const unsigned char *b, bool little)
{
	return little
		? (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24
		: (uint32_t)b[3] | (uint32_t)b[2] << 8 | (uint32_t)b[1] << 16 | (uint32_t)b[0] << 24;
}

bool postgres_decode_geometry(struct postgres *s, struct wh_batch *b, size_t column,
	const char *bytes, size_t n)
{
	const unsigned char *at = (const unsigned char *)bytes;
	if (n < 5 || *at > 1)
		return false;
	bool little = *at == 1;
	if (!(number(at + 1, little) & EWKB_SRID)) {
		wh_batch_bytes(b, column, bytes, n);
		return true;
	}
	if (n < 9)
		return false;
	wh_buffer_clear(&s->scratch);
	wh_buffer_put(&s->scratch, bytes, 5);
	wh_buffer_put(&s->scratch, bytes + 9, n - 9);
	s->scratch.data[little ? 4 : 1] &= (char)~(EWKB_SRID >> 24);
	wh_batch_bytes(b, column, s->scratch.data, s->scratch.size);
	return true;
}
