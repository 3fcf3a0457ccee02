/* Rows that differ, and rows of the quarantine, made anew while both sides are in use: at the place
 * of the log at which both were compared, as changes like any other. */
#include "base/text.h"
#include "lifecycle/live/mend.h"
#include "lifecycle/live/fetch.h"
#include "lifecycle/retry.h"
#include <jansson.h>
#include <stdlib.h>

/* ---- keys of rows that differ ---- */

struct gathering {
	const struct wh_way *way;
	const struct wh_plan_table *table;
	const struct wh_located *found;
	struct wh_batch *keys; /* fields of `from` */
	struct wh_buffer scratch;
};

static uint16_t source_of(const struct wh_plan_table *t, uint16_t field)
{
	return t->recipes ? t->recipes[field].fields[0] : field;
}

/* The key of a row of the target, in fields of the source; the rest is null. */
static void add_key(struct gathering *g, const struct wh_batch *b, uint32_t row)
{
	const struct wh_rowset *from = &g->table->from, *to = &g->table->to;
	struct wh_batch *keys = g->keys;
	if (!keys->lanes)
		wh_rowset_batch_of(from, 32, keys);
	if (keys->rows == keys->capacity)
		wh_batch_grow(keys, 2 * keys->capacity);
	for (size_t f = 0; f < from->nfields; f++)
		wh_batch_null(keys, f);
	for (size_t k = 0; k < to->nkey; k++) {
		uint16_t field = source_of(g->table, to->key[k]);
		struct wh_buffer text = { 0 };
		wh_value_text(&text, b, to->key[k], row);
		if (!wh_value_parse(keys, field, wh_buffer_string(&text), text.size))
			wh_batch_null(keys, field);
		wh_buffer_free(&text);
	}
	wh_batch_row(keys);
}

static int gather(void *context, const struct wh_batch *rows, struct wh_error *error)
{
	(void)error;
	struct gathering *g = context;
	for (uint32_t i = 0; i < rows->rows; i++) {
		struct wh_hash key = wh_row_key(g->table, rows, i, g->way->m->seed, &g->scratch);
		if (wh_located_find(g->found, key))
			add_key(g, rows, i);
	}
	return WH_OK;
}

int wh_mend_keys(const struct wh_way *w, struct wh_conn *const ends[2],
	const struct wh_located *found, struct wh_batch *keys, struct wh_error *error)
{
	struct gathering g = { .way = w, .table = found->table, .found = found, .keys = keys };
	int rc = WH_OK;
	if (!found->table->to.nkey)
		return wh_fail(error, WH_GUARD,
			"rows of table \"%s\" differ, and it has no key by which they could be made anew: abort, and "
			"move it again",
			found->table->source->name);
	for (size_t side = 0; side < 2 && rc == WH_OK; side++) {
		struct wh_scan scan = { .m = w->m,
			.table = found->table,
			.conn = ends[side],
			.context = &g,
			.rows = gather };
		const struct wh_unit whole = wh_whole_table(found->table, side ? WH_TARGET : WH_SOURCE);
		rc = wh_scan_unit(&scan, &whole, error);
	}
	wh_buffer_free(&g.scratch);
	return rc;
}

/* ---- keys of rows in the quarantine ---- */

/* {"id":"5"}: a text, or {"hex": "..."}. False: it names no row. */
static bool take_json(const struct wh_rowset *rows, const char *text, struct wh_batch *keys)
{
	json_t *o = text ? json_loads(text, 0, NULL) : NULL;
	bool good = o && rows->nkey;
	for (size_t f = 0; f < rows->nfields; f++)
		wh_batch_null(keys, f);
	for (size_t k = 0; good && k < rows->nkey; k++) {
		const json_t *value = json_object_get(o, rows->fields[rows->key[k]].name);
		const json_t *hex = json_is_object(value) ? json_object_get(value, "hex") : NULL;
		const char *cell = json_string_value(hex ? hex : value);
		good = cell && wh_value_parse(keys, rows->key[k], cell, strlen(cell));
	}
	if (good)
		wh_batch_row(keys);
	json_decref(o);
	return good;
}

int wh_mend_quarantined(const struct wh_way *w, size_t table, int64_t id, struct wh_batch *keys,
	struct wh_error *error)
{
	const struct wh_rowset *from = &w->plans[table]->from;
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *rows = NULL;
	size_t n = 0;
	int rc = wh_journal_quarantined(w->m->journal, w->plans[table]->number, 0, SIZE_MAX, &arena,
		&rows, &n, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++) {
		if (id && rows[i].id != id)
			continue;
		if (!keys->lanes)
			wh_rowset_batch_of(from, 32, keys);
		if (keys->rows == keys->capacity)
			wh_batch_grow(keys, 2 * keys->capacity);
		if (!take_json(from, rows[i].key, keys))
			rc = wh_fail(error, WH_GUARD,
				"row %lld of the quarantine has no key by which it could be read again",
				(long long)rows[i].id);
	}
	wh_arena_free(&arena);
	return rc;
}

/* ---- telling ---- */

static bool still_there(const struct wh_journal_quarantine *now, size_t n,
	const struct wh_journal_quarantine *was, const char **why)
{
	for (size_t i = 0; i < n; i++)
		if (now[i].table == was->table && wh_equal(now[i].key, was->key)) {
			*why = now[i].reason;
			return true;
		}
	return false;
}

int wh_mend_tell(struct wh_migration *m, const struct wh_journal_quarantine *was, size_t n,
	const struct wh_retry_options *options, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *now = NULL;
	size_t nnow = 0;
	int rc = wh_journal_quarantined(m->journal, -1, 0, SIZE_MAX, &arena, &now, &nnow, error);
	for (size_t i = 0; i < n && rc == WH_OK && options->told; i++) {
		const char *why = NULL;
		if (options->id && was[i].id != options->id)
			continue;
		bool stays = still_there(now, nnow, &was[i], &why);
		const struct wh_retried told = { &was[i], stays ? WH_RETRY_REFUSED : WH_RETRY_WRITTEN,
			why };
		options->told(options->context, &told);
	}
	wh_arena_free(&arena);
	return rc;
}
