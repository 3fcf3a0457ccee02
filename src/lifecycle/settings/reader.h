/* reader: what the files that read migration.yaml share; nobody else includes it. Each verb
 * answers WH_CONFIG with file, line, column, what was expected and the nearest right word. */
#ifndef WH_LIFECYCLE_SETTINGS_READER_H
#define WH_LIFECYCLE_SETTINGS_READER_H

#include "lifecycle/settings/settings.h"
#include "lifecycle/settings/yaml.h"

struct wh_reader {
	struct wh_settings *s;
	const char *label, *folder;
	struct wh_error *error;
};

struct wh_reader_key {
	const char *name;
	int (*read)(struct wh_reader *, const struct wh_yaml *,
		void *field); /* NULL: of a later version */
	size_t offset;    /* of the field in the struct that the map fills */
};

int wh_reader_place(struct wh_reader *r, int line, int column);
int wh_reader_wrong(struct wh_reader *r, const struct wh_yaml *node, const char *expected);
/* "unknown key "x"; did you mean "y"?", or all the words that would do; without a place. */
int wh_reader_unknown(struct wh_reader *r, const char *what, const char *word,
	const char *const *words);
int wh_reader_map(struct wh_reader *r, const struct wh_reader_key *keys, const struct wh_yaml *node,
	void *into);
int wh_reader_text(struct wh_reader *r, const struct wh_yaml *node, void *field);
int wh_reader_path(struct wh_reader *r, const struct wh_yaml *node, void *field);

/* live.c: a time in milliseconds (int64_t); a struct wh_live. */
int wh_reader_duration(struct wh_reader *r, const struct wh_yaml *node, void *field);
int wh_reader_live(struct wh_reader *r, const struct wh_yaml *node, void *live);

/* reconcile.c: auto, yes or no (enum wh_reconcile); the list of controls. */
int wh_reader_reconcile(struct wh_reader *r, const struct wh_yaml *node, void *field);
int wh_reader_controls(struct wh_reader *r, const struct wh_yaml *node, void *settings);

/* rules.c: the list of rules for types. */
int wh_reader_rules(struct wh_reader *r, const struct wh_yaml *node, void *settings);

/* map.c: the list of tables. */
int wh_reader_maps(struct wh_reader *r, const struct wh_yaml *node, void *settings);

/* recipe.c: the ways to make a column's values; each fills a struct wh_map_column. */
int wh_reader_value(struct wh_reader *r, const struct wh_yaml *node, void *column);
int wh_reader_values(struct wh_reader *r, const struct wh_yaml *node, void *column);
int wh_reader_else(struct wh_reader *r, const struct wh_yaml *node, void *column);
int wh_reader_expr(struct wh_reader *r, const struct wh_yaml *node, void *column);
/* The field is a struct wh_recipe *. */
int wh_reader_filter(struct wh_reader *r, const struct wh_yaml *node, void *field);
int wh_reader_concat(struct wh_reader *r, const struct wh_yaml *node, void *column);
/* mask.c: a mask; `begin` is recipe.c's. */
int wh_reader_mask(struct wh_reader *r, const struct wh_yaml *node, void *column);
int wh_reader_begin_recipe(struct wh_reader *r, const struct wh_yaml *node, struct wh_map_column *c,
	enum wh_recipe_kind kind);
int wh_reader_any_text(struct wh_reader *r, const struct wh_yaml *node, void *field);

/* clang-format off */
#define WH_RECIPE_KEYS \
	{ "value", wh_reader_value, 0 }, { "values", wh_reader_values, 0 }, \
	{ "else", wh_reader_else, 0 }, { "concat", wh_reader_concat, 0 }, \
	{ "expr", wh_reader_expr, 0 }, { "mask", wh_reader_mask, 0 }
/* clang-format on */

#endif
