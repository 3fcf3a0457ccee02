/* Masks. What each computes stands in docs/transforms.md, so that anybody can compute it anew:
 * K(x, ...) below is HMAC-SHA-256 under the mask's key over its arguments. */
#include "base/text.h"
#include "transform/digits.h"
#include "transform/make.h"
#include <openssl/evp.h>
#include <stdlib.h>

struct mask {
	struct wh_mac *mac;
	const struct wh_field *to;
	struct wh_buffer digits; /* and room behind them */
};

static int mask_open(struct wh_input *in, const struct wh_recipe *r, void **state,
	struct wh_error *error)
{
	const struct wh_plan_table *t = in->table;
	if (!r->key || !r->key->bytes)
		return wh_fail(error, WH_CONFIG, "the key of a mask has not been read: %s",
			r->key ? r->key->source : "it has none");
	struct mask *m = wh_alloc(sizeof *m);
	*m = (struct mask){ .to = &t->to.fields[r - t->recipes] };
	*state = m;
	return wh_mac_open(r->key->bytes, r->key->size, &m->mac, error);
}

static void mask_close(void *state)
{
	struct mask *m = state;
	if (!m)
		return;
	wh_mac_close(m->mac);
	wh_buffer_free(&m->digits);
	free(m);
}

/* K(what, 0, domain, 0, text) */
static void keyed(const struct mask *m, const char *what, const struct wh_recipe *r,
	struct wh_buffer *text, unsigned char out[WH_MAC_BYTES])
{
	wh_mac_begin(m->mac);
	wh_mac_put(m->mac, what, strlen(what) + 1);
	wh_mac_put(m->mac, r->domain, strlen(r->domain) + 1);
	wh_mac_put(m->mac, wh_buffer_string(text), text->size);
	wh_mac_end(m->mac, out);
}

static void cut(struct wh_buffer *text, int64_t length)
{
	if (length > 0 && (size_t)length < text->size) {
		text->size = (size_t)length;
		text->data[length] = '\0';
	}
}

static const char *hash(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	const struct mask *m = state;
	unsigned char bytes[WH_MAC_BYTES];
	const char *why = wh_input_text(input, r->fields[0], out);
	if (why || out->null)
		return why;
	wh_mac_begin(m->mac);
	wh_mac_put(m->mac, wh_buffer_string(&out->text), out->text.size);
	wh_mac_end(m->mac, bytes);
	wh_buffer_clear(&out->text);
	if (r->base64) {
		char text[4 * WH_MAC_BYTES / 3 + 8];
		EVP_EncodeBlock((unsigned char *)text, bytes, sizeof bytes);
		wh_buffer_text(&out->text, text);
	} else {
		wh_text_hex(&out->text, bytes, sizeof bytes);
	}
	cut(&out->text, r->length);
	return NULL;
}

const struct wh_make wh_make_hash = { mask_open, mask_close, hash };

static const char *redact(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	(void)state;
	const char *why = wh_input_text(input, r->fields[0], out);
	if (why || out->null)
		return why;
	wh_buffer_clear(&out->text);
	wh_buffer_text(&out->text, r->text);
	return NULL;
}

const struct wh_make wh_make_redact = { .make = redact };

static bool begins_character(char c)
{
	return ((unsigned char)c & 0xC0) != 0x80;
}

/* A text too short to keep anything of is masked whole. */
static const char *partial(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	(void)state;
	const char *why = wh_input_text(input, r->fields[0], out);
	if (why || out->null)
		return why;
	struct wh_buffer *text = &input->text;
	const char *from = wh_buffer_string(&out->text);
	if (!wh_utf8_valid(from, out->text.size))
		return wh_stray_words(WH_STRAY_UTF8);
	int64_t length = (int64_t)wh_utf8_length(from, out->text.size), at = -1;
	bool none = length <= r->first + r->last;
	wh_buffer_clear(text);
	for (size_t i = 0; i < out->text.size; i++) {
		bool begins = begins_character(from[i]);
		at += begins;
		if (!none && (at < r->first || at >= length - r->last))
			wh_buffer_char(text, from[i]);
		else if (begins)
			wh_buffer_text(text, r->text);
	}
	wh_buffer_clear(&out->text);
	wh_buffer_put(&out->text, wh_buffer_string(text), text->size);
	return NULL;
}

const struct wh_make wh_make_partial = { .make = partial };

static void collect_digits(struct wh_buffer *out, const struct wh_buffer *text)
{
	wh_buffer_clear(out);
	for (size_t i = 0; i < text->size; i++)
		if (text->data[i] >= '0' && text->data[i] <= '9')
			wh_buffer_char(out, text->data[i]);
}

static void replace_digits(struct wh_buffer *text, const char *digits)
{
	for (size_t i = 0; i < text->size; i++)
		if (text->data[i] >= '0' && text->data[i] <= '9')
			text->data[i] = *digits++;
}

static bool holds_integer(const struct wh_field *to, const struct wh_buffer *text)
{
	int64_t value = 0;
	uint64_t large;
	int bits = to->type.precision;
	if (to->wire.kind == WH_UINT64)
		return wh_text_uint64(text->data, text->size, &large);
	if (!wh_text_int64(text->data, text->size, &value))
		return false;
	return to->type.kind != WH_INT64 || bits <= 0 || bits >= 64 ||
		(value >= -(INT64_C(1) << (bits - 1)) && value < INT64_C(1) << (bits - 1));
}

/* A number keeps its number of digits: no zero before others, and not beyond its type. */
static bool good_number(const struct wh_field *to, const struct wh_buffer *text)
{
	const char *at = text->data + (text->data[0] == '-');
	bool padded = at[0] == '0' && at[1] >= '0' && at[1] <= '9';
	bool integer = to->wire.kind == WH_INT64 || to->wire.kind == WH_UINT64;
	return !padded && (!integer || holds_integer(to, text));
}

/* Walks the permutation until it meets a value that may be: still one to one. */
static const char *permute(struct mask *m, const struct wh_recipe *r, struct wh_buffer *text)
{
	collect_digits(&m->digits, text);
	size_t n = m->digits.size;
	if (!n)
		return NULL;
	if (!wh_buffer_reserve(&m->digits, 2 * n))
		return "the value is too large to be masked";
	char *work = m->digits.data, *first = work + n, *room = first + n;
	memcpy(first, work, n);
	bool number = wh_kind_is_number(m->to->wire.kind);
	do {
		wh_digits_permute(m->mac, r->domain, work, n, room);
		replace_digits(text, work);
	} while (number && !good_number(m->to, text) && memcmp(work, first, n));
	return NULL;
}

static const char *digits(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	const char *why = wh_input_text(input, r->fields[0], out);
	return why || out->null ? why : permute(state, r, &out->text);
}

const struct wh_make wh_make_digits = { mask_open, mask_close, digits };

static void put_letters(struct wh_buffer *out, const unsigned char *bytes, size_t length)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	for (size_t i = 0; i < length; i++) {
		size_t bit = 5 * i, byte = bit / 8;
		unsigned pair = (unsigned)bytes[byte] << 8 |
			(byte + 1 < WH_MAC_BYTES ? bytes[byte + 1] : 0);
		wh_buffer_char(out, letters[pair >> (11 - bit % 8) & 31]);
	}
}

/* A number becomes one of as many digits; a UUID a UUID of version 4; the rest letters. */
static const char *pseudonym(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	struct mask *m = state;
	unsigned char bytes[WH_MAC_BYTES];
	const char *why = wh_input_text(input, r->fields[0], out);
	if (why || out->null)
		return why;
	if (wh_kind_is_number(m->to->wire.kind))
		return permute(m, r, &out->text);
	keyed(m, "pseudonym", r, &out->text, bytes);
	wh_buffer_clear(&out->text);
	if (m->to->wire.kind == WH_UUID) {
		bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40);
		bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
		wh_text_hex(&out->text, bytes, 16);
	} else {
		put_letters(&out->text, bytes, (size_t)r->length);
	}
	return NULL;
}

const struct wh_make wh_make_pseudonym = { mask_open, mask_close, pseudonym };

/* From -days to days, never 0. */
static int64_t shift_of(const unsigned char *bytes, int64_t days)
{
	uint64_t number = 0;
	for (int i = 0; i < 8; i++)
		number = number << 8 | bytes[i];
	int64_t place = (int64_t)(number % (uint64_t)(2 * days));
	return place < days ? place - days : place - days + 1;
}

static const char *date_shift(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	unsigned char bytes[WH_MAC_BYTES];
	const char *why = NULL;
	wh_buffer_clear(&out->text);
	if (r->nnames > 1)
		why = wh_input_text(input, r->fields[1], out);
	if (why)
		return why;
	keyed(state, "date_shift", r, &out->text, bytes);
	why = wh_input_text(input, r->fields[0], out);
	out->days = shift_of(bytes, r->days);
	return why;
}

const struct wh_make wh_make_date_shift = { mask_open, mask_close, date_shift };
