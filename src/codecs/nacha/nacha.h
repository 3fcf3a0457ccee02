/* nacha: files of the Automated Clearing House, read and written: records of 94 characters, in
 * lines or without line ends, as appendix three of the Nacha Operating Rules lays them out.
 *
 * A file header and its control, a batch with its control, an entry, an addenda are rows of
 * `ach_file`, `ach_file_control`, `batch`, `entry` and `addenda`; each names the one above it in
 * parent_id. Totals, hashes and counts are controls. */
#ifndef WH_CODECS_NACHA_NACHA_H
#define WH_CODECS_NACHA_NACHA_H

#include "model/codec.h"

extern const struct wh_codec wh_nacha;
extern const struct wh_option wh_nacha_options[]; /* ends with one that has no name */

#endif
