#include "lifecycle/live/cascade.h"
#include "base/text.h"
#include "lifecycle/live/fetch.h"
#include "sql/literal.h"
#include <stdlib.h>

#define DEPTH_MOST 64

enum action { STAYS, GOES, BECOMES_NULL, BECOMES_NEW };

struct wh_link {
	size_t parent, child;             /* captured tables */
	uint16_t *parent_fields, *fields; /* of their rows on the target, side by side */
	size_t n;
	enum action on_delete, on_update;
};

static enum action action_of(const char *word, bool update)
{
	if (wh_equal_nocase(word, "CASCADE"))
		return update ? BECOMES_NEW : GOES;
	return wh_equal_nocase(word, "SET NULL") ? BECOMES_NULL : STAYS;
}

/* The target's field that is a copy of the source's column. */
static bool field_of(const struct wh_plan_table *t, const char *column, uint16_t *out)
{
	for (size_t f = 0; f < t->to.nfields; f++) {
		bool copy = !t->recipes || t->recipes[f].kind == WH_COPY;
		size_t from = t->recipes && copy ? t->recipes[f].fields[0] : f;
		if (copy && wh_equal(t->from.fields[from].name, column)) {
			*out = (uint16_t)f;
			return true;
		}
	}
	return false;
}

static int unfit(const struct wh_plan_table *t, const struct wh_foreign_key *key,
	struct wh_error *error)
{
	return wh_fail(error, WH_GUARD,
		"what foreign key \"%s\" of table \"%s\" does by itself is not in the source's log, and cannot "
		"be done in its place: %s",
		key->name, t->source->name,
		t->to.nkey ? "one of its columns is not copied as it is" : "the table has no key");
}

static int add_link(struct wh_cascade *c, size_t child, const struct wh_foreign_key *key,
	struct wh_error *error)
{
	const struct wh_way *way = c->window->way;
	size_t parent = wh_way_captured(way, key->to_schema, key->to_table);
	struct wh_link l = { .parent = parent,
		.child = child,
		.n = key->ncolumns,
		.on_delete = action_of(key->on_delete, false),
		.on_update = action_of(key->on_update, true) };
	if (parent == way->nplans || (l.on_delete == STAYS && l.on_update == STAYS))
		return WH_OK;
	l.fields = wh_alloc((l.n + 1) * sizeof *l.fields);
	l.parent_fields = wh_alloc((l.n + 1) * sizeof *l.parent_fields);
	bool whole = way->plans[child]->to.nkey > 0;
	for (size_t i = 0; i < l.n; i++)
		whole = whole && field_of(way->plans[child], key->columns[i], &l.fields[i]) &&
			field_of(way->plans[parent], key->to_columns[i], &l.parent_fields[i]);
	c->links = wh_realloc(c->links, (c->nlinks + 1) * sizeof *c->links);
	c->links[c->nlinks++] = l;
	c->window->effects[child].always_erase = true;
	return whole ? WH_OK : unfit(way->plans[child], key, error);
}

/* ---- the rows that point at one ---- */

struct search {
	struct wh_cascade *c;
	const struct wh_link *link;
	struct wh_batch found; /* fields of the child's rows on the target */
};

static bool cells_equal(const struct wh_batch *a, size_t x, uint32_t row, const struct wh_batch *b,
	size_t y, uint32_t other)
{
	size_t n, m;
	if (wh_is_null(a, x, row) || wh_is_null(b, y, other))
		return false;
	if (a->lanes[x].word && b->lanes[y].word)
		return wh_word(a, x, row) == wh_word(b, y, other);
	if (a->lanes[x].word || b->lanes[y].word)
		return false;
	const char *left = wh_cell(a, x, row, &n), *right = wh_cell(b, y, other, &m);
	return n == m && !memcmp(left, right, n);
}

static bool points(const struct wh_link *l, const struct wh_batch *child, uint32_t row,
	const struct wh_batch *parent, uint32_t at)
{
	bool all = true;
	for (size_t i = 0; i < l->n && all; i++)
		all = cells_equal(child, l->fields[i], row, parent, l->parent_fields[i], at);
	return all;
}

static void find(struct search *s, const struct wh_batch *b, uint32_t row)
{
	if (s->found.rows == s->found.capacity)
		wh_batch_grow(&s->found, 2 * s->found.capacity);
	wh_batch_copy_row(&s->found, b, row);
}

/* What the window says of a row holds; only the others are as the target has them. */
static int take_rows(void *context, const struct wh_batch *rows, struct wh_error *error)
{
	(void)error;
	struct search *s = context;
	for (uint32_t i = 0; i < rows->rows; i++)
		if (!wh_window_slot(s->c->window, s->link->child, rows, i))
			find(s, rows, i);
	return WH_OK;
}

static void find_pending(struct search *s, const struct wh_batch *before, uint32_t row)
{
	const struct wh_effect *e = &s->c->window->effects[s->link->child];
	for (size_t i = 0; i < e->nslots; i++)
		if (e->slots[i].row != WH_NO_ROW && points(s->link, &e->rows, e->slots[i].row, before, row))
			find(s, &e->rows, e->slots[i].row);
}

static void put_condition(struct search *s, const struct wh_batch *before, uint32_t row,
	struct wh_buffer *out)
{
	const struct wh_way *way = s->c->window->way;
	const struct wh_dialect *d = way->m->target_kind->dialect;
	for (size_t i = 0; i < s->link->n; i++) {
		wh_buffer_text(out, i ? " AND " : "");
		wh_sql_name(out, d, way->plans[s->link->child]->to.fields[s->link->fields[i]].name);
		wh_buffer_text(out, " = ");
		wh_sql_literal(out, d, before, s->link->parent_fields[i], row);
	}
}

static int find_there(struct search *s, const struct wh_batch *before, uint32_t row,
	struct wh_error *error)
{
	const struct wh_way *way = s->c->window->way;
	const struct wh_plan_table *t = way->plans[s->link->child];
	struct wh_apply_lane *lane = &s->c->lanes[wh_lane_of(way, s->link->child, s->c->nlanes)];
	struct wh_unit unit = wh_whole_table(t, WH_TARGET);
	struct wh_scan scan = { .m = way->m,
		.table = t,
		.conn = lane->conn,
		.context = s,
		.rows = take_rows };
	struct wh_buffer where = { 0 };
	if (s->c->window->effects[s->link->child].clear)
		return WH_OK;
	int rc = lane->entered ? lane->conn->kind->aim(lane->conn, &unit, error) : WH_OK;
	put_condition(s, before, row, &where);
	if (rc == WH_OK)
		rc = wh_fetch_where(&scan, wh_buffer_string(&where), error);
	wh_buffer_free(&where);
	return wh_at(error, lane->conn, rc);
}

/* ---- what becomes of them ---- */

static int cascade(void *context, size_t table, const struct wh_batch *before, uint32_t row,
	const struct wh_batch *after, uint32_t after_row, struct wh_error *error);

static int goes(struct search *s, uint32_t row, struct wh_error *error)
{
	wh_window_gone(s->c->window, s->link->child, &s->found, row);
	return cascade(s->c, s->link->child, &s->found, row, NULL, 0, error);
}

/* The row with other values where it points. */
static void rewrite(struct search *s, uint32_t row, const struct wh_batch *parent, uint32_t at,
	struct wh_batch *out)
{
	const struct wh_plan_table *t = s->c->window->way->plans[s->link->child];
	wh_rowset_batch_of(&t->to, 1, out);
	for (size_t f = 0; f < t->to.nfields; f++) {
		size_t i = 0;
		while (i < s->link->n && s->link->fields[i] != f)
			i++;
		if (i == s->link->n)
			wh_batch_copy_cell(out, f, &s->found, f, row);
		else if (parent)
			wh_batch_copy_cell(out, f, parent, s->link->parent_fields[i], at);
		else
			wh_batch_null(out, f);
	}
	wh_batch_row(out);
	struct wh_buffer scratch = { 0 };
	wh_digest_batch(out, t->how, s->c->window->way->m->seed, &scratch);
	wh_buffer_free(&scratch);
}

static int becomes(struct search *s, uint32_t row, const struct wh_batch *parent, uint32_t at,
	struct wh_error *error)
{
	struct wh_batch now = { 0 };
	rewrite(s, row, parent, at, &now);
	wh_window_gone(s->c->window, s->link->child, &s->found, row);
	wh_window_becomes(s->c->window, s->link->child, &now, 0);
	int rc = cascade(s->c, s->link->child, &s->found, row, &now, 0, error);
	wh_batch_finish(&now);
	return rc;
}

static int act(struct search *s, enum action action, const struct wh_batch *after, uint32_t at,
	struct wh_error *error)
{
	int rc = WH_OK;
	for (uint32_t i = 0; i < s->found.rows && rc == WH_OK; i++)
		rc = action == GOES ? goes(s, i, error)
							: becomes(s, i, action == BECOMES_NEW ? after : NULL, at, error);
	return rc;
}

static enum action wanted(const struct wh_link *l, const struct wh_batch *before, uint32_t row,
	const struct wh_batch *after, uint32_t at)
{
	if (!after)
		return l->on_delete;
	for (size_t i = 0; i < l->n; i++)
		if (!cells_equal(before, l->parent_fields[i], row, after, l->parent_fields[i], at))
			return l->on_update;
	return STAYS;
}

static int follow_link(struct wh_cascade *c, const struct wh_link *l, const struct wh_batch *before,
	uint32_t row, const struct wh_batch *after, uint32_t at, struct wh_error *error)
{
	enum action action = wanted(l, before, row, after, at);
	struct search s = { .c = c, .link = l };
	if (action == STAYS)
		return WH_OK;
	wh_rowset_batch_of(&c->window->way->plans[l->child]->to, 32, &s.found);
	find_pending(&s, before, row);
	int rc = find_there(&s, before, row, error);
	if (rc == WH_OK)
		rc = act(&s, action, after, at, error);
	wh_batch_finish(&s.found);
	return rc;
}

static int cascade(void *context, size_t table, const struct wh_batch *before, uint32_t row,
	const struct wh_batch *after, uint32_t after_row, struct wh_error *error)
{
	struct wh_cascade *c = context;
	int rc = WH_OK;
	if (c->depth == DEPTH_MOST)
		return wh_fail(error, WH_STOP,
			"foreign keys follow one another %d times from table \"%s\" on", DEPTH_MOST,
			c->window->way->plans[table]->source->name);
	c->depth++;
	for (size_t i = 0; i < c->nlinks && rc == WH_OK; i++)
		if (c->links[i].parent == table)
			rc = follow_link(c, &c->links[i], before, row, after, after_row, error);
	c->depth--;
	return rc;
}

int wh_cascade_open(struct wh_cascade *c, struct wh_window *window, struct wh_apply_lane *lanes,
	size_t nlanes, struct wh_error *error)
{
	const struct wh_way *way = window->way;
	*c = (struct wh_cascade){ .window = window, .lanes = lanes, .nlanes = nlanes };
	int rc = WH_OK;
	if (!way->m->source_kind->facts.cascades_unlogged)
		return WH_OK;
	for (size_t i = 0; i < way->nplans && rc == WH_OK; i++)
		for (size_t k = 0; k < way->plans[i]->source->nforeign_keys && rc == WH_OK; k++)
			rc = add_link(c, i, &way->plans[i]->source->foreign_keys[k], error);
	if (rc == WH_OK && c->nlinks) {
		window->cascade = cascade;
		window->context = c;
	}
	return rc;
}

void wh_cascade_close(struct wh_cascade *c)
{
	for (size_t i = 0; i < c->nlinks; i++) {
		free(c->links[i].fields);
		free(c->links[i].parent_fields);
	}
	free(c->links);
	*c = (struct wh_cascade){ 0 };
}
