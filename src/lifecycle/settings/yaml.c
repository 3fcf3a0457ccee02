#include "lifecycle/settings/yaml.h"
#include "base/text.h"
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

struct yaml_level {
	struct wh_yaml *node, **tail;
	const char *key; /* of a map: read, and waiting for its value */
	int line, column;
};

struct yaml_build {
	struct wh_arena *arena;
	const char *label;
	struct wh_error *error;
	struct wh_yaml *root;
	struct yaml_level levels[WH_YAML_DEPTH];
	size_t depth;
	int documents;
};

const char *wh_yaml_place(struct wh_arena *arena, const char *label, int line, int column)
{
	size_t n = strlen(label);
	const char *shown = n > 150 ? label + n - 150 : label;
	return wh_arena_format(arena, "%s:%d:%d", shown, line, column);
}

static int yaml_fail(struct yaml_build *b, int line, int column, const char *text)
{
	wh_fail(b->error, WH_CONFIG, "%s", text);
	return wh_fail_place(b->error, "%s", wh_yaml_place(b->arena, b->label, line, column));
}

static size_t yaml_character(const char *at, size_t left)
{
	unsigned char lead = (unsigned char)*at;
	size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	return n <= left && wh_utf8_valid(at, n) ? n : 0;
}

/* What libfyaml lets pass or words badly. */
static int yaml_scan(struct yaml_build *b, const char *bytes, size_t n)
{
	int line = 1, column = 1;
	bool indent = true;
	for (size_t i = 0; i < n;) {
		size_t step = yaml_character(bytes + i, n - i);
		if (!step)
			return yaml_fail(b, line, column, "this is not UTF-8; save the file as UTF-8");
		if (!bytes[i])
			return yaml_fail(b, line, column, "a NUL character stands here; remove it");
		if (indent && bytes[i] == '\t')
			return yaml_fail(b, line, column, "a tab in the indentation; use spaces");
		if (bytes[i] == '\n') {
			line++;
			column = 0;
		}
		indent = bytes[i] == '\n' || (indent && bytes[i] == ' ');
		column++;
		i += step;
	}
	return WH_OK;
}

static int yaml_compare(const void *a, const void *b)
{
	const struct wh_yaml *const *x = a, *const *y = b;
	int order = strcmp((*x)->key, (*y)->key);
	if (order)
		return order;
	return (*x)->key_line != (*y)->key_line
		? (*x)->key_line - (*y)->key_line
		: (*x)->key_column - (*y)->key_column;
}

static int yaml_twice(struct yaml_build *b, const struct wh_yaml *map)
{
	const struct wh_yaml **keys = wh_new_array(b->arena, const struct wh_yaml *, map->count + 1);
	size_t n = 0;
	for (const struct wh_yaml *child = map->first; child; child = child->next)
		keys[n++] = child;
	qsort(keys, n, sizeof *keys, yaml_compare);
	for (size_t i = 1; i < n; i++) {
		if (!wh_equal(keys[i - 1]->key, keys[i]->key))
			continue;
		const char *text = wh_arena_format(b->arena,
			"the key \"%s\" stands twice, first in line %d; remove one", keys[i]->key,
			keys[i - 1]->key_line);
		return yaml_fail(b, keys[i]->key_line, keys[i]->key_column, text);
	}
	return WH_OK;
}

static void yaml_add(struct yaml_build *b, struct wh_yaml *node)
{
	if (!b->depth) {
		b->root = node;
		return;
	}
	struct yaml_level *level = &b->levels[b->depth - 1];
	node->key = level->key;
	node->key_line = level->line;
	node->key_column = level->column;
	level->key = NULL;
	*level->tail = node;
	level->tail = &node->next;
	level->node->count++;
}

static struct wh_yaml *yaml_node(struct yaml_build *b, struct fy_event *event)
{
	const struct fy_mark *mark = fy_event_start_mark(event);
	struct wh_yaml *node = wh_new(b->arena, struct wh_yaml);
	node->line = mark ? mark->line + 1 : 1;
	node->column = mark ? mark->column + 1 : 1;
	return node;
}

static int yaml_open(struct yaml_build *b, struct fy_event *event, enum wh_yaml_kind kind)
{
	struct wh_yaml *node = yaml_node(b, event);
	node->kind = kind;
	struct yaml_level *parent = b->depth ? &b->levels[b->depth - 1] : NULL;
	if (parent && parent->node->kind == WH_YAML_MAP && !parent->key)
		return yaml_fail(b, node->line, node->column, "a key must be one word or text");
	if (b->depth == WH_YAML_DEPTH)
		return yaml_fail(b, node->line, node->column, "nested too deeply");
	yaml_add(b, node);
	b->levels[b->depth++] = (struct yaml_level){ .node = node, .tail = &node->first };
	return WH_OK;
}

static int yaml_shut(struct yaml_build *b)
{
	if (!b->depth)
		return wh_fail(b->error, WH_BUG, "the YAML parser closed what it had not opened");
	const struct wh_yaml *node = b->levels[--b->depth].node;
	return node->kind == WH_YAML_MAP ? yaml_twice(b, node) : WH_OK;
}

static int yaml_scalar(struct yaml_build *b, struct fy_event *event)
{
	struct wh_yaml *node = yaml_node(b, event);
	size_t n = 0;
	const char *text = fy_token_get_text(event->scalar.value, &n);
	enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
	if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
		node->column -= node->column > 1; /* the mark stands behind the quote */
	node->text = wh_arena_bytes(b->arena, text ? text : "", text ? n : 0);
	if (strlen(node->text) != (text ? n : 0))
		return yaml_fail(b, node->line, node->column, "a NUL character in a text; remove it");
	struct yaml_level *level = b->depth ? &b->levels[b->depth - 1] : NULL;
	if (level && level->key && !fy_event_start_mark(event)) {
		node->line = level->line; /* nothing stands behind the key */
		node->column = level->column;
	}
	if (level && level->node->kind == WH_YAML_MAP && !level->key) {
		level->key = node->text;
		level->line = node->line;
		level->column = node->column;
	} else {
		yaml_add(b, node);
	}
	return WH_OK;
}

static struct fy_token *yaml_decoration(const struct fy_event *event)
{
	switch (event->type) {
	case FYET_SCALAR:
		return event->scalar.anchor ? event->scalar.anchor : event->scalar.tag;
	case FYET_MAPPING_START:
		return event->mapping_start.anchor ? event->mapping_start.anchor : event->mapping_start.tag;
	case FYET_SEQUENCE_START:
		return event->sequence_start.anchor
			? event->sequence_start.anchor
			: event->sequence_start.tag;
	case FYET_ALIAS:
		return event->alias.anchor;
	default:
		return NULL;
	}
}

static int yaml_event(struct yaml_build *b, struct fy_event *event)
{
	struct fy_token *decoration = yaml_decoration(event);
	if (decoration) {
		const struct fy_mark *mark = fy_token_start_mark(decoration);
		return yaml_fail(b, mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1,
			"anchors, aliases and tags are not read here; write the value itself, in quotes "
			"where it begins with \"&\", \"*\" or \"!\"");
	}
	switch (event->type) {
	case FYET_DOCUMENT_START:
		if (b->documents++) {
			struct wh_yaml *at = yaml_node(b, event);
			return yaml_fail(b, at->line, at->column,
				"a second document begins here; one file holds one");
		}
		return WH_OK;
	case FYET_MAPPING_START:
		return yaml_open(b, event, WH_YAML_MAP);
	case FYET_SEQUENCE_START:
		return yaml_open(b, event, WH_YAML_LIST);
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		return yaml_shut(b);
	case FYET_SCALAR:
		return yaml_scalar(b, event);
	default:
		return WH_OK;
	}
}

static int yaml_wrong(struct yaml_build *b, struct fy_diag *diag)
{
	void *at = NULL;
	const struct fy_diag_error *e = fy_diag_errors_iterate(diag, &at);
	if (!e)
		return yaml_fail(b, 1, 1, "this is not YAML");
	const char *text = wh_arena_format(b->arena, "this is not YAML: %s", e->msg ? e->msg : "?");
	return yaml_fail(b, e->line > 0 ? e->line : 1, e->column > 0 ? e->column : 1, text);
}

static int yaml_events(struct yaml_build *b, struct fy_parser *parser, struct fy_diag *diag)
{
	int rc = WH_OK;
	bool ended = false;
	while (rc == WH_OK && !ended) {
		struct fy_event *event = fy_parser_parse(parser);
		if (!event)
			break;
		ended = event->type == FYET_STREAM_END;
		rc = yaml_event(b, event);
		fy_parser_event_free(parser, event);
	}
	if (rc == WH_OK && (!ended || fy_parser_get_stream_error(parser)))
		rc = yaml_wrong(b, diag);
	return rc;
}

static void yaml_silent(struct fy_diag *diag, void *user, const char *text, size_t n)
{
	(void)diag, (void)user, (void)text, (void)n;
}

static int yaml_read(struct yaml_build *b, const char *bytes, size_t n)
{
	struct fy_diag_cfg words;
	fy_diag_cfg_default(&words);
	words.fp = NULL;
	words.output_fn = yaml_silent;
	words.colorize = false;
	struct fy_diag *diag = fy_diag_create(&words);
	if (!diag)
		return wh_fail(b->error, WH_BUG, "the YAML parser could not be made");
	fy_diag_set_collect_errors(diag, true);
	struct fy_parse_cfg config = { .diag = diag, .flags = FYPCF_QUIET | FYPCF_JSON_NONE };
	struct fy_parser *parser = fy_parser_create(&config);
	int rc = parser && !fy_parser_set_string(parser, bytes, n)
		? yaml_events(b, parser, diag)
		: wh_fail(b->error, WH_BUG, "the YAML parser could not be made");
	fy_diag_reset_error(diag); /* else the collected errors leak */
	if (parser)
		fy_parser_destroy(parser);
	fy_diag_unref(diag);
	return rc;
}

int wh_yaml_parse(struct wh_arena *arena, const char *label, const char *bytes, size_t n,
	struct wh_yaml **out, struct wh_error *error)
{
	struct yaml_build b = { .arena = arena, .label = label, .error = error };
	if (n > WH_YAML_BYTES)
		return yaml_fail(&b, 1, 1, "larger than 1 MiB; is this the right file?");
	int rc = yaml_scan(&b, bytes, n);
	if (rc == WH_OK && n)
		rc = yaml_read(&b, bytes, n);
	if (rc == WH_OK)
		*out = b.root;
	return rc;
}
