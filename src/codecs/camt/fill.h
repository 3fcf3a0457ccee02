/* fill: what a row says, put where its element has it. */
#ifndef WH_CODECS_CAMT_FILL_H
#define WH_CODECS_CAMT_FILL_H

#include "codecs/camt/content.h"
#include "codecs/camt/source.h"

struct wh_camt_fill {
	const char *version; /* "camt.053.001.08" */
	struct wh_error *error;
	struct wh_buffer text, path; /* of the value at hand */
};

/* The row at hand has been checked. WH_STOP: a value has no place. */
int wh_camt_fill_columns(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s) WH_MUST_USE;
/* A row of `party`, into the content of its detail. */
int wh_camt_fill_party(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s) WH_MUST_USE;
/* A row of `other_value`. */
int wh_camt_fill_other(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s) WH_MUST_USE;
/* WH_STOP that names the value. */
int wh_camt_fill_fails(const struct wh_camt_fill *f, const struct wh_camt_origin *from,
	const char *path, const char *why);

#endif
