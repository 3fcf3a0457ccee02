/* encode: rows of the tables as one file of camt. */
#ifndef WH_CODECS_CAMT_ENCODE_H
#define WH_CODECS_CAMT_ENCODE_H

#include "codecs/camt/shape.h"
#include "codecs/camt/xsd.h"
#include "model/codec.h"

struct wh_camt_target {
	const char *name; /* of the file */
	const struct wh_camt_version *version;
	const struct wh_camt_xsd *xsd; /* what is written is checked by it; NULL: there is none */
};

int wh_camt_encode(const struct wh_camt_target *target, struct wh_codec_rows *rows,
	struct wh_codec_sink *sink, struct wh_error *error) WH_MUST_USE;

#endif
