/* mt940: SWIFT's customer statements MT940 and interim reports MT942, as banks write them.
 *
 * Read only. Tables: statement, entry, balance, detail, other; docs/mt940.md has their columns.
 * Source of the format: SWIFT User Handbook, Category 9; German structure of :86: by DFÜ-Abkommen,
 * annex 3. */
#ifndef WH_CODECS_MT940_MT940_H
#define WH_CODECS_MT940_MT940_H

#include "model/codec.h"

extern const struct wh_codec wh_mt940;
extern const struct wh_option wh_mt940_options[];

#endif
