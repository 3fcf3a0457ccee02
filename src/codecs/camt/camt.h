/* camt: bank statements and payment orders of ISO 20022 in XML: camt.052, camt.053, camt.054 and
 * pain.001 of any version, by the local names of their elements. docs/camt.md has the tables.
 *
 * A file is one unit: what breaks its structure or holds a value that is none of its type refuses
 * all of it, WH_STOP with path and line, when it is learnt. Statements are written too, pain.001 is
 * not. */
#ifndef WH_CODECS_CAMT_CAMT_H
#define WH_CODECS_CAMT_CAMT_H

#include "model/codec.h"

extern const struct wh_codec wh_camt;
extern const struct wh_option wh_camt_options[];

#endif
