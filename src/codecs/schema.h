/* schema: how codecs write down the tables that their records become. */
#ifndef WH_CODECS_SCHEMA_H
#define WH_CODECS_SCHEMA_H

#include "model/catalog.h"

/* "TRAN-CARD.NUM" is "tran_card_num": lower case, letters, digits and underscores; the arena's. */
const char *wh_codec_name(struct wh_arena *arena, const char *foreign);

/* An empty table at the end; the pointer holds until the next one is added. Texts are copied. */
struct wh_table *wh_codec_table(struct wh_catalog *c, const char *name, const char *comment);
/* Its type's `native` is made of the rest. "currency", a text of 3, names the unit of the table's
 * amounts. The pointer holds until the next column. */
struct wh_column *wh_codec_column(struct wh_catalog *c, struct wh_table *t, const char *name,
	struct wh_type type, bool not_null);
/* WH_CODEC_FILE and WH_CODEC_RECORD. */
void wh_codec_place_columns(struct wh_catalog *c, struct wh_table *t);
/* The first n columns are the primary key. */
void wh_codec_key(struct wh_catalog *c, struct wh_table *t, size_t n);
/* The table's columns, n of them, point at the first n columns of another. */
void wh_codec_reference(struct wh_catalog *c, struct wh_table *t, const char *const *columns,
	size_t n, const struct wh_table *to);

#define WH_CODEC_INT64 ((struct wh_type){ .kind = WH_INT64, .precision = 64 })
#define WH_CODEC_TEXT(characters) ((struct wh_type){ .kind = WH_TEXT, .length = (characters) })
#define WH_CODEC_DECIMAL(digits, places) \
	((struct wh_type){ .kind = WH_DECIMAL, .precision = (digits), .scale = (places) })

#endif
