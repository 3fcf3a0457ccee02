#include "lifecycle/live/window.h"
#include "lifecycle/locate.h"
#include <stdlib.h>

#define ROWS_LEAST 32
#define BUCKETS_LEAST 64
#define NO_SLOT UINT32_MAX

/* ---- slots: what is known of each key that the window touches ---- */

static void effect_reset(struct wh_effect *e)
{
	if (!e->used)
		return;
	struct wh_batch *all[] = { &e->rows, &e->erase, &e->write };
	for (size_t i = 0; i < 3; i++)
		if (all[i]->lanes)
			wh_batch_reset(all[i]);
	e->nslots = e->nsetbacks = 0;
	for (size_t i = 0; i < e->nbuckets; i++)
		e->buckets[i] = NO_SLOT;
	e->used = e->clear = false;
}

static void rehash(struct wh_effect *e)
{
	if (e->nbuckets > e->nslots)
		return;
	e->nbuckets = e->nbuckets ? e->nbuckets * 2 : BUCKETS_LEAST;
	e->buckets = wh_realloc(e->buckets, e->nbuckets * sizeof *e->buckets);
	for (size_t i = 0; i < e->nbuckets; i++)
		e->buckets[i] = NO_SLOT;
	for (uint32_t i = 0; i < e->nslots; i++) {
		uint32_t *bucket = &e->buckets[e->slots[i].key.low & (e->nbuckets - 1)];
		e->slots[i].next = *bucket;
		*bucket = i;
	}
}

static struct wh_slot *slot_find(const struct wh_effect *e, struct wh_hash key)
{
	uint32_t at = e->nbuckets ? e->buckets[key.low & (e->nbuckets - 1)] : NO_SLOT;
	while (at != NO_SLOT && (e->slots[at].key.low != key.low || e->slots[at].key.high != key.high))
		at = e->slots[at].next;
	return at == NO_SLOT ? NULL : &e->slots[at];
}

static struct wh_slot *slot_add(struct wh_effect *e, struct wh_hash key)
{
	if (e->nslots == e->slots_capacity) {
		e->slots_capacity = e->slots_capacity ? 2 * e->slots_capacity : BUCKETS_LEAST;
		e->slots = wh_realloc(e->slots, e->slots_capacity * sizeof *e->slots);
	}
	struct wh_slot *s = &e->slots[e->nslots++];
	*s = (struct wh_slot){ .key = key, .row = WH_NO_ROW, .erase = WH_NO_ROW };
	rehash(e);
	uint32_t *bucket = &e->buckets[key.low & (e->nbuckets - 1)];
	if (*bucket != (uint32_t)(e->nslots - 1)) {
		s->next = *bucket;
		*bucket = (uint32_t)(e->nslots - 1);
	}
	return s;
}

static uint32_t keep(struct wh_batch *into, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row)
{
	if (!into->lanes)
		wh_rowset_batch_of(rows, ROWS_LEAST, into);
	if (into->rows == into->capacity)
		wh_batch_grow(into, into->capacity * 2);
	wh_batch_copy_row(into, b, row);
	return into->rows - 1;
}

/* The slot of a key; one that the target may hold is to be deleted there. */
static struct wh_slot *touch(struct wh_effect *e, struct wh_hash key, const struct wh_batch *b,
	uint32_t row, bool there)
{
	struct wh_slot *s = slot_find(e, key);
	bool first = !s;
	if (first)
		s = slot_add(e, key);
	if (first && (there || e->always_erase) && !e->clear)
		s->erase = keep(&e->erase, &e->table->to, b, row);
	return s;
}

const struct wh_batch *wh_effect_rows(struct wh_effect *e)
{
	size_t newest = 0;
	for (size_t i = 0; i < e->nslots; i++)
		newest += e->slots[i].row != WH_NO_ROW;
	if (newest == e->rows.rows)
		return &e->rows;
	if (e->write.lanes)
		wh_batch_reset(&e->write);
	for (size_t i = 0; i < e->nslots; i++)
		if (e->slots[i].row != WH_NO_ROW)
			keep(&e->write, &e->table->to, &e->rows, e->slots[i].row);
	return &e->write;
}

/* ---- changes ---- */

static void set_back(struct wh_effect *e, uint32_t image, struct wh_slot *slot)
{
	const struct wh_imager *i = e->imager;
	if (i->reject_of[image] == WH_NO_ROW)
		return;
	const struct wh_reject *r = &i->stage.rejects[i->reject_of[image]];
	if (e->nsetbacks == e->setbacks_capacity) {
		e->setbacks_capacity = e->setbacks_capacity ? 2 * e->setbacks_capacity : 16;
		e->setbacks = wh_realloc(e->setbacks, e->setbacks_capacity * sizeof *e->setbacks);
	}
	uint32_t number = slot ? (uint32_t)(slot - e->slots) : WH_NO_ROW;
	e->setbacks[e->nsetbacks++] = (struct wh_setback){ image, number, r->column, r->reason };
	if (slot)
		slot->back = e->nsetbacks;
}

bool wh_effect_stays_back(const struct wh_effect *e, size_t setback)
{
	uint32_t slot = e->setbacks[setback].slot;
	return slot == WH_NO_ROW || e->slots[slot].back == setback + 1;
}

/* A key that the target cannot hold is not there, and is told from others by what the source has. */
static struct wh_slot *touch_image(struct wh_effect *e, uint32_t image, bool there)
{
	struct wh_hash key;
	if (wh_imager_key(e->imager, image, &key))
		return touch(e, key, &e->imager->key_row, 0, there);
	key = wh_imager_source_key(e->imager, image);
	struct wh_slot *s = slot_find(e, key);
	return s ? s : slot_add(e, key);
}

/* The state that a row had in this window before, where it is known. */
static int told(struct wh_window *w, size_t table, const struct wh_change *c,
	struct wh_error *error)
{
	const struct wh_imager *i = w->effects[table].imager;
	uint32_t before = c->before == WH_NO_ROW ? WH_NO_ROW : i->row_of[c->before];
	uint32_t after = c->after == WH_NO_ROW ? WH_NO_ROW : i->row_of[c->after];
	if (!w->cascade || before == WH_NO_ROW || !c->before_whole)
		return WH_OK;
	return w->cascade(w->context, table, i->rows, before, after == WH_NO_ROW ? NULL : i->rows,
		after, error);
}

static void go(struct wh_effect *e, uint32_t image)
{
	struct wh_slot *s = touch_image(e, image, true);
	s->row = WH_NO_ROW;
	s->back = 0;
}

static void come(struct wh_effect *e, uint32_t image, bool there)
{
	uint32_t row = e->imager->row_of[image];
	struct wh_slot *s = touch_image(e, image, there);
	s->row = row == WH_NO_ROW ? WH_NO_ROW : keep(&e->rows, &e->table->to, e->imager->rows, row);
	s->back = 0;
	set_back(e, image, s);
}

/* A row is gone before what foreign keys do is looked for, else one that points at itself, or back
 * at whoever points at it, would be found again and again. */
static int change_keyed(struct wh_window *w, const struct wh_change *c, struct wh_error *error)
{
	struct wh_effect *e = &w->effects[c->table];
	if (c->before != WH_NO_ROW)
		go(e, c->before);
	int rc = c->op == WH_OP_INSERT ? WH_OK : told(w, c->table, c, error);
	if (rc == WH_OK && c->after != WH_NO_ROW)
		come(e, c->after, c->op != WH_OP_INSERT);
	return rc;
}

/* One equal row goes: of this window, or of the target. */
static int bag_out(struct wh_effect *e, uint32_t image)
{
	uint32_t row = e->imager->row_of[image];
	if (row == WH_NO_ROW)
		return WH_OK; /* it never was there */
	struct wh_hash hash = e->imager->rows->hash[row];
	for (struct wh_slot *s = slot_find(e, hash); s;
		 s = s->next == NO_SLOT ? NULL : &e->slots[s->next])
		if (s->key.low == hash.low && s->key.high == hash.high && s->row != WH_NO_ROW) {
			s->row = WH_NO_ROW;
			return WH_OK;
		}
	if (!e->clear)
		keep(&e->erase, &e->table->to, e->imager->rows, row);
	return WH_OK;
}

static void bag_in(struct wh_effect *e, uint32_t image)
{
	uint32_t row = e->imager->row_of[image];
	set_back(e, image, NULL);
	if (row == WH_NO_ROW)
		return;
	uint32_t kept = keep(&e->rows, &e->table->to, e->imager->rows, row);
	slot_add(e, e->imager->rows->hash[row])->row = kept;
}

static int change_bag(struct wh_window *w, const struct wh_change *c, struct wh_error *error)
{
	struct wh_effect *e = &w->effects[c->table];
	if (c->op != WH_OP_INSERT && (c->before == WH_NO_ROW || !c->before_whole))
		return wh_fail(error, WH_CONFIG,
			"the log does not say which row of table \"%s\" was changed: it has no key, and its old "
			"rows are not in the log",
			e->table->from.table);
	int rc = c->before != WH_NO_ROW ? bag_out(e, c->before) : WH_OK;
	if (rc == WH_OK && c->after != WH_NO_ROW)
		bag_in(e, c->after);
	return rc;
}

static void truncate(struct wh_effect *e)
{
	effect_reset(e);
	e->used = e->clear = true;
}

static int change(struct wh_window *w, const struct wh_change *c, struct wh_error *error)
{
	struct wh_effect *e = &w->effects[c->table];
	e->used = true;
	if (c->op == WH_OP_TRUNCATE) {
		truncate(e);
		return WH_OK;
	}
	w->rows++;
	return e->table->to.nkey ? change_keyed(w, c, error) : change_bag(w, c, error);
}

/* ---- the window ---- */

int wh_window_open(struct wh_window *w, const struct wh_way *way, struct wh_error *error)
{
	(void)error;
	*w = (struct wh_window){ .way = way };
	w->effects = wh_alloc((way->nplans + 1) * sizeof *w->effects);
	for (size_t i = 0; i < way->nplans; i++)
		w->effects[i] = (struct wh_effect){ .table = way->plans[i] };
	/* Tokens of a switch that died are sent once more when the way begins anew. */
	w->effects[wh_way_signal(way)].always_erase = true;
	return WH_OK;
}

void wh_window_close(struct wh_window *w)
{
	for (size_t i = 0; w->effects && i < w->way->nplans; i++) {
		struct wh_effect *e = &w->effects[i];
		wh_batch_finish(&e->rows);
		wh_batch_finish(&e->erase);
		wh_batch_finish(&e->write);
		free(e->slots);
		free(e->buckets);
		free(e->setbacks);
		wh_imager_close(e->imager);
		wh_buffer_free(&e->scratch);
	}
	free(w->effects);
	*w = (struct wh_window){ 0 };
}

int wh_window_stage(struct wh_window *w, const struct wh_changes *changes, struct wh_error *error)
{
	int rc = WH_OK;
	w->changes = changes;
	for (size_t i = 0; i < w->way->nplans && rc == WH_OK; i++) {
		struct wh_effect *e = &w->effects[i];
		if (!changes->images[i].rows)
			continue;
		if (!e->imager)
			rc = wh_imager_open(&e->imager, w->way->m, e->table, error);
		if (rc == WH_OK)
			wh_imager_take(e->imager, &changes->images[i]);
	}
	return rc;
}

int wh_window_fill(struct wh_window *w, size_t first, size_t last, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < w->way->nplans; i++)
		effect_reset(&w->effects[i]);
	w->rows = 0;
	for (size_t i = first; i < last && rc == WH_OK; i++)
		if (!w->changes->items[i].skip)
			rc = change(w, &w->changes->items[i], error);
	return rc;
}

static struct wh_hash key_hash(struct wh_window *w, size_t table, const struct wh_batch *b,
	uint32_t row)
{
	struct wh_effect *e = &w->effects[table];
	return wh_row_key(e->table, b, row, w->way->m->seed, &e->scratch);
}

void wh_window_gone(struct wh_window *w, size_t table, const struct wh_batch *b, uint32_t row)
{
	struct wh_effect *e = &w->effects[table];
	e->used = true;
	touch(e, key_hash(w, table, b, row), b, row, true)->row = WH_NO_ROW;
}

void wh_window_becomes(struct wh_window *w, size_t table, const struct wh_batch *b, uint32_t row)
{
	struct wh_effect *e = &w->effects[table];
	e->used = true;
	struct wh_slot *s = touch(e, key_hash(w, table, b, row), b, row, true);
	s->row = keep(&e->rows, &e->table->to, b, row);
}

const struct wh_slot *wh_window_slot(struct wh_window *w, size_t table, const struct wh_batch *b,
	uint32_t row)
{
	return slot_find(&w->effects[table], key_hash(w, table, b, row));
}
