/* parts: what the files that make a plan share; nobody else includes it. */
#ifndef WH_LIFECYCLE_PLAN_PARTS_H
#define WH_LIFECYCLE_PLAN_PARTS_H

#include "lifecycle/plan/plan.h"

struct wh_planner {
	struct wh_plan *plan;
	struct wh_arena *arena;
	const struct wh_settings *settings;
	const struct wh_connector *source, *target;
	const struct wh_offers *offers; /* of the target */
	const struct wh_catalog *catalog;
	struct wh_error *error;
	bool *rules_used; /* one a rule for types */
};

/* plan.c: part of the move, as the settings select */
bool wh_planner_selected(const struct wh_planner *p, const struct wh_table *t);

/* partitions.c */
/* The nearest table above a partition that is part of the move; NULL: it stands for itself. */
const struct wh_table *wh_planner_whole(const struct wh_planner *p, const struct wh_table *t);
/* A partition's rows travel through its whole where the target knows no partitions. */
bool wh_planner_folded(const struct wh_planner *p, const struct wh_table *t);
int wh_planner_check_part(const struct wh_planner *p, const struct wh_table *t);
int wh_planner_partition(const struct wh_planner *p, struct wh_plan_table *t); /* has columns */

/* names.c */
/* What is said of a table by its name, and what of its rows: a partition's are its whole's. */
const struct wh_map_table *wh_planner_own_map(const struct wh_planner *p, const struct wh_table *t);
const struct wh_map_table *wh_planner_map(const struct wh_planner *p, const struct wh_table *t);
const struct wh_map_column *wh_planner_map_column(const struct wh_map_table *map, const char *name);
void wh_planner_name_table(const struct wh_planner *p, struct wh_plan_table *t);
const char *wh_planner_name(const struct wh_planner *p, const char *name); /* by the policy */
/* Names of tables and columns that are too long or collide. */
int wh_planner_check_names(const struct wh_planner *p);
/* Names of indexes and constraints: cut and made distinct, with a finding. */
void wh_planner_fit_names(const struct wh_planner *p);

/* columns.c */
int wh_planner_columns(const struct wh_planner *p, struct wh_plan_table *t);
/* "shop.orders.id": the object of a finding */
const char *wh_planner_column_object(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_column *c);

/* recipes.c: columns whose values are made on the way */
void wh_planner_made(const struct wh_planner *p, const struct wh_plan_table *t,
	struct wh_plan_column *c, const struct wh_map_column *map);
size_t wh_planner_added(const struct wh_map_table *map); /* how many the source does not have */
const struct wh_map_column *wh_planner_adds(const struct wh_planner *p,
	const struct wh_map_table *map, size_t number);
void wh_planner_add(const struct wh_planner *p, const struct wh_plan_table *t,
	struct wh_plan_column *c, const struct wh_map_column *map);
/* The columns that recipes name must be there. */
int wh_planner_check_inputs(const struct wh_planner *p, const struct wh_plan_table *t);
/* After every table has its keys. */
int wh_planner_check_recipes(const struct wh_planner *p, const struct wh_plan_table *t);

/* domains.c: what a column is by itself, and for another engine by its type */
bool wh_planner_not_null(const struct wh_planner *p, const struct wh_column *c);
const char *wh_planner_default(const struct wh_planner *p, const struct wh_column *c);
void wh_planner_domain_checks(const struct wh_planner *p, struct wh_plan_table *t);
/* Columns have this type, and each says on the target all that it demands. */
bool wh_planner_domain_said(const struct wh_planner *p, const struct wh_object *o);

/* rowsets.c */
void wh_planner_rowsets(const struct wh_planner *p, struct wh_plan_table *t);

/* doubts.c */
void wh_planner_doubts(const struct wh_planner *p, const struct wh_plan_table *t,
	struct wh_plan_column *c);

/* rules.c: the rule that is this column's, or NULL; what its type becomes; NOT NULL. */
const struct wh_type_rule *wh_planner_rule(const struct wh_planner *p, const struct wh_table *t,
	const struct wh_column *c);
int wh_planner_rule_type(const struct wh_planner *p, const struct wh_type_rule *rule,
	const struct wh_type *from, const char **out) WH_MUST_USE;
void wh_planner_apply_rule(const struct wh_type_rule *rule, struct wh_plan_column *c);
/* Adds the nearest right word to an error about a type that the target refuses. */
void wh_planner_suggest_type(const struct wh_planner *p, const char *wanted);
void wh_planner_note_unused(const struct wh_planner *p); /* rules that no column has */

/* recipe_words.c: how a column is made, for people; no key in it */
const char *wh_recipe_words(struct wh_arena *arena, const struct wh_recipe *r);

/* keys.c; after every table has its columns */
void wh_planner_keys(const struct wh_planner *p, struct wh_plan_table *t);
struct wh_plan_table *wh_planner_table(const struct wh_planner *p, const char *schema,
	const char *name); /* by its source's name; NULL: not in the plan */
struct wh_plan_column *wh_plan_table_column(const struct wh_plan_table *t, const char *source);

/* traits.c: what a key is on the source that the target's keys cannot be */
void wh_planner_index_traits(const struct wh_planner *p, const struct wh_index *index,
	const char *object);
void wh_planner_reference_traits(const struct wh_planner *p, const struct wh_foreign_key *f,
	const char *object);

/* mentions.c: tables that go to the same engine under other names, or whose columns do */
struct wh_moved {
	const struct wh_plan_table **tables;
	size_t count;
};
void wh_planner_moved(const struct wh_planner *p, struct wh_moved *out);
/* Why the object's own text would mean something else on the target, or NULL. */
const char *wh_planner_mentions(const struct wh_planner *p, const struct wh_moved *moved,
	const struct wh_object *o);

/* objects.c */
void wh_planner_objects(const struct wh_planner *p);

/* grants.c */
bool wh_planner_is_right(const struct wh_object *o);
bool wh_planner_carries_rights(const struct wh_planner *p);
void wh_planner_report_rights(const struct wh_planner *p); /* where they are not carried */

/* An expression of the source in the target's dialect, or NULL and why. */
struct wh_sql_context;
const char *wh_planner_translate(const struct wh_planner *p, const struct wh_plan_table *t,
	const char *expression, struct wh_sql_context *context, const char **why);

#endif
