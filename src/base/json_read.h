/* json_read: JSON text read value by value, with the place of what is wrong. Pure; any thread.
 *
 * RFC 8259, at most WH_JSON_DEPTH levels deep. Nothing is copied: what comes out is a view into the
 * text. Once something is wrong every call fails; the members of a fault say what. */
#ifndef WH_BASE_JSON_READ_H
#define WH_BASE_JSON_READ_H

#include "base/buffer.h"

#define WH_JSON_DEPTH 512

enum wh_json_kind {
	WH_JSON_NONE,
	WH_JSON_NULL,
	WH_JSON_FALSE,
	WH_JSON_TRUE,
	WH_JSON_NUMBER,
	WH_JSON_STRING,
	WH_JSON_ARRAY,
	WH_JSON_OBJECT,
};

struct wh_json_value {
	enum wh_json_kind kind;
	bool escaped;      /* STRING: backslashes stand in it */
	const char *bytes; /* as written; STRING: what stands between its quotes */
	size_t n;
};

struct wh_json_reader {
	const char *at, *end;
	const char *wanted; /* what was expected at `at`; NULL: nothing is wrong so far */
	const char *lone; /* the first half of a pair, \uD83D, that stands alone; NULL: there is none */
	int depth;
	bool fresh; /* nothing was read yet of the array or object that was entered last */
};

void wh_json_read(struct wh_json_reader *r, const char *text, size_t n);
/* Of the value that comes next; NONE: no value begins like this. */
enum wh_json_kind wh_json_next(struct wh_json_reader *r);
/* The next value with all that is in it. */
bool wh_json_value(struct wh_json_reader *r, struct wh_json_value *out);
/* Into the array or object that comes next, which is one. */
bool wh_json_enter(struct wh_json_reader *r);
/* Whether another element comes; false behind the array's end, or at a fault. */
bool wh_json_item(struct wh_json_reader *r);
/* The key of the next member, whose value comes next; false behind the object's end, or at a fault. */
bool wh_json_key(struct wh_json_reader *r, struct wh_json_value *out);
/* Whether nothing but spaces comes. */
bool wh_json_end(struct wh_json_reader *r);

/* The character for which an escape stands, and the bytes behind it: *at is its backslash, and the
 * string was read before. A half of a pair that stands alone is itself. */
uint32_t wh_json_escape(const char **at, const char *end);
/* Appends it in UTF-8; such a half becomes three bytes that are none. */
void wh_json_character(struct wh_buffer *out, uint32_t code);
/* Appends what a string that was read says. */
void wh_json_unescape(struct wh_buffer *out, const struct wh_json_value *string);

#endif
