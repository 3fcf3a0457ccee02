/* Foreign keys and checks. */
#include "connectors/postgres/ddl.h"
#include "base/text.h"
#include <string.h>

/* The statement under hand, and the weaker one that holds for new rows only. */
static void add_constraint(struct postgres_ddl *d, const char *kind, const struct wh_plan_table *t,
	const char *name)
{
	struct wh_statement *s = postgres_add(d, kind, t, name);
	s->fallback = wh_arena_format(d->arena, "%s NOT VALID", s->sql);
}

static void put_add(struct postgres_ddl *d, const struct wh_plan_table *t, const char *name)
{
	postgres_put(d, "ALTER TABLE ");
	postgres_put_table(d, t);
	postgres_put(d, " ADD ");
	if (!name || !*name)
		return;
	postgres_put(d, "CONSTRAINT ");
	postgres_put_name(d, name);
	postgres_put(d, " ");
}

static void add_checks(struct postgres_ddl *d, const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nchecks; i++) {
		const struct wh_plan_check *c = &t->checks[i];
		put_add(d, t, c->name);
		wh_buffer_format(&d->sql, "CHECK (%s)", c->text);
		if (d->plan->same_engine && c->not_valid) {
			postgres_put(d, " NOT VALID");
			postgres_add(d, "check", t, c->name);
		} else {
			add_constraint(d, "check", t, c->name);
		}
	}
}

static bool check_taken(const struct wh_plan_table *t, const char *name)
{
	for (size_t i = 0; i < t->nchecks; i++)
		if (wh_equal(t->checks[i].name, name))
			return true;
	return false;
}

static const char *labels_name(struct postgres_ddl *d, const struct wh_plan_table *t,
	const char *column)
{
	const char *name = postgres_made_name(d, t, column, "labels");
	return check_taken(t, name) ? postgres_made_name(d, t, column, "only_labels") : name;
}

static void put_label_list(struct postgres_ddl *d, const struct wh_plan_column *c)
{
	for (size_t i = 0; i < c->nlabels; i++) {
		postgres_put(d, i ? ", " : "");
		postgres_put_literal(d, c->labels[i]);
	}
}

/* An enum or a set of another engine takes only its labels. */
static void add_labels(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	bool set = c->fit.wire.kind == WH_SET, text = c->fit.type.kind == WH_TEXT;
	if (d->plan->same_engine || !c->nlabels || !(set || (c->fit.wire.kind == WH_ENUM && text)))
		return;
	const char *name = labels_name(d, t, c->name);
	put_add(d, t, name);
	postgres_put(d, "CHECK (");
	postgres_put_name(d, c->name);
	postgres_put(d, set ? " <@ ARRAY[" : " IN (");
	put_label_list(d, c);
	postgres_put(d, set ? "]::text[])" : "))");
	add_constraint(d, "check", t, name);
}

static void put_action(struct postgres_ddl *d, const char *event, const char *action,
	const char *columns)
{
	if (!action || !*action || !strcmp(action, "NO ACTION"))
		return;
	wh_buffer_format(&d->sql, " ON %s %s", event, action);
	if (columns)
		wh_buffer_format(&d->sql, " (%s)", columns);
}

static void put_foreign_key(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_foreign_key *f, bool weak)
{
	const struct wh_foreign_key *source = f->source;
	put_add(d, t, f->name);
	postgres_put(d, "FOREIGN KEY ");
	postgres_put_names(d, f->columns, source->ncolumns);
	postgres_put(d, " REFERENCES ");
	postgres_put_qualified(d, f->to_schema, f->to_table);
	postgres_put(d, " ");
	postgres_put_names(d, f->to_columns, source->ncolumns);
	postgres_put(d, source->match_full ? " MATCH FULL" : "");
	put_action(d, "UPDATE", source->on_update, NULL);
	put_action(d, "DELETE", source->on_delete, d->plan->same_engine ? source->set_columns : NULL);
	postgres_put(d, source->deferrable ? " DEFERRABLE" : "");
	postgres_put(d, source->deferred ? " INITIALLY DEFERRED" : "");
	postgres_put(d, weak || source->not_valid ? " NOT VALID" : "");
}

/* The key points at a table whose rows are in parts. */
static bool to_parts(const struct postgres_ddl *d, const struct wh_plan_foreign_key *f)
{
	for (size_t i = 0; d->plan->same_engine && i < d->plan->ntables; i++) {
		const struct wh_plan_table *t = &d->plan->tables[i];
		if (t->source->rows_in_parts && wh_equal(t->name, f->to_table) &&
			wh_equal(t->schema, f->to_schema))
			return true;
	}
	return false;
}

static void add_foreign_key(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_foreign_key *f)
{
	const char *weak = NULL;
	if (!f->source->not_valid) {
		put_foreign_key(d, t, f, true);
		weak = postgres_take(d);
	}
	put_foreign_key(d, t, f, false);
	postgres_add(d, "foreign key", t, f->name)->fallback = weak;
}

static void put_group(struct postgres_ddl *d, const struct wh_plan_table *t, bool weak)
{
	bool any = false;
	for (size_t i = 0; i < t->nforeign_keys; i++) {
		if (!to_parts(d, &t->foreign_keys[i]))
			continue;
		postgres_put(d, any ? ";\n" : "");
		put_foreign_key(d, t, &t->foreign_keys[i], weak);
		any = true;
	}
}

/* The server gives names of its own to what such a key needs at each part, and they may be those
 * of the next key: the keys of one table are made in order, in one statement. */
static void add_group(struct postgres_ddl *d, const struct wh_plan_table *t)
{
	const char *first = NULL;
	for (size_t i = t->nforeign_keys; i-- > 0;)
		if (to_parts(d, &t->foreign_keys[i]))
			first = t->foreign_keys[i].name;
	if (!first)
		return;
	put_group(d, t, true);
	const char *weak = postgres_take(d);
	put_group(d, t, false);
	postgres_add(d, "foreign key", t, first)->fallback = weak;
}

static void add_foreign_keys(struct postgres_ddl *d, const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nforeign_keys; i++)
		if (!to_parts(d, &t->foreign_keys[i]))
			add_foreign_key(d, t, &t->foreign_keys[i]);
	add_group(d, t);
}

void postgres_ddl_constraints(struct postgres_ddl *d)
{
	for (size_t n = 0; n < d->plan->ntables; n++) {
		const struct wh_plan_table *t = &d->plan->tables[d->order[n]];
		if (!postgres_makes(t))
			continue;
		for (size_t i = 0; i < t->ncolumns; i++)
			add_labels(d, t, &t->columns[i]);
		add_checks(d, t);
	}
	for (size_t n = 0; n < d->plan->ntables; n++) {
		const struct wh_plan_table *t = &d->plan->tables[d->order[n]];
		if (postgres_makes(t))
			add_foreign_keys(d, t);
	}
}
