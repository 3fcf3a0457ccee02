/* file: a whole file, read, written or compared at once. */
#ifndef WH_BASE_FILE_H
#define WH_BASE_FILE_H

#include "base/buffer.h"

/* For its owner's eyes (0600). The file appears whole or not at all; one that is there is
 * replaced. `what` names it for people: "the report". */
int wh_file_write(const char *path, const char *what, const char *bytes, size_t n,
	struct wh_error *error) WH_MUST_USE;
/* Appends the file's bytes. WH_CONFIG: it cannot be read, or holds more than `max`. */
int wh_file_read(const char *path, const char *what, size_t max, struct wh_buffer *out,
	struct wh_error *error) WH_MUST_USE;
/* Whether the file is there and holds just these bytes. */
bool wh_file_holds(const char *path, const char *bytes, size_t n);

#endif
