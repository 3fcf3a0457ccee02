#include "lifecycle/live/holes.h"
#include "lifecycle/live/fetch.h"
#include <stdlib.h>

/* Rows of one table whose fields the log left out, and what the source has of them now. */
struct patch {
	const struct wh_way *way;
	struct wh_changes *list;
	uint32_t table;
	struct wh_hash *keys; /* one an image */
	uint32_t *found;      /* of an image: row of `rows`, or WH_NO_ROW */
	uint32_t *wanted;     /* images, */
	size_t nwanted, n;    /* n: changes */
	uint32_t *first;      /* and the number from 1 of the first whose key falls here, or 0: */
	uint32_t *next;       /* the one behind it; one a wanted image */
	size_t mask;
	struct wh_batch rows; /* as the source has them */
	struct wh_buffer scratch;
};

static const struct wh_rowset *from_of(const struct patch *p)
{
	return &p->way->plans[p->table]->from;
}

static struct wh_hash key_of(struct patch *p, const struct wh_batch *b, uint32_t row)
{
	const struct wh_rowset *from = from_of(p);
	return wh_digest_cells(b, row, from->key, from->nkey, NULL, p->way->m->seed, &p->scratch);
}

static bool same(struct wh_hash a, struct wh_hash b)
{
	return a.low == b.low && a.high == b.high;
}

static int take(void *context, struct wh_stage *stage, const struct wh_batch *read,
	struct wh_error *error)
{
	(void)stage;
	(void)error;
	struct patch *p = context;
	for (uint32_t i = 0; i < read->rows; i++) {
		struct wh_hash key = key_of(p, read, i);
		uint32_t kept = WH_NO_ROW;
		for (uint32_t w = p->first[key.low & p->mask]; w; w = p->next[w - 1]) {
			uint32_t image = p->wanted[w - 1];
			if (!same(p->keys[image], key))
				continue;
			if (kept == WH_NO_ROW) {
				if (p->rows.rows == p->rows.capacity)
					wh_batch_grow(&p->rows, 2 * p->rows.capacity);
				wh_batch_copy_row(&p->rows, read, i);
				kept = p->rows.rows - 1;
			}
			p->found[image] = kept;
		}
	}
	return WH_OK;
}

static bool is_hole(const struct wh_changes *list, const struct wh_change *c, size_t field)
{
	for (size_t i = 0; i < c->nholes; i++)
		if (list->holes[c->first_hole + i] == field)
			return true;
	return false;
}

/* The images once more, each hole with what was found. */
static void rebuild(struct patch *p, const struct wh_change **change_of)
{
	struct wh_batch *old = &p->list->images[p->table], new;
	wh_rowset_batch_of(from_of(p), old->capacity, &new);
	for (uint32_t row = 0; row < old->rows; row++) {
		const struct wh_change *c = change_of[row];
		for (size_t f = 0; f < old->ncolumns; f++)
			if (c && p->found[row] != WH_NO_ROW && is_hole(p->list, c, f))
				wh_batch_copy_cell(&new, f, &p->rows, f, p->found[row]);
			else
				wh_batch_copy_cell(&new, f, old, f, row);
		wh_batch_row(&new);
	}
	wh_batch_finish(old);
	*old = new;
}

/* Whoever is gone by now is deleted later in the log, and until then not there. */
static void lose(struct wh_change *c)
{
	if (c->before == WH_NO_ROW) {
		c->before = c->after;
		c->before_whole = false;
	}
	c->after = WH_NO_ROW;
	c->op = WH_OP_DELETE;
}

static int look_up(struct patch *p, struct wh_conn *source, struct wh_error *error)
{
	struct wh_scan scan = { .m = p->way->m,
		.table = p->way->plans[p->table],
		.conn = source,
		.context = p,
		.read = take };
	wh_rowset_batch_of(from_of(p), 32, &p->rows);
	return wh_fetch_some(&scan, &p->list->images[p->table], p->wanted, p->nwanted, error);
}

static void collect(struct patch *p, const struct wh_change **change_of)
{
	const struct wh_batch *images = &p->list->images[p->table];
	for (size_t i = 0; i < p->n; i++) {
		const struct wh_change *c = &p->list->items[i];
		if (c->table != p->table || !c->nholes || c->after == WH_NO_ROW)
			continue;
		change_of[c->after] = c;
		p->keys[c->after] = key_of(p, images, c->after);
		p->found[c->after] = WH_NO_ROW;
		p->wanted[p->nwanted++] = c->after;
		uint32_t *first = &p->first[p->keys[c->after].low & p->mask];
		p->next[p->nwanted - 1] = *first;
		*first = (uint32_t)p->nwanted;
	}
}

static int fill_table(struct wh_holes *h, struct wh_changes *list, size_t count, uint32_t table,
	struct wh_error *error)
{
	size_t n = list->images[table].rows;
	struct patch p = { .way = h->way, .list = list, .table = table, .n = count };
	const struct wh_change **change_of = wh_alloc((n + 1) * sizeof(const struct wh_change *));
	p.keys = wh_alloc((n + 1) * sizeof *p.keys);
	p.found = wh_alloc((n + 1) * sizeof *p.found);
	p.wanted = wh_alloc((n + 1) * sizeof *p.wanted);
	p.next = wh_alloc((n + 1) * sizeof *p.next);
	for (p.mask = 63; p.mask < n; p.mask = 2 * p.mask + 1)
		;
	p.first = wh_alloc((p.mask + 1) * sizeof *p.first);
	collect(&p, change_of);
	int rc = look_up(&p, h->source, error);
	if (rc == WH_OK)
		rebuild(&p, change_of);
	for (size_t i = 0; i < count && rc == WH_OK; i++) {
		struct wh_change *c = &list->items[i];
		if (c->table == table && c->nholes && c->after != WH_NO_ROW &&
			p.found[c->after] == WH_NO_ROW)
			lose(c);
	}
	free(change_of);
	free(p.keys);
	free(p.found);
	free(p.wanted);
	free(p.first);
	free(p.next);
	wh_batch_finish(&p.rows);
	wh_buffer_free(&p.scratch);
	return rc;
}

int wh_holes_fill(struct wh_holes *h, struct wh_changes *list, size_t n, struct wh_error *error)
{
	int rc = WH_OK;
	if (!list->nholes)
		return WH_OK;
	bool *has = wh_alloc(list->ntables + 1);
	for (size_t i = 0; i < n; i++)
		has[list->items[i].table] = has[list->items[i].table] || list->items[i].nholes;
	if (!h->source)
		rc = wh_migration_connect(h->way->m, WH_SOURCE, false, &h->source, error);
	for (uint32_t i = 0; i < list->ntables && rc == WH_OK; i++)
		if (has[i])
			rc = fill_table(h, list, n, i, error);
	free(has);
	return rc;
}

void wh_holes_lend(struct wh_holes *h, struct wh_conn *source)
{
	h->source = source;
	h->lent = true;
}

void wh_holes_close(struct wh_holes *h)
{
	if (!h->lent)
		wh_conn_close(h->source);
	h->source = NULL;
}
