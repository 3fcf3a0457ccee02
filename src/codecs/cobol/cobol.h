/* cobol: files of COBOL records as tables, and back. docs/cobol.md says what becomes of what. */
#ifndef WH_CODECS_COBOL_COBOL_H
#define WH_CODECS_COBOL_COBOL_H

#include "model/codec.h"

extern const struct wh_codec wh_cobol;
extern const struct wh_option wh_cobol_options[];

#endif
