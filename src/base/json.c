#define _GNU_SOURCE /* qsort_r */
#include "base/json.h"
#include "base/arena.h"
#include "base/json_number.h"
#include "base/text.h"
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 512
#define MEMBERS_FIXED 32

/* A member of an object in the text that is being made: where its key (with quotes) begins, its
 * value begins and ends. */
struct member {
	size_t key, value, end;
};

/* out NULL: only checks. `members` holds those of all objects that are open, one behind the
 * other. */
struct json {
	const char *at, *end;
	struct wh_buffer *out, spare;
	int depth;
	bool repeats; /* some object has two equal keys */
	struct member fixed[MEMBERS_FIXED], *members;
	size_t nmembers, capacity;
};

static bool json_value(struct json *j);

static void json_put(struct json *j, const char *bytes, size_t n)
{
	if (j->out)
		wh_buffer_put(j->out, bytes, n);
}

static void json_space(struct json *j)
{
	while (j->at < j->end && (*j->at == ' ' || *j->at == '\n' || *j->at == '\t' || *j->at == '\r'))
		j->at++;
}

static bool json_char(struct json *j, char wanted)
{
	bool is = j->at < j->end && *j->at == wanted;
	j->at += is;
	return is;
}

static bool json_word(struct json *j, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(j->end - j->at) < n || memcmp(j->at, word, n) != 0)
		return false;
	j->at += n;
	json_put(j, word, n);
	return true;
}

static size_t json_digits(struct json *j)
{
	const char *start = j->at;
	while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
		j->at++;
	return (size_t)(j->at - start);
}

static bool json_number(struct json *j)
{
	const char *first = j->at;
	json_char(j, '-');
	const char *whole = j->at;
	size_t digits = json_digits(j);
	if (!digits || (digits > 1 && *whole == '0'))
		return false;
	if (json_char(j, '.') && !json_digits(j))
		return false;
	if (json_char(j, 'e') || json_char(j, 'E')) {
		if (!json_char(j, '+'))
			json_char(j, '-');
		if (!json_digits(j))
			return false;
	}
	if (j->out)
		wh_json_number(j->out, first, (size_t)(j->at - first));
	return true;
}

static bool json_hex4(struct json *j, uint32_t *code)
{
	unsigned char two[2];
	if (j->end - j->at < 4 || !wh_text_unhex(j->at, 4, two))
		return false;
	*code = (uint32_t)two[0] << 8 | two[1];
	j->at += 4;
	return true;
}

static void put_character(struct json *j, uint32_t code)
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
	json_put(j, bytes, n);
}

/* The short escape of a character that may not stand bare in a string; 0: it has none. */
static char short_escape(uint32_t code)
{
	static const char escapes[] = {
		['\b'] = 'b',
		['\f'] = 'f',
		['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't',
		['"'] = '"',
		['\\'] = '\\',
	};
	return code < sizeof escapes ? escapes[code] : '\0';
}

static bool bare_forbidden(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

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

/* Passes the bytes that may stand bare; *ascii: they are no more than that. */
static void json_bare_run(struct json *j, bool *ascii)
{
	uint64_t eight, high = 0, found = 0;
	while (!found && j->end - j->at >= (ptrdiff_t)sizeof eight) {
		memcpy(&eight, j->at, sizeof eight);
		eight = le64toh(eight);
		high |= eight;
		found = forbidden_of_eight(eight);
		j->at += found ? (size_t)__builtin_ctzll(found) / 8 : sizeof eight;
	}
	while (!found && j->at < j->end && !bare_forbidden(*j->at))
		high |= (unsigned char)*j->at++;
	*ascii = !(high & EACH(0x80));
}

static void put_escaped(struct wh_buffer *out, uint32_t code)
{
	char c = short_escape(code);
	if (c)
		wh_buffer_put(out, (const char[]){ '\\', c }, 2);
	else
		wh_buffer_format(out, "\\u%04x", (unsigned)code);
}

/* Behind "\u". Two halves of a pair are one character; a half alone stays an escape. */
static bool json_unicode(struct json *j)
{
	uint32_t code, low;
	if (!json_hex4(j, &code))
		return false;
	const char *behind = j->at;
	if (code >= 0xd800 && code < 0xdc00 && json_char(j, '\\') && json_char(j, 'u') &&
		json_hex4(j, &low) && low >= 0xdc00 && low < 0xe000) {
		put_character(j, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
		return true;
	}
	j->at = behind;
	if (!j->out)
		return true;
	if (code < 0x20 || code == '"' || code == '\\' || (code >= 0xd800 && code < 0xe000))
		put_escaped(j->out, code);
	else
		put_character(j, code);
	return true;
}

static bool json_escape(struct json *j)
{
	static const char given[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	if (json_char(j, 'u'))
		return json_unicode(j);
	const char *found = j->at < j->end && *j->at ? strchr(given, *j->at) : NULL;
	if (!found)
		return false;
	j->at++;
	unsigned char code = (unsigned char)meant[found - given];
	if (j->out && short_escape(code))
		put_escaped(j->out, code);
	else
		put_character(j, code);
	return true;
}

static bool json_string(struct json *j)
{
	if (!json_char(j, '"'))
		return false;
	json_put(j, "\"", 1);
	while (j->at < j->end) {
		const char *run = j->at;
		bool ascii;
		json_bare_run(j, &ascii);
		if (!ascii && !wh_utf8_valid(run, (size_t)(j->at - run)))
			return false;
		json_put(j, run, (size_t)(j->at - run));
		if (json_char(j, '"')) {
			json_put(j, "\"", 1);
			return true;
		}
		if (!json_char(j, '\\') || !json_escape(j))
			return false;
	}
	return false;
}

static bool json_array(struct json *j)
{
	j->at++;
	json_put(j, "[", 1);
	json_space(j);
	if (!json_char(j, ']')) {
		do {
			if (!json_value(j))
				return false;
			json_put(j, ",", 1);
		} while (json_char(j, ','));
		if (!json_char(j, ']'))
			return false;
		if (j->out && !j->out->full)
			j->out->size--;
	}
	json_put(j, "]", 1);
	return true;
}

static struct member *json_member(struct json *j)
{
	if (j->nmembers == j->capacity) {
		struct member *old = j->members == j->fixed ? NULL : j->members;
		j->capacity *= 2;
		j->members = wh_realloc(old, j->capacity * sizeof *j->members);
		if (!old)
			memcpy(j->members, j->fixed, sizeof j->fixed);
	}
	return &j->members[j->nmembers++];
}

static bool json_pair(struct json *j)
{
	size_t key = j->out ? j->out->size : 0;
	json_space(j);
	if (!json_string(j))
		return false;
	json_space(j);
	if (!json_char(j, ':'))
		return false;
	json_put(j, ":", 1);
	size_t value = j->out ? j->out->size : 0;
	if (!json_value(j))
		return false;
	if (j->out)
		*json_member(j) = (struct member){ key, value, j->out->size };
	return true;
}

/* The next byte of a canonical key, its escape undone; a lone half of a pair sorts by its
 * escape's bytes, and the quote that ends the key before all. */
static int key_byte(const char **at)
{
	static const char given[] = "bfnrt", meant[] = "\b\f\n\r\t";
	const char *from = *at;
	if (*from == '"')
		return -1;
	(*at)++;
	if (*from != '\\')
		return (unsigned char)*from;
	const char *found = strchr(given, from[1]);
	unsigned char code[2] = { 1, 0 };
	if (from[1] == 'u' && wh_text_unhex(from + 2, 4, code) && code[0] != 0)
		return '\\';
	*at += from[1] == 'u' ? 5 : 1;
	return from[1] == 'u' ? code[1] : found ? meant[found - given] : (unsigned char)from[1];
}

static int key_compare(const char *a, const char *b)
{
	int x, y;
	a++;
	b++;
	do {
		x = key_byte(&a);
		y = key_byte(&b);
	} while (x == y && x >= 0);
	return (x > y) - (x < y);
}

static int member_compare(const void *a, const void *b, void *text)
{
	const struct member *x = a, *y = b;
	int c = key_compare((const char *)text + x->key, (const char *)text + y->key);
	return c ? c : (x->key > y->key) - (x->key < y->key);
}

static bool members_sorted(const struct json *j, size_t first)
{
	for (size_t i = first + 1; i < j->nmembers; i++)
		if (key_compare(j->out->data + j->members[i - 1].key, j->out->data + j->members[i].key) >=
			0)
			return false;
	return true;
}

/* Brings the members from `first` on, the last in the text, into order. */
static void members_sort(struct json *j, size_t first)
{
	struct wh_buffer *out = j->out, *spare = &j->spare;
	struct member *m = j->members + first;
	size_t n = j->nmembers - first, start = n ? m->key : 0;
	if (n < 2 || out->full || members_sorted(j, first))
		return;
	wh_buffer_clear(spare);
	spare->max = out->max;
	qsort_r(m, n, sizeof *m, member_compare, out->data);
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && key_compare(out->data + m[i].key, out->data + m[i + 1].key) == 0) {
			j->repeats = true;
			continue;
		}
		wh_buffer_put(spare, out->data + m[i].key, m[i].end - m[i].key);
		wh_buffer_put(spare, ",", 1);
	}
	out->full |= spare->full;
	out->size = start;
	wh_buffer_put(out, spare->data, spare->size - 1);
}

static bool json_object(struct json *j)
{
	size_t first = j->nmembers;
	j->at++;
	json_put(j, "{", 1);
	json_space(j);
	if (!json_char(j, '}')) {
		do {
			if (!json_pair(j))
				return false;
			json_put(j, ",", 1);
		} while (json_char(j, ','));
		if (!json_char(j, '}'))
			return false;
		if (j->out && !j->out->full)
			j->out->size--;
	}
	if (j->out)
		members_sort(j, first);
	j->nmembers = first;
	json_put(j, "}", 1);
	return true;
}

static bool json_nested(struct json *j, bool (*inside)(struct json *))
{
	if (j->depth == DEPTH_MAX)
		return false;
	j->depth++;
	bool is = inside(j);
	j->depth--;
	return is;
}

static bool json_bare(struct json *j)
{
	switch (j->at < j->end ? *j->at : '\0') {
	case '{':
		return json_nested(j, json_object);
	case '[':
		return json_nested(j, json_array);
	case '"':
		return json_string(j);
	case 't':
		return json_word(j, "true");
	case 'f':
		return json_word(j, "false");
	case 'n':
		return json_word(j, "null");
	default:
		return json_number(j);
	}
}

static bool json_value(struct json *j)
{
	json_space(j);
	bool is = json_bare(j);
	json_space(j);
	return is;
}

static bool json_whole(struct wh_buffer *out, const char *text, size_t n, bool *repeats)
{
	struct json j = { .at = text, .end = text + n, .out = out, .capacity = MEMBERS_FIXED };
	j.members = j.fixed;
	bool is = json_value(&j) && j.at == j.end;
	if (j.members != j.fixed)
		free(j.members);
	wh_buffer_free(&j.spare);
	*repeats = j.repeats;
	return is;
}

bool wh_json_valid(const char *text, size_t n)
{
	bool repeats;
	return json_whole(NULL, text, n, &repeats);
}

bool wh_json_canonical(struct wh_buffer *out, const char *text, size_t n)
{
	size_t before = out->size;
	bool full = out->full, repeats;
	if (json_whole(out, text, n, &repeats) && !out->full)
		return true;
	out->size = before;
	out->full = full;
	if (out->data)
		out->data[before] = '\0';
	return false;
}

bool wh_json_repeats(const char *text, size_t n)
{
	struct wh_buffer canonical = { 0 };
	bool repeats = false, is = json_whole(&canonical, text, n, &repeats);
	wh_buffer_free(&canonical);
	return is && repeats;
}

/* Bytes of the character at the front, or 0 where it is not UTF-8. */
static size_t quote_step(const char *text, size_t n)
{
	for (size_t step = 1; step <= 4 && step <= n; step++)
		if (wh_utf8_valid(text, step))
			return step;
	return 0;
}

void wh_json_quote(struct wh_buffer *out, const char *text, size_t n)
{
	bool valid = wh_utf8_valid(text, n);
	wh_buffer_char(out, '"');
	while (n) {
		size_t run = 0, step = 1;
		while (run < n && !bare_forbidden(text[run]) && (valid || (text[run] & 0x80) == 0))
			run++;
		wh_buffer_put(out, text, run);
		text += run;
		n -= run;
		if (!n)
			break;
		if (bare_forbidden(*text) || (step = quote_step(text, n)) == 0)
			put_escaped(out, (unsigned char)*text);
		else
			wh_buffer_put(out, text, step);
		step += !step;
		text += step;
		n -= step;
	}
	wh_buffer_char(out, '"');
}
