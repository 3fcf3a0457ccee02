/* write_map: the part of a migration.yaml that says what becomes of tables and columns. */
#ifndef WH_LIFECYCLE_SETTINGS_WRITE_MAP_H
#define WH_LIFECYCLE_SETTINGS_WRITE_MAP_H

#include "base/buffer.h"
#include "lifecycle/settings/settings.h"

void wh_write_quoted(struct wh_buffer *out, const char *text);
/* "INDENTkey: "text"", or nothing where the text is NULL. */
void wh_write_pair(struct wh_buffer *out, const char *indent, const char *key, const char *text);
void wh_write_map(struct wh_buffer *out, const struct wh_settings *s);

#endif
