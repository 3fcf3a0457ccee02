/* rule: one entry of `types` in migration.yaml. The first rule that matches a column chooses its
 * type; a column's own entry in `map` goes before all of them. Strings are the settings'. */
#ifndef WH_LIFECYCLE_SETTINGS_RULE_H
#define WH_LIFECYCLE_SETTINGS_RULE_H

#include "base/buffer.h"
#include <stdint.h>

enum wh_comparison {
	WH_ANY_NUMBER, /* nothing is asked */
	WH_LESS,
	WH_AT_MOST,
	WH_EQUALS,
	WH_DIFFERS,
	WH_AT_LEAST,
	WH_MORE
};

struct wh_number_guard {
	enum wh_comparison is;
	int64_t than;
};

enum wh_asked { WH_EITHER, WH_YES, WH_NO };

struct wh_type_rule {
	const char *place;  /* "migration.yaml:14:5" */
	const char *from;   /* pattern over the source's type; NULL: any */
	const char *column; /* pattern over column, table.column, schema.table.column; NULL: any */
	const char *default_like; /* pattern over the source's default; NULL: any or none */
	struct wh_number_guard precision, length, scale;
	enum wh_asked nullable, key, auto_increment;
	const char *to; /* NULL: the type stays; {precision}, {scale}, {length} are the source's */
	const char *default_text; /* in the target's words; NULL: as it is */
	bool drop_default, drop_not_null, not_null;
};

/* "<= 10", "10"; false: neither. */
bool wh_number_guard_parse(const char *text, struct wh_number_guard *out);
void wh_number_guard_text(struct wh_buffer *out, const struct wh_number_guard *guard);
bool wh_number_guard_holds(const struct wh_number_guard *guard, int64_t number);

#endif
