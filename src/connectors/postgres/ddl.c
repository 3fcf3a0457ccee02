/* Statements of each phase: what all phases share. */
#include "connectors/postgres/ddl.h"
#include "base/hash.h"
#include "base/text.h"
#include <string.h>

#define NAME_MOST 63

void postgres_put(struct postgres_ddl *d, const char *text)
{
	wh_buffer_text(&d->sql, text);
}

void postgres_put_name(struct postgres_ddl *d, const char *name)
{
	wh_sql_name(&d->sql, &wh_dialect_postgresql, name);
}

void postgres_put_qualified(struct postgres_ddl *d, const char *schema, const char *name)
{
	wh_sql_qualified(&d->sql, &wh_dialect_postgresql, schema, name);
}

void postgres_put_table(struct postgres_ddl *d, const struct wh_plan_table *t)
{
	postgres_put_qualified(d, t->schema, t->name);
}

const char *postgres_quoted(struct postgres_ddl *d, const char *schema, const char *name)
{
	struct wh_buffer out = { .max = 4096 };
	wh_sql_qualified(&out, &wh_dialect_postgresql, schema, name);
	const char *text = wh_arena_text(d->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

const char *postgres_made_name(struct postgres_ddl *d, const struct wh_plan_table *t,
	const char *column, const char *end)
{
	const char *whole = wh_arena_format(d->arena, "%s%s%s_%s", t->name, column ? "_" : "",
		column ? column : "", end);
	if (strlen(whole) <= NAME_MOST)
		return whole;
	char hash[65];
	wh_sha256_hex(whole, strlen(whole), hash);
	size_t keep = wh_utf8_cut(t->name, strlen(t->name), NAME_MOST - 10 - strlen(end));
	return wh_arena_format(d->arena, "%.*s_%.8s_%s", (int)keep, t->name, hash, end);
}

void postgres_put_literal(struct postgres_ddl *d, const char *text)
{
	wh_sql_text(&d->sql, &wh_dialect_postgresql, text, strlen(text));
}

void postgres_put_names(struct postgres_ddl *d, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		postgres_put(d, i ? ", " : "(");
		postgres_put_name(d, names[i]);
	}
	postgres_put(d, ")");
}

const char *postgres_take(struct postgres_ddl *d)
{
	const char *text = wh_arena_bytes(d->arena, wh_buffer_string(&d->sql), d->sql.size);
	wh_buffer_clear(&d->sql);
	return text;
}

void postgres_put_tolerant(struct postgres_ddl *d, const char *statement, const char *errors)
{
	postgres_put_literal(d, statement);
	const char *literal = postgres_take(d);
	const char *body = wh_arena_format(d->arena,
		"BEGIN EXECUTE %s; EXCEPTION WHEN %s THEN NULL; END", literal, errors);
	postgres_put(d, "DO ");
	postgres_put_literal(d, body);
}

static const char *shown(struct postgres_ddl *d, const char *schema, const char *name)
{
	bool plain = !schema || !strcmp(schema, "public");
	return plain ? name : wh_arena_format(d->arena, "%s.%s", schema, name);
}

struct wh_statement *postgres_add(struct postgres_ddl *d, const char *kind,
	const struct wh_plan_table *t, const char *name)
{
	struct wh_statement *s = wh_statements_add(d->out, d->phase, kind, t ? t->number : -1, name);
	const char *table = t ? shown(d, t->schema, t->name) : NULL;
	if (table && name && strcmp(kind, "table"))
		s->object = wh_arena_format(d->arena, "%s %s on %s", kind, name, table);
	else if (table)
		s->object = wh_arena_format(d->arena, "%s %s", kind, table);
	s->sql = postgres_take(d);
	return s;
}

bool postgres_makes(const struct wh_plan_table *t)
{
	return wh_treatment_makes(t->treatment);
}

bool postgres_unchanged(const struct postgres_ddl *d, const struct wh_plan_table *t)
{
	if (!d->plan->same_engine || !wh_equal(t->name, t->source->name) ||
		!wh_equal(t->schema, t->source->schema))
		return false;
	for (size_t i = 0; i < t->ncolumns; i++)
		if (strcmp(t->columns[i].name, t->columns[i].source->name))
			return false;
	return true;
}

bool postgres_is_partition(const struct postgres_ddl *d, const struct wh_plan_table *t)
{
	return d->parent[t->number] >= 0 && wh_equal(t->source->kind, "partition");
}

const struct wh_plan_column *postgres_column(const struct wh_plan_table *t, const char *source)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (!t->columns[i].added && wh_equal(t->columns[i].source->name, source))
			return &t->columns[i];
	return NULL;
}

const struct wh_sequence *postgres_sequence_of(const struct postgres_ddl *d,
	const struct wh_plan_table *t, const struct wh_plan_column *c)
{
	const struct wh_catalog *catalog = d->plan->catalog;
	for (size_t i = 0; c->source->sequence && i < catalog->nsequences; i++) {
		const struct wh_sequence *s = &catalog->sequences[i];
		if (!strcmp(s->name, c->source->sequence) && wh_equal(s->owner_column, c->source->name) &&
			wh_equal(s->owner_table, t->source->name) &&
			wh_equal(s->owner_schema, t->source->schema))
			return s;
	}
	return NULL;
}

int64_t postgres_number_of(const struct postgres_ddl *d, const char *schema, const char *name)
{
	for (size_t i = 0; name && i < d->plan->ntables; i++)
		if (wh_equal(d->plan->tables[i].source->name, name) &&
			wh_equal(d->plan->tables[i].source->schema, schema))
			return (int64_t)i;
	return -1;
}

static void place(struct postgres_ddl *d, int64_t table, bool *placed, size_t *n)
{
	if (table < 0 || placed[table])
		return;
	placed[table] = true;
	place(d, d->parent[table], placed, n);
	const struct wh_table *t = d->plan->tables[table].source;
	for (size_t i = 0; i < t->nmore_parents; i++)
		place(d, postgres_number_of(d, t->more_parents[i].schema, t->more_parents[i].name), placed,
			n);
	d->order[(*n)++] = (size_t)table;
}

static void arrange(struct postgres_ddl *d)
{
	size_t n = d->plan->ntables, at = 0;
	bool *placed = wh_new_array(d->arena, bool, n + 1);
	d->order = wh_new_array(d->arena, size_t, n + 1);
	d->parent = wh_new_array(d->arena, int64_t, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct wh_table *t = d->plan->tables[i].source;
		d->parent[i] = d->plan->same_engine
			? postgres_number_of(d, t->parent_schema, t->parent)
			: -1;
	}
	for (size_t i = 0; i < n; i++)
		place(d, (int64_t)i, placed, &at);
}

static void make_tables(struct postgres_ddl *d)
{
	postgres_ddl_prelude(d);
	postgres_ddl_tables(d);
}

int postgres_ddl(const struct wh_plan *plan, enum wh_phase phase, struct wh_statements *out,
	struct wh_error *error)
{
	static void (*const phases[WH_PHASES])(struct postgres_ddl *) = {
		[WH_PHASE_CLEAR] = postgres_ddl_drops,
		[WH_PHASE_TABLES] = make_tables,
		[WH_PHASE_KEYS] = postgres_ddl_keys,
		[WH_PHASE_INDEXES] = postgres_ddl_indexes,
		[WH_PHASE_CONSTRAINTS] = postgres_ddl_constraints,
		[WH_PHASE_COUNTERS] = postgres_ddl_counters,
		[WH_PHASE_OPEN] = postgres_ddl_open,
	};
	struct postgres_ddl d = { .plan = plan, .phase = phase, .out = out, .arena = out->arena };
	arrange(&d);
	phases[phase](&d);
	bool full = d.sql.full;
	wh_buffer_free(&d.sql);
	return full ? wh_fail(error, WH_STOP, "a statement of phase \"%s\" is longer than 1 GiB",
					  wh_phase_name(phase))
				: WH_OK;
}
