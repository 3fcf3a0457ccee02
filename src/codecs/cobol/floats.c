/* COMP-1 and COMP-2: floats of IBM, whose exponent counts powers of 16, or of IEEE. */
#include "codecs/cobol/coding.h"
#include "model/value.h"
#include <math.h>

#define SIGN (UINT64_C(1) << 63)
#define FRACTION ((UINT64_C(1) << 56) - 1)
#define BIAS 64
#define PLACES 56 /* bits of the fraction, which is below 1 */

static uint64_t load(const unsigned char *bytes, size_t n)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < 8; i++)
		bits = bits << 8 | (i < n ? bytes[i] : 0);
	return bits;
}

static void store(uint64_t bits, unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)(bits >> (56 - 8 * i));
}

static bool ibm_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	uint64_t bits = load(bytes, n), fraction = bits & FRACTION;
	int exponent = (int)(bits >> 56 & 0x7f) - BIAS;
	double value = ldexp((double)fraction, 4 * exponent - PLACES);
	(void)cell;
	if ((uint64_t)(double)fraction != fraction)
		return wh_cobol_held(scratch, bytes, n,
			"whose last bits no double holds: its fraction has more than 53");
	wh_batch_double(b, column, bits & SIGN ? -value : value);
	return true;
}

/* The fraction begins with a digit of 16 that is not 0, unless the exponent is the least. */
static bool ibm_bits(double value, size_t n, uint64_t *out)
{
	int power;
	double half = frexp(fabs(value), &power); /* 0.5 to 1 */
	int exponent = (power + 4 * BIAS + 3) / 4 - BIAS;
	if (!isfinite(value) || exponent >= BIAS)
		return false;
	if (exponent < -BIAS)
		exponent = -BIAS;
	double fraction = ldexp(half, power - 4 * exponent + PLACES);
	*out = (uint64_t)fraction;
	if (fraction != (double)*out || (n == 4 && *out & UINT32_MAX))
		return false;
	if (*out)
		*out |= (uint64_t)(exponent + BIAS) << 56;
	*out |= signbit(value) ? SIGN : 0;
	return true;
}

static bool refuse(const struct wh_cobol_cell *cell, double value, struct wh_buffer *scratch)
{
	struct wh_buffer text = { 0 };
	wh_float_text(&text, value, false);
	wh_cobol_no_place(cell, scratch, "%s", wh_buffer_string(&text));
	wh_buffer_free(&text);
	return false;
}

static bool ibm_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b, size_t column,
	uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch)
{
	double value = wh_double(b, column, row);
	uint64_t bits;
	if (!ibm_bits(value, n, &bits))
		return refuse(cell, value, scratch);
	store(bits, bytes, n);
	return true;
}

static void turn(const struct wh_cobol_cell *cell, unsigned char *out, const unsigned char *bytes,
	size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = bytes[cell->form.floating == WH_COBOL_IEEE_LITTLE ? n - 1 - i : i];
}

static bool ieee_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	unsigned char turned[8];
	(void)scratch;
	turn(cell, turned, bytes, n);
	uint64_t bits = load(turned, n);
	uint32_t upper = (uint32_t)(bits >> 32);
	float single;
	double value;
	memcpy(&single, &upper, sizeof single);
	memcpy(&value, &bits, sizeof value);
	wh_batch_double(b, column, n == sizeof single ? (double)single : value);
	return true;
}

static bool ieee_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b, size_t column,
	uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch)
{
	double value = wh_double(b, column, row);
	float single = (float)value;
	unsigned char straight[8];
	uint64_t bits;
	uint32_t upper;
	memcpy(&bits, &value, sizeof bits);
	memcpy(&upper, &single, sizeof upper);
	if (n == sizeof single) {
		if (!isnan(value) && (double)single != value)
			return refuse(cell, value, scratch);
		bits = (uint64_t)upper << 32;
	}
	store(bits, straight, n);
	turn(cell, bytes, straight, n);
	return true;
}

static const struct wh_cobol_coding ibm = {
	.decode = ibm_decode,
	.encode = ibm_encode,
	.any_bytes = true,
};

static const struct wh_cobol_coding ieee = {
	.decode = ieee_decode,
	.encode = ieee_encode,
	.any_bytes = true,
};

void wh_cobol_float_prepare(struct wh_cobol_cell *cell)
{
	bool is_ibm = cell->form.floating == WH_COBOL_IBM_FLOAT;
	bool single = cell->field->length == sizeof(float);
	cell->coding = is_ibm ? &ibm : &ieee;
	cell->type.kind = single && !is_ibm ? WH_FLOAT32 : WH_FLOAT64;
}
