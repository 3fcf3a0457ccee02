#define _GNU_SOURCE /* qsort_r */
#include "base/json.h"
#include "base/arena.h"
#include "base/json_number.h"
#include "base/json_read.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

#define MEMBERS_FIXED 32

/* A member of an object in the text that is being made: where its key (with quotes) begins and its
 * value ends. */
struct member {
	size_t key, end;
};

/* `members` holds those of all objects that are open, one behind the other. */
struct json {
	struct wh_json_reader in;
	struct wh_buffer *out, spare;
	bool repeats; /* some object has two equal keys */
	struct member fixed[MEMBERS_FIXED], *members;
	size_t nmembers, capacity;
};

static bool json_value(struct json *j);

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

static bool bare_forbidden(uint32_t code)
{
	return code < 0x20 || code == '"' || code == '\\';
}

static void put_escaped(struct wh_buffer *out, uint32_t code)
{
	char c = short_escape(code);
	if (c)
		wh_buffer_put(out, (const char[]){ '\\', c }, 2);
	else
		wh_buffer_format(out, "\\u%04x", (unsigned)code);
}

/* Two halves of a pair are one character; a half alone stays an escape. */
static void put_character(struct wh_buffer *out, uint32_t code)
{
	if (bare_forbidden(code) || (code >= 0xd800 && code < 0xe000))
		put_escaped(out, code);
	else
		wh_json_character(out, code);
}

static void put_string(struct wh_buffer *out, const struct wh_json_value *string)
{
	const char *at = string->bytes - 1, *end = string->bytes + string->n, *slash;
	while (string->escaped && (slash = memchr(at, '\\', (size_t)(end - at))) != NULL) {
		wh_buffer_put(out, at, (size_t)(slash - at));
		at = slash;
		put_character(out, wh_json_escape(&at, end));
	}
	wh_buffer_put(out, at, (size_t)(end + 1 - at)); /* with its quotes */
}

static bool json_array(struct json *j)
{
	size_t n = 0;
	if (!wh_json_enter(&j->in))
		return false;
	wh_buffer_put(j->out, "[", 1);
	while (wh_json_item(&j->in)) {
		if (n++)
			wh_buffer_put(j->out, ",", 1);
		if (!json_value(j))
			return false;
	}
	wh_buffer_put(j->out, "]", 1);
	return !j->in.wanted;
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
	struct wh_json_value key;
	if (!wh_json_enter(&j->in))
		return false;
	wh_buffer_put(j->out, "{", 1);
	while (wh_json_key(&j->in, &key)) {
		if (j->nmembers > first)
			wh_buffer_put(j->out, ",", 1);
		size_t start = j->out->size;
		put_string(j->out, &key);
		wh_buffer_put(j->out, ":", 1);
		if (!json_value(j))
			return false;
		*json_member(j) = (struct member){ start, j->out->size };
	}
	members_sort(j, first);
	j->nmembers = first;
	wh_buffer_put(j->out, "}", 1);
	return !j->in.wanted;
}

static bool json_value(struct json *j)
{
	enum wh_json_kind kind = wh_json_next(&j->in);
	struct wh_json_value value;
	if (kind == WH_JSON_OBJECT)
		return json_object(j);
	if (kind == WH_JSON_ARRAY)
		return json_array(j);
	if (!wh_json_value(&j->in, &value))
		return false;
	if (kind == WH_JSON_STRING)
		put_string(j->out, &value);
	else if (kind == WH_JSON_NUMBER)
		wh_json_number(j->out, value.bytes, value.n);
	else
		wh_buffer_put(j->out, value.bytes, value.n);
	return true;
}

static bool json_whole(struct wh_buffer *out, const char *text, size_t n, bool *repeats)
{
	struct json j = { .out = out, .capacity = MEMBERS_FIXED };
	j.members = j.fixed;
	wh_json_read(&j.in, text, n);
	bool is = json_value(&j) && wh_json_end(&j.in);
	if (j.members != j.fixed)
		free(j.members);
	wh_buffer_free(&j.spare);
	*repeats = j.repeats;
	return is;
}

bool wh_json_valid(const char *text, size_t n)
{
	struct wh_json_reader r;
	struct wh_json_value value;
	wh_json_read(&r, text, n);
	return wh_json_value(&r, &value) && wh_json_end(&r);
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

void wh_json_quote(struct wh_buffer *out, const char *text, size_t n)
{
	bool valid = wh_utf8_valid(text, n);
	wh_buffer_char(out, '"');
	while (n) {
		size_t run = 0, step = 1;
		while (run < n && !bare_forbidden((unsigned char)text[run]) &&
			(valid || (text[run] & 0x80) == 0))
			run++;
		wh_buffer_put(out, text, run);
		text += run;
		n -= run;
		if (!n)
			break;
		if (bare_forbidden((unsigned char)*text) || (step = wh_utf8_step(text, n)) == 0)
			put_escaped(out, (unsigned char)*text);
		else
			wh_buffer_put(out, text, step);
		step += !step;
		text += step;
		n -= step;
	}
	wh_buffer_char(out, '"');
}
