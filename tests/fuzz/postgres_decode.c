/* The fields of a binary COPY as a hostile server may send them: the first byte chooses the kind,
 * the rest is the field. Whatever is accepted must be encoded to bytes that decode to the same. */
#include "connectors/postgres/postgres.h"
#include "fuzz.h"
#include "model/digest.h"

static const struct {
	enum wh_kind kind;
	const char *native;
	int precision;
} kinds[] = {
	{ WH_BOOL, "boolean", 0 },
	{ WH_INT64, "smallint", 16 },
	{ WH_INT64, "integer", 32 },
	{ WH_INT64, "bigint", 64 },
	{ WH_UINT64, "numeric(20,0)", 0 },
	{ WH_FLOAT32, "real", 0 },
	{ WH_FLOAT64, "double precision", 0 },
	{ WH_DECIMAL, "numeric", 0 },
	{ WH_TEXT, "text", 0 },
	{ WH_BYTES, "bytea", 0 },
	{ WH_DATE, "date", 0 },
	{ WH_TIME, "time without time zone", 6 },
	{ WH_TIMESTAMP, "timestamp without time zone", 6 },
	{ WH_INTERVAL, "interval", 0 },
	{ WH_UUID, "uuid", 0 },
	{ WH_JSON, "json", 0 },
	{ WH_BITS, "bit varying", 0 },
	{ WH_GEOMETRY, "public.geometry(Point,4326)", 0 },
};

static struct wh_hash hash_of(struct wh_batch *b)
{
	struct wh_buffer scratch = { 0 };
	wh_digest_batch(b, NULL, 1, &scratch);
	wh_buffer_free(&scratch);
	return b->hash[0];
}

/* Encodes row 0 and decodes it again. */
static void round_trip(struct postgres *s, const struct wh_field *field, struct wh_batch *first)
{
	struct wh_batch again = { 0 };
	struct wh_buffer out = { 0 };
	struct wh_error error = { 0 };
	if (postgres_encode(&out, field, first, 0, 0, &error) == WH_OK && out.size >= 4) {
		wh_batch_init(&again, &field->wire.kind, 1);
		must(postgres_decoder_of(field)(s, &again, 0, out.data + 4, out.size - 4));
		wh_batch_row(&again);
		struct wh_hash a = hash_of(first), b = hash_of(&again);
		must(a.low == b.low && a.high == b.high);
		wh_batch_finish(&again);
	}
	wh_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	size_t k = data[0] % (sizeof kinds / sizeof *kinds);
	struct wh_field field = { .name = "f",
		.type = { .kind = kinds[k].kind,
			.native = kinds[k].native,
			.precision = kinds[k].precision } };
	struct postgres s = { .checks_utf8 = true };
	struct wh_batch b = { 0 };
	field.wire = field.type;
	wh_batch_init(&b, &field.wire.kind, 1);
	if (postgres_decoder_of(&field)(&s, &b, 0, (const char *)data + 1, size - 1)) {
		wh_batch_row(&b);
		if (!b.nstrays)
			round_trip(&s, &field, &b);
	}
	wh_batch_finish(&b);
	wh_buffer_free(&s.scratch);
	return 0;
}
