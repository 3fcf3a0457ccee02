/* content: the values of one element, collected in any order and written in that of its schema. */
#ifndef WH_CODECS_CAMT_CONTENT_H
#define WH_CODECS_CAMT_CONTENT_H

#include "codecs/camt/tables.h"
#include "codecs/camt/writer.h"

#define WH_CAMT_CONTENT_MOST ((size_t)16 << 20) /* bytes of texts */
#define WH_CAMT_VALUES_MOST 65536

/* Where a value is from. */
struct wh_camt_origin {
	const struct wh_camt_table *table;
	int64_t file, record;
	const char *column;
};

struct wh_camt_value {
	struct wh_camt_place place;
	struct wh_camt_origin from;
	size_t path, at, n; /* in the texts */
};

struct wh_camt_content {
	const struct wh_camt_type *type; /* of the element */
	struct wh_camt_value *items;
	size_t count, capacity;
	size_t next; /* to be written */
	struct wh_buffer text;
};

/* All-zero before the first one. */
void wh_camt_content_begin(struct wh_camt_content *c, const struct wh_camt_type *type);
void wh_camt_content_free(struct wh_camt_content *c);

/* NULL, or why the value cannot stand there. */
const char *wh_camt_content_refuses(const struct wh_camt_content *c, const char *path,
	const char *text, size_t n);
/* The same also where only one of several may stand and another value says which. */
const char *wh_camt_content_add(struct wh_camt_content *c, const struct wh_camt_origin *from,
	const char *path, const char *text, size_t n);
/* Whether a value stands at or below the path. */
bool wh_camt_content_has(const struct wh_camt_content *c, const char *path);

/* Writes what stands before this element of the type (its number; SIZE_MAX: everything) into the
 * innermost open element. NULL, or the value at fault: the writer says why. */
const struct wh_camt_value *wh_camt_content_write(struct wh_camt_content *c,
	struct wh_camt_writer *w, size_t before) WH_MUST_USE;

#endif
