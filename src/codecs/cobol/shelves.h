/* shelves: the copybooks that options name, and those that they copy. */
#ifndef WH_CODECS_COBOL_SHELVES_H
#define WH_CODECS_COBOL_SHELVES_H

#include "codecs/cobol/choices.h"

int wh_cobol_shelves_read(const struct wh_codec_setup *setup, const struct wh_cobol_choices *c,
	struct wh_copybook *books, struct wh_error *error) WH_MUST_USE;

#endif
