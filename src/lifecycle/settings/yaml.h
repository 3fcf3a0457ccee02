/* yaml: a strict part of YAML as a tree: maps, lists and texts, each with its place.
 *
 * Input is UTF-8, one document, at most WH_YAML_BYTES. Anchors, aliases, tags, duplicate keys,
 * tabs in the indentation and NUL are refused: WH_CONFIG with "label:line:column" as the place.
 * Pure; any thread; the tree is the arena's. */
#ifndef WH_LIFECYCLE_YAML_H
#define WH_LIFECYCLE_YAML_H

#include "base/arena.h"

#define WH_YAML_BYTES (1u << 20)
#define WH_YAML_DEPTH 16

enum wh_yaml_kind { WH_YAML_TEXT, WH_YAML_LIST, WH_YAML_MAP };

struct wh_yaml {
	enum wh_yaml_kind kind;
	int line, column; /* from 1 */
	const char *key;  /* in a map; else NULL */
	int key_line, key_column;
	char *text;                   /* of TEXT; "" where nothing stands */
	struct wh_yaml *first, *next; /* children in order; the next sibling */
	size_t count;                 /* of children */
};

/* *out is NULL where the text holds nothing but comments. */
int wh_yaml_parse(struct wh_arena *arena, const char *label, const char *bytes, size_t n,
	struct wh_yaml **out, struct wh_error *error) WH_MUST_USE;
/* The place of line and column in a file, for messages. */
const char *wh_yaml_place(struct wh_arena *arena, const char *label, int line, int column);

#endif
