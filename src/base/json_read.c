#include "base/json_read.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

void wh_json_read(struct wh_json_reader *r, const char *text, size_t n)
{
	*r = (struct wh_json_reader){ .at = text, .end = text + n };
}

static bool fail(struct wh_json_reader *r, const char *wanted)
{
	r->wanted = wanted;
	return false;
}

static void pass_space(struct wh_json_reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

static bool pass_char(struct wh_json_reader *r, char wanted)
{
	bool is = r->at < r->end && *r->at == wanted;
	r->at += is;
	return is;
}

enum wh_json_kind wh_json_next(struct wh_json_reader *r)
{
	static const unsigned char kinds[256] = {
		['n'] = WH_JSON_NULL,
		['f'] = WH_JSON_FALSE,
		['t'] = WH_JSON_TRUE,
		['"'] = WH_JSON_STRING,
		['['] = WH_JSON_ARRAY,
		['{'] = WH_JSON_OBJECT,
		['-'] = WH_JSON_NUMBER,
		['0'] = WH_JSON_NUMBER,
		['1'] = WH_JSON_NUMBER,
		['2'] = WH_JSON_NUMBER,
		['3'] = WH_JSON_NUMBER,
		['4'] = WH_JSON_NUMBER,
		['5'] = WH_JSON_NUMBER,
		['6'] = WH_JSON_NUMBER,
		['7'] = WH_JSON_NUMBER,
		['8'] = WH_JSON_NUMBER,
		['9'] = WH_JSON_NUMBER,
	};
	pass_space(r);
	return r->at < r->end && !r->wanted ? kinds[(unsigned char)*r->at] : WH_JSON_NONE;
}

static bool pass_word(struct wh_json_reader *r, const char *word)
{
	const char *letter = word;
	while (*letter && pass_char(r, *letter))
		letter++;
	return !*letter || fail(r, word);
}

/* ---- numbers ---- */

static bool pass_digits(struct wh_json_reader *r)
{
	const char *start = r->at;
	while (r->at < r->end && (unsigned char)(*r->at - '0') < 10)
		r->at++;
	return r->at > start || fail(r, "a digit");
}

static bool pass_number(struct wh_json_reader *r)
{
	pass_char(r, '-');
	if (!pass_char(r, '0') && !pass_digits(r))
		return false;
	if (pass_char(r, '.') && !pass_digits(r))
		return false;
	if (!pass_char(r, 'e') && !pass_char(r, 'E'))
		return true;
	if (!pass_char(r, '+'))
		pass_char(r, '-');
	return pass_digits(r);
}

/* ---- strings ---- */

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* High bits of the bytes that may not stand bare: the lowest that is set is right, those above it
 * may be carries. */
static uint64_t forbidden_of_eight(uint64_t eight)
{
	uint64_t quotes = eight ^ EACH('"'), slashes = eight ^ EACH('\\');
	uint64_t found = ((eight - EACH(0x20)) & ~eight) | ((quotes - EACH(1)) & ~quotes) |
		((slashes - EACH(1)) & ~slashes);
	return found & EACH(0x80);
}

static bool bare_forbidden(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

/* Passes the bytes that may stand bare; false: some that were seen are not ASCII. */
static bool pass_bare(struct wh_json_reader *r)
{
	uint64_t eight, high = 0, found = 0;
	while (!found && r->end - r->at >= (ptrdiff_t)sizeof eight) {
		memcpy(&eight, r->at, sizeof eight);
		eight = le64toh(eight);
		high |= eight;
		found = forbidden_of_eight(eight);
		r->at += found ? (size_t)__builtin_ctzll(found) / 8 : sizeof eight;
	}
	while (!found && r->at < r->end && !bare_forbidden(*r->at))
		high |= (unsigned char)*r->at++;
	return !(high & EACH(0x80));
}

static bool is_high(uint32_t code)
{
	return code >= 0xd800 && code < 0xdc00;
}

static bool is_low(uint32_t code)
{
	return code >= 0xdc00 && code < 0xe000;
}

static bool hex4(const char *at, const char *end, uint32_t *code)
{
	unsigned char two[2];
	if (end - at < 4 || !wh_text_unhex(at, 4, two))
		return false;
	*code = (uint32_t)two[0] << 8 | two[1];
	return true;
}

uint32_t wh_json_escape(const char **at, const char *end)
{
	static const char given[] = "bfnrt", meant[] = "\b\f\n\r\t";
	const char *from = *at;
	uint32_t code = (unsigned char)from[1], low;
	if (from[1] != 'u') {
		const char *found = strchr(given, from[1]);
		*at = from + 2;
		return found ? (unsigned char)meant[found - given] : code;
	}
	hex4(from + 2, end, &code);
	*at = from + 6;
	if (!is_high(code) || end - *at < 6 || from[6] != '\\' || from[7] != 'u' ||
		!hex4(from + 8, end, &low) || !is_low(low))
		return code;
	*at = from + 12;
	return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

/* At a backslash. */
static bool pass_escape(struct wh_json_reader *r)
{
	const char *start = r->at++;
	uint32_t code;
	if (r->at == r->end || !*r->at || !strchr("\"\\/bfnrtu", *r->at))
		return fail(r, "one of \"\\/bfnrtu");
	if (*r->at == 'u' && !hex4(r->at + 1, r->end, &code)) {
		while (++r->at < r->end && isxdigit((unsigned char)*r->at))
			;
		return fail(r, "a hexadecimal digit");
	}
	r->at = start;
	code = wh_json_escape(&r->at, r->end);
	if ((is_high(code) || is_low(code)) && !r->lone)
		r->lone = start;
	return true;
}

static bool check_utf8(struct wh_json_reader *r, const struct wh_json_value *string)
{
	const char *at = string->bytes, *end = at + string->n;
	if (wh_utf8_valid(at, string->n))
		return true;
	for (size_t step; (step = wh_utf8_step(at, (size_t)(end - at))) > 0;)
		at += step;
	r->at = at;
	return fail(r, "UTF-8");
}

static bool pass_string(struct wh_json_reader *r, struct wh_json_value *out)
{
	*out = (struct wh_json_value){ .kind = WH_JSON_STRING, .bytes = ++r->at };
	bool ascii = pass_bare(r);
	while (r->at < r->end && *r->at == '\\') {
		out->escaped = true;
		if (!pass_escape(r))
			return false;
		ascii &= pass_bare(r);
	}
	out->n = (size_t)(r->at - out->bytes);
	if (!ascii && !check_utf8(r, out))
		return false;
	if (pass_char(r, '"'))
		return true;
	return fail(r, r->at < r->end ? "an escape for a control character" : "the end of a string");
}

void wh_json_character(struct wh_buffer *out, uint32_t code)
{
	char bytes[4];
	size_t n = 0;
	if (code < 0x80) {
		bytes[n++] = (char)code;
	} else if (code < 0x800) {
		bytes[n++] = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		bytes[n++] = (char)(0xe0 | code >> 12);
		bytes[n++] = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		bytes[n++] = (char)(0xf0 | code >> 18);
		bytes[n++] = (char)(0x80 | (code >> 12 & 0x3f));
		bytes[n++] = (char)(0x80 | (code >> 6 & 0x3f));
	}
	if (code >= 0x80)
		bytes[n++] = (char)(0x80 | (code & 0x3f));
	wh_buffer_put(out, bytes, n);
}

void wh_json_unescape(struct wh_buffer *out, const struct wh_json_value *string)
{
	const char *at = string->bytes, *end = at + string->n;
	while (at < end) {
		const char *slash = memchr(at, '\\', (size_t)(end - at));
		wh_buffer_put(out, at, (size_t)((slash ? slash : end) - at));
		at = slash ? slash : end;
		if (slash)
			wh_json_character(out, wh_json_escape(&at, end));
	}
}

/* ---- arrays and objects ---- */

bool wh_json_enter(struct wh_json_reader *r)
{
	pass_space(r);
	if (r->depth == WH_JSON_DEPTH)
		return fail(r, "a value of at most 512 levels");
	r->at++;
	r->depth++;
	r->fresh = true;
	return true;
}

/* To the next element or member of what is closed by `close`. */
static bool pass_to_next(struct wh_json_reader *r, char close, const char *wanted)
{
	bool fresh = r->fresh;
	if (r->wanted)
		return false;
	pass_space(r);
	r->fresh = false;
	if (pass_char(r, close)) {
		r->depth--;
		return false;
	}
	return fresh || pass_char(r, ',') || fail(r, wanted);
}

bool wh_json_item(struct wh_json_reader *r)
{
	return pass_to_next(r, ']', "',' or ']'");
}

bool wh_json_key(struct wh_json_reader *r, struct wh_json_value *out)
{
	if (!pass_to_next(r, '}', "',' or '}'"))
		return false;
	if (wh_json_next(r) != WH_JSON_STRING)
		return fail(r, "a key in double quotes");
	if (!pass_string(r, out))
		return false;
	pass_space(r);
	return pass_char(r, ':') || fail(r, "':' behind the key");
}

static bool pass_array(struct wh_json_reader *r)
{
	struct wh_json_value element;
	bool is = wh_json_enter(r);
	while (is && wh_json_item(r))
		is = wh_json_value(r, &element);
	return !r->wanted;
}

static bool pass_object(struct wh_json_reader *r)
{
	struct wh_json_value part;
	bool is = wh_json_enter(r);
	while (is && wh_json_key(r, &part))
		is = wh_json_value(r, &part);
	return !r->wanted;
}

static bool pass_value(struct wh_json_reader *r, struct wh_json_value *out)
{
	switch (out->kind) {
	case WH_JSON_STRING:
		return pass_string(r, out);
	case WH_JSON_NUMBER:
		return pass_number(r);
	case WH_JSON_OBJECT:
		return pass_object(r);
	case WH_JSON_ARRAY:
		return pass_array(r);
	case WH_JSON_NULL:
		return pass_word(r, "null");
	case WH_JSON_TRUE:
		return pass_word(r, "true");
	case WH_JSON_FALSE:
		return pass_word(r, "false");
	default:
		return !r->wanted && fail(r, "a value");
	}
}

bool wh_json_value(struct wh_json_reader *r, struct wh_json_value *out)
{
	*out = (struct wh_json_value){ .kind = wh_json_next(r) };
	const char *start = r->at;
	if (!pass_value(r, out))
		return false;
	if (out->kind != WH_JSON_STRING) {
		out->bytes = start;
		out->n = (size_t)(r->at - start);
	}
	return true;
}

bool wh_json_end(struct wh_json_reader *r)
{
	if (r->wanted)
		return false;
	pass_space(r);
	return r->at == r->end || fail(r, "the end");
}
