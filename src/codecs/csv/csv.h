/* csv: delimited text in and out: RFC 4180 and what is found in its place. docs/csv.md */
#ifndef WH_CODECS_CSV_H
#define WH_CODECS_CSV_H

#include "model/codec.h"

extern const struct wh_codec wh_csv;
extern const struct wh_option wh_csv_options[]; /* ends with a NULL name */

#endif
