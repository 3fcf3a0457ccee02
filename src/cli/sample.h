/* sample: the shop database of the demo, made as a SQLite file.
 *
 * The same rows every time. About `rows` rows in all (0: 300,000), in customers, products, orders
 * and order_lines, with what real databases hold: names in many scripts, NULLs, decimals, dates,
 * JSON, blobs, foreign keys, partial and expression indexes, a view, a trigger; and with what goes
 * wrong in them: one order line whose order is missing, and one name that is not UTF-8. */
#ifndef WH_CLI_SAMPLE_H
#define WH_CLI_SAMPLE_H

#include "base/error.h"
#include <stdint.h>

/* The file must not exist. WH_CONFIG: it does, or cannot be made. */
int wh_sample_shop(const char *path, uint64_t rows, struct wh_error *error) WH_MUST_USE;

#endif
