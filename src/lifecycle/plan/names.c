/* Names: where a table lands, the policy, what is too long, what collides. */
#include "lifecycle/plan/parts.h"
#include "base/hash.h"
#include "base/text.h"
#include <ctype.h>
#include <stdlib.h>

const struct wh_map_table *wh_planner_own_map(const struct wh_planner *p, const struct wh_table *t)
{
	for (size_t i = 0; i < p->settings->nmap; i++) {
		const struct wh_map_table *m = &p->settings->map[i];
		if (wh_equal(m->table, t->name) ||
			wh_equal(m->table, wh_shown_name(p->arena, t->schema, t->name)))
			return m;
	}
	return NULL;
}

const struct wh_map_table *wh_planner_map(const struct wh_planner *p, const struct wh_table *t)
{
	for (const struct wh_table *up = t; up; up = wh_planner_whole(p, up))
		t = up;
	return wh_planner_own_map(p, t);
}

const struct wh_map_column *wh_planner_map_column(const struct wh_map_table *map, const char *name)
{
	for (size_t i = 0; map && i < map->ncolumns; i++)
		if (wh_equal(map->columns[i].name, name))
			return &map->columns[i];
	return NULL;
}

static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* fooBar, FooBar, FOOBar and "Foo Bar" become foo_bar; other letters stay. */
static const char *snake(struct wh_arena *arena, const char *name)
{
	struct wh_buffer out = { 0 };
	for (size_t i = 0; name[i]; i++) {
		bool begins = upper(name[i]) && i &&
			(!upper(name[i - 1]) || islower((unsigned char)name[i + 1]));
		if (begins && out.size && out.data[out.size - 1] != '_')
			wh_buffer_char(&out, '_');
		wh_buffer_char(&out,
			name[i] == ' ' || name[i] == '-' ? '_' : (char)tolower((unsigned char)name[i]));
	}
	const char *result = wh_arena_text(arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return result;
}

static const char *lower(struct wh_arena *arena, const char *name)
{
	char *out = wh_arena_text(arena, name);
	for (char *c = out; *c; c++)
		if (upper(*c))
			*c = (char)(*c - 'A' + 'a');
	return out;
}

const char *wh_planner_name(const struct wh_planner *p, const char *name)
{
	if (!name)
		return NULL;
	if (p->settings->policies.names == WH_POLICY_LOWER)
		return lower(p->arena, name);
	if (p->settings->policies.names == WH_POLICY_SNAKE)
		return snake(p->arena, name);
	return name;
}

/* "sales.orders" where the target has schemas; else the whole word is the name. */
static void name_as_mapped(const struct wh_planner *p, struct wh_plan_table *t, const char *to)
{
	const char *dot = p->target->facts.schemas ? strchr(to, '.') : NULL;
	t->name = dot ? dot + 1 : to;
	if (dot)
		t->schema = wh_arena_bytes(p->arena, to, (size_t)(dot - to));
}

static bool in_default_schema(const struct wh_planner *p, const struct wh_table *t)
{
	return !t->schema || wh_equal(t->schema, p->catalog->default_schema);
}

void wh_planner_name_table(const struct wh_planner *p, struct wh_plan_table *t)
{
	const struct wh_table *from = t->source;
	const struct wh_map_table *map = wh_planner_own_map(p, from);
	t->schema = p->target->facts.schemas ? p->target->facts.default_schema : NULL;
	t->name = wh_planner_name(p, from->name);
	if (p->target->facts.schemas && from->schema)
		t->schema = wh_planner_name(p, from->schema);
	else if (!in_default_schema(p, from))
		t->name = wh_arena_format(p->arena, "%s_%s", wh_planner_name(p, from->schema), t->name);
	if (from->storage)
		t->name = from->name;
	if (map && map->to)
		name_as_mapped(p, t, map->to);
}

static bool same_name(const struct wh_planner *p, const char *a, const char *b)
{
	return p->target->facts.names_nocase ? wh_equal_nocase(a, b) : wh_equal(a, b);
}

/* How many bytes of the name fit, where `spare` bytes or characters are to follow. */
static size_t fitting(const struct wh_planner *p, const char *name, size_t spare)
{
	size_t n = strlen(name), most = (size_t)p->target->facts.name_most;
	if (most <= spare)
		return n;
	return p->target->facts.name_characters
		? wh_utf8_first(name, n, most - spare)
		: wh_utf8_cut(name, n, most - spare);
}

static bool too_long(const struct wh_planner *p, const char *name)
{
	return fitting(p, name, 0) < strlen(name);
}

static const char *why_too_long(const struct wh_planner *p)
{
	return wh_arena_format(p->arena, "is longer than the %d %s that it may have",
		p->target->facts.name_most, p->target->facts.name_characters ? "characters" : "bytes");
}

static bool ends_in_blank(const char *name)
{
	size_t n = strlen(name);
	return n && name[n - 1] == ' ';
}

static bool beyond_bmp(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name >= 0xF0)
			return true;
	return false;
}

/* NULL: the target takes it. */
static const char *why_refused(const struct wh_planner *p, const char *name)
{
	const struct wh_facts *facts = &p->target->facts;
	if (too_long(p, name))
		return why_too_long(p);
	if (!*name && !facts->names_empty)
		return "is empty, which none may be";
	if (facts->names_bmp && beyond_bmp(name))
		return "holds a character beyond U+FFFF, which none may have";
	return facts->names_bmp && ends_in_blank(name) ? "ends in a blank, which none may do" : NULL;
}

/* What is left of a name that is refused, with room for `spare` more. */
static const char *mended(const struct wh_planner *p, const char *name, size_t spare)
{
	struct wh_buffer out = { 0 };
	bool bmp = p->target->facts.names_bmp;
	for (size_t n = fitting(p, name, spare), i = 0; i < n; i++) {
		bool lead = bmp && (unsigned char)name[i] >= 0xF0;
		wh_buffer_char(&out, lead ? '_' : name[i]);
		i += lead ? 3 : 0;
	}
	while (bmp && out.size && out.data[out.size - 1] == ' ')
		out.size--;
	const char *text = wh_arena_bytes(p->arena, out.size ? out.data : "", out.size);
	wh_buffer_free(&out);
	return text;
}

/* What fits is all that the target would keep. */
static bool collides(const struct wh_planner *p, const char *a, const char *b)
{
	size_t n = fitting(p, a, 0);
	if (same_name(p, a, b))
		return true;
	return too_long(p, a) && too_long(p, b) && n == fitting(p, b, 0) && !strncmp(a, b, n);
}

static int refuse_table(const struct wh_planner *p, const struct wh_plan_table *t, const char *why)
{
	if (!*t->source->name) /* which `map` cannot name */
		return wh_fail(p->error, WH_CONFIG,
			"the name of a table %s on the target; rename it in the source: ALTER TABLE \"\" RENAME TO "
			"...",
			why);
	return wh_fail(p->error, WH_CONFIG,
		"the name of table \"%s\" %s on the target; choose another in migration.yaml: "
		"map: [{ table: \"%s\", to: \"%s_2\" }]",
		t->source->name, why, wh_shown_name(p->arena, t->source->schema, t->source->name),
		mended(p, t->name, 2));
}

static int refuse_column(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_plan_column *c, const char *why)
{
	return wh_fail(p->error, WH_CONFIG,
		"the name of column \"%s\" of table \"%s\" %s on the target; choose another in "
		"migration.yaml: map: [{ table: \"%s\", columns: { \"%s\": { to: \"%s_2\" } } }]",
		c->source->name, t->source->name, why,
		wh_shown_name(p->arena, t->source->schema, t->source->name), c->source->name,
		mended(p, c->name, 2));
}

static int check_columns(const struct wh_planner *p, const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct wh_plan_column *c = &t->columns[i];
		for (size_t k = 0; k < i; k++)
			if (collides(p, c->name, t->columns[k].name))
				return refuse_column(p, t, c,
					wh_arena_format(p->arena, "collides with \"%s\"", t->columns[k].name));
	}
	for (size_t i = 0; i < t->ncolumns; i++) {
		const char *why = why_refused(p, t->columns[i].name);
		if (why)
			return refuse_column(p, t, &t->columns[i], why);
	}
	return WH_OK;
}

static int compare_tables(const void *a, const void *b)
{
	const struct wh_plan_table *x = *(const struct wh_plan_table *const *)a;
	const struct wh_plan_table *y = *(const struct wh_plan_table *const *)b;
	int order = strcmp(x->schema ? x->schema : "", y->schema ? y->schema : "");
	return order ? order : strcasecmp(x->name, y->name);
}

static const struct wh_plan_table *table_collision(const struct wh_planner *p,
	const struct wh_plan_table **other)
{
	size_t n = p->plan->ntables;
	const struct wh_plan_table **sorted = wh_new_array(p->arena, const struct wh_plan_table *,
		n + 1);
	for (size_t i = 0; i < n; i++)
		sorted[i] = &p->plan->tables[i];
	qsort(sorted, n, sizeof *sorted, compare_tables);
	for (size_t i = 1; i < n; i++) {
		*other = sorted[i - 1];
		if (wh_equal((*other)->schema, sorted[i]->schema) &&
			collides(p, sorted[i]->name, (*other)->name))
			return sorted[i];
	}
	return NULL;
}

int wh_planner_check_names(const struct wh_planner *p)
{
	const struct wh_plan_table *other, *t = table_collision(p, &other);
	if (t)
		return refuse_table(p, t,
			wh_arena_format(p->arena, "collides with that of \"%s\"",
				wh_shown_name(p->arena, other->source->schema, other->source->name)));
	for (size_t i = 0; i < p->plan->ntables; i++) {
		t = &p->plan->tables[i];
		const char *why = why_refused(p, t->name);
		if (why)
			return refuse_table(p, t, why);
		int rc = check_columns(p, t);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

/* Names already given to indexes and constraints in one schema: a set by hash, open addressing. */
struct taken {
	const char **names;
	size_t count, capacity;
};

static size_t slot(const struct taken *set, const char *name)
{
	size_t i = (size_t)wh_hash_bytes(name, strlen(name), 0).low & (set->capacity - 1);
	while (set->names[i] && strcmp(set->names[i], name))
		i = (i + 1) & (set->capacity - 1);
	return i;
}

/* scope: the schema or the table in which the name must be the only one. */
static bool take(const struct wh_planner *p, struct taken *set, const char *scope, const char *name)
{
	const char *folded = lower(p->arena, wh_shown_name(p->arena, scope ? scope : "", name));
	size_t at = slot(set, folded);
	if (set->names[at])
		return false;
	set->names[at] = folded;
	return true;
}

static const char *shorten(const struct wh_planner *p, const char *name)
{
	if (!why_refused(p, name))
		return name;
	char hash[65];
	wh_sha256_hex(name, strlen(name), hash);
	return wh_arena_format(p->arena, "%s_%.8s", mended(p, name, 9), hash);
}

static const char *table_scope(const struct wh_planner *p, const struct wh_plan_table *t)
{
	return wh_arena_format(p->arena, "%s.%s.", t->schema ? t->schema : "", t->name);
}

/* The name, or one made of the table's and the name, or a numbered one. */
static const char *distinct(const struct wh_planner *p, struct taken *set,
	const struct wh_plan_table *t, const char *name, bool shared)
{
	const char *fits = shorten(p, name);
	const char *scope = shared ? t->schema : table_scope(p, t);
	for (int i = 1; !take(p, set, scope, fits); i++)
		fits = shorten(p,
			i == 1 ? wh_arena_format(p->arena, "%s_%s", t->name, name)
				   : wh_arena_format(p->arena, "%s_%s_%d", t->name, name, i));
	if (strcmp(fits, name))
		wh_findings_add(&p->plan->findings, "name-changed", WH_INFO, WH_AUTOMATIC,
			wh_arena_format(p->arena, "%s.%s", t->source->name, name),
			"is called \"%s\" on the target, where the name was taken, too long, or none that it may have",
			fits);
	return fits;
}

static const char *key_name(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_plan_index *i)
{
	if (i->name && strcmp(i->name, "PRIMARY") && i->name[0])
		return i->name;
	return wh_arena_format(p->arena, "%s_%s", t->name, i->source->primary ? "pkey" : "key");
}

static void fit_table_names(const struct wh_planner *p, struct taken *set, struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nindexes; i++) {
		t->indexes[i].name = distinct(p, set, t, key_name(p, t, &t->indexes[i]),
			p->target->facts.index_names_shared);
		take(p, set, table_scope(p, t), t->indexes[i].name); /* a unique one is a constraint too */
	}
	for (size_t i = 0; i < t->nforeign_keys; i++)
		t->foreign_keys[i].name = distinct(p, set, t, t->foreign_keys[i].name,
			p->target->facts.key_names_shared);
	for (size_t i = 0; i < t->nchecks; i++)
		if (t->checks[i].name)
			t->checks[i].name = distinct(p, set, t, t->checks[i].name, false);
}

static size_t names_in(const struct wh_plan *plan)
{
	size_t n = plan->ntables;
	for (size_t i = 0; i < plan->ntables; i++)
		n += plan->tables[i].nindexes + plan->tables[i].nforeign_keys + plan->tables[i].nchecks;
	return n;
}

void wh_planner_fit_names(const struct wh_planner *p)
{
	if (p->plan->same_engine && p->settings->policies.names == WH_POLICY_KEEP && !p->settings->nmap)
		return;
	struct taken set = { .capacity = 64 };
	while (set.capacity < 4 * names_in(p->plan))
		set.capacity *= 2;
	set.names = wh_new_array(p->arena, const char *, set.capacity);
	for (size_t i = 0; i < p->plan->ntables; i++)
		take(p, &set, p->plan->tables[i].schema, p->plan->tables[i].name);
	for (size_t i = 0; i < p->plan->ntables; i++)
		fit_table_names(p, &set, &p->plan->tables[i]);
}
