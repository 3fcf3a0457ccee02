/* Changed rows and the quarantine: what cannot go is kept there, what changed since is judged anew. */
#include "journal/journal.h"
#include "lifecycle/apart.h"
#include "lifecycle/live/follow_parts.h"
#include "lifecycle/steps.h"
#include <stdlib.h>

/* The rows that the stage refused are in the quarantine before the lanes commit. */
static int keep_setbacks(struct wh_follow *f, struct wh_effect *e, const struct wh_batch *images,
	struct wh_error *error)
{
	struct wh_migration *m = f->way->m;
	size_t first = 0;
	while (first < e->nsetbacks && !wh_effect_stays_back(e, first))
		first++;
	if (first == e->nsetbacks)
		return WH_OK;
	if (m->settings->policies.bad_row != WH_POLICY_QUARANTINE)
		return wh_fail(error, WH_STOP,
			"a changed row of table \"%s\" cannot go: column \"%s\": %s; mend it, or take such rows "
			"into quarantine with bad_row: quarantine",
			e->table->source->name, e->setbacks[first].column, e->setbacks[first].reason);
	struct wh_apart *apart = wh_alloc(sizeof *apart);
	*apart = (struct wh_apart){ .m = m, .t = e->table, .unit = -2 };
	int rc = WH_OK;
	for (size_t i = 0; i < e->nsetbacks && rc == WH_OK; i++)
		if (wh_effect_stays_back(e, i))
			rc = wh_apart_add(apart, images,
				&(struct wh_refusal){ e->setbacks[i].row, e->setbacks[i].column,
					e->setbacks[i].reason },
				error);
	if (rc == WH_OK)
		rc = wh_apart_keep(apart, error);
	wh_apart_clear(apart);
	free(apart);
	return rc;
}

/* Keys of rows as the quarantine shows them. */
struct shown_keys {
	struct wh_arena arena;
	const char **items;
	size_t n;
};

static void show_key(struct shown_keys *keys, const struct wh_rowset *rows,
	const struct wh_batch *b, uint32_t row)
{
	struct wh_buffer text = { 0 };
	if (row == WH_NO_ROW)
		return;
	wh_row_json(&text, rows, b, row, rows->key, rows->nkey);
	keys->items[keys->n++] = wh_arena_text(&keys->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
}

/* A row of the quarantine that the source has changed meanwhile is judged anew. One that the stage
 * refused is shown as the source has it, one that the target refused as it was sent. */
static int forget_apart(struct wh_follow *f, struct wh_effect *e, size_t first, size_t last,
	struct wh_error *error)
{
	const struct wh_changes *list = f->window.changes;
	const struct wh_rowset *shown = wh_plan_shown(e->table), *from = &e->table->from;
	struct shown_keys keys = { .n = 0 };
	keys.items = wh_new_array(&keys.arena, const char *, e->nslots + 2 * (last - first) + 1);
	for (size_t i = 0; i < e->nslots && shown->nkey; i++) {
		const struct wh_slot *s = &e->slots[i];
		bool there = s->row != WH_NO_ROW;
		show_key(&keys, shown, there ? &e->rows : &e->erase, there ? s->row : s->erase);
	}
	for (size_t i = first; i < last && from->nkey; i++) {
		const struct wh_change *c = &list->items[i];
		if (f->way->plans[c->table] != e->table)
			continue;
		show_key(&keys, from, &list->images[c->table], c->before);
		show_key(&keys, from, &list->images[c->table], c->after);
	}
	int rc = wh_journal_quarantine_forget(f->way->m->journal, e->table->number,
		e->clear ? NULL : keys.items, keys.n, error);
	wh_arena_free(&keys.arena);
	return rc;
}

int wh_follow_settle_apart(struct wh_follow *f, size_t first, size_t last, struct wh_error *error)
{
	int64_t known = wh_journal_quarantine_count(f->way->m->journal);
	int rc = WH_OK;
	for (size_t i = 0; i < f->way->nplans && rc == WH_OK; i++) {
		struct wh_effect *e = &f->window.effects[i];
		if (e->used && known)
			rc = forget_apart(f, e, first, last, error);
		if (e->used && rc == WH_OK)
			rc = keep_setbacks(f, e, &f->window.changes->images[i], error);
	}
	return rc;
}
