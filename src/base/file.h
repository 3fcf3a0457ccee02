/* file: a whole file, written at once. */
#ifndef WH_BASE_FILE_H
#define WH_BASE_FILE_H

#include "base/error.h"
#include <stddef.h>

/* For its owner's eyes (0600). The file appears whole or not at all; one that is there is
 * replaced. `what` names it for people: "the report". */
int wh_file_write(const char *path, const char *what, const char *bytes, size_t n,
	struct wh_error *error) WH_MUST_USE;

#endif
