#include "codecs/cobol/shape.h"
#include "base/text.h"
#include <strings.h>

#define COLUMNS_MOST 10000

static int no_field(const char *option, const char *name, struct wh_error *error)
{
	return wh_fail(error, WH_CONFIG, "%s names \"%.60s\", but no field of the record is called so",
		option, name);
}

/* The only field of that name in the record. */
static int find_field(const struct wh_copybook *book, const struct wh_cobol_record *r,
	const char *option, const char *name, struct wh_error *error)
{
	int64_t found = -1;
	for (uint32_t i = r->first; i < r->first + r->count; i++) {
		if (!wh_equal_nocase(book->fields[i].name, name))
			continue;
		if (found >= 0)
			return wh_fail(error, WH_CONFIG, "%s names \"%.60s\", but several fields are called so",
				option, name);
		found = i;
	}
	return found < 0 ? no_field(option, name, error) : (int)found;
}

struct found {
	const struct wh_copybook *book;
	const struct wh_cobol_record *record;
};

static const char *record_name(const struct found *f)
{
	const struct wh_cobol_field *top = &f->book->fields[f->record->first];
	return top->level == 1 || top->level == 77 ? top->name : NULL;
}

static size_t count_records(const struct wh_cobol_shaping *from, struct found *last)
{
	size_t n = 0;
	for (size_t b = 0; b < from->nbooks; b++) {
		for (size_t i = 0; i < from->books[b].nrecords; i++)
			*last = (struct found){ &from->books[b], &from->books[b].records[i] };
		n += from->books[b].nrecords;
	}
	return n;
}

static bool find_record(const struct wh_cobol_shaping *from, const char *name, struct found *out)
{
	for (size_t b = 0; b < from->nbooks; b++)
		for (size_t i = 0; i < from->books[b].nrecords; i++) {
			*out = (struct found){ &from->books[b], &from->books[b].records[i] };
			if (wh_equal_nocase(record_name(out), name))
				return true;
		}
	return false;
}

/* The record that all is about, or the first of those that segments name. */
static int main_record(const struct wh_cobol_shaping *from, struct found *out,
	struct wh_error *error)
{
	const struct wh_cobol_choices *c = from->choices;
	if (c->record && !find_record(from, c->record, out))
		return wh_fail(error, WH_CONFIG, "record= names \"%.60s\", but no level 01 is called so",
			c->record);
	if (c->record || count_records(from, out) == 1)
		return WH_OK;
	if (!c->segments.count)
		return wh_fail(error, WH_CONFIG,
			"the copybook has several records (level 01): name one with record=, or say with "
			"segment_field= and segments= how they are told apart");
	*out = (struct found){ from->books, from->books->records };
	return WH_OK;
}

/* A segment is a level 01, or a group that lies in the place of others. */
static int resolve_segment(struct wh_cobol_outline *o, const struct found *main)
{
	struct wh_cobol_segment *s = o->segment;
	struct found own;
	if (find_record(o->from, s->name, &own)) {
		o->book = own.book;
		s->record = own.record;
		return WH_OK;
	}
	int i = find_field(main->book, main->record, "segments=", s->name, o->error);
	if (i < 0)
		return i;
	s->record = main->record;
	s->group = (uint32_t)i;
	uint32_t area = wh_cobol_base(main->book, s->group);
	if (o->area != WH_COBOL_NONE && o->area != area)
		return wh_fail(o->error, WH_CONFIG,
			"segments= names \"%.60s\", which is in another place than the group before it; they "
			"are to redefine one another",
			s->name);
	o->area = area;
	return WH_OK;
}

static struct wh_cobol_segment *segment_named(struct wh_cobol_shape *shape, const char *name,
	size_t n)
{
	for (size_t i = 0; i < shape->nsegments; i++)
		if (strlen(shape->segments[i].name) == n && !strncasecmp(shape->segments[i].name, name, n))
			return &shape->segments[i];
	return NULL;
}

static struct wh_cobol_segment *add_segment(struct wh_cobol_outline *o, const struct found *main,
	const char *name)
{
	struct wh_cobol_segment *s = &o->shape->segments[o->shape->nsegments++];
	*s = (struct wh_cobol_segment){ .record = main->record,
		.name = name,
		.group = WH_COBOL_NONE,
		.latest = -1 };
	return s;
}

/* "C|D:GROUP"; what is there of the group already gets the values too. */
static int read_segment(struct wh_cobol_outline *o, const struct found *main, const char *word)
{
	struct wh_arena *arena = o->from->arena;
	const char *colon = strrchr(word, ':');
	if (!colon || colon == word || !colon[1])
		return wh_fail(o->error, WH_CONFIG,
			"segments= has \"%.60s\"; each is VALUE:GROUP, such as C:CUSTOMER-DATA", word);
	struct wh_cobol_segment *s = segment_named(o->shape, colon + 1, strlen(colon + 1));
	bool known = s != NULL;
	o->segment = s = known ? s : add_segment(o, main, wh_arena_text(arena, colon + 1));
	while (word < colon) {
		size_t n = strcspn(word, "|:");
		*wh_push(arena, &s->values.items, &s->values.count) = wh_arena_bytes(arena, word, n);
		word += n + 1;
	}
	return known ? WH_OK : resolve_segment(o, main);
}

static int make_segments(struct wh_cobol_outline *o, const struct found *main)
{
	const struct wh_cobol_words *words = &o->from->choices->segments;
	int rc = WH_OK;
	o->shape->segments = wh_new_array(o->from->arena, struct wh_cobol_segment, words->count + 1);
	for (size_t i = 0; rc == WH_OK && i < words->count; i++)
		rc = read_segment(o, main, words->items[i]);
	if (!words->count)
		add_segment(o, main, record_name(main));
	return rc;
}

/* Only when all are resolved is it known over what they lie. */
static int lay_out(struct wh_cobol_outline *o, const struct found *main)
{
	struct found own;
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < o->shape->nsegments; i++) {
		o->segment = &o->shape->segments[i];
		bool other = o->segment->group == WH_COBOL_NONE && o->from->choices->segments.count;
		o->book = other && find_record(o->from, o->segment->name, &own) ? own.book : main->book;
		rc = wh_cobol_outline_record(o);
	}
	return rc;
}

static bool is_above(const struct wh_cobol_segment *s, const struct wh_cobol_segment *below)
{
	while (below && below != s)
		below = below->parent;
	return below != NULL;
}

static int set_parents(struct wh_cobol_outline *o)
{
	const struct wh_cobol_words *words = &o->from->choices->parents;
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i], *colon = strchr(word, ':');
		struct wh_cobol_segment *child = colon
			? segment_named(o->shape, word, (size_t)(colon - word))
			: NULL;
		struct wh_cobol_segment *parent = colon
			? segment_named(o->shape, colon + 1, strlen(colon + 1))
			: NULL;
		if (!child || !parent)
			return wh_fail(o->error, WH_CONFIG,
				"parents= has \"%.60s\"; each is CHILD:PARENT, both of segments=", word);
		if (child->parent || is_above(child, parent))
			return wh_fail(o->error, WH_CONFIG,
				"parents= has \"%.60s\", but a segment has one parent, and none that is below it",
				word);
		child->parent = parent;
		parent->has_children = o->shape->tree = true;
	}
	return WH_OK;
}

/* A field that stands at one place in every record. */
static int fixed_leaf(struct wh_cobol_outline *o, const struct found *main, const char *option,
	const char *name, const struct wh_cobol_leaf **out)
{
	if (!name)
		return WH_OK;
	int i = find_field(main->book, main->record, option, name, o->error);
	if (i < 0)
		return i;
	o->book = main->book;
	bool loose = main->book->fields[i].moves;
	for (uint32_t up = (uint32_t)i; up != WH_COBOL_NONE; up = main->book->fields[up].parent)
		loose |= main->book->fields[up].occurs;
	if (loose)
		return wh_fail(o->error, WH_CONFIG,
			"%s names \"%.60s\", which is not at one place in every record", option, name);
	struct wh_cobol_leaf *leaf = wh_new(o->from->arena, struct wh_cobol_leaf);
	*out = leaf;
	return wh_cobol_outline_leaf(o, (uint32_t)i, leaf);
}

static int number_leaf(struct wh_cobol_outline *o, const struct found *main, const char *option,
	const char *name, const struct wh_cobol_leaf **out)
{
	int rc = fixed_leaf(o, main, option, name, out);
	if (rc == WH_OK && *out && (*out)->cell.type.kind != WH_INT64)
		return wh_fail(o->error, WH_CONFIG,
			"%s names \"%.60s\", which is no whole number of at most 18 digits", option, name);
	return rc;
}

/* More than any target takes, and than a batch has. */
static int check_columns(const struct wh_cobol_shape *shape, struct wh_error *error)
{
	for (size_t i = 0; i < shape->ntables; i++) {
		const struct wh_cobol_block *b = shape->tables[i].block;
		if (b && b->nleaves > COLUMNS_MOST)
			return wh_fail(error, WH_CONFIG, "the table \"%.60s\" would have %zu columns, over %d",
				shape->tables[i].name, b->nleaves, COLUMNS_MOST);
	}
	return WH_OK;
}

int wh_cobol_shape_make(const struct wh_cobol_shaping *from, struct wh_cobol_shape *out,
	struct wh_error *error)
{
	const struct wh_cobol_choices *c = from->choices;
	struct wh_cobol_outline o = { .from = from,
		.shape = out,
		.area = WH_COBOL_NONE,
		.error = error };
	struct found main = { 0 };
	*out = (struct wh_cobol_shape){ 0 };
	int rc = main_record(from, &main, error);
	if (rc == WH_OK)
		rc = make_segments(&o, &main);
	if (rc == WH_OK)
		rc = set_parents(&o);
	if (rc == WH_OK)
		rc = lay_out(&o, &main);
	if (rc == WH_OK)
		rc = fixed_leaf(&o, &main, "segment_field=", c->segment_field, &out->segment_field);
	if (rc == WH_OK)
		rc = number_leaf(&o, &main, "length_field=", c->length_field, &out->length_field);
	if (rc == WH_OK)
		rc = number_leaf(&o, &main, "sequence=", c->sequence, &out->sequence);
	if (rc != WH_OK)
		return rc;
	wh_cobol_shape_name(out, from);
	return check_columns(out, error);
}
