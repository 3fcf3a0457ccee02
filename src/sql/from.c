/* FROM: tables, queries and joins. */
#include "base/text.h"
#include "sql/query.h"
#include <string.h>

static bool names_match(const struct wh_sql_work *w, const char *a, const char *b)
{
	if (!a || !b)
		return false;
	return w->from == &wh_dialect_postgresql ? wh_equal(a, b) : wh_equal_nocase(a, b);
}

static const char *take_name(struct wh_parser *p)
{
	const struct wh_token *t = p->t;
	bool folds = wh_parser_is(p, &wh_dialect_postgresql) && t->kind == WH_TOKEN_WORD;
	if (t->kind != WH_TOKEN_WORD && t->kind != WH_TOKEN_NAME) {
		wh_parser_fail(p);
		return "";
	}
	p->t++;
	return folds ? wh_parser_lower(p, t->text) : t->text;
}

static const struct wh_sql_table *find_table(struct wh_parser *p, const char *schema,
	const char *name)
{
	const struct wh_sql_tables *tables = p->w->tables;
	bool own = !schema || names_match(p->w, schema, tables->database) ||
		(wh_parser_is(p, &wh_dialect_sqlite) && wh_equal_nocase(schema, "main"));
	const struct wh_sql_table *found = NULL;
	for (size_t i = 0; i < tables->count; i++) {
		const struct wh_sql_table *t = &tables->items[i];
		if (!names_match(p->w, t->name, name) || (!own && !names_match(p->w, t->schema, schema)))
			continue;
		if (found && !schema) {
			wh_sql_doubt(p->w, "there are several tables \"%s\"", name);
			return NULL;
		}
		found = t;
	}
	if (!found)
		wh_sql_doubt(p->w, "\"%s\" is not carried as a table or view", name);
	return found;
}

static struct wh_common *find_common(struct wh_parser *p, const char *name)
{
	struct wh_common *c = p->w->commons;
	while (c && !names_match(p->w, c->table.name, name))
		c = c->next;
	return c;
}

static void resolve(struct wh_parser *p, struct wh_source *s, const char *schema, const char *name)
{
	struct wh_common *c = schema ? NULL : find_common(p, name);
	if (c && c->open) {
		c->recursive = true;
		if (!c->table.columns)
			wh_sql_doubt(p->w, "\"%s\" reads itself before it has columns", name);
	}
	s->common = c;
	s->table = c ? &c->table : find_table(p, schema, name);
	s->alias = name;
	s->to_alias = s->table ? s->table->to_name : NULL;
}

/* MySQL's hints say how, not what. */
static void skip_hints(struct wh_parser *p)
{
	while (wh_parser_is(p, &wh_dialect_mysql) &&
		(wh_token_is(p->t + 1, "index") || wh_token_is(p->t + 1, "key")) &&
		(wh_parser_take(p, "use") || wh_parser_take(p, "force") || wh_parser_take(p, "ignore"))) {
		while (!wh_token_is(p->t, ")") && p->t->kind != WH_TOKEN_END)
			p->t++;
		if (!wh_parser_expect(p, ")"))
			return;
	}
}

/* Words that stand behind a table and are no alias of it. */
static bool alias_follows(const struct wh_token *t)
{
	static const char *const words[] = { "where", "group", "having", "order", "limit", "union",
		"intersect", "except", "join", "inner", "left", "right", "full", "cross", "natural", "on",
		"using", "straight_join", "use", "force", "ignore", "offset", "window", "with", "for",
		"indexed", "not", "partition", "tablesample", "lateral", "fetch", NULL };
	for (size_t i = 0; t->kind == WH_TOKEN_WORD && words[i]; i++)
		if (wh_token_is(t, words[i]))
			return false;
	return t->kind == WH_TOKEN_WORD || t->kind == WH_TOKEN_NAME;
}

static void take_alias(struct wh_parser *p, struct wh_source *s)
{
	if (!wh_parser_take(p, "as") && !alias_follows(p->t))
		return;
	s->alias = s->to_alias = take_name(p);
	if (wh_token_is(p->t, "("))
		wh_parser_fail(p);
}

static struct wh_source *from_table(struct wh_parser *p)
{
	struct wh_source *s = wh_new(p->w->scratch, struct wh_source);
	const char *schema = NULL, *name = take_name(p);
	if (wh_parser_take(p, ".")) {
		schema = name;
		name = take_name(p);
	}
	if (p->w->why)
		return NULL;
	if (wh_token_is(p->t, "("))
		wh_sql_doubt(p->w, "a function stands in FROM: \"%s\"", name);
	else
		resolve(p, s, schema, name);
	take_alias(p, s);
	skip_hints(p);
	return p->w->why ? NULL : s;
}

/* A query in FROM does not see its neighbours. */
static struct wh_source *from_query(struct wh_parser *p, struct wh_scope *scope)
{
	struct wh_source *s = wh_new(p->w->scratch, struct wh_source);
	p->w->scope = scope->outer;
	s->query = wh_query_parse(p, NULL);
	p->w->scope = scope;
	if (!s->query || !wh_parser_expect(p, ")"))
		return NULL;
	struct wh_sql_table *table = wh_new(p->w->scratch, struct wh_sql_table);
	wh_select_columns(p->w, s->query->selects[0], table);
	s->table = table;
	take_alias(p, s);
	if (!s->alias)
		s->alias = s->to_alias = wh_arena_format(p->w->scratch, "q%zu", scope->nsources + 1);
	return p->w->why ? NULL : s;
}

static struct wh_source *from_primary(struct wh_parser *p, struct wh_scope *scope)
{
	struct wh_source *s;
	if (wh_parser_take(p, "(")) {
		if (!wh_token_is(p->t, "select") && !wh_token_is(p->t, "with")) {
			s = wh_from_parse(p, scope);
			return wh_parser_expect(p, ")") ? s : NULL;
		}
		s = from_query(p, scope);
	} else {
		s = from_table(p);
	}
	if (s)
		*wh_push(p->w->scratch, &scope->sources, &scope->nsources) = s;
	return s;
}

static bool take_join(struct wh_parser *p, enum wh_join *join, bool *natural)
{
	static const struct {
		const char *word;
		enum wh_join join;
		bool outer;
	} words[] = {
		{ "inner", WH_JOIN_INNER, false },
		{ "cross", WH_JOIN_CROSS, false },
		{ "left", WH_JOIN_LEFT, true },
		{ "right", WH_JOIN_RIGHT, true },
		{ "full", WH_JOIN_FULL, true },
	};
	bool mysql = wh_parser_is(p, &wh_dialect_mysql);
	*natural = wh_parser_take(p, "natural");
	*join = WH_JOIN_INNER;
	if (mysql && wh_parser_take(p, "straight_join"))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!wh_parser_take(p, words[i].word))
			continue;
		*join = words[i].join;
		if (words[i].outer)
			wh_parser_take(p, "outer");
		return wh_parser_expect(p, "join");
	}
	return wh_parser_take(p, "join") || (*natural && !wh_parser_fail(p));
}

static void merge(struct wh_parser *p, struct wh_source *s, struct wh_scope *scope,
	const char *name)
{
	*wh_push(p->w->scratch, &s->merged, &s->nmerged) = name;
	*wh_push(p->w->scratch, &scope->merged, &scope->nmerged) = name;
}

static bool holds(struct wh_sql_work *w, const struct wh_source *s, const char *name)
{
	if (s->table)
		return wh_source_column(w, s, name);
	return holds(w, s->left, name) || holds(w, s->right, name);
}

/* NATURAL: USING all that both sides have. */
static void merge_common(struct wh_parser *p, struct wh_source *join, const struct wh_source *s,
	struct wh_scope *scope)
{
	if (!s->table) {
		merge_common(p, join, s->left, scope);
		merge_common(p, join, s->right, scope);
		return;
	}
	for (size_t i = 0; i < s->table->ncolumns; i++)
		if (holds(p->w, join->right, s->table->columns[i].from))
			merge(p, join, scope, s->table->columns[i].from);
}

static void take_condition(struct wh_parser *p, struct wh_source *s, struct wh_scope *scope)
{
	if (s->natural) {
		merge_common(p, s, s->left, scope);
	} else if (wh_parser_take(p, "on")) {
		s->on = wh_truth_condition(p->w, wh_parse_expression(p, WH_LEVEL_OR));
	} else if (wh_parser_take(p, "using") && wh_parser_expect(p, "(")) {
		do {
			merge(p, s, scope, take_name(p));
		} while (!p->w->why && wh_parser_take(p, ","));
		(void)wh_parser_expect(p, ")");
	}
	bool condition = s->on || s->nmerged;
	if (condition && s->join == WH_JOIN_CROSS)
		s->join = WH_JOIN_INNER;
	else if (!condition && s->join == WH_JOIN_INNER)
		s->join = WH_JOIN_CROSS;
	else if (!condition && s->join != WH_JOIN_CROSS && !p->w->why)
		wh_sql_doubt(p->w, "an outer join has no condition");
	bool mysql = p->w->to == &wh_dialect_mysql;
	if (s->join == WH_JOIN_FULL && mysql)
		wh_sql_doubt(p->w, "MySQL has no full outer join");
}

static struct wh_source *join_make(struct wh_parser *p, struct wh_source *left,
	struct wh_source *right, enum wh_join join)
{
	struct wh_source *s = wh_new(p->w->scratch, struct wh_source);
	*s = (struct wh_source){ .join = join, .left = left, .right = right };
	return s;
}

static bool from_deep(struct wh_parser *p)
{
	if (p->depth < WH_SQL_DEEPEST)
		return false;
	wh_sql_doubt(p->w, "FROM is nested more than %d levels deep", WH_SQL_DEEPEST);
	return true;
}

/* Joins in a row count as levels too: they make a tree as deep. */
static struct wh_source *from_joins(struct wh_parser *p, struct wh_scope *scope)
{
	int depth = p->depth++;
	struct wh_source *left = from_deep(p) ? NULL : from_primary(p, scope);
	enum wh_join join;
	bool natural;
	bool comma = wh_parser_is(p, &wh_dialect_sqlite); /* binds there as JOIN does */
	if (!left)
		return NULL;
	while (!p->w->why) {
		bool crossed = comma && wh_parser_take(p, ",");
		join = WH_JOIN_CROSS;
		natural = false;
		if (!crossed && !take_join(p, &join, &natural))
			break;
		p->depth++;
		struct wh_source *right = from_deep(p) ? NULL : from_primary(p, scope);
		if (!right || p->w->why)
			return NULL;
		left = join_make(p, left, right, join);
		left->natural = natural;
		take_condition(p, left, scope);
	}
	p->depth = depth;
	return p->w->why ? NULL : left;
}

struct wh_source *wh_from_parse(struct wh_parser *p, struct wh_scope *scope)
{
	int depth = p->depth;
	struct wh_source *left = from_joins(p, scope);
	while (left && wh_parser_take(p, ",")) {
		p->depth++;
		struct wh_source *right = from_joins(p, scope);
		left = right ? join_make(p, left, right, WH_JOIN_CROSS) : NULL;
	}
	p->depth = depth;
	return left;
}
