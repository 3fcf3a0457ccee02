/* text: UTF-8, patterns, and words near to a word. Pure; any thread. */
#ifndef WH_BASE_TEXT_H
#define WH_BASE_TEXT_H

#include "base/buffer.h"

/* Bytes that are not UTF-8 as RFC 3629 has it (no surrogates, no overlong forms) fail. */
bool wh_utf8_valid(const char *bytes, size_t n);
/* Bytes of the first character; 0: it is not UTF-8, or there is none. */
size_t wh_utf8_step(const char *bytes, size_t n);
size_t wh_utf8_length(const char *bytes, size_t n); /* characters; the bytes must be valid */
/* How many bytes the first so many characters have; the bytes must be valid. */
size_t wh_utf8_first(const char *bytes, size_t n, size_t characters);
/* The longest prefix of at most `max` bytes that ends at a character's end. */
size_t wh_utf8_cut(const char *bytes, size_t n, size_t max);

bool wh_equal(const char *a, const char *b);        /* NULL equals NULL only */
bool wh_equal_nocase(const char *a, const char *b); /* ASCII */
bool wh_starts(const char *text, const char *prefix);
bool wh_starts_nocase(const char *text, const char *prefix);
/* `*` any characters, `?` one, everything else itself; case counts. */
bool wh_pattern_match(const char *pattern, const char *text);
/* The word of a NULL-terminated list nearest to `word` (at most a third of it differs), or NULL. */
const char *wh_text_nearest(const char *word, const char *const *words);

/* For terminals: control characters, escapes and bidirectional marks shown as \xNN or \uNNNN. */
void wh_text_shown(struct wh_buffer *out, const char *bytes, size_t n);
/* Covers, in place, the passwords of all URLs in a text; a URL ends with the text, the line or a
 * double quote. For what shows words of the user that may be no well-formed URL. */
void wh_text_cover(char *text);
/* For HTML text and double-quoted attributes. */
void wh_text_html(struct wh_buffer *out, const char *bytes, size_t n);
void wh_text_hex(struct wh_buffer *out, const void *bytes, size_t n); /* lower case */
/* Hexadecimal to bytes; false where it is not. `out` has room for n / 2. */
bool wh_text_unhex(const char *hex, size_t n, void *out);

/* Whole text as a number; false: not one, or out of range. */
bool wh_text_int64(const char *bytes, size_t n, int64_t *out);
bool wh_text_uint64(const char *bytes, size_t n, uint64_t *out);
/* "512MiB", "64k", "1GB", "100": bytes. */
bool wh_text_size(const char *text, uint64_t *out);
/* At most 20 bytes and no NUL; returns the count. */
size_t wh_format_int64(char *out, int64_t value);
size_t wh_format_uint64(char *out, uint64_t value);

#endif
