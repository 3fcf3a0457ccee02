/* Primary and unique keys, indexes. */
#include "connectors/postgres/ddl.h"
#include "base/text.h"
#include <string.h>

/* What becomes ALTER TABLE ... ADD CONSTRAINT: other engines' unique indexes over columns too. */
static bool is_key(const struct postgres_ddl *d, const struct wh_plan_index *i)
{
	const struct wh_index *source = i->source;
	if (source->primary || (d->plan->same_engine && source->constraint))
		return true;
	if (d->plan->same_engine || !source->unique || i->where)
		return false;
	for (size_t p = 0; p < source->nparts; p++)
		if (i->expressions[p])
			return false;
	return true;
}

static bool same_text(const struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_index *i)
{
	return i->source->definition && wh_equal(i->name, i->source->name) && postgres_unchanged(d, t);
}

static void put_include(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_index *source)
{
	for (size_t i = 0; i < source->ninclude; i++) {
		const struct wh_plan_column *c = postgres_column(t, source->include[i]);
		postgres_put(d, i ? ", " : " INCLUDE (");
		postgres_put_name(d, c ? c->name : source->include[i]);
	}
	postgres_put(d, source->ninclude ? ")" : "");
}

static void put_key(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_index *i)
{
	const struct wh_index *source = i->source;
	postgres_put(d, "ALTER TABLE ");
	postgres_put_table(d, t);
	postgres_put(d, " ADD CONSTRAINT ");
	postgres_put_name(d, i->name);
	postgres_put(d, source->primary ? " PRIMARY KEY " : " UNIQUE ");
	if (d->plan->same_engine && source->nulls_not_distinct)
		postgres_put(d, "NULLS NOT DISTINCT ");
	postgres_put_names(d, i->columns, source->nparts);
	if (d->plan->same_engine)
		put_include(d, t, source);
	postgres_put(d, source->deferrable ? " DEFERRABLE" : "");
	postgres_put(d, source->deferred ? " INITIALLY DEFERRED" : "");
}

static void put_part(struct postgres_ddl *d, const struct wh_plan_index *i, size_t at)
{
	const struct wh_index_part *part = &i->source->parts[at];
	bool same = d->plan->same_engine;
	if (i->columns[at])
		postgres_put_name(d, i->columns[at]);
	else
		wh_buffer_format(&d->sql, "(%s)", i->expressions[at]);
	if (same && part->collation)
		wh_buffer_format(&d->sql, " COLLATE %s", part->collation);
	if (same && part->operator_class)
		wh_buffer_format(&d->sql, " %s", part->operator_class);
	postgres_put(d, part->descending ? " DESC" : "");
	if (same && part->descending != part->nulls_first)
		postgres_put(d, part->nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

static void put_index(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_index *i)
{
	const struct wh_index *source = i->source;
	postgres_put(d, source->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	postgres_put_name(d, i->name);
	postgres_put(d, " ON ");
	postgres_put_table(d, t);
	if (d->plan->same_engine && source->method)
		wh_buffer_format(&d->sql, " USING %s", source->method);
	else if (wh_equal(source->method, "spatial"))
		postgres_put(d, " USING gist");
	for (size_t p = 0; p < source->nparts; p++) {
		postgres_put(d, p ? ", " : " (");
		put_part(d, i, p);
	}
	postgres_put(d, ")");
	if (d->plan->same_engine)
		put_include(d, t, source);
	if (d->plan->same_engine && source->nulls_not_distinct)
		postgres_put(d, " NULLS NOT DISTINCT");
	if (i->where)
		wh_buffer_format(&d->sql, " WHERE %s", i->where);
}

static bool alike(const struct wh_plan_index *a, const struct wh_plan_index *b)
{
	const struct wh_index *x = a->source, *y = b->source;
	if (x->primary != y->primary || x->unique != y->unique || x->constraint != y->constraint ||
		x->nparts != y->nparts || x->ninclude != y->ninclude || !wh_equal(a->where, b->where) ||
		!wh_equal(x->method, y->method))
		return false;
	for (size_t p = 0; p < x->nparts; p++)
		if (!wh_equal(a->columns[p], b->columns[p]) ||
			!wh_equal(a->expressions[p], b->expressions[p]) ||
			!wh_equal(x->parts[p].operator_class, y->parts[p].operator_class))
			return false;
	return true;
}

/* How many of the table's indexes before this one are alike. */
static size_t rank(const struct wh_plan_table *t, const struct wh_plan_index *i)
{
	size_t n = 0;
	for (const struct wh_plan_index *k = t->indexes; k < i; k++)
		n += alike(k, i);
	return n;
}

/* The one among the table's indexes that stands to it as this one to its own, or NULL. */
static const struct wh_plan_index *counterpart(const struct wh_plan_table *own,
	const struct wh_plan_index *i, const struct wh_plan_table *other)
{
	size_t skip = rank(own, i);
	for (size_t k = 0; k < other->nindexes; k++)
		if (alike(&other->indexes[k], i) && skip-- == 0)
			return &other->indexes[k];
	return NULL;
}

static void put_definition(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_index *i)
{
	if (same_text(d, t, i))
		postgres_put(d, i->source->definition);
	else if (is_key(d, i))
		put_key(d, t, i);
	else
		put_index(d, t, i);
}

/* The parts' indexes first: the server then takes them for those of the whole, and they keep
 * their names. */
static void put_tree(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_index *i)
{
	for (size_t k = 0; t->source->rows_in_parts && k < d->plan->ntables; k++) {
		const struct wh_plan_table *part = &d->plan->tables[k];
		if (d->parent[k] != t->number || !postgres_is_partition(d, part))
			continue;
		const struct wh_plan_index *mine = counterpart(t, i, part);
		if (!mine)
			continue;
		put_tree(d, part, mine);
		postgres_put(d, ";\n");
	}
	put_definition(d, t, i);
}

/* It is made with its parent's. */
static bool comes_with_parent(const struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_index *i)
{
	if (!postgres_is_partition(d, t))
		return false;
	const struct wh_plan_table *parent = &d->plan->tables[d->parent[t->number]];
	return postgres_makes(parent) && counterpart(t, i, parent);
}

static void add_indexes(struct postgres_ddl *d, bool keys)
{
	for (size_t n = 0; n < d->plan->ntables; n++) {
		const struct wh_plan_table *t = &d->plan->tables[d->order[n]];
		bool large = postgres_is_large(t->schema, t->name);
		for (size_t i = 0; postgres_makes(t) && !large && i < t->nindexes; i++) {
			const struct wh_plan_index *index = &t->indexes[i];
			if (is_key(d, index) != keys || comes_with_parent(d, t, index))
				continue;
			put_tree(d, t, index);
			postgres_add(d, keys ? "key" : "index", t, index->name);
		}
	}
}

void postgres_ddl_keys(struct postgres_ddl *d)
{
	add_indexes(d, true);
}

void postgres_ddl_indexes(struct postgres_ddl *d)
{
	add_indexes(d, false);
}
