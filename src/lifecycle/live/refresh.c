/* Rows as the source has them, in the place of changes. */
#include "lifecycle/live/fetch.h"
#include "lifecycle/live/follow_parts.h"
#include <stdlib.h>

#define REFRESHED_TOGETHER 256

struct refresh {
	struct wh_follow *f;
	struct wh_changes list;
	uint32_t table;
	struct wh_hash *keys; /* one an image that is a key alone */
	uint32_t nkeys;
	struct wh_buffer scratch;
};

static struct wh_hash image_key(struct refresh *r, const struct wh_batch *b, uint32_t row)
{
	const struct wh_rowset *from = &r->f->way->plans[r->table]->from;
	return wh_digest_cells(b, row, from->key, from->nkey, NULL, r->f->way->m->seed, &r->scratch);
}

static int take_now(void *context, struct wh_stage *stage, const struct wh_batch *read,
	struct wh_error *error)
{
	(void)stage;
	(void)error;
	struct refresh *r = context;
	for (uint32_t i = 0; i < read->rows; i++) {
		struct wh_hash key = image_key(r, read, i);
		for (uint32_t k = 0; k < r->nkeys; k++) {
			if (r->keys[k].low != key.low || r->keys[k].high != key.high)
				continue;
			wh_batch_copy_row(wh_changes_image(&r->list, r->table), read, i);
			r->list.items[k].op = WH_OP_UPDATE;
			r->list.items[k].after = r->list.images[r->table].rows - 1;
		}
	}
	return WH_OK;
}

static void put_keys(struct refresh *r, const struct wh_batch *keys, uint32_t first, uint32_t n)
{
	r->nkeys = n;
	for (uint32_t i = 0; i < n; i++) {
		wh_batch_copy_row(wh_changes_image(&r->list, r->table), keys, first + i);
		r->keys[i] = image_key(r, keys, first + i);
		wh_changes_add(&r->list, WH_OP_DELETE, r->table)->before = i;
	}
}

static int refresh_some(struct refresh *r, struct wh_conn *source, const struct wh_batch *keys,
	uint32_t first, uint32_t n, struct wh_error *error)
{
	struct wh_follow *f = r->f;
	uint32_t which[REFRESHED_TOGETHER];
	struct wh_scan scan = { .m = f->way->m,
		.table = f->way->plans[r->table],
		.conn = source,
		.context = r,
		.read = take_now };
	for (uint32_t i = 0; i < n; i++)
		which[i] = first + i;
	wh_changes_reset(&r->list);
	put_keys(r, keys, first, n);
	int rc = wh_fetch_some(&scan, keys, which, n, error);
	if (rc == WH_OK)
		rc = wh_window_stage(&f->window, &r->list, error);
	return rc == WH_OK ? wh_follow_apply(f, 0, r->list.count, &f->done, error) : rc;
}

int wh_follow_refresh(struct wh_follow *f, struct wh_conn *source, uint32_t table,
	const struct wh_batch *keys, struct wh_error *error)
{
	struct refresh r = { .f = f, .table = table };
	int rc = WH_OK;
	r.keys = wh_alloc(REFRESHED_TOGETHER * sizeof *r.keys);
	wh_changes_init(&r.list, f->way->capture.tables, f->way->capture.ntables);
	for (uint32_t at = 0, n; at < keys->rows && rc == WH_OK; at += n) {
		n = keys->rows - at < REFRESHED_TOGETHER ? keys->rows - at : REFRESHED_TOGETHER;
		rc = refresh_some(&r, source, keys, at, n, error);
	}
	wh_changes_finish(&r.list);
	free(r.keys);
	wh_buffer_free(&r.scratch);
	return wh_way_at(f->way, error, rc);
}
